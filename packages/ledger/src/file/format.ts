import { sha256Hex } from "@specdrop/engine";
import { assertFormat, checked, DamagedLedgerError, LEDGER_FORMAT } from "../records/checked.ts";
import type { LedgerState, RecordChange, Records, TableName } from "../state.ts";
import { FIELDS, keyOf, TABLE_NAMES, toState, toTables } from "../state.ts";

const FORMAT = "specdrop-ledger";

/** Tables that files of before there were any do not have, and that are left out while they are empty. */
const ADDED_LATER: readonly TableName[] = [
  "suspensions",
  "withdrawals",
  "submissions",
  "bids",
  "comparisons",
  "routeResponses",
  "history",
];

/** What a ledger file holds. */
export interface LedgerFile {
  readonly version: number;
  readonly state: LedgerState;
  /** What a newer version keeps beside the tables: it is written back as it was read. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** Records in the order of their keys, properties in alphabetical order: two ledgers that hold the same read the same. */
export function formatLedger({ state, others }: Pick<LedgerFile, "state" | "others">): string {
  const tables = Object.entries(state).filter(
    ([table, records]) => records.length > 0 || !ADDED_LATER.includes(table as TableName),
  );
  const contents = inAlphabeticalOrder({ ...others, ...Object.fromEntries(tables) });
  const checksum = checksumOf({ format: FORMAT, version: LEDGER_FORMAT, ...contents });
  return `${JSON.stringify({ format: FORMAT, version: LEDGER_FORMAT, checksum, ...contents }, null, 2)}\n`;
}

/** Throws an error that says what is wrong and where, without naming the file or repeating what stands there. */
export function parseLedger(text: string): LedgerFile {
  const { checksum, ...file } = parseObject(text, "It");
  const { format, version, ...contents } = file;
  if (format !== FORMAT) throw new DamagedLedgerError(`It has no "format": "${FORMAT}".`);
  assertFormat(version, "It");
  const others = Object.fromEntries(Object.entries(contents).filter(([name]) => !Object.hasOwn(FIELDS, name)));
  const state = Object.fromEntries(TABLE_NAMES.map((table) => [table, tableIn(contents, table)]));
  const whole = toState(toTables(state as unknown as LedgerState));
  assertChecksum(checksum, file, "Its contents are");
  return { version: Number(version), state: whole, others };
}

/** One line, with its end. */
export function formatChange(change: RecordChange): string {
  return `${JSON.stringify({ ...change, checksum: checksumOf(change) })}\n`;
}

/** Throws as `parseLedger` does. `subject` is what an error calls the line. */
export function parseChange(line: string, subject: string): RecordChange {
  const { checksum, ...change } = parseObject(line, subject);
  const table = TABLE_NAMES.find((name) => name === change["table"]);
  if (table === undefined) throw new DamagedLedgerError(`${subject} has no table that this specdrop knows.`);
  const { key, record } = change;
  if (typeof key !== "string") throw new DamagedLedgerError(`${subject} has no record key.`);
  if (record !== undefined && keyIn(table, checkedRecord(table, record, `${subject}: record`)) !== key) {
    throw new DamagedLedgerError(`${subject} has the record of another key.`);
  }
  assertChecksum(checksum, change, `${subject} is`);
  return change as unknown as RecordChange;
}

function tableIn(contents: Readonly<Record<string, unknown>>, table: TableName): readonly unknown[] {
  const records = contents[table] ?? (ADDED_LATER.includes(table) ? [] : undefined);
  if (!Array.isArray(records)) throw new DamagedLedgerError(`Its ${table} is not a list.`);
  for (const [index, record] of records.entries()) checkedRecord(table, record, `${table}[${index}]`);
  return records;
}

function checkedRecord(table: TableName, record: unknown, at: string): Records[TableName] {
  return checked<Records[TableName]>(FIELDS[table] as never, record, at);
}

function keyIn(table: TableName, record: Records[TableName]): string {
  return keyOf[table](record as never);
}

function parseObject(text: string, subject: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser says where only sometimes.
    const position = /at position (\d+)/.exec(String(cause))?.[1];
    const line = position === undefined ? "" : ` from line ${text.slice(0, Number(position)).split("\n").length} on`;
    // biome-ignore lint/style/useErrorCause: the parser's message repeats the text.
    throw new DamagedLedgerError(`${subject} is not JSON${line}.`);
  }
  if (!isObject(value)) throw new DamagedLedgerError(`${subject} is JSON, but not an object.`);
  return value;
}

/** Of what is read as equal: white space does not count, the order of properties does. */
function checksumOf(value: object): string {
  return sha256Hex(JSON.stringify(value));
}

/** Where there is none, somebody took it out to change the rest by hand, or an older version wrote the text. */
function assertChecksum(checksum: unknown, value: object, subject: string): void {
  if (checksum === undefined || checksum === checksumOf(value)) return;
  throw new DamagedLedgerError(
    `${subject} not what specdrop wrote: the checksum differs. If you edited it on purpose, remove the property "checksum".`,
  );
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
