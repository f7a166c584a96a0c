import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { PACKAGE_ROOT, schemaPath } from "../pages/package-files.ts";

/**
 * What tells an editor the schema of a document in a file whose folder exists. Empty where the package has no place that
 * stays. `packageRoot` is where this package is, without symbolic links.
 */
export function modelineOf(file: string, packageRoot: string = PACKAGE_ROOT): string {
  const folder = realpathSync(dirname(resolve(file)));
  const root = installedAbove(folder, packageRoot) ?? packageRoot;
  // npx clears its cache: a path into it works today.
  if (root.split(sep).includes("_npx")) return "";
  const path = relative(folder, join(root, schemaPath())).split(sep).join("/");
  return `# yaml-language-server: $schema=${path.startsWith(".") ? path : `./${path}`}\n`;
}

/** This package as a `node_modules` above names it, which stays over versions; package managers may link it to elsewhere. */
function installedAbove(folder: string, packageRoot: string): string | undefined {
  const named = join(folder, "node_modules/specdrop");
  if (leadsTo(named, packageRoot)) return named;
  const above = dirname(folder);
  return above === folder ? undefined : installedAbove(above, packageRoot);
}

function leadsTo(folder: string, packageRoot: string): boolean {
  try {
    return realpathSync(folder) === packageRoot;
  } catch {
    return false;
  }
}
