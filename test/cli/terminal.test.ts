import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { formatElapsed } from "../../packages/cli/src/terminal/elapsed.ts";
import { openTerminal } from "../../packages/cli/src/terminal/terminal.ts";
import { callCli, ROOT } from "./run-cli.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** A terminal as far as the spinner needs one. */
class Screen extends PassThrough {
  readonly isTTY = true;
  readonly columns = 40;
  text = "";
  override write(chunk: string | Uint8Array): boolean {
    this.text += String(chunk);
    return true;
  }
  cursorTo(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }
  clearLine(): boolean {
    this.text += "<cleared>";
    return true;
  }
}

function screens() {
  const [stdout, stderr] = [new Screen(), new Screen()];
  return { stdout, stderr, streams: { stdout, stderr } as unknown as Parameters<typeof openTerminal>[0] };
}

test("on a terminal progress moves, says how long it lasts, and makes way for words", () => {
  vi.useFakeTimers();
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
  const { stdout, stderr, streams } = screens();
  const terminal = openTerminal(streams);
  terminal.progress("comparing");
  vi.advanceTimersByTime(1_300);
  expect(stderr.text).toMatch(/comparing {2}1\.\d s/);
  terminal.spin("creating ok");
  terminal.out("a result");
  expect(stderr.text.endsWith("<cleared>")).toBe(true);
  expect(stdout.text).toBe("a result\n");
  terminal.spin("deleting old");
  expect(terminal.close()).toBe(true);
  const { length } = stderr.text;
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(stderr.text).toHaveLength(length);
  expect(stripVTControlCharacters(stderr.text)).toMatch(/comparing.*creating ok.*deleting old/s);
});

test.each([{ CI: "true" }, { CI: undefined, TERM: "dumb" }])("no line is written over where %j", (env) => {
  vi.stubEnv("TERM", "xterm");
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { stderr, streams } = screens();
  const terminal = openTerminal(streams);
  terminal.progress("comparing");
  terminal.spin("creating ok");
  expect(stripVTControlCharacters(stderr.text)).toBe("… comparing\n");
});

test("elapsed time", () => {
  expect([40, 1_234, 9_949, 12_400, 59_600, 185_000].map(formatElapsed)).toEqual([
    ...["0.0 s", "1.2 s", "9.9 s", "12 s", "1 min 0 s", "3 min 5 s"],
  ]);
});

const BIN = join(ROOT, "packages/cli/bin/specdrop.js");

function inShell(command: string) {
  const env = { ...process.env, NODE: process.execPath, BIN };
  const { stdout, stderr, status } = spawnSync("sh", ["-c", command], { cwd: ROOT, env, encoding: "utf8" });
  return { stdout, stderr, status };
}

test.skipIf(!existsSync("/dev/full"))("words that find no space are missed in a line, and the command fails", () => {
  const full = inShell('"$NODE" "$BIN" validate examples/chat.yaml >/dev/full');
  expect(full.stderr).toMatch(/^error: cannot write to stdout: ENOSPC.*\n$/);
  expect(full.status).toBe(1);
});

test("a reader that has seen enough changes nothing", () => {
  const { stdout, stderr, status } = inShell(
    '{ "$NODE" "$BIN" validate --format json examples examples/broken.yaml; echo "code $?" >&2; } | true',
  );
  expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "code 1\n", status: 0 });
});

test("--json leaves stdout to one document, and NO_COLOR and a pipe are kept to", async () => {
  const { stdout, stderr } = await callCli(["validate", "--format", "json", "examples"], { env: { NO_COLOR: "1" } });
  expect(JSON.parse(stdout)).toHaveProperty("files");
  expect(stderr).toBe("");
  expect((await callCli(["validate", "nowhere"], { env: { FORCE_COLOR: "1" } })).stderr).toContain("\u001b[31merror:");
});
