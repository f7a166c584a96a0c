import { relative, resolve, sep } from "node:path";
import { wrongUsage } from "../../terminal/failure.ts";
import { remotePath } from "./git-config.ts";
import { originOf, repositoryOf } from "./repository.ts";

/** Where a file's document belongs in a ledger that others share. */
export interface Home {
  readonly namespace: string;
  /** The folder that paths in document ids are relative to. */
  readonly root: string;
}

/** Throws wrong usage where nothing says whose file it is. `given` is `--namespace`. */
export async function homeOf(path: string, given?: string): Promise<Home> {
  const repository = await repositoryOf(path);
  const root = repository?.root ?? process.cwd();
  const named = given ?? (process.env["SPECDROP_NAMESPACE"] || undefined);
  if (named !== undefined) {
    if (!isNamespace(named)) {
      throw wrongUsage(
        `${given === undefined ? "SPECDROP_NAMESPACE" : "--namespace"} needs to be a name without colons, white space and control characters, such as org/repo`,
      );
    }
    return { namespace: named, root };
  }
  const origin = repository && (await originOf(repository));
  const namespace = origin && remotePath(origin);
  if (namespace === undefined || !isNamespace(namespace)) {
    const why =
      repository === undefined
        ? "is in no Git repository"
        : "is in a Git repository without a remote origin that has a path";
    throw wrongUsage(
      `${path} ${why}, and a shared ledger has to know whose file it is: give --namespace NAME, or set SPECDROP_NAMESPACE`,
    );
  }
  return { namespace, root };
}

/** A path in a document's id: relative, with forward slashes. */
export function pathFrom(root: string, path: string): string {
  return relative(root, resolve(path)).split(sep).join("/");
}

function isNamespace(text: string): boolean {
  return /^[^\s:\p{Cc}]+$/u.test(text);
}
