import type { ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Kills a process that still runs when its test is over, by a failure or a timeout too, or when the test run ends. */
export function endWithTest(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
  onTestFinished(() => void child.kill("SIGKILL"));
}
