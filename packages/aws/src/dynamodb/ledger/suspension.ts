import type { Suspension, SuspensionScope, SwitchOutcome } from "@specdrop/ledger/port";
import { SUSPENSION } from "@specdrop/ledger/records";
import type { DynamoExpression } from "../expression.ts";
import type { LedgerTable } from "../table.ts";
import { allOf, recordIn, type StoredItem, setting } from "./items.ts";
import { suspensionKey } from "./keys.ts";

const KIND = "suspension";

/** An operator may have written the item by other means (docs/operate.md): what it leaves out is made up for. */
export async function readSuspension(
  table: LedgerTable,
  scope: SuspensionScope = "applying",
): Promise<Suspension | undefined> {
  const item = await table.get<Partial<Suspension> & StoredItem>(suspensionKey(scope));
  if (item === undefined) return undefined;
  const unsaid = { suspended: true, by: "somebody", since: 0, count: 1, told: false };
  return recordIn(table, item, SUSPENSION, () => ({ ...unsaid, ...item, ...about(scope) }));
}

export async function switchSuspension(
  table: LedgerTable,
  change: Omit<Suspension, "count" | "told">,
): Promise<SwitchOutcome> {
  const { scope, suspended, by, since } = change;
  // The key has the scope.
  const { scope: _, count: __, ...word } = allOf(SUSPENSION, { ...change, count: 0, told: false });
  const written = setting({ kind: KIND, ...word });
  const changed = await table.update<{ readonly count?: number }>(
    suspensionKey(scope),
    {
      text: written.text.replace("SET ", "SET #count = if_not_exists(#count, :zero) + :one, "),
      values: { ...written.values, ":zero": 0, ":one": 1 },
    },
    standingOtherwise(suspended),
  );
  if (changed !== undefined) {
    const count = (changed.before?.count ?? 0) + 1;
    return { switched: true, suspension: { ...change, count, told: false } };
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

export async function markSuspensionAnnounced(
  table: LedgerTable,
  count: number,
  scope?: SuspensionScope,
): Promise<void> {
  await table.update(
    suspensionKey(scope),
    { text: "SET #told = :true", values: { ":true": true } },
    {
      text: "attribute_exists(#pk) AND (#count = :count OR (attribute_not_exists(#count) AND :count = :one))",
      values: { ":count": count, ":one": 1 },
    },
  );
}
