import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type StackPage, stackPage } from "../console/stack-page.ts";
import { callCli } from "./run-cli.ts";

const OK = { IntegrationResponseKey: "$default", ResponseTemplates: { "application/json": '{"secret":1}\n' } };

let page: StackPage;
let env: Record<string, string>;
let file: string;
beforeAll(async () => {
  page = await stackPage();
  env = {
    AWS_ENDPOINT_URL: page.stack.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  await page.drop("chat.yaml", page.document({ ok: OK }, { Deploy: { StageName: "prod" } }));
});
afterAll(() => page.close());
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "specdrop-page-")), "status.html");
});

const LEDGER = ["--ledger", "dynamodb:specdrop"];

/** The state that a written page holds. */
function stateIn(html: string) {
  const json = /<script type="application\/json" id="state">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  return JSON.parse(json);
}

test("writes one file that looks at AWS, and says so; nothing of a template is in it", async () => {
  const { code, stderr, stdout } = await callCli(["status", ...LEDGER, "--html", file], { env });
  expect(stderr).toContain("checking API 1 of 1");
  expect(stderr).toContain(`Everything is live. The page is in ${file}.`);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  const html = readFileSync(file, "utf8");
  expect(html).toContain("Everything is live");
  expect(html).toContain("connect-src 'none'");
  expect(html).not.toContain("secret");
  expect(stateIn(html)).toMatchObject({
    where: { kind: "snapshot", name: "specdrop", region: "us-east-1", ledger: "dynamodb:specdrop" },
    counts: { live: 1 },
    documents: [{ history: [{ sequence: 1, outcome: "applied" }] }],
  });
  expect(readdirSync(join(file, ".."))).toEqual(["status.html"]);
});

test("by the ledger only, everything is unproven; - is stdout", async () => {
  const { code, stdout } = await callCli(["status", ...LEDGER, "--html", "-", "--ledger-only"], { env });
  expect(code).toBe(0);
  expect(stateIn(stdout)).toMatchObject({ counts: { live: 0, unproven: 1 }, verdict: { kind: "unproven" } });
});

test("with templates, what differs is in it, under a banner", async () => {
  const [live] = page.stack.cloudControl.resources().filter(({ TypeName }) => TypeName.endsWith("IntegrationResponse"));
  await page.changeByHand(live?.Identifier ?? "", { ResponseTemplates: { "application/json": '{"secret":2}\n' } });
  const without = await callCli(["status", ...LEDGER, "--html", "-"], { env });
  expect(without.stdout).not.toContain("secret");
  expect(stateIn(without.stdout).counts).toMatchObject({ drifted: 1 });
  const { stdout } = await callCli(["status", ...LEDGER, "--html", "-", "--with-templates"], { env });
  const state = stateIn(stdout);
  expect(state.banners).toMatchObject([{ kind: "templates" }]);
  expect(JSON.stringify(state.details)).toContain("secret");
});

test("a ledger that does not exist is wrong usage, and makes no file", async () => {
  for (const ledger of [["--ledger", "dynamodb:nobody"], ["--ledger", join(file, "../none.json")], []]) {
    const { code, stderr } = await callCli(["status", ...ledger, "--html", file], { env, cwd: join(file, "..") });
    expect(stderr).toMatch(/^error: /);
    expect(code).toBe(2);
  }
  expect(existsSync(file)).toBe(false);
});

test("--ledger-only without a page is wrong usage", async () => {
  const { code } = await callCli(["status", ...LEDGER, "--ledger-only"], { env });
  expect(code).toBe(2);
});
