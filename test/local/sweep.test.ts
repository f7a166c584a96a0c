import { CreateResourceCommand, DeleteResourceCommand, UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { ResultDetail } from "@specdrop/events";
import { systemClock } from "@specdrop/functions/runtime/clock";
import { type LogLine, type Stack, type StackOptions, startStack } from "@specdrop/local/index";
import { parseAllowedApis } from "@specdrop/service/policy";
import { MAX_DELIVERIES } from "@specdrop/service/reconcile";
import { afterEach, expect, test, vi } from "vitest";
import { resultEvent, revision } from "../contract/ledger.ts";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;
let lines: LogLine[];

afterEach(async () => {
  await stack.close();
  vi.restoreAllMocks();
});

async function start(options: StackOptions = {}): Promise<void> {
  lines = [];
  stack = await startStack({
    log: (line) => lines.push(line),
    retryDelaySeconds: 0,
    sweepEverySeconds: 0,
    sweepGraceMs: 0,
    ...options,
  });
  clients = clientsOf(stack);
  stack.cloudControl.changeFaults({ settleMs: 2 });
}

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";
const document = (template: string, more: object = {}) =>
  JSON.stringify({
    ApiId: "abcdefghij",
    IntegrationId: "abc1234",
    ...more,
    IntegrationResponses: {
      chatOk: { IntegrationResponseKey: "$default", ResponseTemplates: { "200": template } },
    },
  });

async function drop(text: string, key = "chat.json"): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key: key, Body: text }));
  await stack.idle();
}

/** What somebody who asks over HTTP gets, and what that led to. */
async function sweep(): Promise<Record<string, number>> {
  const answer = await fetch(`${stack.url}/_specdrop/sweep`, { method: "POST" });
  expect(answer.status).toBe(200);
  const swept = (await answer.json()) as Record<string, number>;
  await stack.idle();
  return swept;
}

interface Shown {
  readonly "detail-type": string;
  readonly detail: ResultDetail;
}

async function events(): Promise<readonly Shown[]> {
  return (await (await fetch(`${stack.url}/_specdrop/events`)).json()) as readonly Shown[];
}

const outcomes = async () => (await events()).map((event) => event["detail-type"]);

async function liveTemplate(): Promise<unknown> {
  const resources = (await (await fetch(`${stack.url}/_specdrop/resources`)).json()) as readonly {
    readonly Identifier: string;
    readonly Properties: { readonly ResponseTemplates?: unknown };
  }[];
  return resources[0]?.Properties.ResponseTemplates;
}

async function changeByHand(template: string): Promise<void> {
  const resources = stack.cloudControl.resources();
  const identifier = (resources[0] as unknown as { readonly Identifier: string }).Identifier;
  const patch = [{ op: "add", path: "/ResponseTemplates", value: { "200": template } }];
  await clients.cloudControl.send(
    new UpdateResourceCommand({ TypeName: TYPE, Identifier: identifier, PatchDocument: JSON.stringify(patch) }),
  );
  await expect.poll(liveTemplate).toEqual({ "200": template });
}

test("a result that was never published is published, and people are told", async () => {
  await start();
  const ledger = dynamoLedger(clients.dynamodb, "specdrop");
  const documentId = "s3://specs/left.json";
  stack.objectStore.changeFaults({ dropEvents: true });
  const object = { Bucket: "specs", Key: "left.json", Body: "{" };
  const { ETag: etag = "" } = await clients.s3.send(new PutObjectCommand(object));
  const source = { bucket: "specs", key: "left.json", etag: etag.replaceAll('"', "") };
  await ledger.recordRevision(documentId, revision({ source, apiIds: ["abcdefghij"] }));
  const { detailType, detail } = resultEvent(1, { documentId, apiId: "abcdefghij" });
  // Made just now: of what went well long ago nobody is told any more.
  const metadata = { ...detail.metadata, time: new Date().toISOString() };
  await ledger.settle(documentId, "abcdefghij", 1, { detailType, detail: { ...detail, metadata } });
  expect(await outcomes()).toEqual([]);

  expect(await sweep()).toMatchObject({ documents: 1, republished: 1 });
  expect((await events()).map((event) => event.detail)).toEqual([{ ...detail, metadata }]);
  expect(stack.slack.messages()).toHaveLength(1);
  expect(await sweep()).toMatchObject({ republished: 0 });
  expect(await outcomes()).toHaveLength(1);
});

test("drift is told once, and once more when it has gone", async () => {
  await start();
  await drop(document("one"));
  await changeByHand("two");
  expect(await sweep()).toMatchObject({ driftDetected: 1 });
  expect(await sweep()).toMatchObject({ driftDetected: 0 });
  expect(await outcomes()).toEqual(["ApplySucceeded", "DriftDetected"]);
  expect(await liveTemplate()).toEqual({ "200": "two" });

  await changeByHand("one");
  expect(await sweep()).toMatchObject({ driftResolved: 1 });
  expect(await outcomes()).toEqual(["ApplySucceeded", "DriftDetected", "DriftResolved"]);
  expect(stack.slack.messages()).toHaveLength(3);
});

test("drift is repaired where the document asks for it, in spite of faults", async () => {
  await start();
  await drop(document("one", { OnDrift: "repair" }));
  await changeByHand("two");
  stack.cloudControl.changeFaults({ seed: 5, lostReplies: 0.2 });
  expect(await sweep()).toMatchObject({ driftDetected: 1, signalsSent: 1 });
  expect(await outcomes()).toEqual(["ApplySucceeded", "DriftDetected", "DriftResolved"]);
  expect((await events()).at(-1)?.detail.data).toMatchObject({
    mode: "drift",
    summary: { update: 1 },
    changes: [{ logicalId: "chatOk", action: "update", status: "succeeded" }],
  });
  stack.cloudControl.resetFaults();
  expect(await liveTemplate()).toEqual({ "200": "one" });
  expect(await sweep()).toMatchObject({ driftDetected: 0, driftResolved: 0, signalsSent: 0 });
});

test("a signal that AWS never lets succeed ends in ApplyFailed, and the next drop goes on from there", async () => {
  // The handlers' patience takes no time.
  vi.spyOn(systemClock, "sleep").mockResolvedValue();
  await start();
  stack.cloudControl.changeFaults({ errorRate: 1 });
  await drop(document("one"));
  expect(await outcomes()).toEqual(["ApplyFailed"]);
  const [failed] = await events();
  const { operationId } = failed?.detail.metadata ?? {};
  expect(failed?.detail.data.diagnostics).toMatchObject([
    { code: "SD6004", help: expect.stringContaining(`${operationId}`) },
  ]);
  // Delivered once too often, it is refused without a run until SQS takes it to the dead letters.
  const errors = lines.filter((line) => line.function === "reconcile" && line.level === "error");
  const runs = errors.filter(({ fields }) => !String(fields["error"]).includes("delivered too often"));
  expect(runs).toHaveLength(MAX_DELIVERIES);
  expect(lines).toContainEqual(expect.objectContaining({ function: "sweep", message: "Gave up on a signal" }));
  expect(stack.slack.messages()).toHaveLength(1);

  stack.cloudControl.resetFaults();
  await drop(document("one"));
  expect(await outcomes()).toEqual(["ApplyFailed", "ApplySucceeded"]);
});

test("a document may name only the APIs that its place allows", async () => {
  await start({ allowedApis: parseAllowedApis('{"prefixes": {"team-a/": ["abcdefghij"], "": ["other12345"]}}') });
  await drop(document("one"), "team-b/chat.json");
  expect(await outcomes()).toEqual(["SpecRejected"]);
  expect((await events())[0]?.detail.data.diagnostics[0]).toMatchObject({ code: "SD5005", pointer: "/ApiId" });
  expect(stack.cloudControl.writes()).toEqual([]);
  await drop(document("one"), "team-a/chat.json");
  expect(await outcomes()).toEqual(["SpecRejected", "ApplySucceeded"]);
});

test("the schedule sweeps by itself", async () => {
  await start({ sweepEverySeconds: 0.5 });
  await drop(document("one"));
  await changeByHand("two");
  await expect.poll(outcomes).toContain("DriftDetected");
});

test("what cannot be posted to is named", async () => {
  await start();
  const answer = await fetch(`${stack.url}/_specdrop/swep`, { method: "POST" });
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain("POST slack/webhook, sweep");
});

test("a response that somebody created anew after ours was deleted is told as a conflict", async () => {
  await start();
  await drop(document("one"));
  const [ours] = stack.cloudControl.resources() as unknown as readonly { readonly Identifier: string }[];
  await clients.cloudControl.send(new DeleteResourceCommand({ TypeName: TYPE, Identifier: ours?.Identifier }));
  await expect.poll(() => stack.cloudControl.resources()).toHaveLength(0);
  const model = { ApiId: "abcdefghij", IntegrationId: "abc1234", IntegrationResponseKey: "$default" };
  await clients.cloudControl.send(new CreateResourceCommand({ TypeName: TYPE, DesiredState: JSON.stringify(model) }));
  await expect.poll(() => stack.cloudControl.resources()).toHaveLength(1);
  expect(await sweep()).toMatchObject({ driftDetected: 1 });
  expect((await events()).at(-1)?.detail.data.changes).toMatchObject([{ status: "failed", error: { code: "SD5004" } }]);
});
