import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ResultDetail } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterEach, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;

async function start(unversioned: boolean): Promise<void> {
  stack = await startStack({ unversioned, retryDelaySeconds: 0, sweepEverySeconds: 0, sweepGraceMs: 0 });
  clients = clientsOf(stack);
  stack.cloudControl.changeFaults({ settleMs: 0 });
}
afterEach(() => stack.close());

const document = (template: string) =>
  JSON.stringify({
    ApiId: "abcdefghij",
    IntegrationId: "abc1234",
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { a: template } } },
  });

async function fault(change: object): Promise<Response> {
  return fetch(`${stack.url}/_specdrop/faults`, { method: "PUT", body: JSON.stringify(change) });
}

async function put(text: string, Key = "chat.json"): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body: text }));
  await stack.idle();
}

async function sweep(): Promise<unknown> {
  const answer = await fetch(`${stack.url}/_specdrop/sweep`, { method: "POST" });
  await stack.idle();
  return answer.json();
}

async function get<Item>(path: string): Promise<readonly Item[]> {
  return (await (await fetch(`${stack.url}/_specdrop/${path}`)).json()) as readonly Item[];
}

async function templates(): Promise<readonly unknown[]> {
  const resources = await get<{ readonly Properties: { readonly ResponseTemplates?: unknown } }>("resources");
  return resources.map(({ Properties }) => Properties.ResponseTemplates);
}

async function outcomes(): Promise<readonly string[]> {
  const events = await get<{ readonly "detail-type": string; readonly detail: ResultDetail }>("events");
  return events.map((event) => `${event["detail-type"]} ${event.detail.metadata.sequence}`);
}

test.each([true, false])(
  "what S3 never told of is noticed by the sweep: a new document, a changed one, a deleted one (unversioned: %s)",
  async (unversioned) => {
    await start(unversioned);
    expect(await (await fault({ s3: { dropEvents: true } })).json()).toMatchObject({ s3: { dropEvents: true } });
    await put(document("1"));
    await put("{", "broken.json");
    await put("no spec", "notes.txt");
    expect(await templates()).toEqual([]);
    expect(await sweep()).toMatchObject({ found: 2 });
    expect(await templates()).toEqual([{ a: "1" }]);

    await put(document("2"));
    expect(await sweep()).toMatchObject({ found: 1 });
    expect(await templates()).toEqual([{ a: "2" }]);
    expect(await sweep()).toMatchObject({ found: 0 });

    await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "chat.json" }));
    await stack.idle();
    expect(await templates()).toEqual([{ a: "2" }]);
    expect(await sweep()).toMatchObject({ found: 1 });
    expect(await templates()).toEqual([]);
    expect(await sweep()).toMatchObject({ found: 0 });
    expect([...(await outcomes())].sort()).toEqual([
      "ApplySucceeded 1",
      "ApplySucceeded 2",
      "ApplySucceeded 3",
      "SpecRejected 1",
    ]);

    // Events again, and everything as always.
    await fault({ s3: { dropEvents: false } });
    await put(document("3"));
    expect(await templates()).toEqual([{ a: "3" }]);
    expect(await sweep()).toMatchObject({ found: 0 });
  },
);

test("a fault of S3 that is none is refused, and all of them can be taken back", async () => {
  await start(false);
  const refused = await fault({ s3: { dropEvent: true } });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({ message: "unknown fault s3.dropEvent; known is dropEvents" });
  expect((await fault({ s3: { dropEvents: 1 } })).status).toBe(400);
  expect((await fault({ s3: [] })).status).toBe(400);
  await fault({ s3: { dropEvents: true } });
  const reset = await fetch(`${stack.url}/_specdrop/faults`, { method: "DELETE" });
  expect(await reset.json()).toMatchObject({ s3: { dropEvents: false } });
});
