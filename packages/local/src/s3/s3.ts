import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { ServiceEvent } from "../event-bridge/event-bridge.ts";
import { type ReadRequest, replayed, replayedObject, sent, withHeader } from "../http.ts";
import { isRecord } from "../json.ts";
import { type ObjectFacts, objectCreated, objectDeleted } from "./events.ts";
import type { S3Intent } from "./intents.ts";
import { addressOf, type S3Address, type S3Write, unsupportedSubresource, writeOf } from "./request.ts";

export interface S3Options {
  readonly account: string;
  /** The S3 server behind ours. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => void;
  /** The port that leads back to `route`: objects are looked at through it. */
  readonly port: () => number;
  readonly now: () => number;
  readonly newId: () => string;
  readonly putServiceEvent: (event: ServiceEvent) => unknown;
  /** Buckets whose events go to EventBridge, from an earlier process. */
  readonly notifying?: readonly string[];
  readonly onNotifying?: (buckets: readonly string[]) => void;
  /** Told before a write that is to have events begins, and when its events are on the bus. */
  readonly onIntent?: (intent: S3Intent) => void;
  readonly onWritten?: (intentId: string) => void;
}

/** What goes wrong in S3. */
export interface S3Faults {
  /** Objects are written and deleted, and no event tells of it. */
  readonly dropEvents: boolean;
}

export const NO_S3_FAULTS: S3Faults = { dropEvents: false };

const XML = { "content-type": "application/xml" };
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export type S3 = ReturnType<typeof createS3>;

/** S3 as fauxqs has it, and on top: bucket notifications to EventBridge, conditional writes, refusals of what is missing. */
export function createS3({ account, route, port, now, newId, putServiceEvent, ...keeping }: S3Options) {
  const { onNotifying, onIntent, onWritten } = keeping;
  const notifying = new Set(keeping.notifying);
  let faults = NO_S3_FAULTS;
  let sequence = 0n;
  /** Writes go one after the other, so the events of a key come in the order of its states. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  const nextSequencer = (): string => {
    const floor = BigInt(now()) << 16n;
    sequence = sequence >= floor ? sequence + 1n : floor;
    return sequence.toString(16).toUpperCase().padStart(16, "0");
  };

  /** `undefined` where there is no such object. The path goes as it is, for a URL would swallow `..`. */
  function look(bucket: string, key: string): Promise<ObjectFacts | undefined> {
    const path = `/${encodeURIComponent(bucket)}/${key.split("/").map(encodeURIComponent).join("/")}`;
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ host: "127.0.0.1", port: port(), method: "HEAD", path, agent: false }, (response) => {
        response.resume();
        const { etag = "", "content-length": size = "0" } = response.headers;
        resolve(response.statusCode === 200 ? { etag: etag.replaceAll('"', ""), size: Number(size) } : undefined);
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  async function write(
    read: ReadRequest,
    response: ServerResponse,
    { bucket }: S3Address,
    change: S3Write,
  ): Promise<void> {
    const before = await Promise.all(keysOf(change).map((key) => look(bucket, key)));
    const isOne = change.kind === "put" || read.request.method === "DELETE";
    if (isOne && !preconditionHolds(read.request, before[0])) {
      sendError(response, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
      return;
    }
    const intent = { id: newId(), bucket, change, before: before.map((facts) => facts ?? null) };
    const hasEvents = notifying.has(bucket) && !faults.dropEvents;
    if (hasEvents) onIntent?.(intent);
    route(replayedObject(read), withHeader(response, "x-amz-request-id", intent.id));
    await sent(response);
    if (!hasEvents) return;
    if (response.statusCode < 400) await announce(intent, read.request.socket.remoteAddress);
    onWritten?.(intent.id);
  }

  /** Puts the events of a write on the bus, by what it was to do, what there was before, and what there is now. */
  async function announce({ id, bucket, change, before }: S3Intent, sourceIp = "127.0.0.1"): Promise<void> {
    const keys = keysOf(change);
    const after = await Promise.all(keys.map((key) => look(bucket, key)));
    const context = { bucket, account, requestId: id, sourceIp };
    for (const [index, key] of keys.entries()) {
      const [was, is] = [before[index], after[index]];
      const sequencer = nextSequencer();
      if (change.kind === "put" && is !== undefined) {
        putServiceEvent(objectCreated({ ...context, sequencer }, key, is, change.reason));
      }
      // Whether S3 reports the deletion of nothing is not documented; here it does not.
      if (change.kind === "delete" && was && is === undefined) {
        putServiceEvent(objectDeleted({ ...context, sequencer }, key, was.etag));
      }
    }
  }

  function configure(read: ReadRequest, response: ServerResponse, bucket: string): void {
    if (read.request.method === "PUT") {
      const on = read.body.toString().includes("EventBridgeConfiguration");
      if (on) notifying.add(bucket);
      else notifying.delete(bucket);
      onNotifying?.([...notifying]);
      response.writeHead(200).end();
      return;
    }
    const inner = notifying.has(bucket) ? "<EventBridgeConfiguration></EventBridgeConfiguration>" : "";
    response.writeHead(200, XML).end(`<NotificationConfiguration ${NAMESPACE}>${inner}</NotificationConfiguration>`);
  }

  return {
    faults: (): S3Faults => faults,
    /** Throws a `TypeError` that names the first entry it does not understand. */
    changeFaults(change: unknown): void {
      if (!isRecord(change)) throw new TypeError("s3 must be a JSON object");
      for (const [name, value] of Object.entries(change)) {
        if (!Object.hasOwn(NO_S3_FAULTS, name)) throw new TypeError(`unknown fault s3.${name}; known is dropEvents`);
        if (typeof value !== "boolean") throw new TypeError(`s3.${name} must be a boolean`);
      }
      faults = { ...faults, ...change };
    },
    resetFaults(): void {
      faults = NO_S3_FAULTS;
    },

    /** Answers one S3 request; resolves when its events are on the bus. */
    async handle(read: ReadRequest, response: ServerResponse): Promise<void> {
      const address = addressOf(read.target, read.request.headers);
      const method = read.request.method ?? "GET";
      const missing = unsupportedSubresource(address, method);
      if (missing !== undefined) {
        sendError(response, 501, "NotImplemented", `The ${missing} subresource is not part of this emulator.`);
        return;
      }
      if (address.key === "" && address.query.has("notification")) return configure(read, response, address.bucket);
      if (address.key === "" && method === "GET" && address.query.has("location")) {
        response.writeHead(200, XML).end(`<LocationConstraint ${NAMESPACE}/>`);
        return;
      }
      if (address.key === "" && method === "GET" && address.query.has("versioning")) {
        response.writeHead(200, XML).end(`<VersioningConfiguration ${NAMESPACE}/>`);
        return;
      }
      const change = await writeOf(address, read);
      if (change === undefined) {
        // A request to no bucket may be one to another service, which is known by its type.
        route(address.bucket === "" ? replayed(read) : replayedObject(read), response);
        return sent(response);
      }
      return inTurn(() => write(read, response, address, change));
    },

    /** Puts on the bus what an earlier process may have left unsaid. An event too many does no harm: S3's come twice, too. */
    recover: (intent: S3Intent): Promise<void> =>
      inTurn(async () => {
        await announce(intent);
        onWritten?.(intent.id);
      }),
  };
}

function keysOf(change: S3Write): readonly string[] {
  return change.kind === "put" ? [change.key] : change.keys;
}

function preconditionHolds({ headers }: IncomingMessage, before: ObjectFacts | undefined): boolean {
  const wanted = headers["if-match"];
  if (wanted !== undefined && wanted.replaceAll('"', "") !== before?.etag) return false;
  return headers["if-none-match"] !== "*" || before === undefined;
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  response.writeHead(status, XML).end(`${head}<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
