import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startStack } from "@specdrop/local/index";
import { expect, test } from "vitest";
import { HOSTILE_FILES } from "../fixtures/hostile/corpus.ts";

const GOOD = 5;

const good = (nth: number) =>
  JSON.stringify({
    IntegrationResponses: {
      ok: { ApiId: "goodapi123", IntegrationId: "abc1234", IntegrationResponseKey: `/good${nth}/` },
    },
  });

test("hostile files are rejected, and hold up nobody", { timeout: 120_000 }, async () => {
  const stack = await startStack();
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body }));
  try {
    const step = Math.ceil(HOSTILE_FILES.length / GOOD);
    for (const [index, { name, bytes }] of HOSTILE_FILES.entries()) {
      if (index % step === 0) await put(`good${index / step}.json`, good(index / step));
      await put(name, bytes);
    }
    await stack.idle();

    const results = stack.eventBridge.eventsOn("specdrop").map(({ detail, ...event }) => {
      const { documentId } = detail["metadata"] as { readonly documentId: string };
      return [documentId, event["detail-type"]] as const;
    });
    const expected = [
      ...HOSTILE_FILES.map(({ name, valid }) => [`s3://specs/${name}`, valid ? "ApplySucceeded" : "SpecRejected"]),
      ...Array.from({ length: GOOD }, (_, nth) => [`s3://specs/good${nth}.json`, "ApplySucceeded"]),
    ];
    expect(results.toSorted()).toEqual(expected.toSorted());
    const keys = stack.cloudControl.resources().map(({ Properties }) => Properties["IntegrationResponseKey"]);
    expect(keys.filter((key) => String(key).startsWith("/good"))).toHaveLength(GOOD);
    expect(await stack.queueCounts("specdrop-dead-letters.fifo")).toMatchObject({ visible: 0, inFlight: 0 });
    expect(stack.deliveries.failed()).toEqual([]);
    expect(stack.slack.messages()).toHaveLength(expected.length);
  } finally {
    s3.destroy();
    await stack.close();
  }
});
