import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package's own folder: of the clone, or of what npm installed. */
export const PACKAGE_ROOT = packageRoot(import.meta.dirname);

/** The JSON Schema of documents, below it. */
export const SCHEMA_PATH = "packages/spec/specdrop.schema.json";

/** The page of a diagnostic, in Markdown. */
export function pageFile(code: string): string {
  return join(PACKAGE_ROOT, "docs/diagnostics", `${code}.md`);
}

function packageRoot(folder: string): string {
  const manifest = join(folder, "package.json");
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "specdrop") return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error("The files of specdrop are incomplete. Install it again.");
  return packageRoot(above);
}
