import type { Suspension, SuspensionScope, SwitchOutcome } from "@specdrop/ledger/port";
import { SUSPENSION } from "@specdrop/ledger/records";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { recordIn, type StoredItem } from "./items.ts";
import { suspensionKey } from "./keys.ts";

const KIND = "suspension";

/** An operator may have written the item by other means (docs/operate.md): what it leaves out is made up for. */
export async function readSuspension(
  table: LedgerTable,
  scope: SuspensionScope = "applying",
): Promise<Suspension | undefined> {
  const item = await table.get<Partial<Suspension> & StoredItem>(suspensionKey(scope));
  if (item === undefined) return undefined;
  const { suspended = true, by = "somebody", since = 0, reason, count = 1, told = false } = item;
  const why = reason === undefined ? {} : { reason };
  return recordIn(table, item, SUSPENSION, () => ({ ...about(scope), suspended, by, since, ...why, count, told }));
}

export async function switchSuspension(
  table: LedgerTable,
  { scope, suspended, by, since, reason }: Omit<Suspension, "count" | "told">,
): Promise<SwitchOutcome> {
  const values = {
    ":kind": KIND,
    ":suspended": suspended,
    ":by": by,
    ":since": since,
    ":told": false,
    ":zero": 0,
    ":one": 1,
    ...(reason === undefined ? {} : { ":reason": reason }),
  };
  const set =
    "SET #kind = :kind, #suspended = :suspended, #by = :by, #since = :since, #told = :told, " +
    `#count = if_not_exists(#count, :zero) + :one${reason === undefined ? " REMOVE #reason" : ", #reason = :reason"}`;
  const changed = await table.update<{ readonly count?: number }>(
    suspensionKey(scope),
    { text: set, values },
    standingOtherwise(suspended),
  );
  if (changed !== undefined) {
    const count = (changed.before?.count ?? 0) + 1;
    const suspension = {
      ...about(scope),
      suspended,
      by,
      since,
      ...(reason === undefined ? {} : { reason }),
      count,
      told: false,
    };
    return { switched: true, suspension };
  }
  const held = await readSuspension(table, scope);
  // A request that the SDK sent twice because the first answer was lost knows itself by who and when.
  const switched = held?.suspended === suspended && held.by === by && held.since === since;
  return { switched, ...(held && { suspension: held }) };
}

function standingOtherwise(suspended: boolean): DynamoExpression {
  return suspended
    ? { text: "attribute_not_exists(#pk) OR #suspended = :otherwise", values: { ":otherwise": false } }
    : {
        text: "attribute_exists(#pk) AND (attribute_not_exists(#suspended) OR #suspended = :otherwise)",
        values: { ":otherwise": true },
      };
}

/** As a record has it. */
function about(scope: SuspensionScope = "applying"): Pick<Suspension, "scope"> {
  return scope === "applying" ? {} : { scope };
}

export async function markSuspensionTold(table: LedgerTable, count: number, scope?: SuspensionScope): Promise<void> {
  await table.update(
    suspensionKey(scope),
    { text: "SET #told = :true", values: { ":true": true } },
    {
      text: "attribute_exists(#pk) AND (#count = :count OR (attribute_not_exists(#count) AND :count = :one))",
      values: { ":count": count, ":one": 1 },
    },
  );
}
