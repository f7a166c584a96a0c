import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { originIn } from "./git-config.ts";

/** A Git repository, as far as its files tell without Git. */
export interface Repository {
  /** The folder that its paths are relative to. */
  readonly root: string;
  /** Its folder of configuration: for a worktree that of the main one. */
  readonly configFolder: string;
}

/** The repository that holds a path, which need not be there. */
export async function repositoryOf(path: string): Promise<Repository | undefined> {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const configFolder = await configFolderOf(join(folder, ".git"));
    if (configFolder !== undefined) return { root: folder, configFolder };
    if (dirname(folder) === folder) return undefined;
  }
}

/** The URL of its remote `origin`, if it has one. */
export async function originOf({ configFolder }: Repository): Promise<string | undefined> {
  const config = await readIfThere(join(configFolder, "config"));
  return config === undefined ? undefined : originIn(config);
}

/** `.git` is a folder, or in a worktree or submodule a file that says where it is. A worktree's names the common one. */
async function configFolderOf(dotGit: string): Promise<string | undefined> {
  const found = await stat(dotGit).catch(() => undefined);
  if (found === undefined) return undefined;
  const pointer = found.isDirectory()
    ? undefined
    : /^gitdir:\s*(.+?)\s*$/m.exec((await readIfThere(dotGit)) ?? "")?.[1];
  if (!found.isDirectory() && pointer === undefined) return undefined;
  const folder = pointer === undefined ? dotGit : resolve(dirname(dotGit), pointer);
  const common = (await readIfThere(join(folder, "commondir")))?.trim();
  return common === undefined || common === "" ? folder : resolve(folder, common);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
