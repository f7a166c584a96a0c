import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { PLATFORM, PROVIDER_LOCK, ROOT } from "./paths.ts";

/** Fetches SST's platform and providers from the npm registry, unless this version of them is there. */
export async function installSst(): Promise<void> {
  if (isInstalled()) return;
  await promisify(execFile)(path.join(ROOT, "node_modules/.bin/sst"), ["install", "--stage", "ci"], {
    cwd: ROOT,
    env: { ...process.env, SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" },
  });
}

function isInstalled(): boolean {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, "node_modules/sst/package.json"), "utf8"));
  const version = path.join(PLATFORM, "version");
  return (
    existsSync(version) &&
    readFileSync(version, "utf8").trim() === manifest.version &&
    existsSync(PROVIDER_LOCK) &&
    existsSync(path.join(PLATFORM, "node_modules/@pulumi/aws/package.json"))
  );
}
