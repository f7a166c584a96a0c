import type {
  LastChange,
  OwnedIntegrationResponse,
  OwnedRouteResponse,
  PendingCreate,
  UnfinishedWrite,
} from "@specdrop/engine";
import type {
  ChangeError,
  ChangeResult,
  DeploymentResult,
  DocumentSource,
  EventDiagnostic,
  EventMetadata,
  ResultData,
  ResultEvent,
} from "@specdrop/events";
import type { HistoryEntry } from "@specdrop/ledger/history-entry";
import type {
  Bid,
  BucketComparison,
  ChangeSetState,
  CountedWithdrawal,
  DocumentRecord,
  DriftRecord,
  LiveMilestone,
  RepairRequests,
  Revision,
  RunFailure,
  RunProgress,
  Suspension,
  Wish,
} from "@specdrop/ledger/port";
import type { SubmissionMark, SubmissionRecord } from "@specdrop/ledger/submissions";
import type { WritableProperties } from "@specdrop/spec";

// One record of every kind with all it may have: a property that is added to one breaks the build until it stands here.

const source: Required<DocumentSource> = {
  bucket: "specs",
  key: "team/chat.yaml",
  versionId: "v1",
  etag: "e1",
  requester: "111122223333",
};

export const fullRevision: Required<Revision> = {
  sequence: 2,
  kind: "accepted",
  source,
  sequencer: "0055",
  correlationId: "c-1",
  seenAt: 1_790_000_000_000,
  uid: "0f".repeat(16),
  foundAfter: 1,
  apiIds: ["a1b2c3d4e5", "f6g7h8i9j0"],
  appliesFrom: 1_790_000_020_000,
  unknownProperties: ["correlationID"],
  origin: {
    way: "submit",
    by: { from: "metadata", actor: "ada", commit: "0f".repeat(20), runUrl: "https://ci.example.com/1" },
  },
};

export const fullHistoryEntry: Required<HistoryEntry> = {
  documentId: "s3://specs/team/chat.yaml",
  sequence: 2,
  kind: "accepted",
  at: 1_790_000_000_000,
  correlationId: "c-1",
  versionId: "v1",
  origin: fullRevision.origin,
  outcomes: { a1b2c3d4e5: "ApplySucceeded 1 0 0 0 0 0 0 0", f6g7h8i9j0: "" },
};

export const fullDocument: Required<DocumentRecord> = {
  documentId: "s3://specs/team/chat.yaml",
  count: 3,
  head: { ...fullRevision, sequence: 3, kind: "rejected" },
  current: fullRevision,
  overtaken: [{ ...fullRevision, sequence: 1 }],
  recent: [{ sequencer: "0055", sequence: 2 }],
  renaming: { from: "s3://specs/team/old.yaml", to: "s3://specs/team/chat.yaml" },
};

const metadata: Required<EventMetadata> = {
  id: "event-1",
  version: "1",
  time: "2026-11-22T12:00:00.000Z",
  operationId: "operation-1",
  correlationId: "c-1",
  documentId: "s3://specs/team/chat.yaml",
  sequence: 2,
};

const error: Required<ChangeError> = { code: "SD5001", message: "It exists.", retryable: false, help: "Adopt it." };

const change: Required<ChangeResult> = {
  logicalId: "chatOk",
  action: "update",
  status: "failed",
  identifier: "a1b2c3d4e5|abc1234|r1",
  resourceType: "IntegrationResponse",
  integrationId: "abc1234",
  integrationResponseKey: "/2\\d\\d/",
  routeId: "def5678",
  routeKey: "send",
  changedProperties: ["ResponseTemplates"],
  error,
  handedTo: "s3://specs/team/other.yaml",
  gone: true,
};

const diagnostic: Required<EventDiagnostic> = {
  code: "SD3107",
  severity: "warning",
  message: "No default.",
  file: "chat.yaml",
  range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
  pointer: "/IntegrationResponses/chatOk",
  suggestion: "$default",
  help: "Add one.",
};

const deployment: Required<DeploymentResult> = { status: "live", stageName: "prod" };

const data: Required<ResultData> = {
  document: source,
  apiId: "a1b2c3d4e5",
  mode: "apply",
  summary: { create: 1, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 1 },
  changes: [change],
  omittedChanges: 1,
  resultLocation: "s3://specs/results/1.json",
  reason: "It failed.",
  apis: { of: 1, apiIds: ["a1b2c3d4e5"] },
  diagnostics: [diagnostic],
  omittedDiagnostics: 1,
  deployment,
  durationMs: 4180,
};

export const fullEvent: Required<ResultEvent> = { detailType: "ApplyFailed", detail: { metadata, data } };

const failure: Required<RunFailure> = {
  ...{ tries: 2, cause: "throttled", since: 1, at: 2 },
  ...{ code: "Throttling", message: "Rate exceeded" },
};
const progress: Required<RunProgress> = {
  ...{ sequence: 2, ended: 1, total: 2 },
  ...{ removed: { delete: 1, forget: 0 }, failure },
};
const repair: Required<RepairRequests> = { asked: 1, at: 5 };
const drift: Required<DriftRecord> = { count: 1, fingerprint: "f", event: fullEvent, published: false, repair };

const live: Required<LiveMilestone> = { sequence: 2, at: metadata.time, stageName: "prod" };

export const fullChangeSet: Required<ChangeSetState> = {
  documentId: "s3://specs/team/chat.yaml",
  apiId: "a1b2c3d4e5",
  settledSequence: 1,
  epoch: 1,
  runningSequence: 2,
  runId: "0f".repeat(16),
  progress,
  result: { sequence: 1, event: { ...fullEvent, detailType: "ApplySucceeded" }, published: true },
  applied: { sequence: 2, at: metadata.time },
  live,
  drift,
};

const properties: Required<WritableProperties> = {
  ContentHandlingStrategy: "CONVERT_TO_TEXT",
  ResponseParameters: { "method.response.header.X": "'1'" },
  ResponseTemplates: { $default: "{}" },
  TemplateSelectionExpression: "\\$default",
};

const key = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponseKey: "/2\\d\\d/" };

const pending: Required<PendingCreate> = {
  clientToken: "t-1",
  model: { ...key, ...properties },
  startedAt: 5,
  requestToken: "r-1",
};

const unfinished: Required<UnfinishedWrite> = {
  operation: "update",
  identifier: "a1b2c3d4e5|abc1234|r1",
  requestToken: "r-2",
  startedAt: 6,
};

const lastChange: Required<LastChange> = {
  sequence: 2,
  epoch: 1,
  action: "update",
  changedProperties: ["ResponseTemplates"],
};

export const fullOwned: Required<Omit<OwnedIntegrationResponse, "RouteId">> = {
  ...key,
  documentId: "s3://specs/team/chat.yaml",
  logicalId: "chatOk",
  identifier: "a1b2c3d4e5|abc1234|r1",
  origin: "created",
  deletionPolicy: "Retain",
  applied: {
    ContentHandlingStrategy: "0f",
    ResponseParameters: "0f",
    ResponseTemplates: "0f",
    TemplateSelectionExpression: "0f",
  },
  pending,
  unfinished,
  lastChange,
  takenFrom: "s3://specs/team/other.yaml",
};

const { IntegrationId: _, IntegrationResponseKey: __, ...rest } = fullOwned;

export const fullOwnedRouteResponse: Required<Omit<OwnedRouteResponse, "IntegrationId" | "IntegrationResponseKey">> = {
  ...rest,
  RouteId: "def5678",
  logicalId: "send",
  identifier: "a1b2c3d4e5|def5678|r1",
  pending: { ...pending, model: { ApiId: "a1b2c3d4e5", RouteId: "def5678" } },
};

export const fullSuspension: Required<Suspension> = {
  scope: "withdrawals",
  suspended: true,
  by: "somebody",
  since: 5,
  reason: "maintenance",
  count: 1,
  told: false,
};

export const fullWithdrawal: Required<CountedWithdrawal> = {
  documentId: "s3://specs/team/chat.yaml",
  responses: 2,
  at: 5,
  until: 25,
  period: 0,
};

export const fullComparison: Required<BucketComparison> = {
  after: "team/chat.yaml",
  missing: [{ key: "team/chat.yaml", since: 5 }],
};

const mark: Required<SubmissionMark> = {
  id: "e-1",
  kind: "withdrawn",
  sentAt: 5,
  arrivedAt: 5.5,
  sequence: 7,
  correlationId: "c-1",
  unknownProperties: ["correlationID"],
};

export const fullSubmissions: Required<SubmissionRecord> = {
  documentId: "s3://specs/events/1/a/b",
  version: 1,
  latest: mark,
  deletes: true,
  turn: "t-1",
  displaced: ["e-0"],
  ended: ["e-0"],
  writes: [{ requestId: "r-1", id: "e-1", correlationId: "c-1", unknownProperties: ["correlationID"] }],
};

export const fullBid: Required<Bid> = {
  documentId: "s3://specs/team/chat.yaml",
  apiId: "a1b2c3d4e5",
  sequence: 2,
  at: 5,
  wishes: [{ key: "0f", deletionPolicy: "Retain", twoWay: true } satisfies Required<Wish>],
  met: "0f",
};
