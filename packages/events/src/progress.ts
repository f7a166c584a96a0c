import type { DocumentSource } from "./events.ts";
import { findProblems, isObject } from "./find-problems.ts";
import type { Parsed } from "./parse.ts";
import type { Schema } from "./schema.ts";

/** The `source` of what is no result: how far a run is. It is for the pipeline's own use, and may change. */
export const PROGRESS_SOURCE = "specdrop.progress";
export const PROGRESS_DETAIL_TYPE = "RunProgress";

/** How far a run is that takes longer than a moment. */
export interface RunProgressDetail {
  readonly documentId: string;
  readonly operationId: string;
  readonly correlationId: string;
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly document: DocumentSource;
  readonly apiId: string;
  /** Which of the run's invocations this is, from 0. */
  readonly part: number;
  /** Changes that have ended in this invocation, of those it has to make. */
  readonly ended: number;
  readonly total: number;
  readonly failed: number;
  /** Since the document was seen. */
  readonly elapsedMs: number;
  /** How runs have failed so far; absent where none has. `since` is ISO 8601, UTC. */
  readonly failure?: {
    readonly tries: number;
    readonly cause: "throttled" | "aws" | "credentials" | "busy" | "other";
    readonly since: string;
    readonly code: string;
  };
}

const count = { type: "integer", minimum: 0 } as const;
const text = { type: "string", minLength: 1 } as const;

const progressSchema = {
  type: "object",
  properties: {
    documentId: text,
    operationId: text,
    correlationId: { type: "string" },
    sequence: count,
    time: text,
    document: {
      type: "object",
      properties: { bucket: { type: "string" }, key: { type: "string" } },
      required: ["bucket", "key"],
    },
    apiId: { type: "string" },
    part: count,
    ended: count,
    total: count,
    failed: count,
    elapsedMs: { type: "number", minimum: 0 },
    failure: {
      type: "object",
      properties: {
        tries: count,
        cause: { type: "string", enum: ["throttled", "aws", "credentials", "busy", "other"] },
        since: text,
        code: text,
      },
      required: ["tries", "cause", "since", "code"],
    },
  },
  required: [
    "documentId",
    "operationId",
    "correlationId",
    "sequence",
    "time",
    "document",
    "apiId",
    "part",
    "ended",
    "total",
    "failed",
    "elapsedMs",
  ],
} as const satisfies Schema;

/** Reads a whole EventBridge event that tells how far a run is. */
export function parseProgressEvent(event: unknown): Parsed<RunProgressDetail> {
  if (!isObject(event)) return { ok: false, problems: ["It must be an object"] };
  const problems = [
    ...(event["source"] === PROGRESS_SOURCE ? [] : [`/source must be "${PROGRESS_SOURCE}"`]),
    ...(event["detail-type"] === PROGRESS_DETAIL_TYPE ? [] : [`/detail-type must be "${PROGRESS_DETAIL_TYPE}"`]),
    ...findProblems(progressSchema, event["detail"], "/detail"),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: event["detail"] as RunProgressDetail };
}
