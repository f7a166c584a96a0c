import { OPERATIONS_DETAIL_TYPES, type OperationsDetailType } from "./operations.ts";
import { type PublishedSchema, publish, type Schema } from "./schema.ts";

const time = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$" } as const;

const metadata = {
  type: "object",
  description: "What identifies the notice.",
  properties: {
    id: {
      type: "string",
      minLength: 1,
      description: "The same for every delivery of one notice: drop what you have seen.",
    },
    version: { const: "1", description: "Of this contract. Within one version properties are only ever added." },
    time: { ...time, description: "When it came about: ISO 8601, UTC." },
  },
  required: ["id", "version", "time"],
} as const satisfies Schema;

const suspension = {
  type: "object",
  properties: {
    by: { type: "string", description: "Who switched." },
    since: { ...time, description: "Since when it stands that way: ISO 8601, UTC." },
    reason: { type: "string" },
  },
  required: ["by", "since"],
} as const satisfies Schema;

/** `detail` of `Suspended` and `Resumed`. */
export const switchDetailSchema = {
  type: "object",
  properties: { metadata, data: suspension },
  required: ["metadata", "data"],
} as const satisfies Schema;

/** `detail` of `SpecWaiting`. */
export const waitingDetailSchema = {
  type: "object",
  properties: {
    metadata,
    data: {
      type: "object",
      properties: {
        documentId: { type: "string", minLength: 1, description: "The document's S3 URI, without a version." },
        apiId: { type: "string" },
        sequence: { type: "integer", minimum: 0, description: "Counts the revisions of a document, from 1." },
        correlationId: { type: "string", description: "The sender's, or one made up where the sender gave none." },
        suspension,
      },
      required: ["documentId", "apiId", "sequence", "correlationId", "suspension"],
    },
  },
  required: ["metadata", "data"],
} as const satisfies Schema;

export const operationsDetailSchemas = {
  Suspended: switchDetailSchema,
  Resumed: switchDetailSchema,
  SpecWaiting: waitingDetailSchema,
} as const satisfies Readonly<Record<OperationsDetailType, Schema>>;

const DESCRIPTIONS: Readonly<Record<OperationsDetailType, string>> = {
  Suspended: "Applying is suspended: documents are accepted, and wait.",
  Resumed: "Documents are applied again, those that waited first of all.",
  SpecWaiting: "A document was accepted while applying is suspended.",
};

/** The schema of each notice's `detail`, by detail-type, as published in `schemas/`. */
export const operationsSchemas: readonly PublishedSchema[] = OPERATIONS_DETAIL_TYPES.map((detailType) =>
  publish(detailType, DESCRIPTIONS[detailType], operationsDetailSchemas[detailType]),
);
