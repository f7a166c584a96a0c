import { type ChangeError, type ChangeResult, type DeploymentResult, type Summary, summarise } from "@specdrop/events";
import type { Diagnostic } from "@specdrop/spec";

/** An error that always says what to do. */
export type ToldError = ChangeError & { readonly help: string };

/** How many resources a run has deleted and forgotten. */
export interface Removed {
  readonly delete: number;
  readonly forget: number;
}

/**
 * How far a run has come: the changes that have ended, of all its plan holds, and all that was removed so far. What needs
 * nothing counts as ended from the start, so that a run that goes on with another's work goes on counting.
 */
export interface Progress {
  readonly ended: number;
  readonly total: number;
  readonly removed: Removed;
}

/** Why a run ended before its work was done, where nobody asked it to. */
export interface Interruption {
  /** Its time was up; or change after change failed for a reason that had nothing to do with it. */
  readonly cause: "deadline" | "outage";
  /** What the last of these changes failed by, or what was to be tried again when the time was up. */
  readonly error?: ToldError;
  /** How many changes have ended in this run, and how many are left. */
  readonly ended: number;
  readonly left: number;
}

/**
 * What a run came to. `interrupted`: it ended before its work was done, the rest waits for another run. `waiting`: all is done but
 * what can only go once its successor stands on another API, what may not go yet, or what another document is about to
 * let go of.
 * `failed`: at least one change failed, or a conflict or the deletion budget stopped it before anything was touched.
 */
export interface Outcome {
  readonly status: "succeeded" | "unchanged" | "failed" | "planned" | "interrupted" | "waiting";
  readonly changes: readonly ChangeResult[];
  /** Counts everything since the revision's first run began. */
  readonly summary: Summary;
  /** Removals of earlier runs, which `summary` counts and `changes` cannot name any more. */
  readonly omittedChanges: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly deployment?: DeploymentResult;
  /** Absent where the run was asked to stop. */
  readonly interruption?: Interruption;
}

export const NOTHING_REMOVED: Removed = { delete: 0, forget: 0 };

/** What a run came to, with what was removed before it. */
export function outcomeOf(
  status: Outcome["status"],
  changes: readonly ChangeResult[],
  diagnostics: readonly Diagnostic[],
  before: Removed = NOTHING_REMOVED,
): Outcome {
  const summary = summarise(changes);
  return {
    status,
    changes,
    summary: { ...summary, delete: summary.delete + before.delete, forget: summary.forget + before.forget },
    omittedChanges: before.delete + before.forget,
    diagnostics,
  };
}
