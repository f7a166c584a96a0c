import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { parseResultEvent } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/index";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shipped, shipFunctions } from "./shipped.ts";

let stack: Stack;
let shipped: Shipped;
let s3: S3Client;
/** Signals are kept here, for the test to deliver. */
const signals: SQSRecord[] = [];

beforeAll(async () => {
  shipped = await shipFunctions(() => stack);
  stack = await startStack({
    sweepEverySeconds: 0,
    functions: {
      intake: (event) => shipped.invoke("intake", event),
      notify: (event) => shipped.invoke("notify", event),
      sweep: (event) => shipped.invoke("sweep", event),
      async reconcile(event) {
        signals.push(...(event as SQSEvent).Records);
        return { batchItemFailures: [] };
      },
    },
  });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
});

afterAll(async () => {
  const logs = await shipped?.stop();
  s3?.destroy();
  await stack?.close();
  // Neither the secret nor what documents hold.
  for (const log of logs?.values() ?? []) {
    expect(log).toContain("specdrop-");
    expect(log).not.toContain(new URL(stack.slackWebhookUrl).pathname);
    expect(log).not.toContain("never in a log");
  }
});

async function drop(Key: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body }));
  await stack.idle();
}

async function deliver(Records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const answer = await shipped.invoke("reconcile", { Records });
  await stack.idle();
  return answer as SQSBatchResponse;
}

function results(): readonly string[] {
  return stack.eventBridge.eventsOn(stack.bus).map((event) => {
    const result = parseResultEvent(event);
    if (!result.ok) throw new Error(result.problems.join("; "));
    const { metadata, data } = result.value.detail;
    return `${result.value.detailType} ${metadata.documentId} ${"apiId" in data ? data.apiId : ""}`;
  });
}

const document = (apiId: string, template: string) =>
  JSON.stringify({
    ApiId: apiId,
    IntegrationId: "abc1234",
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { "200": template } } },
  });

const live = () => stack.cloudControl.resources().map(({ Properties }) => Properties);
const told = () => JSON.stringify(stack.slack.messages());

test("S3's event is taken in: the document is in force, and its change set is signalled", async () => {
  await drop("one.json", document("apiaaaaaaa", "never in a log"));
  expect(signals).toHaveLength(1);
  await drop("two.yaml", `# In YAML\n${document("apiaaaaaaa", "two").replace("$default", "/404/")}`);
  await drop("three.json", document("apibbbbbbb", "three"));
  expect(signals.map(({ attributes }) => attributes.MessageGroupId)).toHaveLength(3);
  await drop("broken.yaml", "IntegrationResponses: [");
  expect(results()).toEqual([`SpecRejected s3://${stack.bucket}/broken.yaml `]);
  expect(signals).toHaveLength(3);
});

test("a poison message holds back its own group from there on, and what is good is converged and told", async () => {
  const [one, two, three] = signals.splice(0);
  if (one === undefined || two === undefined || three === undefined) throw new Error("three signals were expected");
  const poison = { ...one, messageId: "poison", body: '{"version":1' };
  expect(await deliver([one, poison, three, two])).toEqual({
    batchItemFailures: [{ itemIdentifier: "poison" }, { itemIdentifier: two.messageId }],
  });
  expect(results().slice(1)).toEqual([
    `ApplySucceeded s3://${stack.bucket}/one.json apiaaaaaaa`,
    `ApplySucceeded s3://${stack.bucket}/three.json apibbbbbbb`,
  ]);
  expect(live()).toMatchObject([
    { ApiId: "apiaaaaaaa", ResponseTemplates: { "200": "never in a log" } },
    { ApiId: "apibbbbbbb", ResponseTemplates: { "200": "three" } },
  ]);

  expect(await deliver([two])).toEqual({ batchItemFailures: [] });
  expect(live()).toHaveLength(3);
});

test("Slack is told of every result", () => {
  for (const name of ["broken.yaml", "one.json", "two.yaml", "three.json"]) expect(told()).toContain(name);
});

test("the schedule's event makes the sweep look for drift, and Slack is told", async () => {
  const [changed] = stack.cloudControl.resources().filter(({ Properties }) => Properties["ApiId"] === "apibbbbbbb");
  const patch = [{ op: "add", path: "/ResponseTemplates", value: { "200": "changed by hand" } }];
  stack.cloudControl.updateResource({
    TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
    Identifier: changed?.Identifier ?? "",
    PatchDocument: JSON.stringify(patch),
  });
  await expect.poll(() => JSON.stringify(live())).toContain("changed by hand");
  const messages = stack.slack.messages().length;
  expect(await stack.sweep()).toMatchObject({ documents: 4, driftDetected: 1, failed: 0, unreached: 0 });
  await stack.idle();
  expect(results().at(-1)).toBe(`DriftDetected s3://${stack.bucket}/three.json apibbbbbbb`);
  expect(stack.slack.messages().length).toBe(messages + 1);
});

test("a deleted object is withdrawn", async () => {
  await s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: "three.json" }));
  await stack.idle();
  expect(await deliver(signals.splice(0))).toEqual({ batchItemFailures: [] });
  expect(live()).toHaveLength(2);
});
