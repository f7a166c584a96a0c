import type { ObjectStore, StoredObject } from "./object-store.ts";
import { foldVersionLine, type ObjectVersion, type VersionIndex, type VersionLine } from "./version-index.ts";

/** Where the content of every version is, whichever bucket it belongs to. */
export const VERSIONS_BUCKET = "specdrop-object-versions";

/** What is older than this many versions of a key goes. */
export const MAX_VERSIONS = 100;
/** What all versions may have together, the current ones included, before the oldest that is not current goes. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface VersionsOptions {
  readonly store: ObjectStore;
  /** From an earlier process. */
  readonly index?: VersionIndex;
  readonly newVersionId: () => string;
  readonly now: () => number;
  /** Told of every change, in its order, before it is answered. */
  readonly onChange?: (...lines: readonly VersionLine[]) => void;
  readonly maxBytes?: number;
}

export type Versions = ReturnType<typeof createVersions>;

/**
 * The versions of objects. The S3 server behind ours knows current objects only: here is the order of versions, and a
 * copy of each in a bucket of its own.
 */
export function createVersions({ store, newVersionId, now, onChange, ...options }: VersionsOptions) {
  const index: VersionIndex = options.index ?? new Map();
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  store.makeHiddenBucket(VERSIONS_BUCKET);
  let bytes = 0;
  /** Oldest first: what has content, and whose it is. */
  const contents = new Map<string, { readonly bucket: string; readonly key: string; readonly size: number }>();

  function change(...lines: readonly VersionLine[]): void {
    onChange?.(...lines);
    for (const line of lines) foldVersionLine(index, line);
  }

  const versionsOf = (bucket: string, key: string): readonly ObjectVersion[] => index.get(bucket)?.get(key) ?? [];

  function counted(bucket: string, key: string, { stored, size }: ObjectVersion): void {
    contents.set(stored, { bucket, key, size });
    bytes += size;
  }

  function drop(bucket: string, key: string, { stored }: ObjectVersion): void {
    change({ kind: "versionRemoved", bucket, key, stored });
    discard(stored);
  }

  function discard(stored: string): void {
    bytes -= contents.get(stored)?.size ?? 0;
    contents.delete(stored);
    store.remove({ bucket: VERSIONS_BUCKET, key: stored });
  }

  function add(bucket: string, key: string, version: ObjectVersion): ObjectVersion {
    change({ kind: "version", bucket, key, version });
    if (version.isMarker === undefined) counted(bucket, key, version);
    for (const old of versionsOf(bucket, key).slice(MAX_VERSIONS)) drop(bucket, key, old);
    for (const [stored, { bucket, key }] of contents) {
      if (bytes <= maxBytes) break;
      const [current, ...older] = versionsOf(bucket, key);
      const oldest = older.find((each) => each.stored === stored);
      if (current !== undefined && oldest !== undefined) drop(bucket, key, oldest);
    }
    return version;
  }

  /** A copy of what is stored under the key. */
  function kept(bucket: string, key: string, object: StoredObject, id?: string): ObjectVersion {
    const stored = newVersionId();
    store.copy({ bucket, key }, { bucket: VERSIONS_BUCKET, key: stored });
    return { id: id ?? stored, stored, ...factsOf(object) };
  }

  /** What the key shows is its newest version, or nothing. */
  function show(bucket: string, key: string, version: ObjectVersion | undefined): void {
    if (version === undefined || version.isMarker) store.remove({ bucket, key });
    else store.copy({ bucket: VERSIONS_BUCKET, key: version.stored }, { bucket, key });
  }

  /** After a kill: a write that was stored gets its version; a removal that was not noted did not happen. */
  function heal(bucket: string, key: string): void {
    const versions = versionsOf(bucket, key);
    const shown = store.find(bucket, key);
    if (shown !== undefined && !versions.some((version) => isOf(version, shown))) {
      add(bucket, key, kept(bucket, key, shown));
      return;
    }
    const [newest] = versions;
    const isShown = newest === undefined || newest.isMarker ? shown === undefined : shown && isOf(newest, shown);
    if (!isShown) show(bucket, key, newest);
  }

  const all = [...index].flatMap(([bucket, keys]) =>
    [...keys].flatMap(([key, versions]) => versions.map((version) => ({ bucket, key, version }))),
  );
  for (const { bucket, key, version } of all.sort((a, b) => a.version.modifiedAt - b.version.modifiedAt)) {
    if (version.isMarker === undefined) counted(bucket, key, version);
  }
  for (const key of store.keys(VERSIONS_BUCKET)) if (!contents.has(key)) discard(key);
  for (const [bucket, keys] of index) {
    for (const key of new Set([...keys.keys(), ...store.keys(bucket)])) heal(bucket, key);
  }

  return {
    isOn: (bucket: string): boolean => index.has(bucket),

    /** From now on. What is there already becomes the version `null`. */
    turnOn(bucket: string): void {
      if (index.has(bucket)) return;
      const lines = store.keys(bucket).map((key): VersionLine & { kind: "version" } => {
        const object = store.find(bucket, key) as StoredObject;
        return { kind: "version", bucket, key, version: kept(bucket, key, object, "null") };
      });
      change({ kind: "versioned", bucket }, ...lines);
      for (const { key, version } of lines) counted(bucket, key, version);
    },

    bucketDeleted(bucket: string): void {
      if (index.has(bucket)) change({ kind: "bucketDeleted", bucket });
    },

    /** Newest first. */
    of: versionsOf,
    /** The keys that have a version, in no particular order. */
    keys: (bucket: string): readonly string[] => [...(index.get(bucket)?.keys() ?? [])],
    find: (bucket: string, key: string, id: string): ObjectVersion | undefined =>
      versionsOf(bucket, key).find((version) => version.id === id),

    /** The object that was just stored becomes a version. */
    stored(bucket: string, key: string): ObjectVersion | undefined {
      const object = store.find(bucket, key);
      return object && add(bucket, key, kept(bucket, key, object));
    },

    /** Deletes without a version id. */
    mark(bucket: string, key: string): ObjectVersion {
      const id = newVersionId();
      const marker = { id, stored: id, isMarker: true, etag: "", size: 0, modifiedAt: now() } as const;
      add(bucket, key, marker);
      show(bucket, key, marker);
      return marker;
    },

    /** Deletes for good. `undefined` where there is no such version. */
    remove(bucket: string, key: string, id: string): ObjectVersion | undefined {
      const versions = versionsOf(bucket, key);
      const removed = versions.find((version) => version.id === id);
      if (removed === undefined) return undefined;
      if (removed === versions[0]) show(bucket, key, versions[1]);
      drop(bucket, key, removed);
      return removed;
    },
  };
}

function factsOf({ etag, contentLength, lastModified }: StoredObject) {
  return { etag: etag.replaceAll('"', ""), size: contentLength, modifiedAt: lastModified.getTime() };
}

function isOf(version: ObjectVersion, object: StoredObject): boolean {
  const { etag, modifiedAt } = factsOf(object);
  return version.isMarker === undefined && version.etag === etag && version.modifiedAt === modifiedAt;
}
