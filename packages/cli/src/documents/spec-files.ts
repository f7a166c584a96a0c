import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { wrongUsage } from "../terminal/failure.ts";

const SPEC_FILE = /\.(ya?ml|json)$/i;

/**
 * The files that `paths` stand for, each once: a folder is every .yaml, .yml and .json file below it, sorted, without
 * node_modules and dot folders; `-` is standard input. A path that does not exist, or a folder with no such file, is wrong usage.
 */
export async function expandPaths(paths: readonly string[]): Promise<readonly string[]> {
  const expanded = await filesAndFolders(paths);
  const [empty] = expanded.empty;
  if (empty !== undefined) throw holdsNone(empty);
  return expanded.files;
}

/** The same, and which of the paths are folders; those that hold no such file are no error here. */
export async function filesAndFolders(paths: readonly string[]) {
  const files: string[] = [];
  const folders: string[] = [];
  const empty: string[] = [];
  const folderOf = new Map<string, string>();
  for (const path of paths) {
    if (!(await isFolder(path))) {
      files.push(path);
      continue;
    }
    folders.push(path);
    const found = await filesBelow(path);
    if (found.length === 0) empty.push(path);
    files.push(...found);
    for (const file of found) folderOf.set(file, folderOf.get(file) ?? path);
  }
  return { files: [...new Set(files)], folders, empty, folderOf };
}

export function holdsNone(folder: string): Error {
  return wrongUsage(`${folder} holds no .yaml, .yml or .json file`);
}

/** Reads at most `limit` bytes and one more, so that the reader still sees that it is too long. */
export function readSpecFile(path: string, limit: number): Promise<Uint8Array> {
  return path === "-" ? readStdin(limit) : readStart(path, limit + 1);
}

/** Throws wrong usage where `path` does not exist or is a folder. */
export async function assertFile(path: string): Promise<void> {
  if (await isFolder(path)) throw wrongUsage(`${path} is a folder: give the path of a file`);
}

/** Throws wrong usage where `path` does not exist. `-` is standard input. */
export async function isFolder(path: string): Promise<boolean> {
  if (path === "-") return false;
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw wrongUsage(`${path} does not exist`);
    // Whoever reads it says why it cannot be read.
    return false;
  }
}

/** A folder that cannot be listed stands for itself, so that whoever reads it says why. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [folder];
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && !entry.name.startsWith(".")) files.push(...(await filesBelow(path)));
    } else if (SPEC_FILE.test(basename(path))) {
      files.push(path);
    }
  }
  return files;
}

async function readStart(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function readStdin(limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit + 1);
}
