import type { DocumentSource } from "@specdrop/events";

/** An object's place in the specs bucket. */
export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
}

export interface StoredSpec {
  readonly source: DocumentSource;
  /** As stored: decoding is the parser's, which reports bytes that are not UTF-8. */
  readonly body: Uint8Array;
  /** Object metadata, lower-case names, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was written, in epoch milliseconds, where the store says so. */
  readonly modifiedAt?: number;
  /** The object is larger than the limit, and `body` holds only its beginning. */
  readonly truncated: boolean;
}

/** The bucket specs are dropped in. */
export interface SpecStore {
  /**
   * Reads by version id, else by key with its ETag, else whatever is there now. `undefined` where that revision is gone
   * or has been overwritten: a newer event is on its way.
   */
  read(ref: ObjectRef): Promise<StoredSpec | undefined>;
  write(
    key: string,
    body: string,
    contentType: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<DocumentSource>;
  /** Fine if there is none. */
  delete(key: string): Promise<void>;
}
