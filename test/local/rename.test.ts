import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ResultDetail } from "@specdrop/events";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;

const API = "a1b2c3d4e5";

function document(keys: readonly string[]): string {
  const entries = keys.map((key, index) => [
    `one${index}${key.replaceAll(/\W/g, "")}`,
    { IntegrationResponseKey: key, ResponseTemplates: { $default: `{"key":"${key}"}` } },
  ]);
  return JSON.stringify({ ApiId: API, IntegrationId: "abc1234", IntegrationResponses: Object.fromEntries(entries) });
}

const TEN = Array.from({ length: 10 }, (_, index) => `/${index}\\d\\d/`);

const put = (Key: string, Body: string) => clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body }));
const remove = (Key: string) => clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key }));
const live = () =>
  stack.cloudControl
    .resources()
    .map(({ Identifier }) => Identifier)
    .sort();

async function events(): Promise<readonly { readonly type: string; readonly detail: ResultDetail }[]> {
  const shown = (await (await fetch(`${stack.url}/_specdrop/events`)).json()) as BusEvent[];
  return shown.map((event) => ({ type: event["detail-type"], detail: event.detail as unknown as ResultDetail }));
}

/** Looks at what is live again and again, as clients of the API do. */
function sampling(): { readonly fewest: () => number; readonly stop: () => void } {
  let fewest = Number.POSITIVE_INFINITY;
  const look = () => {
    fewest = Math.min(fewest, live().length);
  };
  const timer = setInterval(look, 5);
  return { fewest: () => fewest, stop: () => clearInterval(timer) };
}

describe.each([false, true])("in a bucket without versions: %s", (unversioned) => {
  beforeEach(async () => {
    stack = await startStack({ unversioned, retryDelaySeconds: 0 });
    clients = clientsOf(stack);
    stack.cloudControl.changeFaults({ settleMs: 5 });
  });
  afterEach(() => stack.close());

  test("a document that is moved keeps its ten responses live all the time", async () => {
    await put("m.json", document(TEN));
    await stack.idle();
    const before = live();
    expect(before).toHaveLength(10);

    const sample = sampling();
    // As `aws s3 mv` does it.
    await clients.s3.send(new CopyObjectCommand({ Bucket: "specs", Key: "sub/m.json", CopySource: "specs/m.json" }));
    await remove("m.json");
    await stack.idle();
    sample.stop();

    expect(sample.fewest()).toBe(10);
    expect(live()).toEqual(before);
    const told = await events();
    const [taken] = told.filter(({ detail }) => detail.metadata.documentId === "s3://specs/sub/m.json").slice(-1);
    expect(taken?.type).toBe("ApplySucceeded");
    const [left] = told.filter(({ detail }) => detail.metadata.documentId === "s3://specs/m.json").slice(-1);
    expect(left?.type).toBe("ApplySucceeded");
    expect(left?.detail.data.summary).toMatchObject({ forget: 10, delete: 0 });
    expect(left?.detail.data.changes.map(({ handedTo }) => handedTo)).toEqual(TEN.map(() => "s3://specs/sub/m.json"));

    await put("sub/m.json", document(TEN));
    await stack.idle();
    expect((await events()).at(-1)?.type).toBe("ApplyUnchanged");
    await remove("sub/m.json");
    await stack.idle();
    expect(live()).toEqual([]);
  });
});
