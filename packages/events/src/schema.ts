import { ACTIONS, RESOURCE_TYPES } from "./events.ts";

/** The part of JSON Schema draft-07 that the event schemas use, and that `findProblems` understands. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly contains?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const count = { type: "integer", minimum: 0 } as const;

export const metadataSchema = {
  type: "object",
  description: "What identifies the event and ties it to others.",
  properties: {
    id: {
      type: "string",
      minLength: 1,
      description: "The same for every delivery of one result: drop what you have seen.",
    },
    version: { const: "1", description: "Of this contract. Within one version properties are only ever added." },
    time: {
      type: "string",
      pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$",
      description: "When the result was reached: ISO 8601, UTC.",
    },
    operationId: {
      type: "string",
      minLength: 1,
      description: "One per revision of a document, whatever the number of its APIs.",
    },
    correlationId: {
      type: "string",
      minLength: 1,
      description: "The sender's, or one made up where the sender gave none. Drift has its own.",
    },
    documentId: { type: "string", minLength: 1, description: "The document's S3 URI, without a version." },
    sequence: {
      type: "integer",
      minimum: 0,
      description: "Counts the revisions of a document, from 1; 0 for one that was overtaken before it was read.",
    },
  },
  required: ["id", "version", "time", "operationId", "correlationId", "documentId", "sequence"],
} as const satisfies Schema;

export const documentSchema = {
  type: "object",
  description: "Which revision of the document the result speaks of.",
  properties: {
    bucket: { type: "string" },
    key: { type: "string" },
    versionId: { type: "string", description: "Absent in a bucket without versioning." },
    etag: { type: "string", description: "Without quotes; absent where the object was deleted." },
    requester: {
      type: "string",
      description:
        "Another account, or an AWS service, that wrote or deleted the object, or sent it as an event; absent where the pipeline's own account did.",
    },
  },
  required: ["bucket", "key"],
} as const satisfies Schema;

export const summarySchema = {
  type: "object",
  description: "How many changes came to what. A failed change is counted under failed only, a skipped one nowhere.",
  properties: {
    create: count,
    adopt: { ...count, description: "Taken over from AWS, whether or not anything had to be written." },
    update: count,
    replace: { ...count, description: "Deleted and created again." },
    delete: count,
    forget: { ...count, description: "Given up without touching AWS, or handed over to another document." },
    unchanged: count,
    failed: count,
  },
  required: ["create", "adopt", "update", "replace", "delete", "forget", "unchanged", "failed"],
} as const satisfies Schema;

export const errorSchema = {
  type: "object",
  description: "Why the change failed, and what to do about it.",
  properties: {
    code: {
      type: "string",
      minLength: 1,
      description: "A diagnostic code (SD5001) or Cloud Control's own (InvalidRequest).",
    },
    message: { type: "string" },
    retryable: { type: "boolean" },
    help: { type: "string" },
  },
  required: ["code", "message", "retryable"],
} as const satisfies Schema;

export const changeSchema = {
  type: "object",
  description: "What became of one resource. Property values never travel in events, only their names.",
  properties: {
    logicalId: { type: "string", minLength: 1, description: "Of a route response: the route's key." },
    action: { type: "string", enum: ACTIONS },
    status: { type: "string", enum: ["succeeded", "failed", "skipped", "planned"] },
    identifier: {
      type: "string",
      description:
        "Cloud Control's: ApiId|IntegrationId|IntegrationResponseId, or ApiId|RouteId|RouteResponseId. Absent until AWS has given one.",
    },
    resourceType: {
      type: "string",
      enum: RESOURCE_TYPES,
      description:
        "Absent: IntegrationResponse. A RouteResponse is what TwoWay keeps on a route: it has routeId and routeKey.",
    },
    integrationId: { type: "string", description: "Of an integration response, always." },
    integrationResponseKey: { type: "string", description: "Of an integration response, always." },
    routeId: { type: "string", description: "Of a route response, always." },
    routeKey: { type: "string", description: "Of a route response, always." },
    changedProperties: { type: "array", items: { type: "string" }, description: "CloudFormation property names." },
    error: errorSchema,
    handedTo: {
      type: "string",
      description: "Of a forgotten response: the document that owns it now. It was not deleted.",
    },
    gone: { type: "boolean", description: "Of a forgotten response: AWS no longer has it. Absent where it does." },
  },
  required: ["logicalId", "action", "status", "changedProperties"],
} as const satisfies Schema;

export const positionSchema = {
  type: "object",
  properties: { line: { type: "integer", minimum: 1 }, column: { type: "integer", minimum: 1 } },
  required: ["line", "column"],
} as const satisfies Schema;

export const rangeSchema = {
  type: "object",
  description: "1-based; the end is the position just behind the last character.",
  properties: { start: positionSchema, end: positionSchema },
  required: ["start", "end"],
} as const satisfies Schema;

export const diagnosticSchema = {
  type: "object",
  description: "What is wrong with the document, and where.",
  properties: {
    code: { type: "string", minLength: 1, description: "SD and four digits." },
    severity: { type: "string", enum: ["error", "warning"] },
    message: { type: "string" },
    file: { type: "string" },
    range: rangeSchema,
    pointer: { type: "string", description: "JSON Pointer (RFC 6901) into the document." },
    suggestion: { type: "string", description: "The text to write instead of what stands in the range." },
    help: { type: "string", description: "What to do next, in a sentence." },
  },
  required: ["code", "severity", "message", "file", "range", "pointer"],
} as const satisfies Schema;

export const apisSchema = {
  type: "object",
  description:
    "The APIs of the revision: each ends in one result. At most 100 are listed; of 0 means that this is the only result.",
  properties: { of: count, apiIds: { type: "array", items: { type: "string" } } },
  required: ["of", "apiIds"],
} as const satisfies Schema;

export const deploymentSchema = {
  type: "object",
  description:
    "Whether clients of the API see the change. Absent where nothing was to be applied. In a plan: pending where applying it would deploy.",
  properties: {
    status: {
      type: "string",
      enum: ["live", "pending", "unknown", "failed"],
      description:
        "pending: not before a deployment. unknown: not before a deployment, unless the stage has AutoDeploy.",
    },
    stageName: { type: "string" },
  },
  required: ["status"],
} as const satisfies Schema;

/** `detail` of every event specdrop sends; agrees with `ResultDetail`. */
export const resultDetailSchema = {
  type: "object",
  properties: {
    metadata: metadataSchema,
    data: {
      type: "object",
      description: "The result.",
      properties: {
        document: documentSchema,
        apiId: {
          type: "string",
          minLength: 1,
          description: "Absent where a document was rejected before its APIs were known.",
        },
        mode: { type: "string", enum: ["apply", "plan", "withdraw", "drift"] },
        summary: summarySchema,
        changes: { type: "array", items: changeSchema },
        omittedChanges: { ...count, description: "How many changes were cut from the list to keep the event small." },
        resultLocation: {
          type: "string",
          description: "S3 URI of the whole result, where something was cut from the event.",
        },
        diagnostics: { type: "array", items: diagnosticSchema },
        omittedDiagnostics: { ...count, description: "How many diagnostics there are beyond those listed." },
        reason: { type: "string", description: "Why it is no plain success, in one sentence." },
        apis: apisSchema,
        deployment: deploymentSchema,
        durationMs: { type: "number", minimum: 0 },
      },
      required: ["document", "mode", "summary", "changes", "diagnostics", "durationMs"],
    },
  },
  required: ["metadata", "data"],
} as const satisfies Schema;

/** Not `.` and not `..`, and without a lookahead, which Go and Rust do not have. */
const SEGMENT = "(?:\\.{0,2}[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*|\\.{3}[A-Za-z0-9!_.*'()-]*)";

const name = {
  type: "string",
  minLength: 1,
  maxLength: 512,
  // S3's safe characters: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
  pattern: `^${SEGMENT}(?:/${SEGMENT})*$`,
  description:
    "Names the document within its source. 1 to 512 characters of A-Z a-z 0-9 ! _ . * ' ( ) - in segments parted by single slashes; a segment is neither . nor ..",
} as const satisfies Schema;

const correlationId = {
  type: "string",
  pattern: "^[!-~]{1,256}$",
  description: "Returned in every result. 1 to 256 visible ASCII characters without spaces.",
} as const satisfies Schema;

const submissionSequence = {
  type: "integer",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description:
    "Orders what is sent under one name: of two that have one, the greater was sent last. Without it the event's time decides, which has whole seconds.",
} as const satisfies Schema;

/** `detail` of `SpecSubmitted`; agrees with the type of that name. */
export const specSubmittedSchema = {
  type: "object",
  properties: {
    name,
    document: {
      anyOf: [{ type: "object" }, { type: "string" }],
      description: "The spec document: itself, or its text as YAML or JSON.",
    },
    correlationId,
    sequence: submissionSequence,
  },
  required: ["name", "document"],
} as const satisfies Schema;

/** `detail` of `SpecWithdrawn`; agrees with the type of that name. */
export const specWithdrawnSchema = {
  type: "object",
  properties: { name, correlationId, sequence: submissionSequence },
  required: ["name"],
} as const satisfies Schema;

export interface PublishedSchema extends Schema {
  readonly $schema: "http://json-schema.org/draft-07/schema#";
  readonly $id: string;
  readonly title: string;
}

export function publish(title: string, description: string, schema: Schema): PublishedSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `urn:specdrop:schema:${title}:1`,
    title,
    description,
    ...schema,
  };
}

/** The schemas of what other stacks send. */
export const receivedSchemas: readonly PublishedSchema[] = [
  publish("SpecSubmitted", "Asks specdrop to store and apply a document.", specSubmittedSchema),
  publish("SpecWithdrawn", "Asks specdrop to delete a document that was sent before.", specWithdrawnSchema),
];
