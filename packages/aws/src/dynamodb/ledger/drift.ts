import { randomUUID } from "node:crypto";
import type { DriftRecord } from "@specdrop/ledger/port";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { changeSetKey } from "./keys.ts";
import { setMilestones } from "./milestones.ts";

/** A change set's drift, as its item holds it. */
export interface StoredDrift extends Omit<DriftRecord, "event"> {
  /** As JSON text, like the result. */
  readonly event: string;
  /** Names the write. A request that the SDK sent twice because the first answer was lost knows itself by it. */
  readonly writeId: string;
}

export async function noteDrift(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  sequence: number,
  drift: Omit<DriftRecord, "published" | "repair">,
): Promise<boolean> {
  const key = changeSetKey(documentId, apiId);
  const stored: StoredDrift = {
    ...drift,
    event: JSON.stringify(drift.event),
    published: false,
    writeId: randomUUID(),
  };
  const condition = followingOn(sequence, drift);
  if (condition === undefined) return false;
  const milestones = setMilestones(drift.event);
  const noted = await table.update(
    key,
    {
      text: `SET #drift = :drift, #epoch = #epoch + :one${milestones.text} REMOVE #runningSequence, #runId, #progress`,
      values: { ...milestones.values, ":drift": stored, ":one": 1 },
    },
    condition,
  );
  if (noted !== undefined) return true;
  const held = await table.get<{ readonly drift?: StoredDrift }>(key);
  return held?.drift?.writeId === stored.writeId;
}

/** `undefined` where there is nothing it could follow on. */
function followingOn(
  sequence: number,
  { count, fingerprint }: Omit<DriftRecord, "published" | "event" | "repair">,
): DynamoExpression | undefined {
  if (count === 1) {
    if (fingerprint === undefined) return undefined;
    return {
      text: "#settledSequence = :sequence AND attribute_not_exists(#drift)",
      values: { ":sequence": sequence },
    };
  }
  const isNext = "#settledSequence = :sequence AND #drift.#count = :before AND #drift.#published = :true";
  const values = { ":sequence": sequence, ":before": count - 1, ":true": true };
  if (fingerprint === undefined) return { text: `${isNext} AND attribute_exists(#drift.#fingerprint)`, values };
  const isOther = "(attribute_not_exists(#drift.#fingerprint) OR #drift.#fingerprint <> :fingerprint)";
  return { text: `${isNext} AND ${isOther}`, values: { ...values, ":fingerprint": fingerprint } };
}

export async function noteRepair(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  count: number,
  now: number,
): Promise<void> {
  const key = changeSetKey(documentId, apiId);
  const held = await table.get<{ readonly drift?: StoredDrift }>(key);
  const repair = { asked: (held?.drift?.repair?.asked ?? 0) + 1, at: now };
  await table.update(
    key,
    { text: "SET #drift.#repair = :repair", values: { ":repair": repair } },
    { text: "#drift.#count = :count", values: { ":count": count } },
  );
}

export async function markDriftPublished(
  table: LedgerTable,
  documentId: string,
  apiId: string,
  count: number,
): Promise<void> {
  await table.update(
    changeSetKey(documentId, apiId),
    { text: "SET #drift.#published = :true", values: { ":true": true } },
    { text: "#drift.#count = :count", values: { ":count": count } },
  );
}
