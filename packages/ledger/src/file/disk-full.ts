import { statfsSync } from "node:fs";
import { dirname } from "node:path";

/** SQLITE_FULL and SQLITE_CANTOPEN. https://www.sqlite.org/rescode.html */
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;

/** Whether a failed call of the file system or of SQLite, about `path`, means that no space or no quota is left. */
export function isDiskFull(error: unknown, path: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (code === "ENOSPC" || code === "EDQUOT") return true;
  const primary = typeof errcode === "number" ? errcode & 0xff : undefined;
  return primary === SQLITE_FULL || (primary === SQLITE_CANTOPEN && hasNoRoom(dirname(path)));
}

/** SQLite does not say why a file cannot be made. */
function hasNoRoom(folder: string): boolean {
  const { bavail, ffree, files } = statfsSync(folder);
  return bavail === 0 || (files > 0 && ffree === 0);
}

export function diskFull(what: string, cause: unknown): Error {
  return new Error(
    `${what}: the disk is full. Free some space, and run again: it continues from the last complete write.`,
    {
      cause,
    },
  );
}
