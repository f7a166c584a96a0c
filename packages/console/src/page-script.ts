import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

let script: Promise<string> | undefined;

/** The browser's script as text. The package has it built; in the repository it is bundled once per process. */
export function pageScript(): Promise<string> {
  script ??= readScript(fileURLToPath(import.meta.resolve("#page-script")));
  return script;
}

async function readScript(file: string): Promise<string> {
  if (!file.endsWith(".ts")) return readFile(file, "utf8");
  const { bundlePageScript } = await import("./bundle-page-script.ts");
  return bundlePageScript(file);
}
