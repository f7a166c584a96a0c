import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, report, round, roundsAsked } from "./lib/report.ts";

const GOAL = { ofTheSources: 0.5 };
const root = fileURLToPath(new URL("..", import.meta.url));
const COMMANDS = { validate: ["validate", "examples/chat.yaml"], help: ["--help"] } as const;
const BINS = { sources: "packages/cli/bin/specdrop.js", package: "dist/package/bin/specdrop.cjs" } as const;

/** How long a command takes from its start to its end, from the sources and from the built package, in turn. */
function main(): void {
  run("scripts/pack.ts");
  const rounds = roundsAsked(21);
  const rows = Object.entries(COMMANDS).map(([command, args]) => {
    const times = { sources: [] as number[], package: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.sources.push(run(BINS.sources, ...args));
      times.package.push(run(BINS.package, ...args));
    }
    const [sources, built] = [median(times.sources), median(times.package)];
    return {
      command,
      "sources ms": round(sources),
      "package ms": round(built),
      "package to sources": round(built / sources, 2),
      goal: built <= GOAL.ofTheSources * sources ? "met" : "missed",
    };
  });
  report("start", rows, { goal: GOAL, rounds });
  if (rows.some(({ goal }) => goal === "missed")) process.exitCode = 1;
}

/** Runs a script below the repository to its end; returns the milliseconds that it took. */
function run(...args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return performance.now() - start;
}

main();
