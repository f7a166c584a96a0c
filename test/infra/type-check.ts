import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./paths.ts";

/**
 * What tsc has to say of configurations, by file name; nothing, where they are right. In one run: SST's types are many.
 * They may import the package in the folder `packed`.
 */
export async function typeCheck(texts: Readonly<Record<string, string>>, packed?: string): Promise<string> {
  // The configuration refers to SST's types by a relative path, so it is checked where SST would look for it.
  const folder = mkdtempSync(path.join(ROOT, ".sst/type-check-"));
  try {
    if (packed !== undefined) {
      mkdirSync(path.join(folder, "node_modules"));
      symlinkSync(packed, path.join(folder, "node_modules/specdrop"), "junction");
    }
    for (const [name, text] of Object.entries(texts)) {
      const moved = text
        .replace("./.sst/platform/config.d.ts", "../platform/config.d.ts")
        .replaceAll('import("./', 'import("../../');
      writeFileSync(path.join(folder, name), moved);
    }
    const tsconfig = { extends: path.join(import.meta.dirname, "tsconfig.sst.json"), files: Object.keys(texts) };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    const tsc = promisify(execFile)(path.join(ROOT, "node_modules/.bin/tsc"), ["-p", folder]);
    return await tsc.then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
