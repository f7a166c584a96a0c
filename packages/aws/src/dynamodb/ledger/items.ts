import { assertFormat, checked, DamagedLedgerError, knownOf, NewerLedgerError } from "@specdrop/ledger/records/checked";
import type { Fields } from "@specdrop/ledger/records/shape";
import type { DynamoExpression } from "../expression.ts";
import type { ItemKey } from "./keys.ts";

/** What every item of the ledger has, whatever it stands for. */
export interface StoredItem extends ItemKey {
  /** Absent in items of before there was one. */
  readonly format?: number;
}

/** Throws a `NewerLedgerError`, which names the item, where a newer version's format is beyond this one. */
export function assertReadable({ pk, sk, format = 1 }: StoredItem, tableName: string): void {
  assertFormat(format, `The item ${pk} ${sk} of the table ${tableName}`);
}

/**
 * The record that an item stands for: what `fields` names of it, or of what `make` puts together. Throws a `DamagedLedgerError` that names the item and
 * the place where it is no such record.
 */
export function recordIn<T>(
  table: { readonly name: string },
  item: StoredItem,
  fields: Fields<T>,
  make: () => object = () => item,
): T {
  assertReadable(item, table.name);
  try {
    return checked(fields, knownOf<T>(fields, make() as T));
  } catch (cause) {
    if (!(cause instanceof DamagedLedgerError)) throw cause;
    throw new DamagedLedgerError(
      `The item ${item.pk} ${item.sk} of the table ${table.name} cannot be used: ${cause.message}. Correct it, or restore the table to a point in time before.`,
      { cause },
    );
  }
}

/** What is kept as JSON text; `at` is what an error calls it. */
export function parsed<T>(text: unknown, at: string): T {
  try {
    return JSON.parse(String(text)) as T;
  } catch {
    // biome-ignore lint/style/useErrorCause: the parser's message repeats the text.
    throw new DamagedLedgerError(`${at} is not JSON`);
  }
}

/**
 * The records of all items that can be read, and then, where there are others, the error of the first of them: one
 * damaged item hides no other.
 */
export async function* recordsOf<Item, T>(items: AsyncIterable<Item>, read: (item: Item) => T): AsyncIterable<T> {
  const damaged: DamagedLedgerError[] = [];
  for await (const item of items) {
    let record: T;
    try {
      record = read(item);
    } catch (error) {
      if (!(error instanceof DamagedLedgerError)) throw error;
      damaged.push(error);
      continue;
    }
    yield record;
  }
  const [first] = damaged;
  if (first === undefined) return;
  if (damaged.length === 1 || first instanceof NewerLedgerError) throw first;
  throw new DamagedLedgerError(`${first.message} ${damaged.length - 1} more items cannot be used.`, { cause: first });
}

/** Writes these attributes and lets others be, those of a newer version too; what is `undefined` is taken away. */
export function setting(attributes: object): DynamoExpression {
  const entries = Object.entries(attributes);
  const set = entries.filter(([, value]) => value !== undefined);
  const gone = entries.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
  const text = `SET ${set.map(([name]) => `#${name} = :to_${name}`).join(", ")}`;
  return {
    text: gone.length === 0 ? text : `${text} REMOVE ${gone.join(", ")}`,
    values: Object.fromEntries(set.map(([name, value]) => [`:to_${name}`, value])),
  };
}

/** A value for every name of `fields`: `undefined` where the record has none. */
export function allOf<T>(fields: Fields<T>, record: T): Readonly<Record<string, unknown>> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}
