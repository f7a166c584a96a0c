import type { Clock } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import type { DocumentChange } from "../documents/change.ts";
import { hasSettled } from "../documents/unsettled.ts";
import type { ResultBus } from "../ports/ports.ts";
import { endingsOn, type RevisionEnding } from "./endings.ts";
import { type HistoryLedger, keepOvertaken } from "./history.ts";
import { NO_API } from "./no-api.ts";
import { nothingToDo, type Subject, superseded, supersededEverywhere, supersededUnread } from "./results.ts";
import { settleAndPublish, settleTogether } from "./settle.ts";

interface EndingPorts {
  readonly ledger: Pick<Ledger, "readChangeSet" | "settle" | "markPublished" | "clearSuperseded"> & HistoryLedger;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now" | "sleep">;
}

/** The result of a revision that concerns no API; `undefined` where it cannot be told here, and is told already. */
export type ResultOf = (ending: RevisionEnding, subject: Subject) => Promise<ResultEvent | undefined> | ResultEvent;

/** Ends revisions as `endingsOf` says. Returns how many had no end on all of their APIs before. */
export async function end(
  deps: EndingPorts,
  documentId: string,
  endings: readonly RevisionEnding[],
  resultOf: ResultOf,
): Promise<number> {
  let ended = 0;
  for (const ending of endings) {
    const { revision, how } = ending;
    if (how === "superseded") {
      if (await endEverywhere(deps, documentId, revision)) ended += 1;
      continue;
    }
    const event = await resultOf(ending, { documentId, revision, now: deps.clock.now() });
    if (event !== undefined && (await settleAndPublish(deps, documentId, NO_API, revision.sequence, event))) ended += 1;
  }
  return ended;
}

/** The result of one whose text nobody has at hand. Throws where it was rejected, and has not been told yet. */
export async function resultWithoutText(
  { ledger }: EndingPorts,
  { revision, how }: RevisionEnding,
  subject: Subject,
): Promise<ResultEvent | undefined> {
  const { documentId } = subject;
  if (how === "nothingToDo") return nothingToDo(subject);
  if (hasSettled(await ledger.readChangeSet(documentId, NO_API), revision.sequence)) return undefined;
  throw new Error(
    `Revision ${revision.sequence} of ${documentId} was rejected, and that result must be published first`,
  );
}

/** Ends what was overtaken on one API, for a run that is about to settle a later revision there. */
export async function endSupersededOn(deps: EndingPorts, record: DocumentRecord, apiId: string): Promise<void> {
  for (const revision of endingsOn(record, apiId)) await endEverywhere(deps, record.documentId, revision);
}

/** One event tells it, however many APIs have no result of the revision yet. */
async function endEverywhere(deps: EndingPorts, documentId: string, revision: Revision): Promise<boolean> {
  const { apiIds, sequence } = revision;
  const [apiId = NO_API, ...others] = apiIds;
  if (others.length === 0) return endSuperseded(deps, documentId, apiId, revision);
  // Whoever else ends it on some of its APIs at this moment tells the same, to the letter.
  const event = supersededEverywhere({ documentId, revision, now: revision.seenAt });
  return await settleTogether(deps, documentId, apiIds, sequence, event);
}

/** What was overwritten ends where no run has read it: none will. */
export async function endUnread(deps: EndingPorts, documentId: string, overwritten: Revision): Promise<void> {
  for (const apiId of overwritten.apiIds) {
    const changeSet = await deps.ledger.readChangeSet(documentId, apiId);
    if (changeSet?.runningSequence !== overwritten.sequence) await endSuperseded(deps, documentId, apiId, overwritten);
  }
}

/** Ends a revision on one API that no run will take up any more, unless it has ended already. */
export async function endSuperseded(
  deps: EndingPorts,
  documentId: string,
  apiId: string,
  revision: Revision,
): Promise<boolean> {
  const event = superseded({ documentId, revision, now: deps.clock.now() }, apiId);
  return await settleAndPublish(deps, documentId, apiId, revision.sequence, event);
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
