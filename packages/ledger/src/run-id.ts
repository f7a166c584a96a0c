import type { Random } from "@specdrop/engine";
import type { ChangeSetState } from "./port.ts";

/** 32 hexadecimal digits that no ledger has ever held: what a lost or restored one forgets cannot come up again. */
export function randomId(random: Random): string {
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32));
  return words.map((word) => word.toString(16).padStart(8, "0")).join("");
}

/**
 * The id of a run over revision `sequence`: that of the run it resumes, where one began on the same revision and did not
 * end, otherwise `fresh`. `before` is the change set as `Ledger.beginRun` found it.
 */
export function runIdOf(
  before: Pick<ChangeSetState, "runningSequence" | "runId"> | undefined,
  sequence: number,
  fresh: string,
): string {
  return (before?.runningSequence === sequence ? before.runId : undefined) ?? fresh;
}
