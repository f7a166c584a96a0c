/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  /** `"null"` for what was there before the bucket had versions. */
  readonly id: string;
  /** The key of its content in the hidden bucket: unique, as `"null"` is not. */
  readonly stored: string;
  readonly isMarker?: true;
  /** Without quotes; empty for a marker. */
  readonly etag: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** The versions of each key, the newest first, for each bucket that has versions. */
export type VersionIndex = Map<string, Map<string, ObjectVersion[]>>;

export type VersionLine =
  | { readonly kind: "versioned"; readonly bucket: string }
  | { readonly kind: "bucketDeleted"; readonly bucket: string }
  | { readonly kind: "version"; readonly bucket: string; readonly key: string; readonly version: ObjectVersion }
  | { readonly kind: "versionRemoved"; readonly bucket: string; readonly key: string; readonly stored: string };

export function foldVersionLine(index: VersionIndex, line: VersionLine): void {
  if (line.kind === "bucketDeleted") {
    index.delete(line.bucket);
    return;
  }
  const keys = index.get(line.bucket) ?? new Map<string, ObjectVersion[]>();
  index.set(line.bucket, keys);
  if (line.kind === "versioned") return;
  const versions = keys.get(line.key) ?? [];
  if (line.kind === "version") {
    keys.set(line.key, [line.version, ...versions]);
    return;
  }
  const left = versions.filter(({ stored }) => stored !== line.stored);
  if (left.length > 0) keys.set(line.key, left);
  else keys.delete(line.key);
}

/** The fewest lines that come to the same. */
export function* versionLines(index: VersionIndex): Iterable<VersionLine> {
  for (const [bucket, keys] of index) {
    yield { kind: "versioned", bucket };
    for (const [key, versions] of keys) {
      for (const version of versions.toReversed()) yield { kind: "version", bucket, key, version };
    }
  }
}
