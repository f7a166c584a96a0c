import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { ReceivedResultEvent } from "@specdrop/events";
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { type DevProcess, killWhileStarting, startDev } from "./dev-process.ts";
import { API_IDS, type Bucket, dice, isRight, KEYS, randomDocument } from "./documents.ts";

const ROUNDS = Number(process.env["SPECDROP_KILL_ROUNDS"] ?? 50);
const SEED = Number(process.env["SPECDROP_KILL_SEED"] ?? 1);
const LONGEST_ROUND_MS = 1_500;
const PATIENCE_MS = 90_000;
const FAULTS = { settleMs: 60, errorRate: 0.05, lostReplies: 0.05, rps: 40, burst: 10 };

interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: ReceivedResultEvent["detail"];
}

interface LiveResponse {
  readonly Identifier: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

function clientsOf(url: string) {
  const settings = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const sqs = new SQSClient(settings);
  const dynamodb = new DynamoDBClient(settings);
  return { s3, sqs, dynamodb, ledger: dynamoLedger(dynamodb, "specdrop") };
}

type Clients = ReturnType<typeof clientsOf>;

async function bucketOf({ s3 }: Clients): Promise<Bucket> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "specs" }));
  const texts = Contents.filter(({ Key = "" }) => !Key.startsWith("results/")).map(async ({ Key = "" }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "specs", Key }));
    return [Key, (await Body?.transformToString()) ?? ""] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** By natural key, what the documents ask for. */
function wantedBy(bucket: Bucket): Readonly<Record<string, object>> {
  const resources = Object.entries(bucket).flatMap(([key, text]) => parse(text, key).document?.resources ?? []);
  const entries = resources.map(({ ApiId, IntegrationId, IntegrationResponseKey, properties }) => [
    `${ApiId}|${IntegrationId}|${IntegrationResponseKey}`,
    properties,
  ]);
  return Object.fromEntries(entries);
}

async function liveOn(dev: DevProcess): Promise<Readonly<Record<string, object>>> {
  const resources = await dev.shown<LiveResponse>("resources");
  const entries = resources.map(({ Properties }) => {
    const { ApiId, IntegrationId, IntegrationResponseKey, IntegrationResponseId: _, ...properties } = Properties;
    return [`${ApiId}|${IntegrationId}|${IntegrationResponseKey}`, properties];
  });
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

async function waiting({ sqs }: Clients, name: string): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  const names = ["", "NotVisible", "Delayed"].map((state) => `ApproximateNumberOfMessages${state}` as const);
  return names.reduce((sum, attribute) => sum + Number(Attributes[attribute as keyof typeof Attributes] ?? 0), 0);
}

async function act({ s3 }: Clients, roll: (sides: number) => number, text: string): Promise<void> {
  const number = roll(KEYS.length);
  const target = { Bucket: "specs", Key: KEYS[number] ?? "" };
  const deleting = roll(5) === 0;
  const command = deleting
    ? new DeleteObjectCommand(target)
    : new PutObjectCommand({ ...target, Body: randomDocument(roll, number + 1, text) });
  await s3.send(command as PutObjectCommand);
}

async function actUntilKilled(dev: DevProcess, roll: (sides: number) => number, round: number): Promise<void> {
  const clients = clientsOf(dev.url);
  const killed = sleep(roll(LONGEST_ROUND_MS)).then(dev.kill);
  for (let nth = 0, actions = 2 + roll(5); nth < actions; nth++) {
    // The connection may break at any moment: what became of the write, the bucket will tell.
    const lost = await act(clients, roll, `round ${round}.${nth}`).then(
      () => false,
      () => true,
    );
    if (lost) break;
    await sleep(roll(LONGEST_ROUND_MS / 6));
  }
  await killed;
}

/** Everything that was dropped has come to its end, and AWS matches the documents. */
async function converged(dev: DevProcess, clients: Clients): Promise<void> {
  const wanted = wantedBy(await bucketOf(clients));
  await expect
    .poll(async () => ({ live: await liveOn(dev), waiting: await waiting(clients, "specdrop.fifo") }), {
      timeout: PATIENCE_MS,
      interval: 200,
    })
    .toEqual({ live: wanted, waiting: 0 });
  await expect.poll(() => unsettled(clients), { timeout: PATIENCE_MS, interval: 200 }).toEqual([]);
}

/** Change sets that lack their result, or whose result nobody has been told. */
async function unsettled({ ledger }: Clients): Promise<readonly string[]> {
  const unfinished: string[] = [];
  for await (const { documentId, current } of ledger.listDocuments()) {
    for (const apiId of current?.apiIds ?? []) {
      const changeSet = await ledger.readChangeSet(documentId, apiId);
      const isDone =
        (changeSet?.settledSequence ?? 0) >= (current?.sequence ?? 0) && changeSet?.result?.published !== false;
      if (!isDone) unfinished.push(`${documentId} on ${apiId}`);
    }
  }
  return unfinished;
}

async function checkLedger(dev: DevProcess, { ledger }: Clients): Promise<void> {
  const owned = (await Promise.all(API_IDS.map((apiId) => ledger.listOwned(apiId)))).flat();
  const live = await dev.shown<LiveResponse>("resources");
  expect(owned.map(({ identifier }) => identifier).toSorted()).toEqual(
    live.map(({ Identifier }) => Identifier).toSorted(),
  );
  expect(owned.filter(({ pending }) => pending !== undefined)).toEqual([]);
}

async function checkResults(dev: DevProcess, { ledger }: Clients): Promise<void> {
  const events = (await dev.shown<BusEvent>("events")).filter(({ source }) => source === "specdrop");
  const ids = Map.groupBy(events, ({ detail: { metadata, data } }) =>
    metadata.sequence === 0
      ? `unread ${metadata.id}`
      : `${metadata.documentId} revision ${metadata.sequence} on ${data.apiId ?? "no API"}`,
  );
  for (const [revision, about] of ids) {
    expect(new Set(about.map(({ detail }) => detail.metadata.id)).size, revision).toBe(1);
  }
  const told = new Set(events.map(({ detail: { metadata } }) => `${metadata.documentId} ${metadata.sequence}`));
  for await (const { documentId, head } of ledger.listDocuments()) {
    const untold = Array.from({ length: head.sequence }, (_, index) => `${documentId} ${index + 1}`).filter(
      (revision) => !told.has(revision),
    );
    // A deletion that was heard of before its object ever was is revision 1, and has no result.
    expect(untold.filter((revision) => revision !== `${documentId} 1`)).toEqual([]);
  }
  const messages = await dev.shown("slack");
  expect(messages.length).toBeLessThanOrEqual(events.length);
}

test(`${ROUNDS} kills lose nothing and double nothing (seed ${SEED})`, async () => {
  const roll = dice(SEED);
  const data = mkdtempSync(join(tmpdir(), "specdrop-kill-"));
  const first = await startDev(data);
  await first.putFaults(FAULTS);
  await actUntilKilled(first, roll, 0);
  for (let round = 1; round < ROUNDS; round++) {
    if (roll(10) === 0) await killWhileStarting(data, roll(LONGEST_ROUND_MS));
    else await actUntilKilled(await startDev(data), roll, round);
  }

  const last = await startDev(data);
  const clients = clientsOf(last.url);
  // What is in force for a key whose text has an error is an older text that is gone: put in a right one.
  for (const [Key, text] of Object.entries(await bucketOf(clients))) {
    if (isRight(text)) continue;
    const Body = JSON.stringify({ ...JSON.parse(text), Nonsense: undefined });
    await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body }));
  }
  await converged(last, clients);
  expect(await waiting(clients, "specdrop-dead-letters.fifo"), last.noted()).toBe(0);
  expect(await last.shown("failures")).toEqual([]);
  await checkLedger(last, clients);
  await checkResults(last, clients);
  const { length: results } = await last.shown("events");
  const { length: writes } = await last.shown("requests");
  await last.kill();

  const again = await startDev(data);
  await converged(again, clientsOf(again.url));
  expect(await again.shown("events")).toHaveLength(results);
  expect(await again.shown("requests")).toHaveLength(writes);
  await again.kill();
  console.info(`${ROUNDS} kills: ${results} events on the bus, ${writes} writes to Cloud Control`);
});
