import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

const { root, version } = packageAround(import.meta.dirname);

/** The package's own folder: of the clone, or of what npm installed. */
export const PACKAGE_ROOT: string = root;

/** The version of what is installed. */
export const VERSION: string = version;

/** The module that carries a user's program, in a process of its own. */
export function programHost(): string {
  return named("#program-host");
}

/** The path of the documents' JSON Schema below `PACKAGE_ROOT`. */
export function schemaPath(): string {
  return relative(PACKAGE_ROOT, named("#document-schema"));
}

/** The page of a diagnostic, in Markdown. */
export function pageFile(code: string): string {
  return join(PACKAGE_ROOT, "docs/diagnostics", `${code}.md`);
}

/** What the `imports` of the nearest package.json call a file: the clone's, or that of the built package. */
function named(specifier: string): string {
  return createRequire(import.meta.url).resolve(specifier);
}

function packageAround(folder: string): { readonly root: string; readonly version: string } {
  const file = join(folder, "package.json");
  if (existsSync(file)) {
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    if (manifest.name === "specdrop") return { root: folder, version: manifest.version };
  }
  const above = dirname(folder);
  if (above === folder) throw new Error("The files of specdrop are incomplete. Install it again.");
  return packageAround(above);
}
