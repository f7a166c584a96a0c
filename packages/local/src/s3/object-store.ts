import type { Stores } from "../data/fauxqs-stores.ts";

type FauxqsStore = Stores["s3Store"];
export type StoredObject = ReturnType<FauxqsStore["getObject"]>;

/** What fauxqs writes objects to a data folder with; its type shows none of it. */
interface Persistence {
  upsertObject(bucket: string, object: StoredObject): void;
}

/** The objects behind the S3 server, in memory or in a data folder: read and moved without a request. */
export interface ObjectStore {
  hasBucket(bucket: string): boolean;
  /** Makes a bucket that no listing shows. */
  makeHiddenBucket(bucket: string): void;
  /** Without its body. */
  find(bucket: string, key: string): StoredObject | undefined;
  keys(bucket: string): readonly string[];
  /** The object keeps its ETag, its metadata and its time. */
  copy(from: ObjectPlace, to: ObjectPlace): void;
  remove(place: ObjectPlace): void;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

const NO_BYTES = Buffer.alloc(0);

export function objectStoreOn(store: FauxqsStore): ObjectStore {
  const persistence = store.persistence as Persistence | undefined;
  const find = (bucket: string, key: string) => {
    try {
      return store.headObject(bucket, key);
    } catch {
      return undefined;
    }
  };
  return {
    hasBucket: (bucket) => store.hasBucket(bucket),
    makeHiddenBucket(bucket) {
      store.createBucket(bucket);
      const listBuckets = store.listBuckets.bind(store);
      store.listBuckets = () => listBuckets().filter(({ name }) => name !== bucket);
    },
    find,
    keys: (bucket) => store.listObjects(bucket, { maxKeys: Number.POSITIVE_INFINITY }).objects.map(({ key }) => key),
    copy(from, to) {
      const object = { ...store.getObject(from.bucket, from.key), key: to.key };
      persistence?.upsertObject(to.bucket, object);
      store.restoreObject(to.bucket, persistence === undefined ? object : { ...object, body: NO_BYTES });
    },
    remove: ({ bucket, key }) => store.deleteObject(bucket, key),
  };
}
