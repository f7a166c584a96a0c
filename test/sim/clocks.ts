import type { Prng } from "./prng.ts";

/** How the clocks of machines go wrong. Milliseconds, and parts of a million. */
export interface ClockFaults {
  /** How far a machine's clock is off, either way. */
  readonly offsetMs: number;
  readonly driftPpm: number;
  /** Share of the processes whose clock is set right, or wrong, while they run. */
  readonly jumps: number;
}

/** A process's clock: how far it is off at a true time (epoch milliseconds). One that is right has none. */
export type ClockError = (now: number) => number;

const LONGEST_BEFORE_JUMP_MS = 30_000;

/** One machine's clock as a process on it sees it that starts at `startedAt`. */
export function clockError(random: Prng, { offsetMs, driftPpm, jumps }: ClockFaults, startedAt: number): ClockError {
  const offset = random.between(-offsetMs, offsetMs);
  const drift = random.between(-driftPpm, driftPpm) / 1e6;
  const jumpAt = startedAt + random.between(0, LONGEST_BEFORE_JUMP_MS);
  const jumpMs = random.chance(jumps) ? random.between(-offsetMs, offsetMs) : 0;
  return (now) => Math.round(offset + drift * (now - startedAt) + (now >= jumpAt ? jumpMs : 0));
}
