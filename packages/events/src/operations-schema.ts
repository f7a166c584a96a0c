import { MAX_HELD_LISTED, OPERATIONS_DETAIL_TYPES, type OperationsDetailType } from "./operations.ts";
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

/** `detail` of `Suspended`, `Resumed` and `WithdrawalsReleased`. */
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

/** `detail` of `WithdrawalsHeld`. */
export const heldDetailSchema = {
  type: "object",
  properties: {
    metadata,
    data: {
      type: "object",
      properties: {
        ...suspension.properties,
        documents: { type: "integer", minimum: 0, description: "How many documents were withdrawn and wait." },
        responses: { type: "integer", minimum: 0, description: "How many responses they own." },
        documentIds: {
          type: "array",
          items: { type: "string", minLength: 1 },
          description: `The first of them: ${MAX_HELD_LISTED} at most.`,
        },
      },
      required: ["by", "since", "documents", "responses", "documentIds"],
    },
  },
  required: ["metadata", "data"],
} as const satisfies Schema;

export const operationsDetailSchemas = {
  Suspended: switchDetailSchema,
  Resumed: switchDetailSchema,
  SpecWaiting: waitingDetailSchema,
  WithdrawalsHeld: heldDetailSchema,
  WithdrawalsReleased: switchDetailSchema,
} as const satisfies Readonly<Record<OperationsDetailType, Schema>>;

const DESCRIPTIONS: Readonly<Record<OperationsDetailType, string>> = {
  Suspended: "Applying is suspended: documents are accepted but not applied.",
  Resumed: "Documents are applied again, waiting documents first.",
  SpecWaiting: "A document was accepted while applying is suspended.",
  WithdrawalsHeld: "Too many documents were withdrawn at once: no withdrawal is applied until somebody resumes.",
  WithdrawalsReleased: "Held withdrawals are applied.",
};

/** The schema of each notice's `detail`, by detail-type, as published in `schemas/`. */
export const operationsSchemas: readonly PublishedSchema[] = OPERATIONS_DETAIL_TYPES.map((detailType) =>
  publish(detailType, DESCRIPTIONS[detailType], operationsDetailSchemas[detailType]),
);
