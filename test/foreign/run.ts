import { spawnSync } from "node:child_process";
import path from "node:path";
import { installMinistack } from "./python.ts";

/** Runs the tests against ministack. Without Python or the package it says so, and ends with 0: nothing was tested. */
async function main(): Promise<number> {
  try {
    await installMinistack((line) => console.error(line));
  } catch (error) {
    console.error(`Skipped: nothing was tested against ministack. ${(error as Error).message}`);
    return process.env["SPECDROP_FOREIGN"] === "required" ? 1 : 0;
  }
  const vitest = path.join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
  const config = path.join(import.meta.dirname, "vitest.config.ts");
  const { status, error } = spawnSync(process.execPath, [vitest, "run", "--config", config, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

process.exitCode = await main();
