import { randomUUID } from "node:crypto";
import { LeaseLostError } from "@specdrop/engine/errors";
import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, RunProgress, StoredResult } from "@specdrop/ledger/port";
import { CHANGE_SET, DRIFT, RESULT } from "@specdrop/ledger/records";
import { knownOf } from "@specdrop/ledger/records/checked";
import type { Fields } from "@specdrop/ledger/records/shape";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable, Updated } from "../table.ts";
import type { StoredDrift } from "./drift.ts";
import { parsed, recordIn, recordsOf, type StoredItem } from "./items.ts";
import { changeSetKey } from "./keys.ts";
import { setMilestones } from "./milestones.ts";

const KIND = "changeSet";
const FENCE_NOT_BEHIND = "attribute_not_exists(#fence) OR #fence <= :fence";
const NOT_BEHIND = `(${FENCE_NOT_BEHIND})`;

interface ChangeSetItem extends StoredItem, Omit<ChangeSetState, "result" | "drift"> {
  readonly kind: typeof KIND;
  readonly fence?: number;
  readonly result?: StoredEvent;
  readonly drift?: StoredDrift;
}

interface StoredEvent extends Omit<StoredResult, "event"> {
  /** The event as JSON text: its size in the item is its size on the bus. */
  readonly event: string;
  /** Names the write. A request that the SDK sent twice because the first answer was lost knows itself by it. */
  readonly writeId: string;
}

export async function readChangeSet(
  table: LedgerTable,
  documentId: string,
  apiId: string,
): Promise<ChangeSetState | undefined> {
  const item = await table.get<ChangeSetItem>(changeSetKey(documentId, apiId));
  return item && recordOf(table, item);
}

export async function* listChangeSets(table: LedgerTable): AsyncIterable<ChangeSetState> {
  yield* recordsOf(table.scan<ChangeSetItem>(KIND), (item) => recordOf(table, item));
}

export function beginRun(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
  fence: number,
  runId: string,
): Promise<ChangeSetState> {
  const key = changeSetKey(documentId, apiId);
  const mark = {
    text:
      "SET #kind = :kind, #documentId = :documentId, #apiId = :apiId, #runningSequence = :sequence, #fence = :fence, " +
      "#settledSequence = if_not_exists(#settledSequence, :zero), #epoch = if_not_exists(#epoch, :zero)",
    values: { ...identity(documentId, apiId), ":sequence": sequence, ":fence": fence, ":zero": 0 },
  };
  const named = { text: `${mark.text}, #runId = :runId`, values: { ...mark.values, ":runId": runId } };
  const isResumed = "(#runningSequence = :sequence AND attribute_exists(#runId))";
  const begun = (change: DynamoExpression, condition: string): Promise<Updated<ChangeSetItem> | undefined> =>
    table.update(key, change, {
      text:
        `${NOT_BEHIND} AND ${condition} AND (attribute_not_exists(#settledSequence) OR ` +
        "#settledSequence < :sequence OR attribute_exists(#drift.#fingerprint))",
    });
  return table.retryOnConflict(`${documentId} on API ${apiId}`, async () => {
    const marked = (await begun(named, `(NOT ${isResumed})`)) ?? (await begun(mark, isResumed));
    if (marked !== undefined)
      return { outcome: marked.before ? recordOf(table, marked.before) : unstarted(documentId, apiId) };
    const held = await table.get<ChangeSetItem>(key);
    if (held === undefined || (held.fence ?? fence) > fence) throw behind(apiId, fence);
    const isOver = held.settledSequence >= sequence && held.drift?.fingerprint === undefined;
    // Otherwise its mark came or went between the two.
    return isOver ? { outcome: recordOf(table, held) } : undefined;
  });
}

function unstarted(documentId: string, apiId: string): ChangeSetState {
  return { documentId, apiId, settledSequence: 0, epoch: 0 };
}

export async function checkpoint(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  progress: RunProgress,
  fence: number,
): Promise<void> {
  const noted = await table.update<ChangeSetItem>(
    changeSetKey(documentId, apiId),
    {
      text:
        "SET #kind = :kind, #documentId = :documentId, #apiId = :apiId, #progress = :progress, #fence = :fence, " +
        "#settledSequence = if_not_exists(#settledSequence, :zero), #epoch = if_not_exists(#epoch, :zero)",
      values: { ...identity(documentId, apiId), ":progress": progress, ":fence": fence, ":zero": 0 },
    },
    { text: FENCE_NOT_BEHIND },
  );
  if (noted === undefined) throw behind(apiId, fence);
}

function behind(apiId: string, fence: number): LeaseLostError {
  return new LeaseLostError(`A later run than this one (fence ${fence}) has begun on API ${apiId}.`);
}

export async function settle(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
  fence?: number,
): Promise<boolean> {
  const key = changeSetKey(documentId, apiId);
  const result: StoredEvent = { sequence, event: JSON.stringify(event), published: false, writeId: randomUUID() };
  const milestones = setMilestones(event);
  const settled = await table.update<ChangeSetItem>(
    key,
    {
      text:
        "SET #kind = :kind, #documentId = :documentId, #apiId = :apiId, #settledSequence = :sequence, " +
        `#result = :result, #epoch = if_not_exists(#epoch, :zero) + :one${milestones.text} REMOVE #runningSequence, #runId, #progress`,
      values: {
        ...identity(documentId, apiId),
        ...milestones.values,
        ":sequence": sequence,
        ":result": result,
        ":zero": 0,
        ":one": 1,
      },
    },
    {
      text:
        "(attribute_not_exists(#settledSequence) OR #settledSequence < :sequence) AND " +
        `(attribute_not_exists(#result) OR #result.#published = :true)${fence === undefined ? "" : ` AND ${NOT_BEHIND}`}`,
      values: { ":true": true, ...(fence === undefined ? {} : { ":fence": fence }) },
    },
  );
  if (settled !== undefined) return true;
  const held = await table.get<ChangeSetItem>(key);
  if (held?.result?.writeId === result.writeId) return true;
  const isOpen = (held?.settledSequence ?? 0) < sequence && held?.result?.published !== false;
  if (isOpen && fence !== undefined) throw behind(apiId, fence);
  return false;
}

export async function markPublished(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
): Promise<void> {
  await table.update(
    changeSetKey(documentId, apiId),
    { text: "SET #result.#published = :true", values: { ":true": true } },
    { text: "#result.#sequence = :sequence", values: { ":sequence": sequence } },
  );
}

export async function endRun(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
  fence: number,
): Promise<void> {
  await table.update(
    changeSetKey(documentId, apiId),
    { text: "SET #epoch = #epoch + :one REMOVE #runningSequence, #runId, #progress", values: { ":one": 1 } },
    {
      text: "#runningSequence = :sequence AND #fence = :fence",
      values: { ":sequence": sequence, ":fence": fence },
    },
  );
}

export async function reopen(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
): Promise<boolean> {
  const reopened = await table.update(
    changeSetKey(documentId, apiId),
    { text: "SET #settledSequence = :before", values: { ":before": sequence - 1 } },
    {
      text: "#settledSequence = :sequence AND #result.#sequence = :sequence AND #result.#published = :true",
      values: { ":sequence": sequence, ":true": true },
    },
  );
  return reopened !== undefined;
}

const identity = (documentId: string, apiId: string) => ({
  ":kind": KIND,
  ":documentId": documentId,
  ":apiId": apiId,
});

function recordOf(table: LedgerTable, item: ChangeSetItem): ChangeSetState {
  return recordIn(table, item, CHANGE_SET, () => ({
    ...item,
    ...(item.result && { result: withEvent(RESULT, item.result, "result.event") }),
    ...(item.drift && { drift: withEvent(DRIFT, item.drift, "drift.event") }),
  }));
}

function withEvent<T>(fields: Fields<T>, stored: { readonly event: string }, at: string): T {
  return knownOf<T>(fields, { ...stored, event: parsed(stored.event, at) } as T);
}
