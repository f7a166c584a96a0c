import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceEvent } from "../event-bridge/event-bridge.ts";
import { type ReadRequest, replayed, replayedObject, sent, withHeaders } from "../http.ts";
import { isRecord } from "../json.ts";
import { bucketSettings } from "./bucket-settings.ts";
import type { ObjectFacts } from "./events.ts";
import type { S3Intent } from "./intents.ts";
import type { ObjectStore } from "./object-store.ts";
import { addressOf, type S3Address, type S3Write, unsupportedSubresource, writeOf } from "./request.ts";
import type { ObjectVersion, VersionIndex, VersionLine } from "./version-index.ts";
import { deleteVersions } from "./versioned-deletes.ts";
import { redirectCopy, redirectRead } from "./versioned-reads.ts";
import { createVersions, VERSIONS_BUCKET } from "./versions.ts";
import { eventOf } from "./write-events.ts";
import { sendError } from "./xml.ts";

export interface S3Options {
  readonly account: string;
  /** The S3 server behind ours. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => void;
  /** Its objects. */
  readonly store: ObjectStore;
  readonly now: () => number;
  readonly newId: () => string;
  readonly newVersionId: () => string;
  readonly putServiceEvent: (event: ServiceEvent) => unknown;
  /** Buckets whose events go to EventBridge, from an earlier process. */
  readonly notifying?: readonly string[];
  readonly onNotifying?: (buckets: readonly string[]) => void;
  /** Versions from an earlier process. */
  readonly versions?: VersionIndex;
  readonly onVersions?: (...lines: readonly VersionLine[]) => void;
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

export type S3 = ReturnType<typeof createS3>;

/**
 * S3 as fauxqs has it, and on top: versions, bucket notifications to EventBridge, conditional writes, refusals of what
 * is missing.
 */
export function createS3({ account, route, store, now, newId, putServiceEvent, ...keeping }: S3Options) {
  const { onNotifying, onIntent, onWritten, onVersions, newVersionId } = keeping;
  const versions = createVersions({
    store,
    newVersionId,
    // As the objects: by the machine's clock.
    now: Date.now,
    ...(keeping.versions && { index: keeping.versions }),
    ...(onVersions && { onChange: onVersions }),
  });
  const notifying = new Set(keeping.notifying);
  const { answerSetting, deleteBucket } = bucketSettings({
    store,
    versions,
    notifying,
    route,
    onNotifying: () => onNotifying?.([...notifying]),
  });
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

  /** The object as it is now, or the version that is named. `undefined` where there is no such thing. */
  function look(bucket: string, key: string, versionId?: string | null): ObjectFacts | undefined {
    if (versions.isOn(bucket)) {
      const found = typeof versionId === "string" ? versions.find(bucket, key, versionId) : versions.of(bucket, key)[0];
      return found && factsOf(found);
    }
    const object = store.find(bucket, key);
    return object && { etag: object.etag.replaceAll('"', ""), size: object.contentLength };
  }

  async function write(
    read: ReadRequest,
    response: ServerResponse,
    { bucket }: S3Address,
    change: S3Write,
  ): Promise<void> {
    const before = lookAll(bucket, change);
    const isOne = change.kind === "put" || !change.isBulk;
    if (isOne && !preconditionHolds(read.request, before[0])) {
      sendError(response, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
      return;
    }
    const intent = { id: newId(), bucket, change, before: before.map((facts) => facts ?? null) };
    const hasEvents = notifying.has(bucket) && !faults.dropEvents;
    if (hasEvents) onIntent?.(intent);
    perform(read, response, intent);
    await sent(response);
    if (!hasEvents) return;
    if (response.statusCode < 400) announce(intent, read.request.socket.remoteAddress);
    onWritten?.(intent.id);
  }

  function perform(read: ReadRequest, response: ServerResponse, { id, bucket, change }: S3Intent): void {
    const headers = { "x-amz-request-id": id };
    const isVersioned = versions.isOn(bucket);
    if (change.kind === "delete" && isVersioned) {
      const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/i.test(read.body.toString());
      deleteVersions(versions, bucket, change, { response, isQuiet, headers });
      return;
    }
    routeCopy(read, response, (status) => {
      const isStored = status < 400 && change.kind === "put" && isVersioned;
      const version = isStored ? versions.stored(bucket, change.key) : undefined;
      return { ...headers, ...(version && { "x-amz-version-id": version.id }) };
    });
  }

  /** A request that may copy from a version, which the server behind ours finds elsewhere. */
  function routeCopy(read: ReadRequest, response: ServerResponse, headersOf = noHeaders): void {
    const copied = read.request.headers["x-amz-copy-source"];
    const from = typeof copied === "string" ? redirectCopy(versions, copied, response) : undefined;
    if (copied !== undefined && from === undefined) return;
    const replay = replayedObject(read);
    if (from !== undefined) replay.headers["x-amz-copy-source"] = from.source;
    route(
      replay,
      withHeaders(response, (status) => ({ ...headersOf(status), ...from?.headers })),
    );
  }

  function lookAll(bucket: string, change: S3Write): readonly (ObjectFacts | undefined)[] {
    return keysOf(change).map((key, index) => look(bucket, key, versionIdsOf(change)[index]));
  }

  /** Puts the events of a write on the bus, by what it was to do, what there was before, and what there is now. */
  function announce({ id, bucket, change, before }: S3Intent, sourceIp = "127.0.0.1"): void {
    const after = lookAll(bucket, change);
    for (const [index, key] of keysOf(change).entries()) {
      const context = { bucket, account, requestId: id, sourceIp, sequencer: nextSequencer() };
      const event = eventOf(context, change, key, { was: before[index] ?? undefined, is: after[index] });
      if (event !== undefined) putServiceEvent(event);
    }
  }

  function readObject(read: ReadRequest, response: ServerResponse, address: S3Address): void {
    const isRead = read.request.method === "GET" || read.request.method === "HEAD";
    if (!isRead || address.key === "" || !versions.isOn(address.bucket)) {
      routeCopy(read, response);
      return;
    }
    const redirected = redirectRead(versions, address, response);
    if (redirected === undefined) return;
    const replay = replayedObject({ ...read, target: redirected.target });
    // The target names its bucket; the host may name another.
    replay.headers.host = "127.0.0.1";
    route(
      replay,
      withHeaders(response, () => redirected.headers),
    );
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
      const { bucket, key, query } = address;
      if (bucket === VERSIONS_BUCKET) {
        return sendError(response, 404, "NoSuchBucket", "The specified bucket does not exist");
      }
      if (key === "" && answerSetting(read, response, { bucket, query })) return;
      if (key === "" && bucket !== "" && method === "DELETE" && !query.has("lifecycle")) {
        return inTurn(() => deleteBucket(read, response, bucket));
      }
      const change = await writeOf(address, read);
      if (change === undefined) {
        // A request to no bucket may be one to another service, which is known by its type.
        if (bucket === "") route(replayed(read), response);
        else readObject(read, response, address);
        return sent(response);
      }
      return inTurn(() => write(read, response, address, change));
    },

    /** Puts on the bus what an earlier process may have left unsaid. An event too many does no harm: S3's come twice, too. */
    recover: (intent: S3Intent): Promise<void> =>
      inTurn(async () => {
        announce(intent);
        onWritten?.(intent.id);
      }),
  };
}

const noHeaders = (_status: number): Readonly<Record<string, string>> => ({});

function keysOf(change: S3Write): readonly string[] {
  return change.kind === "put" ? [change.key] : change.keys;
}

function versionIdsOf(change: S3Write): readonly (string | null)[] {
  return change.kind === "put" ? [] : (change.versionIds ?? []);
}

function factsOf({ id, etag, size, isMarker }: ObjectVersion): ObjectFacts {
  return { etag, size, versionId: id, ...(isMarker && { isMarker }) };
}

function preconditionHolds({ headers }: IncomingMessage, before: ObjectFacts | undefined): boolean {
  const object = before?.isMarker ? undefined : before;
  const wanted = headers["if-match"];
  if (wanted !== undefined && wanted.replaceAll('"', "") !== object?.etag) return false;
  return headers["if-none-match"] !== "*" || object === undefined;
}
