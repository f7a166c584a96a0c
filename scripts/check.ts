/*
 * Runs every check, also after one has failed: `npm run check`. The exit code is 1 where any of them failed.
 */
import { spawnSync } from "node:child_process";

const CHECKS = ["lint", "typecheck", "lint:types", "lint:dead"];

const failed = CHECKS.filter((name) => {
  const { status } = spawnSync("npm", ["run", name], { stdio: "inherit", shell: process.platform === "win32" });
  return status !== 0;
});
if (failed.length > 0) {
  process.stderr.write(`\nFailed: ${failed.map((name) => `npm run ${name}`).join(", ")}\n`);
  process.exitCode = 1;
}
