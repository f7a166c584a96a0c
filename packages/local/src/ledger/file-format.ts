import type { Change, LedgerState, TableName } from "./state.ts";
import { TABLE_NAMES, toState, toTables } from "./state.ts";

const FORMAT = "specdrop-ledger";
const VERSION = 1;

/** What every record of a table must have, and of which type. */
const REQUIRED: Readonly<Record<TableName, Readonly<Record<string, "string" | "number" | "boolean" | "object">>>> = {
  documents: { documentId: "string", head: "object", overtaken: "object" },
  changeSets: { documentId: "string", apiId: "string", settledSequence: "number", epoch: "number", fence: "number" },
  owned: {
    ApiId: "string",
    IntegrationId: "string",
    IntegrationResponseKey: "string",
    documentId: "string",
    logicalId: "string",
    origin: "string",
    applied: "object",
    fence: "number",
  },
  leases: { apiId: "string", fence: "number" },
  suspensions: { suspended: "boolean", by: "string", since: "number", count: "number", told: "boolean" },
  withdrawals: { documentId: "string", responses: "number", at: "number", period: "number" },
  submissions: {
    documentId: "string",
    version: "number",
    latest: "object",
    displaced: "object",
    ended: "object",
    writes: "object",
  },
  bids: { documentId: "string", apiId: "string", sequence: "number", at: "number", wishes: "object" },
};

/** Records in the order of their keys, properties in alphabetical order: two ledgers that hold the same read the same. */
export function formatLedger(state: LedgerState): string {
  const { suspensions, withdrawals, submissions, bids, ...rest } = state;
  const held = {
    ...rest,
    ...(suspensions.length > 0 && { suspensions }),
    ...(withdrawals.length > 0 && { withdrawals }),
    ...(submissions.length > 0 && { submissions }),
    ...(bids.length > 0 && { bids }),
  };
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...inAlphabeticalOrder(held) }, null, 2)}\n`;
}

/** Throws an error that says what is wrong, without naming the file. */
export function parseLedger(text: string): LedgerState {
  const file = parseObject(text);
  if (file["format"] !== FORMAT) throw new Error(`It does not say "format": "${FORMAT}".`);
  const version = file["version"];
  if (typeof version === "number" && version > VERSION) {
    throw new NewerLedgerError(`Its version is ${version}; this specdrop reads version ${VERSION}.`);
  }
  if (version !== VERSION) throw new Error(`Its "version" is not ${VERSION}.`);
  // Files of before there was one have none.
  const state = { suspensions: [], withdrawals: [], submissions: [], bids: [], ...file };
  for (const table of TABLE_NAMES) checkTable(table, state[table as keyof typeof state]);
  return toState(toTables(state as unknown as LedgerState));
}

/** The file may be whole, but it takes another specdrop to tell. */
export class NewerLedgerError extends Error {
  override readonly name = "NewerLedgerError";
}

/** One line, with its end. */
export function formatChange(change: Change): string {
  return `${JSON.stringify(change)}\n`;
}

/** Throws as `parseLedger` does. */
export function parseChange(line: string): Change {
  const change = parseObject(line);
  const table = TABLE_NAMES.find((name) => name === change["table"]);
  if (table === undefined || typeof change["key"] !== "string") throw new Error("A line names no record.");
  if (change["record"] !== undefined) checkRecord(table, change["record"]);
  return change as unknown as Change;
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error("It is JSON, but not an object.");
  return value;
}

function checkTable(table: TableName, records: unknown): void {
  if (!Array.isArray(records)) throw new Error(`Its ${table} is not a list.`);
  for (const record of records) checkRecord(table, record);
}

function checkRecord(table: TableName, record: unknown): void {
  for (const [property, type] of Object.entries(REQUIRED[table])) {
    if (!isObject(record) || typeof record[property] !== type) {
      throw new Error(`A record of its ${table} has no ${property}, or one that is not of type ${type}.`);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** But for a pending create: a request that is sent again must be the same to the letter. */
function inAlphabeticalOrder<Value>(value: Value): Value;
function inAlphabeticalOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inAlphabeticalOrder);
  if (!isObject(value)) return value;
  const properties = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    properties.map(([name, member]) => [name, name === "pending" ? member : inAlphabeticalOrder(member)]),
  );
}
