import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isInstalled } from "../test/bundles/lambda/ric.ts";

/** Every bench, with what Node needs for it. Each takes less than three minutes on a machine that has nothing else to do. */
const BENCHES: readonly (readonly string[])[] = [
  ["parse.ts"],
  ["template.ts"],
  ["start.ts"],
  ["hostile.ts", "--max-old-space-size=128"],
  ["settle.ts"],
  ["throughput.ts"],
  ["pipeline.ts"],
  ["scale.ts"],
  ["cold/main.ts"],
];

let failed = 0;
for (const [file = "", ...flags] of BENCHES) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (!existsSync(path)) continue;
  console.log(`\n${file}`);
  if (file.startsWith("cold/") && !isInstalled()) {
    console.log(
      "Skipped: AWS's runtime client is not built here. `npm run bench:cold` builds it, which takes minutes.",
    );
    continue;
  }
  const { status } = spawnSync(process.execPath, [...flags, path, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
