import type {
  ChangeError,
  ChangeResult,
  ConcernedApis,
  DeploymentResult,
  DocumentSource,
  EventDiagnostic,
  EventMetadata,
  ResultData,
  ResultDetail,
  ResultEvent,
  Summary,
} from "@specdrop/events";
import { ACTIONS, RESOURCE_TYPES, RESULT_DETAIL_TYPES } from "@specdrop/events";
import { count, type Fields, finite, flag, list, oneOf, optional, record, text } from "./shape.ts";

export const SOURCE: Fields<DocumentSource> = {
  bucket: text,
  key: text,
  versionId: optional(text),
  etag: optional(text),
  requester: optional(text),
};

const ERROR: Fields<ChangeError> = { code: text, message: text, retryable: flag, help: optional(text) };

const CHANGE: Fields<ChangeResult> = {
  logicalId: text,
  action: oneOf(...ACTIONS),
  status: oneOf("succeeded", "failed", "skipped", "planned"),
  identifier: optional(text),
  resourceType: optional(oneOf(...RESOURCE_TYPES)),
  integrationId: optional(text),
  integrationResponseKey: optional(text),
  routeId: optional(text),
  routeKey: optional(text),
  changedProperties: list(text),
  error: optional(record(ERROR)),
  handedTo: optional(text),
  gone: optional(flag),
};

const SUMMARY: Fields<Summary> = {
  create: count,
  adopt: count,
  update: count,
  replace: count,
  delete: count,
  forget: count,
  unchanged: count,
  failed: count,
};

const POSITION = record({ line: count, column: count });

const DIAGNOSTIC: Fields<EventDiagnostic> = {
  code: text,
  severity: oneOf("error", "warning"),
  message: text,
  file: text,
  range: record({ start: POSITION, end: POSITION }),
  pointer: text,
  suggestion: optional(text),
  help: optional(text),
};

const DEPLOYMENT: Fields<DeploymentResult> = {
  status: oneOf("live", "pending", "unknown", "failed"),
  stageName: optional(text),
};

const METADATA: Fields<EventMetadata> = {
  id: text,
  version: oneOf("1"),
  time: text,
  operationId: text,
  correlationId: text,
  documentId: text,
  sequence: count,
};

const APIS: Fields<ConcernedApis> = { of: count, apiIds: list(text) };

const DATA: Fields<ResultData> = {
  document: record(SOURCE),
  apiId: optional(text),
  mode: oneOf("apply", "plan", "withdraw", "drift"),
  summary: record(SUMMARY),
  changes: list(record(CHANGE)),
  omittedChanges: optional(count),
  resultLocation: optional(text),
  reason: optional(text),
  apis: optional(record(APIS)),
  diagnostics: list(record(DIAGNOSTIC)),
  omittedDiagnostics: optional(count),
  deployment: optional(record(DEPLOYMENT)),
  durationMs: finite,
};

/** A result event as a ledger keeps it until it is published. */
export const STORED_EVENT = record<ResultEvent>({
  detailType: oneOf(...RESULT_DETAIL_TYPES),
  detail: record<ResultDetail>({ metadata: record(METADATA), data: record(DATA) }),
});
