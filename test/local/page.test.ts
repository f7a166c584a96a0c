import { once } from "node:events";
import { createServer, request } from "node:http";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import type { ConsoleState } from "@specdrop/console/state";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { createStreams, MOST_STREAMS } from "@specdrop/local/page/streams";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FAILING } from "../console/states/failing.ts";

let endpoints: Endpoints;
let state: ConsoleState;

beforeEach(async () => {
  endpoints = await startEndpoints();
  state = FAILING;
  endpoints.registerPage({
    state: async () => state,
    api: async (id) => state.apis.find(({ apiId }) => apiId === id),
    response: async (ref) => (ref.key === "/4\\d\\d/" ? { ...ref, differences: [], history: [] } : undefined),
    definitions: async (apiId, integrationId) =>
      integrationId === "snd0001" ? { apiId, integrationId, live: [], declared: [] } : undefined,
  });
});
afterEach(() => endpoints.close());

const ask = (path: string, init: RequestInit = {}) => fetch(endpoints.url + path, { redirect: "manual", ...init });

test("the page is one answer, which nobody else may read, frame or keep", async () => {
  const answer = await ask("/_specdrop/");
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  });
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect((await answer.text()).includes("6 of 42 responses are not live")).toBe(true);
});

test.each(["", "state.json", "api.json", "response.json", "stream"])("/_specdrop/%s is only read", async (name) => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const answer = await ask(`/_specdrop/${name}`, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  const head = await ask(`/_specdrop/${name}`, { method: "HEAD" });
  expect([head.status === 200 || head.status === 404, await head.text()]).toEqual([true, ""]);
});

test.each([
  ["api.json?id=a1b2c3d4e5", 200],
  ["api.json?id=none", 404],
  ["api.json", 404],
  ["response.json?api=a&integration=snd0001&key=%2F4%5Cd%5Cd%2F", 200],
  ["response.json?api=a&integration=snd0001&key=none", 404],
  ["response.json?api=a&integration=snd0001", 200],
  ["response.json?api=a&integration=none", 404],
])("%s answers %i", async (path, status) => {
  const answer = await ask(`/_specdrop/${path}`);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("state.json is sent again only where it is another", async () => {
  const first = await ask("/_specdrop/state.json");
  expect(await first.json()).toEqual(FAILING);
  const headers = { "if-none-match": first.headers.get("etag") ?? "" };
  expect((await ask("/_specdrop/state.json", { headers })).status).toBe(304);
  state = { ...FAILING, version: "another" };
  expect((await ask("/_specdrop/state.json", { headers })).status).toBe(200);
});

test("a web page of others gets none of it", async () => {
  for (const name of ["", "state.json", "stream"]) {
    expect((await ask(`/_specdrop/${name}`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await ask(`/_specdrop/${name}`, { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
    const rebound = await new Promise((resolve) =>
      request(`${endpoints.url}/_specdrop/${name}`, { headers: { host: "evil.example" } }, (answer) =>
        resolve(answer.statusCode),
      ).end(),
    );
    expect(rebound).toBe(421);
  }
});

test("a browser at / is led to the page, and S3's clients are not", async () => {
  const headers = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };
  const led = await ask("/", { headers });
  expect([led.status, led.headers.get("location")]).toEqual([302, "/_specdrop/"]);
  expect((await ask("/")).headers.get("content-type")).toContain("xml");
  const s3 = new S3Client({ ...endpoints.clientSettings, forcePathStyle: true });
  await expect(s3.send(new ListBucketsCommand({}))).resolves.toBeDefined();
  s3.destroy();
  const bucket = await new Promise<number | undefined>((resolve) =>
    request(endpoints.url, { headers: { ...headers, host: `specs.localhost:${endpoints.port}` } }, (answer) =>
      resolve(answer.statusCode),
    ).end(),
  );
  expect(bucket).not.toBe(302);
});

/** Opens a stream, and collects what it says. */
function watch() {
  const sent = request(`${endpoints.url}/_specdrop/stream`, { agent: false });
  const seen = { text: "", status: 0, ended: new Promise<void>((resolve) => sent.once("close", () => resolve())) };
  const opened = new Promise<void>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (answer) => {
      seen.status = answer.statusCode ?? 0;
      answer.on("error", () => undefined);
      answer.setEncoding("utf8").on("data", (part: string) => {
        seen.text += part;
      });
      resolve();
    });
  });
  sent.end();
  return { seen, opened, close: () => sent.destroy() };
}

describe("the stream", () => {
  test("says that something has changed after a write, and not after a read", async () => {
    const { seen, opened, close } = watch();
    await opened;
    const dynamodb = new DynamoDBClient(endpoints.clientSettings);
    const s3 = new S3Client({ ...endpoints.clientSettings, forcePathStyle: true });
    await dynamodb.send(new ListTablesCommand({}));
    await s3.send(new ListBucketsCommand({}));
    await s3.send(new CreateBucketCommand({ Bucket: "one" }));
    await expect.poll(() => seen.text).toContain("event: changed\nid: 1\n");
    expect(seen.text.startsWith("retry: 1000\n\n")).toBe(true);
    await s3.send(new CreateBucketCommand({ Bucket: "two" }));
    await expect.poll(() => seen.text).toContain("id: 2\n");
    expect(seen.text).not.toContain("id: 3");
    for (const client of [dynamodb, s3]) client.destroy();
    close();
  });

  test("is there for sixteen pages, and for another when one goes", async () => {
    const open = Array.from({ length: MOST_STREAMS }, watch);
    await Promise.all(open.map(({ opened }) => opened));
    const more = watch();
    await more.opened;
    expect(more.seen.status).toBe(503);
    open[0]?.close();
    await expect
      .poll(async () => {
        const next = watch();
        await next.opened;
        return next.seen.status;
      })
      .toBe(200);
    for (const { close } of open) close();
  });

  test("ends at once when everything is closed", async () => {
    const { seen, opened } = watch();
    await opened;
    await endpoints.close();
    await seen.ended;
    endpoints = await startEndpoints();
  });

  test("gives a sign of life", async () => {
    const streams = createStreams({ heartbeatMs: 5 });
    const server = createServer((_, response) => void streams.open(response, {}));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address() as { readonly port: number };
    const sent = request({ port: address.port, host: "127.0.0.1", agent: false });
    const beat = new Promise<void>((resolve) =>
      sent.once("response", (answer) => {
        answer.on("error", () => undefined);
        answer.on("data", (part: Buffer) => String(part).includes(":\n\n") && resolve());
      }),
    );
    sent.end();
    await beat;
    streams.close();
    await expect.poll(() => streams.count()).toBe(0);
    server.close();
  });
});
