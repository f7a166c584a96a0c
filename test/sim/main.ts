import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runSeed } from "./run.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    jobs: { type: "string", default: String(availableParallelism()) },
    "keep-going": { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});
const out = (line: string) => void process.stdout.write(`${line}\n`);

interface Played {
  readonly seeds: number;
  readonly steps: number;
  readonly failed: readonly number[];
}

if (values.seed !== undefined) await playOne(Number(values.seed), values.trace);
else await playMany(Number(values.from), Number(values.seeds), Number(values.jobs));

async function playOne(seed: number, trace: boolean): Promise<void> {
  const { violations, schedule, steps } = await runSeed(seed, { trace });
  for (const line of schedule) out(line);
  for (const violation of violations) out(`VIOLATED: ${violation}`);
  out(`seed ${seed}: ${violations.length === 0 ? "every invariant held" : "failed"}, ${steps} steps`);
  if (violations.length > 0) process.exitCode = 1;
}

async function playMany(from: number, count: number, jobs: number): Promise<void> {
  const begun = performance.now();
  const share = Math.ceil(count / jobs);
  const shares = Array.from({ length: jobs }, (_, job) => ({
    first: from + job * share,
    size: Math.min(share, count - job * share),
  })).filter(({ size }) => size > 0);
  const played = await Promise.all(
    shares.map(({ first, size }) => (jobs === 1 ? playHere(first, size) : playApart(first, size))),
  );
  const seeds = played.reduce((sum, part) => sum + part.seeds, 0);
  const steps = played.reduce((sum, part) => sum + part.steps, 0);
  const failed = played.flatMap((part) => part.failed);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  out(`${seeds} seeds from ${from}, ${steps} steps in ${seconds} s, ${failed.length} failed`);
  const [worst] = failed;
  if (worst === undefined) return;
  process.exitCode = 1;
  if (!values.quiet && !values["keep-going"]) await playOne(worst, true);
  out(`Replay it with: npm run sim -- --seed ${worst} --trace`);
}

async function playHere(from: number, count: number): Promise<Played> {
  let steps = 0;
  const failed: number[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed);
    steps += result.steps;
    if (result.violations.length === 0) continue;
    failed.push(seed);
    out(`seed ${seed}: ${result.violations[0]?.slice(0, 260).replaceAll("\n", " ")}`);
    if (!values["keep-going"]) return { seeds: seed - from + 1, steps, failed };
  }
  return { seeds: count, steps, failed };
}

/** The same in a process of its own, since a simulation keeps one core busy. */
function playApart(from: number, count: number): Promise<Played> {
  const options = ["--jobs", "1", "--quiet", ...(values["keep-going"] ? ["--keep-going"] : [])];
  const args = [import.meta.filename, "--from", String(from), "--seeds", String(count), ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => {
      const [, seeds, steps] = /^(\d+) seeds from \d+, (\d+) steps/m.exec(said) ?? [];
      if (seeds === undefined) return fail(new Error(`The seeds from ${from} did not come to their end: ${said}`));
      const failures = [...said.matchAll(/^seed (\d+): .*$/gm)];
      for (const [line] of failures) out(line);
      done({ seeds: Number(seeds), steps: Number(steps), failed: failures.map(([, seed]) => Number(seed)) });
    });
  });
}
