import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { PACKAGE_ROOT, SCHEMA_PATH } from "../package-files.ts";

/** What tells an editor the schema of a document in a file whose folder exists. Empty where the schema has no place that stays. */
export function modelineOf(file: string): string {
  const folder = realpathSync(dirname(resolve(file)));
  const root = installedAbove(folder) ?? PACKAGE_ROOT;
  // npx clears its cache: a path into it works today.
  if (root.split(sep).includes("_npx")) return "";
  const path = relative(folder, join(root, SCHEMA_PATH)).split(sep).join("/");
  return `# yaml-language-server: $schema=${path.startsWith(".") ? path : `./${path}`}\n`;
}

/** This package as a `node_modules` above names it, which stays over versions; package managers may link it to elsewhere. */
function installedAbove(folder: string): string | undefined {
  const named = join(folder, "node_modules/specdrop");
  if (isThisPackage(named)) return named;
  const above = dirname(folder);
  return above === folder ? undefined : installedAbove(above);
}

function isThisPackage(folder: string): boolean {
  try {
    return realpathSync(folder) === PACKAGE_ROOT;
  } catch {
    return false;
  }
}
