import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, Revision } from "@specdrop/ledger/port";
import { randomId, runIdOf } from "@specdrop/ledger/run-id";
import { type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import { isConcerned } from "../documents/affected-apis.ts";
import { operationIdOf } from "../documents/identity.ts";
import { hasSettled } from "../documents/unsettled.ts";
import { logAbout, subjectOf } from "../ports/log.ts";
import type { RunPorts } from "../ports/run-ports.ts";
import type { Signal } from "../ports/signals.ts";
import { capital } from "../results/reason.ts";
import { failedUntouched } from "../results/results.ts";
import { awaitPublished, settleAndPublish } from "../results/settle.ts";
import { endSupersededOn } from "../results/superseded.ts";
import { DEFAULT_LEASE_TTL_MS, underLease } from "./lease.ts";
import { describeFailure } from "./run-failure.ts";

export type GiveUpPorts = Pick<RunPorts, "ledger" | "bus" | "clock" | "random" | "log" | "leaseTtlMs" | "every">;

/** What came of a signal that was given up. */
export type GivenUp =
  | { readonly outcome: "settled"; readonly event: ResultEvent }
  /** Its revision has its result or asks nothing of the API, or a newer one has a signal of its own. */
  | { readonly outcome: "idle"; readonly reason: "unknown" | "settled" | "superseded" | "unconcerned" };

/**
 * Ends the revision of a signal that was tried `tries` times and never taken to its end. Throws
 * `LeaseHeldError` where a run has the API: it may be the one that succeeds.
 */
export async function giveUp(deps: GiveUpPorts, signal: Signal, tries: number, owner: string): Promise<GivenUp> {
  const givenUp = await endUnapplied(deps, signal, owner, (...known) => deliveredInVain(signal, ...known, tries));
  logAbout(deps.log, { ...subjectOf(signal) }).error("Gave up on a signal", { tries, outcome: givenUp.outcome });
  return givenUp;
}

/** Ends the revision of a signal that no run will take to its end, for the reason that is given, and under the lease. */
export async function endUnapplied(
  deps: GiveUpPorts,
  signal: Signal,
  owner: string,
  reason: (revision: Revision, changeSet: ChangeSetState | undefined) => Diagnostic,
): Promise<GivenUp> {
  const { apiId } = signal;
  const log = logAbout(deps.log, { ...subjectOf(signal) });
  const lease = { apiId, owner, ttlMs: deps.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS };
  return await underLease({ ...deps, log }, lease, ({ fence }) => end(deps, signal, fence, reason));
}

async function end(
  deps: GiveUpPorts,
  signal: Signal,
  fence: number,
  reason: Parameters<typeof endUnapplied>[3],
): Promise<GivenUp> {
  const { documentId, apiId } = signal;
  const record = await deps.ledger.readDocument(documentId);
  const revision = record?.current;
  if (record === undefined || revision === undefined) return { outcome: "idle", reason: "unknown" };
  const changeSet = await awaitPublished(deps, documentId, apiId);
  if (hasSettled(changeSet, revision.sequence)) return { outcome: "idle", reason: "settled" };
  if (signal.sequence < revision.sequence) return { outcome: "idle", reason: "superseded" };
  if (!(await isConcerned(deps.ledger, documentId, revision, apiId))) return { outcome: "idle", reason: "unconcerned" };

  // From here on no run that has lost its lease can begin on what is about to end.
  const fresh = randomId(deps.random);
  const begun = await deps.ledger.beginRun(documentId, apiId, revision.sequence, fence, fresh);
  await endSupersededOn(deps, record, apiId);
  const runId = runIdOf(begun, revision.sequence, fresh);
  const subject = { documentId, revision, now: deps.clock.now(), runId };
  const event = failedUntouched(subject, apiId, [reason(revision, changeSet)]);
  const isOurs = await settleAndPublish(deps, documentId, apiId, revision.sequence, event, fence);
  return isOurs ? { outcome: "settled", event } : { outcome: "idle", reason: "settled" };
}

function deliveredInVain(
  { documentId, apiId }: Signal,
  { sequence }: Revision,
  changeSet: ChangeSetState | undefined,
  tries: number,
): Diagnostic {
  const { progress } = changeSet ?? {};
  const done =
    progress?.sequence === sequence && progress.total > 0
      ? ` ${progress.ended} of ${progress.total} changes were finished and are kept.`
      : "";
  const failure = progress?.sequence === sequence ? progress.failure : undefined;
  const why = failure === undefined ? "" : ` ${capital(describeFailure(failure))}`;
  return {
    code: "SD6004",
    severity: "error",
    message: `Gave up on API ${apiId} after ${tries} ${tries === 1 ? "try" : "tries"}; no run finished.${done}${why}`,
    file: documentId,
    range: START_OF_TEXT,
    pointer: "",
    help: `Fix the cause, and drop the document again. In CloudWatch Logs Insights, this shows each try in the log of the reconcile function: filter operationId = "${operationIdOf(documentId, sequence)}"`,
  };
}
