import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const SCHEMA = fileURLToPath(new URL("../../../spec/specdrop.schema.json", import.meta.url));

/** What tells an editor the schema of a document; the path holds for documents at the repository's root. */
export const MODELINE = modeline("./packages/spec/specdrop.schema.json");

/** The same for a document in a certain file. */
export function modelineOf(file: string): string {
  const path = relative(dirname(file), SCHEMA).split(sep).join("/");
  return modeline(path.startsWith(".") ? path : `./${path}`);
}

function modeline(schema: string): string {
  return `# yaml-language-server: $schema=${schema}\n`;
}
