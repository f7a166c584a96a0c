import type { ChangeResult } from "@specdrop/events";
import { expect, test } from "vitest";
import { declarations } from "../../packages/cli/src/programs/declarations.ts";
import { programReport } from "../../packages/cli/src/programs/program-report.ts";
import { openTerminal, type Streams } from "../../packages/cli/src/terminal/terminal.ts";

const change: ChangeResult = {
  logicalId: "a",
  action: "replace",
  status: "failed",
  integrationId: "i1",
  integrationResponseKey: "/1/",
  changedProperties: [],
};

test.each([
  [[], "Failed: nothing was changed.\n"],
  // Its new half may be there.
  [[change], "Failed: 1 failed, and nothing removed.\n"],
  [[change, { ...change, status: "succeeded" } as const], "Failed: 1 replaced, 1 failed, and nothing removed.\n"],
])("a run that broke off says what it came to", (made, words) => {
  const said: string[] = [];
  const stdout = { on: () => {}, write: (text: string) => said.push(text) };
  const terminal = openTerminal({ stdout, stderr: { on: () => {}, write: () => {} } } as unknown as Streams);
  const report = programReport("a.ts", declarations("file:a.ts", undefined), {}, terminal);
  report.broken({ kind: "ended" }, { failed: ["a"], made, interrupted: false });
  expect(said).toEqual([words]);

  const asJson = programReport("a.ts", declarations("file:a.ts", undefined), { json: true }, terminal);
  asJson.broken({ kind: "ended" }, { failed: ["a"], made, interrupted: false });
  expect(JSON.parse(said[1] ?? "")).toEqual({ error: { message: words.trimEnd() } });
});
