import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { PLANTED_BUGS, placesFor } from "./planted-bugs.ts";
import { runSeed } from "./run.ts";

/** CI plays thousands more in a job of its own. */
const SEEDS = 600;

/** What the command says, and whether it found nothing wrong. */
function simulate(...args: readonly string[]): Promise<{ readonly said: string; readonly code: number | null }> {
  const child = spawn(process.execPath, ["test/sim/main.ts", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ said, code }));
  });
}

test(`${SEEDS} schedules of faults end as they should`, { timeout: 240_000 }, async () => {
  const { said, code } = await simulate("--seeds", String(SEEDS), "--jobs", "2", "--quiet");
  // A failing seed is named, with the command that replays it.
  expect(said).toMatch(new RegExp(`^${SEEDS} seeds from 1, \\d+ steps in [\\d.]+ s, 0 failed\\n$`));
  expect(code).toBe(0);
});

test("a seed plays out the same way every time, step by step", async () => {
  const [first, second] = [await runSeed(7, { trace: true }), await runSeed(7, { trace: true })];
  expect(first.schedule.length).toBeGreaterThan(50);
  expect(second.schedule).toEqual(first.schedule);
  expect((await runSeed(8, { trace: true })).schedule).not.toEqual(first.schedule);
});

test.each(PLANTED_BUGS)("the patch still fits: $name", async (bug) => {
  expect(new Set(await placesFor(bug, "."))).toEqual(new Set([1]));
});
