import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { cloudControl, cloudControlClient } from "@specdrop/aws/cloud-control/clients";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { ControlPlane, IntegrationResponseModel, LiveResource } from "@specdrop/engine";
import { parseResultEvent, type ResultEvent } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/index";
import { documentIdOf, planDocument } from "@specdrop/service/documents";
import type { SpecDocument } from "@specdrop/spec";
import { clock } from "../converge/clock.ts";
import { Failure } from "../terminal/failure.ts";

/** What came of a document: the result on the bus, and the message in the channel, if there is one. */
export interface Reaction {
  readonly result: ResultEvent;
  readonly slack: Readonly<Record<string, unknown>> | undefined;
}

/** The embedded stack, and what people do with it from outside, through real clients. */
export interface Stage {
  readonly url: string;
  /** What specdrop would do with a file if it were dropped. */
  plan(path: string, body: Uint8Array): Promise<ResultEvent>;
  /** Puts a file into the bucket, and waits for what comes of it. */
  drop(path: string): Promise<Reaction>;
  /** Deletes its object, and waits for what comes of it. */
  remove(path: string): Promise<Reaction>;
  /** Makes a response that specdrop knows nothing of; resolves to its identifier. */
  createByOtherMeans(model: IntegrationResponseModel): Promise<string>;
  /** What is live in the place of a document's only resource. */
  live(document: SpecDocument): Promise<LiveResource | undefined>;
  /** How many writes Cloud Control has had, refused ones included. */
  writes(): number;
  close(): Promise<void>;
}

/** Nothing here takes a second; longer than this means that something is wrong. */
const PATIENCE_MS = 30_000;

export async function openStage(): Promise<Stage> {
  const stack = await startStack({ port: 0 });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(stack.clientSettings);
  const cloudControlSdk = cloudControlClient(stack.clientSettings);
  const controlPlane = cloudControl(cloudControlSdk, { clock });
  const ledger = dynamoLedger(dynamodb, stack.table);

  async function reactionTo(path: string, act: () => Promise<unknown>): Promise<Reaction> {
    const told = stack.slack.messages().length;
    const published = stack.eventBridge.eventsOn(stack.bus).length;
    await act();
    await quiet(stack);
    const events = stack.eventBridge.eventsOn(stack.bus).slice(published);
    if (events.length !== 1) throw new Failure(`${path}: expected one event on the bus, saw ${events.length}`);
    return { result: received(events[0]), slack: stack.slack.messages().slice(told)[0] };
  }

  return {
    url: stack.url,
    async plan(path, body) {
      const source = { bucket: stack.bucket, key: basename(path) };
      const change = { documentId: documentIdOf(source.bucket, source.key), source, correlationId: "demo" };
      const { results = [] } = await planDocument(
        { ledger, controlPlane, clock, random: Math.random },
        { ...change, body },
      );
      const [plan] = results;
      if (plan === undefined || results.length > 1)
        throw new Failure(`${path}: expected one plan, saw ${results.length}`);
      return plan;
    },
    drop: (path) =>
      reactionTo(path, async () => {
        const Body = await readFile(path);
        await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: basename(path), Body }));
      }),
    remove: (path) =>
      reactionTo(path, () => s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: basename(path) }))),
    createByOtherMeans: async (model) => (await controlPlane.create(model, `other-${stack.port}`)).identifier,
    live: (document) => liveOf(controlPlane, document),
    writes: () => stack.cloudControl.writes().length,
    async close() {
      for (const client of [s3, dynamodb, cloudControlSdk]) client.destroy();
      await stack.close();
    },
  };
}

async function liveOf(controlPlane: ControlPlane, { resources }: SpecDocument): Promise<LiveResource | undefined> {
  const [resource] = resources;
  if (resource === undefined) return undefined;
  const siblings = await controlPlane.list(resource);
  return siblings.find((live) => live.IntegrationResponseKey === resource.IntegrationResponseKey);
}

async function quiet(stack: Stack): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const late = new Promise<never>((_, reject) => {
    patience.addEventListener("abort", () => reject(new Failure(`nothing came of it within ${PATIENCE_MS / 1_000} s`)));
  });
  await Promise.race([stack.idle(), late]);
}

function received(event: unknown): ResultEvent {
  const result = parseResultEvent(event);
  if (!result.ok) throw new Failure(`what is on the bus is not a result: ${result.problems.join("; ")}`);
  return result.value;
}
