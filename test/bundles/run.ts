import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installRic, missingTools } from "./lambda/ric.ts";

/** Runs the tests of the bundles, those under Lambda's runtime client among them. Exit 2: it cannot be built here. */
async function main(): Promise<number> {
  const missing = missingTools();
  if (missing.length > 0) {
    console.error(
      `The bundles were not tested. AWS's runtime client is built from C++, which takes ${missing.join(", ")}.`,
    );
    console.error(`Install what is missing, e.g. on Debian: apt-get install ${missing.join(" ")}`);
    return 2;
  }
  await installRic((line) => console.error(line));
  const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
  const config = join(import.meta.dirname, "vitest.config.ts");
  const args = [vitest, "run", "--config", config, ...process.argv.slice(2)];
  const { status, error } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

process.exitCode = await main();
