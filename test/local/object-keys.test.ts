import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";

let stack: Stack;
let s3: S3Client;

beforeAll(async () => {
  // Every document is withdrawn again: no withdrawal waits for a hand-over, and the breaker takes none for a mishap.
  stack = await startStack({
    withdrawAfterMs: 0,
    breaker: { documents: 1_000, responses: 1_000, minutes: 10, percent: 100 },
  });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
});

afterAll(async () => {
  s3.destroy();
  await stack.close();
});

const longest = `${"k".repeat(500)}/${"ü".repeat(259)}.yaml`;

const KEYS = [
  "with space.yaml",
  " leading and trailing /x.yaml",
  "a+b.yaml",
  "a%2Bb.yaml",
  "100%.yaml",
  "a%20b.yaml",
  "%2e%2e%2fx.yaml",
  "a#b?c=d&e.yaml",
  "a;b,c:d@e=f$.yaml",
  "quote'\"<>&amp;.yaml",
  "back\\slash|pipe.yaml",
  "grüße/日本語/😀.yaml",
  "tab\t, DEL\u007f, \uFFFE.yaml",
  "e\u0301 is not \u00e9.yaml",
  "../up.yaml",
  "a/../b.yaml",
  "a/./b.yaml",
  "a//b.yaml",
  "/leading.yaml",
  "__proto__.json",
  "[glob]*{x}~^`.yml",
  longest,
];

function documentOf(index: number): string {
  const response = { ApiId: "keysapi123", IntegrationId: "abc1234", IntegrationResponseKey: `/key${index}/` };
  return JSON.stringify({ IntegrationResponses: { ok: response } });
}

function resultsSince(seen: number): readonly object[] {
  return stack.eventBridge.eventsOn("specdrop").slice(seen);
}

test("the longest key is as long as S3 allows", () => {
  expect(Buffer.byteLength(longest)).toBe(1_024);
});

test.each(KEYS.map((key, index) => [key, index] as const))("%j is taken as it is", async (Key, index) => {
  for (const [act, mode] of [
    [new PutObjectCommand({ Bucket: "specs", Key, Body: documentOf(index) }), "apply"],
    [new DeleteObjectCommand({ Bucket: "specs", Key }), "withdraw"],
  ] as const) {
    const seen = resultsSince(0).length;
    await s3.send(act as PutObjectCommand);
    await stack.idle();
    expect(resultsSince(seen)).toMatchObject([
      {
        "detail-type": "ApplySucceeded",
        detail: {
          metadata: { documentId: `s3://specs/${Key}` },
          data: { document: { bucket: "specs", key: Key }, mode },
        },
      },
    ]);
    const live = stack.cloudControl.resources().map(({ Properties }) => Properties["IntegrationResponseKey"]);
    expect(live.includes(`/key${index}/`)).toBe(mode === "apply");
  }
});

test("keys that differ only when decoded are different documents", async () => {
  for (const [index, Key] of ["same+key.yaml", "same key.yaml", "same%20key.yaml", "same%2Bkey.yaml"].entries()) {
    await s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body: documentOf(100 + index) }));
  }
  await stack.idle();
  expect(stack.cloudControl.resources()).toHaveLength(4);
});
