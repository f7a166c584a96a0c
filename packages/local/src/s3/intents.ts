import type { ObjectFacts } from "./events.ts";
import type { S3Write } from "./request.ts";

/** A write to S3 that has begun: its objects as they were, so that what became of it can be told afterwards. */
export interface S3Intent {
  /** The request's. */
  readonly id: string;
  readonly bucket: string;
  readonly change: S3Write;
  /** One for each key; `null` where there was no object. */
  readonly before: readonly (ObjectFacts | null)[];
}
