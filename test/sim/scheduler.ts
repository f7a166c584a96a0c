import type { Clock } from "@specdrop/engine";
import type { Prng } from "./prng.ts";

/** A running invocation. One that is dead never continues: what it awaits stays pending for good. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** Until when nothing of it goes on, its timers included (virtual milliseconds): it was put off. */
  pausedUntil?: number;
  /** How far its clock is from true time, in milliseconds, at a true time (epoch milliseconds). */
  readonly clockError?: (now: number) => number;
  /** Told when the process dies by a crash or its time limit. */
  readonly onDeath: (why: string) => void;
}

/** What happens to a process at one of its awaits. */
export type Fate =
  | { readonly kind: "on" }
  | { readonly kind: "crash" }
  | { readonly kind: "later"; readonly ms: number };

interface Step {
  readonly process: Process;
  readonly label: string;
  readonly resolve: () => void;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface Scheduler {
  now(): number;
  /** How many steps were taken so far: orders what happens at one instant. */
  steps(): number;
  /** One point at which a process waits for its turn. */
  step(process: Process, label: string): Promise<void>;
  /** Does something of the platform's later, in virtual milliseconds. */
  after(ms: number, run: () => void): void;
  clockOf(process: Process): Clock;
  /** Does something of the process's again and again, until what it returns is called. */
  everyOf(process: Process): (milliseconds: number, beat: () => Promise<void>) => () => void;
  kill(process: Process, why: string): void;
  /** Runs until nothing is left to do, or `until` (epoch milliseconds) has come. Throws after too many steps. */
  run(until?: number): Promise<void>;
}

export interface SchedulerOptions {
  readonly random: Prng;
  readonly startAt: number;
  readonly maxSteps: number;
  readonly fate: (process: Process, label: string) => Fate;
  readonly trace: (process: string, what: string, fault?: string) => void;
}

/**
 * Virtual time: who goes on next is the seed's choice among all that can, and time passes only when nobody can. Between
 * two steps every promise that can settle has settled.
 */
export function scheduler({ random, startAt, maxSteps, fate, trace }: SchedulerOptions): Scheduler {
  const ready: Step[] = [];
  const timers: Timer[] = [];
  let now = startAt;
  let steps = 0;
  let order = 0;

  function after(ms: number, run: () => void): void {
    order += 1;
    timers.push({ at: now + Math.max(0, Math.ceil(ms)), order, run });
    siftUp(timers, timers.length - 1);
  }

  function kill(process: Process, why: string): void {
    if (!process.alive) return;
    process.alive = false;
    process.onDeath(why);
  }

  function step(process: Process, label: string): Promise<void> {
    return new Promise((resolve) => {
      ready.push({ process, label, resolve });
    });
  }

  function take(): void {
    const index = ready.length === 1 ? 0 : random.int(ready.length);
    const chosen = ready[index] as Step;
    const last = ready.pop() as Step;
    if (last !== chosen) ready[index] = last;
    const { process, label, resolve } = chosen;
    if (!process.alive) return;
    const decided = fate(process, label);
    if (decided.kind === "crash") {
      trace(process.name, label, "CRASH");
      kill(process, "crashed");
    } else if (decided.kind === "later") {
      process.pausedUntil = Math.max(process.pausedUntil ?? 0, now + decided.ms);
      after(decided.ms, () => process.alive && resolve());
    } else {
      resolve();
    }
  }

  return {
    now: () => now,
    steps: () => steps,
    step,
    after,
    kill,
    clockOf: (process) => ({
      now: () => now + (process.clockError?.(now) ?? 0),
      sleep: (ms) => new Promise((resolve) => after(ms, () => process.alive && resolve())),
    }),
    everyOf: (process) => (milliseconds, beat) => {
      let isStopped = false;
      const next = (ms: number): void =>
        after(ms, () => {
          if (isStopped || !process.alive) return;
          const pausedMs = (process.pausedUntil ?? 0) - now;
          if (pausedMs > 0) return next(pausedMs);
          void beat();
          next(milliseconds);
        });
      next(milliseconds);
      return () => {
        isStopped = true;
      };
    },
    async run(until = Number.POSITIVE_INFINITY) {
      for (;;) {
        const due = timers[0];
        if (ready.length === 0) {
          if (due === undefined || due.at > until) break;
          now = Math.max(now, due.at);
        }
        steps += 1;
        if (steps > maxSteps) throw new Error(`It does not come to rest within ${maxSteps} steps`);
        // What is due counts among those that can go on.
        if (due !== undefined && due.at <= now && (ready.length === 0 || random.int(ready.length + 1) === 0)) {
          popTimer(timers)?.run();
        } else {
          take();
        }
        await settled();
      }
      if (until !== Number.POSITIVE_INFINITY) now = Math.max(now, until);
    },
  };
}

/** Resolves once no promise can go on by itself: Node runs its next-tick queue when the microtasks have run out. */
function settled(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function siftUp(heap: Timer[], from: number): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(heap[index] as Timer, heap[parent] as Timer)) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function popTimer(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  heap[0] = last;
  let index = 0;
  for (;;) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    let least = index;
    if (left < heap.length && isBefore(heap[left] as Timer, heap[least] as Timer)) least = left;
    if (right < heap.length && isBefore(heap[right] as Timer, heap[least] as Timer)) least = right;
    if (least === index) return first;
    swap(heap, index, least);
    index = least;
  }
}

function swap(heap: Timer[], one: number, other: number): void {
  const kept = heap[one] as Timer;
  heap[one] = heap[other] as Timer;
  heap[other] = kept;
}
