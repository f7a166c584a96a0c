import {
  ACTIONS,
  type ChangeError,
  type ChangeResult,
  type DeploymentResult,
  type DocumentSource,
  type EventDiagnostic,
  type EventMetadata,
  RESULT_DETAIL_TYPES,
  type ResultData,
  type ResultEvent,
  type SpecSubmitted,
  type SpecWithdrawn,
  type Summary,
} from "@specdrop/events";
import fc from "fast-check";

const anyText = fc.string({ unit: "binary" });
const count = fc.nat();
const position = fc.record({ line: fc.integer({ min: 1 }), column: fc.integer({ min: 1 }) });

const summaries: fc.Arbitrary<Summary> = fc.record({
  create: count,
  adopt: count,
  update: count,
  replace: count,
  delete: count,
  forget: count,
  unchanged: count,
  failed: count,
});

export function changes(text = anyText): fc.Arbitrary<ChangeResult> {
  const error: fc.Arbitrary<ChangeError> = fc.record(
    { code: text, message: text, retryable: fc.boolean(), help: text },
    { requiredKeys: ["code", "message", "retryable"] },
  );
  return fc.record(
    {
      logicalId: text,
      action: fc.constantFrom(...ACTIONS),
      status: fc.constantFrom("succeeded", "failed", "skipped", "planned"),
      identifier: text,
      integrationId: text,
      integrationResponseKey: text,
      changedProperties: fc.array(text, { maxLength: 5 }),
      error,
      handedTo: text,
      gone: fc.boolean(),
    },
    { requiredKeys: ["logicalId", "action", "status", "integrationId", "integrationResponseKey", "changedProperties"] },
  );
}

export function diagnostics(text = anyText): fc.Arbitrary<EventDiagnostic> {
  return fc.record(
    {
      code: text,
      severity: fc.constantFrom("error", "warning"),
      message: text,
      file: text,
      range: fc.record({ start: position, end: position }),
      pointer: text,
      suggestion: text,
      help: text,
    },
    { requiredKeys: ["code", "severity", "message", "file", "range", "pointer"] },
  );
}

/** Any result event, with `text` wherever a document, AWS or a sender has a say. */
export function resultEvents(text = anyText): fc.Arbitrary<ResultEvent> {
  const metadata: fc.Arbitrary<EventMetadata> = fc.record({
    id: text.filter((id) => id !== ""),
    version: fc.constant("1"),
    time: fc
      .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    operationId: text,
    correlationId: text,
    documentId: text.filter((id) => id !== ""),
    sequence: count,
  });
  const document: fc.Arbitrary<DocumentSource> = fc.record(
    { bucket: text, key: text, versionId: text, etag: text },
    { requiredKeys: ["bucket", "key"] },
  );
  const deployment: fc.Arbitrary<DeploymentResult> = fc.record(
    { status: fc.constantFrom("live", "pending", "unknown", "failed"), stageName: text },
    { requiredKeys: ["status"] },
  );
  const data: fc.Arbitrary<ResultData> = fc.record(
    {
      document,
      apiId: text,
      mode: fc.constantFrom("apply", "plan", "withdraw", "drift"),
      summary: summaries,
      changes: fc.array(changes(text)),
      omittedChanges: count,
      resultLocation: text,
      diagnostics: fc.array(diagnostics(text)),
      omittedDiagnostics: count,
      reason: text,
      apis: fc.record({ of: count, apiIds: fc.array(text, { maxLength: 5 }) }),
      deployment,
      durationMs: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true })),
    },
    { requiredKeys: ["document", "mode", "summary", "changes", "diagnostics", "durationMs"] },
  );
  return fc.record({
    detailType: fc.constantFrom(...RESULT_DETAIL_TYPES),
    detail: fc.record({ metadata, data }),
  });
}

const segments = fc
  .string({ unit: fc.constantFrom(..."abzABZ019!_.*'()-".split("")), minLength: 1, maxLength: 12 })
  .filter((segment) => segment !== "." && segment !== "..");

export const documentNames = fc.array(segments, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));

const sequence = fc.oneof(fc.nat(), fc.maxSafeNat());

export const submissions: fc.Arbitrary<SpecSubmitted> = fc.record(
  {
    name: documentNames,
    document: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.string()),
    correlationId: fc.uuid(),
    sequence,
  },
  { requiredKeys: ["name", "document"] },
);

export const withdrawals: fc.Arbitrary<SpecWithdrawn> = fc.record(
  { name: documentNames, correlationId: fc.uuid(), sequence },
  { requiredKeys: ["name"] },
);
