import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { ResultDetail } from "@specdrop/events";
import { pipeline } from "@specdrop/functions/pipeline";
import { silence } from "@specdrop/functions/runtime/lambda";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, expect, test } from "vitest";
import { contextOf } from "../functions/samples.ts";

const LEASE_MS = 400;
const deaths: string[] = [];
let stack: Stack;
let reconcile: ((event: unknown) => Promise<unknown>) | undefined;

/** What Lambda does with a function that is out of memory: nothing is answered, and nothing is let go. */
async function dying(event: unknown): Promise<unknown> {
  const [record] = (event as { Records: { body: string; attributes: { ApproximateReceiveCount: string } }[] }).Records;
  const signal = JSON.parse(record?.body ?? "{}");
  const isFirst = record?.attributes.ApproximateReceiveCount === "1";
  if (!signal.documentId.endsWith("/poison.json") || !isFirst) return await reconcile?.(event);
  const client = new DynamoDBClient(stack.clientSettings);
  const ledger = dynamoLedger(client, stack.table);
  const lease = await ledger.acquireLease(signal.apiId, `dead ${deaths.length}`, LEASE_MS, Date.now());
  client.destroy();
  deaths.push(`${signal.deliveries ?? 0} ${lease === undefined ? "without" : "with"} the lease`);
  throw new Error("Runtime exited with error: signal: killed");
}

afterAll(() => stack.close());

const document = (key: string) =>
  JSON.stringify({
    ApiId: "a1b2c3d4e5",
    IntegrationId: "abc1234",
    IntegrationResponses: { one: { IntegrationResponseKey: key, ResponseTemplates: { $default: "{}" } } },
  });

test("a healthy document behind one whose runs always die is applied after the first death, and that one is given up", {
  timeout: 90_000,
}, async () => {
  const results: { detailType: string; detail: ResultDetail }[] = [];
  stack = await startStack({
    sweepEverySeconds: 0,
    pollers: 1,
    functions: { reconcile: dying },
    onResult: (event) => {
      const { "detail-type": detailType, detail } = event as { "detail-type": string; detail: ResultDetail };
      results.push({ detailType, detail });
    },
  });
  const real = pipeline({
    config: {
      bucket: stack.bucket,
      bus: stack.bus,
      queueUrl: stack.queueUrl,
      table: stack.table,
      notificationsUrl: stack.notificationsUrl,
      delayedQueueUrl: stack.queueUrl,
    },
    slack: { access: { mode: "webhook", urls: {} }, routes: () => ({ channel: "none" }) } as never,
    signalAgainSeconds: 0,
    settings: stack.clientSettings,
    telemetry: () => silence,
    leaseTtlMs: LEASE_MS,
  });
  reconcile = (event) => real.reconcile(event as never, contextOf());

  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body }));
  await put("poison.json", document("/500/"));
  await put("healthy.json", document("/200/"));
  await stack.idle();
  s3.destroy();

  const told = results.map(({ detailType, detail }) => `${detailType} ${detail.metadata.documentId.split("/").at(-1)}`);
  expect(told).toEqual(["ApplySucceeded healthy.json", "ApplyFailed poison.json"]);
  expect(results[1]?.detail.data.diagnostics).toMatchObject([{ code: "SD6004" }]);
  expect(results[1]?.detail.data.diagnostics[0]?.message).toContain("8 tries");
  expect(deaths.map((death) => Number(death.split(" ")[0]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
