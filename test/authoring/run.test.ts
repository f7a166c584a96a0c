import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { said as heard, ROOT } from "../cli/run-cli.ts";
import { props, workspace } from "./workspace.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

const writes = () => endpoints.cloudControl.writes().length;

function keysOn(apiId: string): readonly unknown[] {
  const live = endpoints.cloudControl.resources() as unknown as readonly {
    readonly Properties: Readonly<Record<string, unknown>>;
  }[];
  return live.flatMap(({ Properties: at }) => (at["ApiId"] === apiId ? [at["IntegrationResponseKey"]] : [])).sort();
}

test("creates, and answers with what is live; again; an id renamed; one dropped; withdrawn", async () => {
  const { program, run, withdraw, drift } = workspace(endpoints.url);
  const ok = (id: string) =>
    `const ok = await response("${id}", ${props("story", "/200/", { TemplateSelectionExpression: "x" })});`;
  const rest = `await response("rest", ${props("story", "$default")});`;
  program("a.ts", `${ok("ok")}\n${rest}\nsay(JSON.stringify(ok));`);
  const before = writes();

  const first = await run("a.ts");
  expect(JSON.parse(first.said[0] ?? "")).toEqual({
    ApiId: "story",
    IntegrationId: "int0001",
    IntegrationResponseId: expect.stringMatching(/^\w+$/),
    IntegrationResponseKey: "/200/",
    TemplateSelectionExpression: "x",
  });
  expect(first.stdout).toMatch(/^Done in .+: 2 created\.\nNext: /);
  expect(first.stderr).toContain("+ ok  created");
  expect(first.code).toBe(0);
  expect(writes()).toBe(before + 2);

  const again = await run("a.ts", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject([
    { metadata: { documentId: "file:a.ts", sequence: 2 }, data: { mode: "apply", summary: { unchanged: 2 } } },
  ]);
  expect(again.code).toBe(0);
  expect(writes()).toBe(before + 2);

  const unchecked = await drift();
  expect(unchecked.stdout).toContain("not checked: file:a.ts: it is a program: specdrop run compares it");
  expect(unchecked.code).toBe(1);

  program("a.ts", `${ok("fine")}\n${rest}`);
  expect(await run("a.ts")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Done in .+: 2 unchanged\.\n$/) });
  expect(writes()).toBe(before + 2);

  program("a.ts", rest);
  const pruned = await run("a.ts");
  expect(pruned.stderr).toContain("- fine  deleted");
  expect(pruned.stdout).toMatch(/^Done in .+: 1 deleted, 1 unchanged\./);
  expect(keysOn("story")).toEqual(["$default"]);

  expect((await withdraw("a.ts")).stdout).toContain("1 deleted.");
});

test("typed errors say what to do, and a run that went on over them removes nothing", async () => {
  const { program, run } = workspace(endpoints.url);
  program("owner.ts", `await response("mine", ${props("errors", "/owned/")});`);
  expect((await run("owner.ts")).code).toBe(0);
  program(
    "all.ts",
    `import { ConflictError, DuplicateError, InvalidPropertiesError, SpecdropError } from "@specdrop/authoring";
     const tell = async (kind: new (...args: never[]) => SpecdropError, call: Promise<unknown>) => {
       const error = await call.then(() => undefined, (thrown) => thrown);
       say(error instanceof kind && error instanceof SpecdropError, error?.code, error?.retryable, "|", error?.message, "|", error?.help);
     };
     await response("one", ${props("errors", "/1/")});
     await tell(ConflictError, response("theirs", ${props("errors", "/owned/")}));
     await tell(InvalidPropertiesError, response("typo", ${props("errors", "/2/", { ResponseTemplate: {} })} as never));
     await tell(InvalidPropertiesError, response("nothing", undefined as never));
     await tell(InvalidPropertiesError, response("late", { ...${props("errors", "/3/")}, TemplateSelectionExpression: Promise.resolve("x") } as never));
     await tell(DuplicateError, response("one", ${props("errors", "/4/")}));
     await tell(DuplicateError, response("other", ${props("errors", "/1/")}));`,
  );
  const { said, stdout, stderr, code } = await run("all.ts");
  expect(said[0]).toMatch(/^true SD5002 false \| .* belongs to file:owner\.ts, as mine\. \| Remove mine from/);
  expect(said[1]).toMatch(/^true SD2001 false \| typo: .*did you mean ResponseTemplates/);
  expect(said[2]).toMatch(/^true SD2003 false/);
  expect(said[3]).toMatch(/^true SD2003 false \| TemplateSelectionExpression of late is a promise that is not awaited/);
  expect(said[4]).toMatch(/^true SD7003 false \| one is declared already on line 7\./);
  expect(said[5]).toMatch(/^true SD1013 false \| other is the same response as one on line 7/);
  expect(stderr).toContain("5 calls failed, and the program continued");
  expect(stdout).toContain("Failed: 1 created, and nothing removed.");
  expect(code).toBe(1);
});

test("an existing response needs adopt, and one that failed may be declared again", async () => {
  const { program, run, withdraw } = workspace(endpoints.url);
  program("first.ts", `await response("a", ${props("adopting", "/1/", { DeletionPolicy: "Retain" })});`);
  expect((await run("first.ts")).code).toBe(0);
  expect((await withdraw("first.ts")).stdout).toContain("1 forgotten.");

  program("second.ts", `await response("a", ${props("adopting", "/1/")});`);
  const refused = await run("second.ts");
  expect(refused.stderr).toContain("second.ts:2:7: error: SD5001: ");
  expect(refused.stderr).toContain('add "adopt: true" to a');
  expect(refused.stderr).toContain("\n  see: specdrop explain SD5001\n");
  expect(refused.stdout).toBe("Failed: nothing was changed.\n");
  expect(refused.code).toBe(1);

  const adopt = `await response("a", ${props("adopting", "/1/", { adopt: true })})`;
  program(
    "second.ts",
    `await response("a", ${props("adopting", "/1/")}).catch(() => ${adopt.slice("await ".length)});`,
  );
  const adopted = await run("second.ts");
  expect(adopted.stdout).toMatch(/^Done in .+: 1 adopted\./);
  expect(adopted.code).toBe(0);

  program("second.ts", "say(typeof response);");
  expect((await run("second.ts")).stdout).toMatch(/^Done in .+: 1 forgotten\./);
  expect(keysOn("adopting")).toEqual(["/1/"]);
});

test("a program that does not come to its end removes nothing, and the next run goes on", async () => {
  const { program, run, status } = workspace(endpoints.url);
  const declare = (key: string) => `await response("r${key}", ${props("broken", `/${key}/`)});`;
  program("a.ts", `${declare("1")}${declare("2")}`);
  expect((await run("a.ts")).code).toBe(0);

  const ends = [
    ["throw new TypeError('oh no');", /a\.ts:2:\d+: error: TypeError: oh no/],
    ["process.exit(0);", /error: a\.ts stopped early, with exit code 0/],
    ["process.exitCode = 7;", /error: a\.ts set exit code 7/],
    ["process.send?.('ready'); process.exit(3);", /error: a\.ts stopped early, with exit code 3/],
    ["await new Promise(() => {});", /error: a\.ts awaits a promise that never settles/],
    ["enum No {}", /a\.ts:2:1: error: SyntaxError: TypeScript enum is not supported/],
  ] as const;
  for (const [end, why] of ends) {
    program("a.ts", `${declare("3")}${end}`);
    const { code, stderr, stdout } = await run("a.ts");
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toMatch(/^Failed: (1 created|1 unchanged)?.*(nothing removed|nothing was changed)\.\n$/);
    expect(code).toBe(1);
    expect(keysOn("broken")).toEqual(["/1/", "/2/", "/3/"]);
  }
  expect((await status()).stdout).toContain("API broken  not settled");

  program("a.ts", declare("3"));
  expect((await run("a.ts")).stdout).toMatch(/^Done in .+: 2 deleted, 1 unchanged\./);
});

test("calls in parallel, from other files, on APIs that come up as it goes; none after the end", async () => {
  const { program, file, run } = workspace(endpoints.url);
  file(
    "lib.ts",
    `import AWS from "@specdrop/authoring";
     export const declare = (api: string, n: number) =>
       AWS.ApiGatewayV2.IntegrationResponse(\`\${api}-\${n}\`, { ApiId: api, IntegrationId: "i", IntegrationResponseKey: n === 0 ? "$default" : \`/\${n}/\` });`,
  );
  program(
    "main.ts",
    `import { declare } from "./lib.ts";
     process.once("beforeExit", () => void response("late", ${props("par1", "/late/")}).catch((error) => say(error.code)));
     async function main() {
       const first = await Promise.all([0, 1, 2, 3].map((n) => declare("par1", n)));
       say(new Set(first.map((live) => live.IntegrationResponseId)).size);
       await Promise.all([declare("par2", 0), declare("par1", 4)]);
     }
     void main();`,
  );
  const first = await run("main.ts");
  expect(first.said).toEqual(["4", "SD7002"]);
  expect(first.stdout).toMatch(/^Done in .+: 6 created\.\n/);
  expect(first.code).toBe(0);
  expect(keysOn("par1")).toEqual(["$default", "/1/", "/2/", "/3/", "/4/"]);
  expect(keysOn("par2")).toEqual(["$default"]);

  const again = await run("main.ts", "--json");
  const results = JSON.parse(again.stdout) as readonly ResultDetail[];
  expect(results.map(({ data }) => [data.apiId, data.summary.unchanged])).toEqual([
    ["par1", 5],
    ["par2", 1],
  ]);

  file("lib.ts", `export const declare = async (api: string, n: number) => ({ IntegrationResponseId: api + n });`);
  expect((await run("main.ts")).stdout).toMatch(/^Done in .+: 6 deleted\./);
});

test("stopped, or killed, it removes nothing, and goes on when it is run again", async () => {
  const { program, run, start } = workspace(endpoints.url);
  const two = `await response("one", ${props("stopped", "/1/")});`;
  program("a.ts", `${two} await response("two", ${props("stopped", "$default")});`);
  expect((await run("a.ts")).code).toBe(0);
  program(
    "a.ts",
    `await response("three", ${props("stopped", "/3/")}); setInterval(() => {}, 1_000_000); await new Promise(() => {});`,
  );

  const stopped = start("run", "a.ts");
  await heard(stopped.child, "stderr", /three {2}created/);
  stopped.child.kill("SIGINT");
  expect(await stopped.ended).toBe(1);

  program(
    "a.ts",
    `await response("four", ${props("stopped", "/4/")}); setInterval(() => {}, 1_000_000); await new Promise(() => {});`,
  );
  const killed = start("run", "a.ts");
  await heard(killed.child, "stderr", /four {2}created/);
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(keysOn("stopped")).toEqual(["$default", "/1/", "/3/", "/4/"]);

  program("a.ts", two);
  expect((await run("a.ts")).stdout).toMatch(/^Done in .+: 3 deleted, 1 unchanged\./);
  expect(keysOn("stopped")).toEqual(["/1/"]);
});

test("a program whose file was renamed is told how to rename its document", async () => {
  const { program, run, folder } = workspace(endpoints.url);
  const text = `await response("one", ${props("renamedpr1", "$default")});`;
  program("a.ts", text);
  expect((await run("a.ts")).code).toBe(0);
  program("b.ts", text);
  rmSync(join(folder, "a.ts"));
  const { code, stderr } = await run("b.ts");
  expect(code).toBe(1);
  expect(stderr).toContain("The file of file:a.ts is gone. If it was renamed to this one");
  expect(stderr).toContain("specdrop mv a.ts b.ts --ledger .specdrop/ledger.json");
});

test("a program that its package.json makes CommonJS is told what to do", async () => {
  const { program, file, run } = workspace(endpoints.url);
  program("a.ts", `await response("one", ${props("commonjs01", "$default")});`);
  file("package.json", '{ "name": "x", "type": "commonjs" }');
  const failed = await run("a.ts");
  expect(failed.stderr).toContain("Cannot use import statement outside a module");
  expect(failed.stderr).toContain('Write "type": "module" there, or rename the program to .mts or .mjs.');
  expect(failed.code).toBe(1);
  file("package.json", '{ "name": "x", "type": "module" }');
  expect((await run("a.ts")).code).toBe(0);
});

test("from outside: exit codes, --json alone on stdout, wrong usage; Node alone is told what to do", async () => {
  const { program, file, cli, run, apply } = workspace(endpoints.url);
  file("a.yaml", "");
  program(
    "a.ts",
    `console.log("hello"); await response("one", ${props("outside", "$default")}); if (process.argv.length !== 2) throw new Error();`,
  );
  const json = await cli("run", "--json", "a.ts");
  expect(JSON.parse(json.stdout)).toMatchObject([{ data: { apiId: "outside", summary: { create: 1 } } }]);
  expect(json.stderr).toContain("hello\n");
  expect(json.code).toBe(0);
  const many = await run("a.ts", "--allow-deletions", "many");
  expect(many).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("whole number") });
  expect(await run("a.yaml")).toMatchObject({ code: 2, stderr: expect.stringContaining("is no program") });
  expect(await run("missing.ts")).toMatchObject({ code: 2, stderr: expect.stringContaining("missing.ts") });
  expect(await apply("a.ts")).toMatchObject({ code: 2, stderr: expect.stringContaining("specdrop run a.ts") });
  const plain = spawnSync(process.execPath, [join(ROOT, "examples/programs/basic.ts")], { encoding: "utf8" });
  expect(plain.stderr).toContain("Run the program with: specdrop run PROGRAM.ts");
  expect(plain.status).toBe(1);
});
