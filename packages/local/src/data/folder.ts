import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { acquireFileLock, readHolder } from "@specdrop/ledger/file/lock";
import { openStores, type Stores } from "./fauxqs-stores.ts";
import { openJournal } from "./journal.ts";
import { foldLines, type Kept, type KeptLine, linesOf } from "./kept.ts";

/** A folder with the state of an embedded stack, locked against every other process until closed. */
export interface DataFolder {
  /** What was there when it was opened. */
  readonly kept: Kept;
  readonly append: (...lines: readonly KeptLine[]) => void;
  readonly stores: Stores;
  /** Where DynamoDB's tables are. */
  readonly tables: string;
  close(): void;
}

/** Opens the folder, or makes it. Throws, with the path and what to do, where another process has it open. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  mkdirSync(path, { recursive: true });
  const folder = realpathSync(path);
  const lockFile = join(folder, "lock");
  const lock = await acquireFileLock(lockFile, 0);
  if (lock === undefined) {
    const holder = readHolder(lockFile);
    const who = holder === undefined ? "Another process" : `Process ${holder}`;
    throw new Error(`${who} keeps its data in ${folder}. Stop it, or choose another folder.`);
  }
  try {
    const { lines, journal } = openJournal<KeptLine>(join(folder, "journal.jsonl"));
    const kept = foldLines(lines);
    journal.rewrite(linesOf(kept));
    const { stores, close } = await openStores(join(folder, "fauxqs"));
    return {
      kept,
      append: journal.append,
      stores,
      tables: join(folder, "tables"),
      close() {
        close();
        journal.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
