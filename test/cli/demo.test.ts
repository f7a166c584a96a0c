import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

test("demo carries the examples through the embedded stack", { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await runCli(["demo"]);
  expect(stdout.match(/ApplySucceeded: 1 created/g)).toHaveLength(4);
  expect(stdout).toContain("ApplySucceeded: 1 adopted");
  expect(stdout).toContain("SpecRejected: 5 errors");
  expect(stdout.match(/│ ✅ Applied/g)).toHaveLength(5);
  expect(stdout).toContain("Everything went as expected");
  expect(stdout).toContain("examples/chat.yaml: 5 passed, a message that was sent and 4 more");
  expect(stdout).toContain('frame       {\n                "type": "message.sent",');
  expect(stderr).toContain("… waiting for the result of examples/hello.yaml");
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
});
