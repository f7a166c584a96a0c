import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a waiting process looks whether the lock is free, in milliseconds. */
const LOOK_MS = 20;
/** How long the holder's note may take to be read or written while another process reads it, in milliseconds. */
const NOTE_MS = 1000;

/** A lock held by this process until released, or until the process ends in whatever way. */
export interface FileLock {
  release(): void;
}

/** Waits up to `waitMs` for the lock; `undefined` where another holds it still. */
export async function acquireFileLock(path: string, waitMs: number): Promise<FileLock | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryFileLock(path);
    const left = deadline - performance.now();
    if (lock !== undefined || left <= 0) return lock;
    await sleep(Math.min(LOOK_MS, left));
  }
}

/** The process id that the holder noted when it took the lock; `undefined` where it cannot be read. */
export function readHolder(path: string): number | undefined {
  const database = new DatabaseSync(path, { timeout: NOTE_MS });
  try {
    return noted(database) || undefined;
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

/**
 * The write lock of an SQLite database is the lock: the kernel frees it with the process, and others can still read the
 * note in the database. Committing the note lets go for a moment, so it is checked once the lock is held again.
 */
function tryFileLock(path: string): FileLock | undefined {
  const database = new DatabaseSync(path);
  try {
    takeLock(database);
    while (noted(database) !== process.pid) {
      database.exec(`PRAGMA busy_timeout = ${NOTE_MS}; PRAGMA user_version = ${process.pid}; COMMIT`);
      takeLock(database);
    }
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function takeLock(database: DatabaseSync): void {
  database.exec("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE");
}

function noted(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** SQLITE_BUSY, in any of its extended forms. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5
  );
}
