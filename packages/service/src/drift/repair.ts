import type { Random } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, Ledger, Revision } from "@specdrop/ledger/port";
import type { Log, ResultBus } from "../ports/ports.ts";
import type { Signal } from "../ports/signals.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import { isOpen, publishOwedDrift, tellDrift } from "./drift.ts";

/** The change set, if a signal asks to repair just that drift which is open on it. */
export function openDriftFor(
  { repair }: Signal,
  changeSet: ChangeSetState | undefined,
  { sequence }: Revision,
): ChangeSetState | undefined {
  const isAsked = repair !== undefined && changeSet?.drift?.count === repair;
  return isAsked && isOpen(changeSet) && changeSet.settledSequence === sequence ? changeSet : undefined;
}

interface RepairPorts {
  readonly ledger: Ledger;
  readonly store: Pick<SpecStore, "write">;
  readonly bus: ResultBus;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
}

/** A run over the revision that drifted: what it came to, under which fence, and when it began (epoch milliseconds). */
export interface RepairRun {
  readonly event: ResultEvent;
  readonly fence: number;
  readonly begunAt: number;
}

/**
 * Tells that live state is as declared again, and what it took. `undefined` where it is not: the drift stays open, and
 * the next sweep asks for another run, which has other ClientTokens.
 */
export async function endRepair(
  deps: RepairPorts,
  changeSet: ChangeSetState,
  revision: Revision,
  { event, fence, begunAt }: RepairRun,
): Promise<ResultEvent | undefined> {
  const { documentId, apiId } = changeSet;
  const { data } = event.detail;
  if (event.detailType === "ApplyFailed") {
    const codes = [...new Set(data.diagnostics.map(({ code }) => code))];
    deps.log.error("The drift was not repaired", { drift: changeSet.drift?.count, codes, summary: data.summary });
    await deps.ledger.endRun(documentId, apiId, revision.sequence, fence);
    return undefined;
  }
  await publishOwedDrift(deps, changeSet);
  const { changes, summary, deployment, omittedChanges = 0 } = data;
  const told = await tellDrift(deps, changeSet, revision, {
    outcome: { changes, summary, diagnostics: [], omittedChanges, ...(deployment === undefined ? {} : { deployment }) },
    durationMs: Math.max(0, deps.clock.now() - begunAt),
  });
  return told?.event;
}
