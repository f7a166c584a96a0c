import { stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { repositoryOf } from "../ledger/namespace/repository.ts";

/** Where a folder's documents are checked. Paths have slashes. */
export interface CiPlace {
  /** The root of the Git repository that holds the folder, relative to it; GitHub reads workflows nowhere else. */
  readonly root: string;
  /** Where `npm ci` runs, relative to that root: `.` or a path. */
  readonly project: string;
  /** The folder, relative to that project: `.` or a path. */
  readonly folder: string;
}

/** Outside of a Git repository the folder itself is the root. */
export async function ciPlace(folder: string): Promise<CiPlace> {
  const at = resolve(folder);
  const root = (await repositoryOf(join(at, "any")))?.root ?? at;
  const project = (await nearest("package-lock.json", at, root)) ?? (await nearest("package.json", at, root)) ?? root;
  return { root: path(at, root), project: path(root, project), folder: path(project, at) };
}

/** The lowest folder from `from` up to `root` that holds such a file. */
async function nearest(file: string, from: string, root: string): Promise<string | undefined> {
  const found = await stat(join(from, file)).catch(() => undefined);
  if (found !== undefined) return from;
  return from === root ? undefined : nearest(file, dirname(from), root);
}

function path(from: string, to: string): string {
  return relative(from, to).split(sep).join("/") || ".";
}
