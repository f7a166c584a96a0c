import { createHash } from "node:crypto";
import type { DocumentSource } from "@specdrop/events";
import type {
  ObjectRef,
  SpecListing,
  SpecStore,
  StoredSpec,
  SubmissionStore,
} from "../../packages/service/src/ports/spec-store.ts";
import { call, type Invocation, type World } from "./world.ts";

export const BUCKET = "specs";

/** One state of an object that was there at some time; a deletion where it has no body. */
export interface ObjectState {
  readonly key: string;
  /** Counts the writes to the bucket: what S3 says came later. */
  readonly order: number;
  readonly sequencer: string;
  readonly body?: string;
  readonly etag?: string;
  readonly versionId?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** What came to light when the version on top of it was removed for good. */
  readonly restored?: true;
}

export interface Bucket {
  /** Everything that ever was under a key, the latest last. */
  readonly history: ReadonlyMap<string, readonly ObjectState[]>;
  readonly current: (key: string) => ObjectState | undefined;
  readonly put: (key: string, body: string, metadata?: Readonly<Record<string, string>>) => ObjectState;
  readonly remove: (key: string) => void;
  /** Removes one version for good, where the bucket has versions: the newest, or one that no longer counts. */
  readonly removeVersion: (key: string, which: "newest" | "older") => void;
  readonly portOf: (invocation: Invocation) => SpecStore & SubmissionStore;
  readonly listingOf: (invocation: Invocation) => SpecListing;
  /** The sequencers of states whose event never comes. */
  readonly untold: ReadonlySet<string>;
  /** Whatever is there was told to somebody who has forgotten it. */
  readonly forget: () => void;
}

/** The bucket of specs. `emit` takes its events to EventBridge. */
export function createBucket(world: World, emit: (detailType: string, detail: object) => boolean): Bucket {
  const { versioned } = world.faults.profile;
  const history = new Map<string, ObjectState[]>();
  const gone = new Set<string>();
  const untold = new Set<string>();
  let order = 0;

  function add(
    key: string,
    state: Omit<ObjectState, "key" | "order" | "sequencer" | "versionId" | "modifiedAt">,
  ): ObjectState {
    order += 1;
    const added: ObjectState = {
      key,
      order,
      sequencer: sequencerOf(order),
      modifiedAt: world.scheduler.now(),
      ...(versioned ? { versionId: `v${order}` } : {}),
      ...state,
    };
    history.set(key, [...(history.get(key) ?? []), added]);
    return added;
  }

  function announce(state: ObjectState, detailType: string, more: object): void {
    const { key, etag, versionId, sequencer } = state;
    const object = { key, ...(etag && { etag }), ...(versionId && { "version-id": versionId }), sequencer };
    const detail = { bucket: { name: BUCKET }, object, "request-id": `request-${state.order}`, ...more };
    if (!emit(detailType, detail)) untold.add(sequencer);
  }

  const current = (key: string) => history.get(key)?.at(-1);

  function put(key: string, body: string, metadata: Readonly<Record<string, string>> = {}): ObjectState {
    const state = add(key, { body, etag: createHash("md5").update(body).digest("hex"), metadata });
    announce(state, "Object Created", { reason: "PutObject" });
    return state;
  }

  /** Without versions nothing is said of an object that is not there. */
  function remove(key: string): void {
    if (!versioned && current(key)?.body === undefined) return;
    const deletionType = versioned ? "Delete Marker Created" : "Permanently Deleted";
    announce(add(key, { metadata: {} }), "Object Deleted", { reason: "DeleteObject", "deletion-type": deletionType });
  }

  /** The one before is the object now; it need not be told of, since nothing of it is new. */
  function removeVersion(key: string, which: "newest" | "older"): void {
    const states = (history.get(key) ?? []).filter(
      ({ restored, versionId }) => !restored && !gone.has(versionId ?? ""),
    );
    const removed = which === "newest" ? states.at(-1) : states.at(-3);
    if (!versioned || removed?.versionId === undefined) return;
    gone.add(removed.versionId);
    const before = current(key);
    order += 1;
    const next = { order, sequencer: sequencerOf(order) };
    const below = states.findLast((state) => state !== removed);
    const isUncovered = before?.versionId === removed.versionId;
    if (isUncovered) {
      const { body, etag, versionId, metadata, modifiedAt } = below ?? {
        metadata: {},
        modifiedAt: world.scheduler.now(),
      };
      const content = { ...(body !== undefined && { body }), ...(etag && { etag }), ...(versionId && { versionId }) };
      history.set(key, [
        ...(history.get(key) ?? []),
        { key, ...next, ...content, metadata, modifiedAt, restored: true },
      ]);
    }
    const state: ObjectState = {
      key,
      ...next,
      versionId: removed.versionId,
      metadata: {},
      modifiedAt: world.scheduler.now(),
    };
    announce(state, "Object Deleted", { reason: "DeleteObject", "deletion-type": "Permanently Deleted" });
  }

  function read(ref: ObjectRef): StoredSpec | undefined {
    const found =
      ref.versionId === undefined
        ? current(ref.key)
        : history.get(ref.key)?.find((state) => state.versionId === ref.versionId && !gone.has(ref.versionId ?? ""));
    if (found?.body === undefined) return undefined;
    if (ref.versionId === undefined && ref.etag !== undefined && ref.etag !== found.etag) return undefined;
    const body = new TextEncoder().encode(found.body);
    const { metadata, modifiedAt } = found;
    return { source: sourceOf(found), body, metadata, modifiedAt, truncated: false };
  }

  const etagOf = (key: string) => {
    const state = current(key);
    return state?.body === undefined ? undefined : state.etag;
  };
  const answerOf = (state: ObjectState | undefined) => (state ? { requestId: `request-${state.order}` } : {});

  /** A page of what is there, in the order of S3: by the bytes of the keys. */
  function list(after: string): Awaited<ReturnType<SpecListing["list"]>> {
    const { pageSize } = world.faults.profile.lists;
    const objects = [...history.values()]
      .flatMap((states) => states.slice(-1))
      .flatMap(({ key, etag, body, modifiedAt }) => (body === undefined ? [] : [{ key, etag: etag ?? "", modifiedAt }]))
      .filter(({ key }) => key > after)
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const page = objects.slice(0, pageSize);
    const last = page.at(-1)?.key;
    const now = world.scheduler.now();
    return { objects: page, now, ...(page.length < objects.length && last !== undefined && { next: last }) };
  }

  return {
    history,
    current,
    untold,
    forget() {
      for (const { sequencer } of [...history.values()].flat()) untold.add(sequencer);
    },
    listingOf: (invocation) => ({
      bucket: BUCKET,
      list: (after = "") => call(world, invocation, `s3.list ${after}`, () => list(after), unavailable),
      exists: (key) => call(world, invocation, `s3.exists ${key}`, () => current(key)?.body !== undefined, unavailable),
    }),
    put,
    remove,
    removeVersion,
    portOf: (invocation) => ({
      read: (ref) => call(world, invocation, `s3.read ${ref.key} ${ref.versionId ?? ""}`, () => read(ref), unavailable),
      write: (key, body, _contentType, metadata) =>
        call(world, invocation, `s3.write ${key}`, () => sourceOf(put(key, body, metadata)), unavailable),
      replace: (key, etag, { body, metadata }) =>
        call(
          world,
          invocation,
          `s3.write ${key}`,
          () => (etagOf(key) === etag ? answerOf(put(key, body, metadata)) : undefined),
          unavailable,
        ),
      delete: (key, etag) =>
        call(
          world,
          invocation,
          `s3.delete ${key}`,
          () => {
            if (etagOf(key) !== etag) return undefined;
            remove(key);
            return answerOf(current(key));
          },
          unavailable,
        ),
    }),
  };
}

export function sourceOf({ key, versionId, etag }: ObjectState): DocumentSource {
  return { bucket: BUCKET, key, ...(versionId && { versionId }), ...(etag && { etag }) };
}

/** Hexadecimal, of different lengths, as S3's are: without the zeros at its end. */
function sequencerOf(order: number): string {
  return `0065${order.toString(16).toUpperCase().padStart(6, "0")}`.replace(/0{1,3}$/, "");
}

function unavailable(): Error {
  return Object.assign(new Error("Please reduce your request rate."), { name: "SlowDown" });
}
