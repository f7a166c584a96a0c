import { formatNaturalKey, type NaturalKey } from "@specdrop/engine";
import type { RecordChange } from "@specdrop/ledger/state";
import type { Item } from "./expressions.ts";
import type { Written } from "./table.ts";

/** What a write to the table means for the ledger; `undefined` where it is no part of it. */
export function changeOf({ before, after }: Written): RecordChange | undefined {
  const item = after ?? before;
  const reader = READERS[String(item?.["kind"])];
  if (item === undefined || reader === undefined) return undefined;
  const { table, key, read } = reader;
  if (after === undefined) return { table, key: key(item) };
  const { pk: _, sk: __, kind: ___, ...attributes } = after;
  return { table, key: key(item), record: read(attributes) } as RecordChange;
}

const same = (item: Item): unknown => item;

const responses = (table: "owned" | "routeResponses") => ({
  table,
  key: (item: Item) => formatNaturalKey(item as unknown as NaturalKey),
  read: ({ pending, ...rest }: Item) => (pending === undefined ? rest : { ...rest, pending: parsed(pending) }),
});

const READERS: Readonly<
  Record<
    string,
    {
      readonly table: RecordChange["table"];
      readonly key: (item: Item) => string;
      readonly read: (item: Item) => unknown;
    }
  >
> = {
  response: responses("owned"),
  routeResponse: responses("routeResponses"),
  document: { table: "documents", key: ({ documentId }) => String(documentId), read: same },
  changeSet: {
    table: "changeSets",
    key: ({ apiId, documentId }) => `${apiId}|${documentId}`,
    read: ({ result, ...rest }) => (result === undefined ? rest : { ...rest, result: withEvent(result as Item) }),
  },
  lease: { table: "leases", key: ({ apiId }) => String(apiId), read: same },
  suspension: { table: "suspensions", key: () => "suspension", read: same },
};

const withEvent = ({ event, ...rest }: Item) => ({ ...rest, event: parsed(event) });

const parsed = (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value);
