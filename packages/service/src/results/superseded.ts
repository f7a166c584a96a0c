import type { Clock } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import type { DocumentChange } from "../documents/change.ts";
import type { ResultBus } from "../ports/ports.ts";
import { type HistoryLedger, keepOvertaken } from "./history.ts";
import { NO_API } from "./no-api.ts";
import { nothingToDo, type Subject, superseded, supersededEverywhere, supersededUnread } from "./results.ts";
import { settleAndPublish, settleTogether } from "./settle.ts";

interface EndingPorts {
  readonly ledger: Pick<Ledger, "readChangeSet" | "settle" | "markPublished" | "clearSuperseded"> & HistoryLedger;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now" | "sleep">;
}

/** A revision that concerns no API, and what is to be told of it. */
export interface RevisionEnding {
  readonly revision: Revision;
  readonly result: (subject: Subject) => ResultEvent;
}

/**
 * Every revision ends in a result on each of its APIs, one that no run will take up any more too. All that concern no API
 * share one change set, and the ledger takes its results in order of sequence: so `own` ends among them, and what is not
 * overtaken ends too where a later one is about to.
 */
export async function endSupersededRevisions(
  deps: EndingPorts,
  record: DocumentRecord,
  own?: RevisionEnding,
): Promise<void> {
  const { documentId, head, current, overtaken } = record;
  const due = new Map(overtaken.map((revision) => [revision.sequence, revision]));
  if (own !== undefined) due.set(own.revision.sequence, own.revision);
  const last = Math.max(0, ...[...due.values()].filter(isWithoutApi).map(({ sequence }) => sequence));
  for (const revision of [current, head]) {
    if (revision !== undefined && isWithoutApi(revision) && revision.sequence < last)
      due.set(revision.sequence, revision);
  }
  for (const revision of [...due.values()].sort((a, b) => a.sequence - b.sequence)) {
    const subject = { documentId, revision, now: deps.clock.now() };
    const end = (event: ResultEvent) => settleAndPublish(deps, documentId, NO_API, revision.sequence, event);
    if (revision.sequence === own?.revision.sequence) await end(own.result(subject));
    else if (overtaken.includes(revision)) await endEverywhere(deps, documentId, revision);
    // Its own intake may have died before it told its result.
    else if (revision.kind !== "rejected") await end(nothingToDo(subject));
    else if (!(await hasEnded(deps, documentId, revision)))
      throw new Error(`Revision ${revision.sequence} of ${documentId} was rejected, and has to be told of first`);
  }
}

/** The same for those that concern one API, for a run that is about to settle a later revision there. */
export async function endSupersededOn(
  deps: EndingPorts,
  { documentId, overtaken }: DocumentRecord,
  apiId: string,
): Promise<void> {
  // Each ends on all of its APIs, and on each of them the older ones end first.
  const apiIds = new Set([apiId]);
  const due = overtaken.toReversed().filter((revision) => {
    const isDue = revision.apiIds.some((one) => apiIds.has(one));
    if (isDue) for (const one of revision.apiIds) apiIds.add(one);
    return isDue;
  });
  for (const revision of due.reverse()) await endEverywhere(deps, documentId, revision);
}

const isWithoutApi = ({ apiIds }: Revision) => apiIds.length === 0;

/** One event tells it, however many APIs have no result of the revision yet. */
async function endEverywhere(deps: EndingPorts, documentId: string, revision: Revision): Promise<void> {
  const { apiIds, sequence } = revision;
  const [apiId = NO_API, ...others] = apiIds;
  if (others.length === 0) return endSuperseded(deps, documentId, apiId, revision);
  // Whoever else ends it on some of its APIs at this moment tells the same, to the letter.
  const event = supersededEverywhere({ documentId, revision, now: revision.seenAt });
  await settleTogether(deps, documentId, apiIds, sequence, event);
}

async function hasEnded({ ledger }: EndingPorts, documentId: string, { sequence }: Revision): Promise<boolean> {
  const changeSet = await ledger.readChangeSet(documentId, NO_API);
  return (changeSet?.settledSequence ?? 0) >= sequence;
}

/**
 * In a bucket without versions a rejected document overwrites the accepted one. Where no run has read that yet, none
 * will: the revision in force ends here, and what it would have changed stays as it is.
 */
export async function endOverwritten(deps: EndingPorts, { documentId, head, current }: DocumentRecord): Promise<void> {
  if (current?.kind !== "accepted" || head.kind !== "rejected" || head.source.versionId !== undefined) return;
  for (const apiId of current.apiIds) {
    const changeSet = await deps.ledger.readChangeSet(documentId, apiId);
    if (changeSet?.runningSequence !== current.sequence) await endSuperseded(deps, documentId, apiId, current);
  }
}

/** Ends a revision on one API that no run will take up any more, unless it has ended already. */
export async function endSuperseded(
  deps: EndingPorts,
  documentId: string,
  apiId: string,
  revision: Revision,
): Promise<void> {
  const event = superseded({ documentId, revision, now: deps.clock.now() }, apiId);
  await settleAndPublish(deps, documentId, apiId, revision.sequence, event);
}

/** To be called once nothing is left to do for them. */
export async function clearSuperseded(deps: EndingPorts, record: DocumentRecord): Promise<void> {
  const { documentId, overtaken } = record;
  if (overtaken.length === 0) return;
  await keepOvertaken(deps.ledger, record);
  await deps.ledger.clearSuperseded(documentId, ...overtaken.map(({ sequence }) => sequence));
}

/** Tells that a change came too late to be recorded at all. */
export async function supersedeUnread(
  { bus, clock }: Pick<EndingPorts, "bus" | "clock">,
  change: DocumentChange,
  kind: Revision["kind"],
): Promise<void> {
  await bus.publish([supersededUnread(change.documentId, { ...change, kind }, clock.now())]);
}
