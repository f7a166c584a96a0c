import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CONFIG, ROOT } from "./paths.ts";

/** Builds the package, as `npm run pack` does. Returns its folder. */
export function pack(): string {
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, "scripts/pack.ts")], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The package was not built: ${stderr}`);
  return path.join(ROOT, "dist/package");
}

/** The project of a team that has installed the package, with this configuration. Returns the path of the configuration. */
export function projectWith(packed: string, config: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "specdrop-project-"));
  cpSync(packed, path.join(folder, "node_modules/specdrop"), { recursive: true });
  const file = path.join(folder, "sst.config.ts");
  writeFileSync(file, config);
  return file;
}

/** What this repository's configuration would be if it had installed the package. */
export function configOfPackage(): string {
  const ours = readFileSync(CONFIG, "utf8");
  const theirs = ours.replace('"./infra/specdrop.ts"', '"specdrop/sst"').replace(/\n.*sources: .*/, "");
  if (theirs.includes("infra/") || theirs.includes("sources")) throw new Error("sst.config.ts is not as it was");
  return theirs;
}
