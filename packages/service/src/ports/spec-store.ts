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

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Epoch milliseconds, by the store's clock. */
  readonly modifiedAt: number;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** What to go on after; absent on the last page. */
  readonly next?: string;
  /** The store's own time of day, in epoch milliseconds. */
  readonly now: number;
}

/** What the bucket holds, for who compares it with what events told. */
export interface SpecListing {
  readonly bucket: string;
  /** Objects by the UTF-8 bytes of their keys, those after a key only. Throws where the store does not say. */
  list(after?: string): Promise<ListedPage>;
  /** Whether there is an object at the moment. Throws where the store does not say. */
  exists(key: string): Promise<boolean>;
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
}

/** The same bucket, for documents that are sent as events: nothing is written over that was not looked at. */
export interface SubmissionStore extends Pick<SpecStore, "read"> {
  /** Writes over the object of that ETag only, or, without one, only where there is none; `undefined` where it is another. */
  replace(key: string, etag: string | undefined, content: SpecContent): Promise<StoreAnswer | undefined>;
  /** Deletes the object of that ETag only; `undefined` where it is another, or gone. */
  delete(key: string, etag: string): Promise<StoreAnswer | undefined>;
}

export interface SpecContent {
  readonly body: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoreAnswer {
  /** S3's, which its event of the write has too. */
  readonly requestId?: string;
}
