import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ledgerOn, memoryLedger } from "../memory.ts";
import type { Ledger } from "../port.ts";
import { LEDGER_FORMAT, NewerLedgerError } from "../records/checked.ts";
import type { Tables } from "../state.ts";
import { EMPTY_STATE, put, toState, toTables } from "../state.ts";
import { diskFull, isDiskFull } from "./disk-full.ts";
import { formatLedger, type LedgerFile, parseChange, parseLedger } from "./format.ts";
import { ledgerWriter } from "./journal.ts";
import type { FileLock } from "./lock.ts";
import { acquireFileLock, readHolder } from "./lock.ts";

/** A ledger in a JSON file, locked against every other process until closed. */
export interface FileLedger extends Ledger {
  /** Brings the JSON file up to date and unlocks it. The ledger cannot be used afterwards. */
  close(): Promise<void>;
}

export interface FileLedgerOptions {
  /** How long to wait for another process to close the ledger, in milliseconds; by default not at all. */
  readonly waitMs?: number;
}

/**
 * Opens the ledger at `path`, or starts an empty one there; folders are created. Throws, with the path and what to do,
 * where another process has it open, or where it cannot be read.
 */
export async function openFileLedger(path: string, options: FileLedgerOptions = {}): Promise<FileLedger> {
  const file = await locate(path);
  const lock = await lockLedger(file, options.waitMs ?? 0);
  try {
    return await openLocked(file, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The path without symbolic links: one file must have one lock. */
async function locate(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  await makeFolder(folder);
  try {
    return await realpath(absolute);
  } catch (error) {
    if (isMissing(error)) return join(await realpath(folder), basename(absolute));
    throw error;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeWithParents(folder);
  } catch (cause) {
    if (isDiskFull(cause, folder)) throw diskFull(`The ledger's folder ${folder} cannot be created`, cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The ledger's folder ${folder} cannot be created: ${reason}. Choose another place for the ledger.`,
      {
        cause,
      },
    );
  }
}

/** `mkdir` with `recursive` never ends in a folder that takes none, such as /proc. */
async function makeWithParents(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeWithParents(parent);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is a file`);
}

async function lockLedger(file: string, waitMs: number): Promise<FileLock> {
  const lockFile = `${file}.lock`;
  let lock: FileLock | undefined;
  try {
    lock = await acquireFileLock(lockFile, waitMs);
  } catch (cause) {
    if (isDiskFull(cause, file)) throw diskFull(`The ledger ${file} cannot be locked`, cause);
    const advice = `If no specdrop is running, delete ${lockFile} and try again.`;
    throw new Error(`The ledger ${file} cannot be locked. ${advice}`, { cause });
  }
  if (lock !== undefined) return lock;
  const pid = readHolder(lockFile);
  const holder = pid === undefined ? "another process" : pid === process.pid ? "this process" : `process ${pid}`;
  throw new Error(`The ledger ${file} is in use by ${holder}. Wait until it has finished, or end it, and try again.`);
}

async function openLocked(file: string, lock: FileLock): Promise<FileLedger> {
  const { tables, others, storedBytes, isBehind } = await readTables(file);
  const text = () => formatLedger({ state: toState(tables), others });
  const writer = ledgerWriter(file, journalOf(file), text, storedBytes);
  if (isBehind) await writer.rewrite();
  const ledger = ledgerOn(() => {
    writer.assertUsable();
    return tables;
  }, writer.commit);
  let closing: Promise<void> | undefined;
  return {
    ...ledger,
    close() {
      closing ??= writer.close().finally(() => lock.release());
      return closing;
    },
  };
}

/**
 * The ledger at `path` as it is now, to look at: what is written to it is forgotten, and nothing is locked or made.
 * Empty where there is none; throws where it cannot be read.
 */
export async function readFileLedger(path: string): Promise<Ledger> {
  const file = await realpath(path).catch(() => resolve(path));
  const { tables } = await readTables(file);
  return memoryLedger(toState(tables));
}

interface Stored {
  readonly tables: Tables;
  readonly others: LedgerFile["others"];
  /** Of the JSON file, if there is one in this version's format: any other is written anew before it is added to. */
  readonly storedBytes: number | undefined;
  /** There are changes in the journal that the JSON file does not have. */
  readonly isBehind: boolean;
}

async function readTables(file: string): Promise<Stored> {
  const journalFile = journalOf(file);
  const text = await readIfThere(file);
  const journal = await readIfThere(journalFile);
  const held = text === undefined ? EMPTY_FILE : readable(file, () => parseLedger(text));
  const tables = toTables(held.state);
  if (journal && text === undefined) {
    throw new Error(
      `${journalFile} is the journal of ${file}, but ${file} is missing. Restore it, or move the journal away too.`,
    );
  }
  if (journal) readable(journalFile, () => replay(tables, journal));
  const isCurrent = text !== undefined && held.version === LEDGER_FORMAT;
  return {
    tables,
    others: held.others,
    storedBytes: isCurrent ? Buffer.byteLength(text) : undefined,
    isBehind: Boolean(journal),
  };
}

const EMPTY_FILE: LedgerFile = { version: LEDGER_FORMAT, state: EMPTY_STATE, others: {} };

function journalOf(file: string): string {
  return `${file}.journal`;
}

/** A last line without its end was cut off by a crash, before anybody was told that it is safe. */
function replay(tables: Tables, journal: string): void {
  for (const [index, line] of journal.split("\n").slice(0, -1).entries()) {
    const { table, key, record } = parseChange(line, `Line ${index + 1}`);
    put(tables, table, key, record);
  }
}

function readable<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof NewerLedgerError)
      throw new Error(`The ledger file ${file} cannot be used. ${reason}`, { cause });
    const advice =
      "Restore it from a copy. Without one, move it away: specdrop then starts an empty ledger, and adopts what it " +
      "finds in AWS only for documents that say `adopt: true`.";
    throw new Error(`The ledger file ${file} cannot be used. ${reason.replace(/\.?$/, ".")} ${advice}`, { cause });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new Error(`The ledger file ${file} cannot be read. Check that it is a file, and its permissions.`, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
