import type { DocumentRecord, Revision } from "@specdrop/ledger/port";
import { validateDocument } from "../documents/validate-document.ts";
import { isHoldable } from "../policy/breaker.ts";
import { NO_API } from "../results/no-api.ts";
import { nothingToDo, rejected, superseded } from "../results/results.ts";
import { settleAndPublish } from "../results/settle.ts";
import { clearSuperseded, endSupersededRevisions } from "../results/superseded.ts";
import { sweptAt } from "./in-turn.ts";
import { isHeld } from "./is-held.ts";
import { endLost, isTextLost } from "./lost-text.ts";
import type { DocumentSweep, Held } from "./ports.ts";

/** Sees to it that every revision of a document ends, once nobody else can be expected to. */
export async function finish(deps: DocumentSweep, held: Held): Promise<void> {
  const { record } = held;
  const now = deps.clock.now();
  const isOld = ({ seenAt }: Revision) => now - seenAt >= deps.graceMs;
  const isAtRest = isOld(record.head) && (record.current === undefined || isOld(record.current));
  if (isAtRest) await endWithoutApi(deps, held);
  const isHeld = deps.isHolding && record.current !== undefined && isHoldable(record.documentId, record.current);
  if (record.current !== undefined && isOld(record.current) && !deps.isSuspended && !isHeld) {
    await signalUnsettled(deps, held, record.current, isAtRest ? record.overtaken : []);
  }
  if (isAtRest && record.overtaken.length > 0) {
    await endSupersededRevisions(deps, record);
    await clearSuperseded(deps, record);
  }
}

/** A run of an overtaken revision may have left something on an API that the current one does not know of. */
async function signalUnsettled(
  deps: DocumentSweep,
  { record, changeSets }: Held,
  current: Revision,
  overtaken: readonly Revision[],
): Promise<void> {
  const { documentId } = record;
  const { sequence, correlationId } = current;
  const apiIds = new Set([current, ...overtaken].flatMap((revision) => revision.apiIds));
  let isLost: boolean | undefined;
  for (const apiId of apiIds) {
    const changeSet = changeSets.get(apiId);
    if ((changeSet?.settledSequence ?? 0) >= sequence) continue;
    if (changeSet?.runningSequence === sequence && (await isHeld(deps, apiId))) continue;
    const signal = { documentId, apiId, sequence, ...sweptAt(deps.clock.now()), correlationId };
    isLost ??= await isTextLost(deps, record, current);
    if (isLost) {
      await endLost(deps, signal, current);
      continue;
    }
    await deps.queue.send(signal);
    deps.log.warn("A change set has not settled: signalled again", { apiId, sequence });
    deps.done.signalsSent += 1;
  }
}

/** Ends what concerns no API: rejected documents, and those that ask nothing. The ledger takes them in order. */
async function endWithoutApi(deps: DocumentSweep, { record, changeSets }: Held): Promise<void> {
  const { documentId, head, current, overtaken } = record;
  const settled = changeSets.get(NO_API)?.settledSequence ?? 0;
  const revisions = new Map(
    [...overtaken, ...(current === undefined ? [] : [current]), head].map((revision) => [revision.sequence, revision]),
  );
  const unended = [...revisions.values()].filter(({ apiIds, sequence }) => apiIds.length === 0 && sequence > settled);
  for (const revision of unended.sort((a, b) => a.sequence - b.sequence)) {
    const event = await ending(deps, record, revision);
    if (await settleAndPublish(deps, documentId, NO_API, revision.sequence, event)) deps.done.ended += 1;
  }
}

async function ending(deps: DocumentSweep, { documentId, head, current }: DocumentRecord, revision: Revision) {
  const { sequence, kind, source } = revision;
  const isOvertaken = sequence !== head.sequence && sequence !== current?.sequence;
  const stored = isOvertaken || kind === "withdrawn" ? undefined : await deps.store.read(source);
  const subject = { documentId, revision, now: deps.clock.now() };
  const remarks = stored && (await validateDocument(deps.allowedApis, documentId, source.key, stored.body)).remarks;
  if (kind === "rejected") return remarks === undefined ? superseded(subject, NO_API) : rejected(subject, remarks);
  return isOvertaken ? superseded(subject, NO_API) : nothingToDo(subject, remarks);
}
