import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder, ROOT } from "./run-cli.ts";

let endpoints: Endpoints;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
});
afterAll(() => endpoints.close());
beforeEach(() => {
  folder = emptyFolder();
  env = awsEnvironment(endpoints.url);
});

let apis = 0;
/** A document with one response for each key. */
function write(keys: readonly string[], rest: object = {}, ApiId = `api${apis}`): void {
  const entries = keys.map((key, index) => [
    `r${index}`,
    { IntegrationResponseKey: key, ResponseTemplates: { a: key } },
  ]);
  const document = { ApiId, IntegrationId: "abc1234", ...rest, IntegrationResponses: Object.fromEntries(entries) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "chat.json"), JSON.stringify(document));
}
const run = (args: readonly string[], typed?: string) =>
  callCli(args, { cwd: folder, env, ...(typed === undefined ? {} : { typed }) });
const live = () =>
  endpoints.cloudControl.resources().filter((resource) => JSON.stringify(resource).includes(`"api${apis}"`)).length;

async function applied(keys: readonly string[], rest: object = {}): Promise<void> {
  apis += 1;
  write(keys, rest);
  expect((await run(["apply", "chat.json"], "")).code).toBe(0);
}

test("apply asks before it deletes, and a no changes nothing", async () => {
  await applied(["/200/", "/300/"]);
  write(["/200/"]);
  const writes = endpoints.cloudControl.writes().length;
  for (const typed of ["n\n", "\n", "", "yess\n"]) {
    const { code, stdout, stderr } = await run(["apply", "chat.json"], typed);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stripVTControlCharacters(stderr)).toContain(
      "This would delete 1 response in AWS:\n  - r1  delete  integration abc1234, key /300/\nGo on? [y/N] Nothing was changed.\n",
    );
  }
  expect(endpoints.cloudControl.writes()).toHaveLength(writes);
  expect(JSON.parse((await run(["status", "--json"])).stdout)).toMatchObject({
    documents: [{ current: { sequence: 1 } }],
  });

  const { code, stdout } = await run(["apply", "chat.json"], "Yes\n");
  expect({ code, last: stdout.split(":").at(-2) }).toMatchObject({ code: 0 });
  expect(stdout).toContain("1 deleted, 1 unchanged");
  expect(live()).toBe(1);
});

test("withdraw asks before it deletes, and says of each what it is", async () => {
  await applied(Array.from({ length: 22 }, (_, index) => `/${index + 100}/`));
  const refused = await run(["withdraw", "chat.json"], "n\n");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("This would delete 22 responses in AWS:\n");
  expect(refused.stderr).toContain("\n  and 2 more\nGo on? [y/N] Nothing was changed.\n");
  expect(live()).toBe(22);
  expect((await run(["withdraw", "chat.json"], "y\n")).code).toBe(0);
  expect(live()).toBe(0);
});

test("nothing is asked where nothing is lost, where --yes has answered, and where nobody could answer", async () => {
  await applied(["/200/", "/300/", "/400/"]);
  write(["/200/", "/300/", "/400/", "/500/"]);
  const grown = await run(["apply", "chat.json"], "");
  expect(grown.code).toBe(0);
  expect(grown.stderr).not.toContain("Go on?");

  write(["/200/", "/300/", "/400/"]);
  const yes = await run(["apply", "--yes", "chat.json"], "");
  expect(yes.code).toBe(0);
  write(["/200/", "/300/"]);
  const json = await run(["apply", "--json", "chat.json"], "");
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject([{ data: { summary: { delete: 1 } } }]);
  write(["/200/"]);
  const piped = await run(["apply", "chat.json"]);
  expect(piped.code).toBe(0);
  for (const { stderr } of [yes, json, piped]) expect(stderr).not.toContain("Go on?");
  expect(live()).toBe(1);

  const withdrawn = await run(["withdraw", "-y", "chat.json"], "");
  expect(withdrawn.code).toBe(0);
  expect(live()).toBe(0);
});

test("a document that only plans, or is refused as a whole, is not asked about", async () => {
  await applied(["/200/", "/300/"]);
  write(["/200/"], { DryRun: true });
  const planned = await run(["apply", "chat.json"], "");
  expect(planned.stderr).not.toContain("Go on?");
  expect(planned.stdout).toContain("Plan: ");
  await run(["suspend"]);
  write(["/200/"]);
  const suspended = await run(["apply", "chat.json"], "y\n");
  expect(suspended).toMatchObject({ code: 1, stderr: expect.stringContaining("Applying is suspended since ") });
  expect(suspended.stderr).not.toContain("Go on?");
});

const hasPython = spawnSync("python3", ["-c", "import pty"], { stdio: "ignore" }).status === 0;
if (!hasPython) console.warn("python3 is not installed: no question is asked on a real terminal.");

/** Runs a command line on a pseudo-terminal, and types when it is asked. */
const PTY = `
import os, pty, sys
typed = sys.argv[1].encode()
heard = b""
def read(fd):
    global heard
    data = os.read(fd, 1024)
    heard += data
    if b"[y/N] " in heard:
        heard = b""
        os.write(fd, typed)
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
`;

async function onTerminal(typed: string, ...args: readonly string[]) {
  const bin = join(ROOT, "packages/cli/bin/specdrop.js");
  const command = ["-c", PTY, typed, process.execPath, bin, ...args];
  const child = spawn("python3", command, { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder, ...env } });
  child.stdin.end();
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const shown = await text(child.stdout);
  return { code: await ended, shown: stripVTControlCharacters(shown).replaceAll("\r", "") };
}

test.skipIf(!hasPython)(
  "on a real terminal it waits for an answer, and Ctrl-C changes nothing",
  { timeout: 60_000 },
  async () => {
    await applied(["/200/", "/300/"]);
    write(["/200/"]);
    const refused = await onTerminal("n\n", "apply", "chat.json");
    expect(refused.shown).toContain("- r1  delete");
    expect(refused.shown).toMatch(/Go on\? \[y\/N\] n\nNothing was changed\.\n$/);
    expect(refused.code).toBe(1);
    const stopped = await onTerminal("\x03", "apply", "chat.json");
    expect(stopped.shown).not.toContain("deleted");
    expect(stopped.code).not.toBe(0);
    expect(live()).toBe(2);
    const agreed = await onTerminal("y\n", "apply", "chat.json");
    expect(agreed.shown).toContain("1 deleted, 1 unchanged");
    expect(agreed.code).toBe(0);
    expect(live()).toBe(1);
  },
);
