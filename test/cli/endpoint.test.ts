import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callCli, emptyFolder } from "./run-cli.ts";

const API = "a1b2c3d4e5";
let endpoints: Awaited<ReturnType<typeof startEndpoints>>;
let asked = 0;
const pages = createServer((request, response) => {
  asked += 1;
  request.resume();
  response.writeHead(404, { "content-type": "text/html" }).end("<html><title>404 Not Found</title></html>");
});
let pageUrl = "";

beforeAll(async () => {
  endpoints = await startEndpoints();
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  pages.closeAllConnections();
  pages.close();
  await endpoints.close();
});

function folderWith(count: number): string {
  const folder = emptyFolder();
  const responses = Array.from({ length: count }, (_, at) => [`r${at}`, { IntegrationResponseKey: `/${100 + at}/` }]);
  const document = { ApiId: API, IntegrationId: "abc1234", IntegrationResponses: Object.fromEntries(responses) };
  writeFileSync(join(folder, "chat.json"), JSON.stringify(document));
  return folder;
}

const env = (url: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "hidden",
});

test.each([
  ["plan", "chat.json"],
  ["apply", "chat.json"],
  ["export", "--api", API],
  ["doctor", "--api", API],
])("%s says at once that the endpoint is no Cloud Control, and what it answered", async (...args) => {
  const cwd = folderWith(1);
  const before = asked;
  const { code, stdout, stderr } = await callCli(args, { cwd, env: env(pageUrl) });
  expect(code).toBe(1);
  const said = stdout + stderr;
  expect(said).toContain(`${pageUrl} is no Cloud Control: it answered 404 with "404 Not Found".`);
  expect(said).toContain("Check AWS_ENDPOINT_URL");
  expect(said).not.toContain("Unexpected token");
  expect(said).not.toContain("AKIA");
  // Doctor reads several things side by side; nothing is asked twice.
  expect(asked - before).toBeLessThanOrEqual(args[0] === "doctor" ? 4 : 1);
});

test("drift says so, too", async () => {
  const cwd = folderWith(1);
  expect(await callCli(["apply", "chat.json"], { cwd, env: env(endpoints.url) })).toMatchObject({ code: 0 });
  const { code, stdout } = await callCli(["drift"], { cwd, env: env(pageUrl) });
  expect(code).toBe(1);
  expect(stdout).toContain(`${pageUrl} is no Cloud Control: it answered 404`);
});

test("an address of https for a server of http, and one where nobody listens", async () => {
  const cwd = folderWith(1);
  const tls = await callCli(["plan", "chat.json"], { cwd, env: env(pageUrl.replace("http:", "https:")) });
  expect(tls.code).toBe(1);
  expect(tls.stdout + tls.stderr).toContain("does not speak TLS");
  const nobody = await callCli(["plan", "chat.json"], { cwd, env: env("http://127.0.0.1:1") });
  expect(nobody.code).toBe(1);
  expect(nobody.stderr).toContain("nothing answers at 127.0.0.1:1");
});
