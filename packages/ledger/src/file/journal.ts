import type { FileHandle } from "node:fs/promises";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { RecordChange } from "../state.ts";
import { diskFull, isDiskFull } from "./disk-full.ts";
import { formatChange } from "./format.ts";

/** A journal shorter than this is not worth a rewrite, in bytes. */
const SHORT_JOURNAL = 1024 * 1024;

/** Makes changes safe: each is one line of a journal, and the JSON file is rewritten when the journal outgrows it. */
export interface LedgerWriter {
  /** Resolves once the change is on disk. Changes made meanwhile share the next write. */
  commit(change: RecordChange): Promise<void>;
  /** Writes the JSON file anew and empties the journal. */
  rewrite(): Promise<void>;
  /** Throws once the ledger is closed, or a write has failed: what is in memory may then be ahead of the disk. */
  assertUsable(): void;
  /** Leaves the JSON file up to date, and no journal. */
  close(): Promise<void>;
}

/** `text` is the JSON file as it should be now; `storedBytes` the size of the one there is, if any. */
export function ledgerWriter(
  file: string,
  journalFile: string,
  text: () => string,
  storedBytes: number | undefined,
): LedgerWriter {
  let fileBytes = storedBytes;
  let journal: FileHandle | undefined;
  let journalBytes = 0;
  let buffered = "";
  let scheduled: Promise<void> | undefined;
  let last = Promise.resolve();
  let unusable: Error | undefined;

  async function flush(): Promise<void> {
    const lines = buffered;
    buffered = "";
    scheduled = undefined;
    const rewriteIsDue = fileBytes === undefined || journalBytes > Math.max(fileBytes, SHORT_JOURNAL);
    try {
      await (rewriteIsDue ? rewrite() : append(lines));
    } catch (cause) {
      unusable = notWritten(cause);
      throw unusable;
    }
  }

  function notWritten(cause: unknown): Error {
    const said = `The ledger ${file} could not be written`;
    if (isDiskFull(cause, file)) return diskFull(said, cause);
    const advice = "Check its permissions and the disk, and run again: it continues from the last complete write.";
    return new Error(`${said}. ${advice}`, { cause });
  }

  async function append(lines: string): Promise<void> {
    if (journal === undefined) {
      journal = await open(journalFile, "a");
      await syncFolder(file);
    }
    await journal.appendFile(lines);
    await journal.datasync();
    journalBytes += Buffer.byteLength(lines);
  }

  // A crash before the journal is emptied replays it on the newer file. That can undo only what nobody was told is safe.
  async function rewrite(): Promise<void> {
    const content = text();
    const temporary = await open(`${file}.tmp`, "w");
    try {
      await temporary.writeFile(content);
      await temporary.sync();
    } finally {
      await temporary.close();
    }
    await rename(`${file}.tmp`, file);
    await syncFolder(file);
    fileBytes = Buffer.byteLength(content);
    journal ??= await open(journalFile, "a");
    await journal.truncate(0);
    await journal.datasync();
    journalBytes = 0;
  }

  async function finish(): Promise<void> {
    try {
      await last;
      if (journalBytes > 0) await rewrite();
    } finally {
      await journal?.close();
    }
    await rm(journalFile, { force: true });
  }

  return {
    commit(change) {
      buffered += formatChange(change);
      if (scheduled === undefined) {
        scheduled = last.then(flush);
        last = scheduled;
      }
      return scheduled;
    },
    async rewrite() {
      try {
        await rewrite();
      } catch (cause) {
        throw notWritten(cause);
      }
    },
    assertUsable() {
      if (unusable !== undefined) throw unusable;
    },
    close() {
      unusable ??= new Error(`The ledger ${file} is closed.`);
      return finish();
    },
  };
}

/** Makes a rename or a new file last through a power cut; Windows has no such call, and needs none. */
async function syncFolder(file: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
