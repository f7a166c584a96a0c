import type {
  AppliedProperties,
  CreateModel,
  IntegrationResponseModel,
  LastChange,
  Owned,
  OwnedIntegrationResponse,
  OwnedRouteResponse,
  PendingCreate,
  Removed,
  RouteRef,
  UnfinishedWrite,
} from "@specdrop/engine";
import { ACTIONS } from "@specdrop/events";
import type { WritableProperties, WritableProperty } from "@specdrop/spec";
import { AUTHOR_SOURCES, type Author, type HistoryEntry, type Origin, WAYS } from "../history-entry.ts";
import type { StoredLease } from "../lease.ts";
import type {
  Bid,
  BucketComparison,
  ChangeSetState,
  CountedWithdrawal,
  DocumentRecord,
  DriftRecord,
  LiveMilestone,
  Milestone,
  MissingObject,
  NumberedSequencer,
  Renaming,
  RepairRequests,
  Revision,
  RunFailure,
  RunProgress,
  StoredResult,
  Suspension,
  Wish,
} from "../port.ts";
import type { SubmissionMark, SubmissionRecord, SubmissionWrite } from "../submissions.ts";
import {
  count,
  type Fields,
  finite,
  flag,
  list,
  mapOf,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  yes,
} from "./shape.ts";
import { SOURCE, STORED_EVENT } from "./stored-events.ts";

// What a ledger may hold, once for every ledger: each checks by it what it reads, and knows by it what is its own to
// write; attributes that stand nowhere here are a newer version's, and are kept.

const AUTHOR: Fields<Author> = {
  from: oneOf(...AUTHOR_SOURCES),
  actor: optional(text),
  commit: optional(text),
  runUrl: optional(text),
};

const ORIGIN: Fields<Origin> = { way: oneOf(...WAYS), by: record(AUTHOR) };

const REVISION_KIND = oneOf("accepted", "rejected", "withdrawn");

const REVISION: Fields<Revision> = {
  sequence: count,
  kind: REVISION_KIND,
  source: record(SOURCE),
  sequencer: optional(text),
  correlationId: text,
  seenAt: finite,
  uid: optional(text),
  foundAfter: optional(count),
  apiIds: list(text),
  appliesFrom: optional(finite),
  unknownProperties: optional(list(text)),
  origin: optional(record(ORIGIN)),
};

export const HISTORY_ENTRY: Fields<HistoryEntry> = {
  documentId: text,
  sequence: count,
  kind: REVISION_KIND,
  at: finite,
  correlationId: text,
  versionId: optional(text),
  origin: optional(record(ORIGIN)),
  outcomes: mapOf(text),
};

const NUMBERED: Fields<NumberedSequencer> = { sequencer: text, sequence: count };

const RENAMING: Fields<Renaming> = { from: text, to: text };

export const DOCUMENT: Fields<DocumentRecord> = {
  documentId: text,
  count,
  head: record(REVISION),
  current: optional(record(REVISION)),
  overtaken: list(record(REVISION)),
  recent: list(record(NUMBERED)),
  renaming: optional(record(RENAMING)),
};

const REMOVED: Fields<Removed> = { delete: count, forget: count };

const FAILURE: Fields<RunFailure> = {
  tries: count,
  cause: oneOf("throttled", "aws", "credentials", "busy", "other"),
  since: finite,
  at: finite,
  code: text,
  message: text,
};

const PROGRESS: Fields<RunProgress> = {
  sequence: count,
  ended: count,
  total: count,
  removed: record(REMOVED),
  failure: optional(record(FAILURE)),
};

export const RESULT: Fields<StoredResult> = { sequence: count, event: STORED_EVENT, published: flag };

const REPAIR: Fields<RepairRequests> = { asked: count, at: finite };

export const DRIFT: Fields<DriftRecord> = {
  count,
  fingerprint: optional(text),
  event: STORED_EVENT,
  published: flag,
  repair: optional(record(REPAIR)),
};

const MILESTONE: Fields<Milestone> = { sequence: count, at: text };

const LIVE_MILESTONE: Fields<LiveMilestone> = { ...MILESTONE, stageName: optional(text) };

export const CHANGE_SET: Fields<ChangeSetState> = {
  documentId: text,
  apiId: text,
  settledSequence: count,
  epoch: count,
  runningSequence: optional(count),
  runId: optional(text),
  progress: optional(record(PROGRESS)),
  result: optional(record(RESULT)),
  applied: optional(record(MILESTONE)),
  live: optional(record(LIVE_MILESTONE)),
  drift: optional(record(DRIFT)),
};

const PROPERTIES: Fields<WritableProperties> = {
  ContentHandlingStrategy: optional(text),
  ResponseParameters: optional(mapOf(text)),
  ResponseTemplates: optional(mapOf(text)),
  TemplateSelectionExpression: optional(text),
};

const APPLIED: Fields<AppliedProperties> = {
  ContentHandlingStrategy: optional(text),
  ResponseParameters: optional(text),
  ResponseTemplates: optional(text),
  TemplateSelectionExpression: optional(text),
};

const MODEL: Fields<Omit<IntegrationResponseModel, "RouteId">> = {
  ApiId: text,
  IntegrationId: text,
  IntegrationResponseKey: text,
  ...PROPERTIES,
};

const ROUTE_MODEL: Fields<RouteRef> = { ApiId: text, RouteId: text };

/** Of one kind of response: a ledger keeps the kinds apart. */
const modelOf = <Model>(fields: Fields<Model>): Shape<CreateModel> => record(fields) as unknown as Shape<CreateModel>;

const pending = (model: Shape<CreateModel>): Fields<PendingCreate> => ({
  clientToken: text,
  model,
  startedAt: finite,
  requestToken: optional(text),
});

const UNFINISHED: Fields<UnfinishedWrite> = {
  operation: oneOf("update", "delete"),
  identifier: text,
  requestToken: text,
  startedAt: finite,
};

const LAST_CHANGE: Fields<LastChange> = {
  sequence: count,
  epoch: count,
  action: oneOf(...ACTIONS),
  changedProperties: list(oneOf<WritableProperty>(...(Object.keys(APPLIED) as WritableProperty[]))),
};

const owned = (model: Shape<CreateModel>): Fields<Owned> => ({
  documentId: text,
  logicalId: text,
  identifier: optional(text),
  origin: oneOf("created", "adopted"),
  deletionPolicy: optional(oneOf("Delete", "Retain")),
  applied: record(APPLIED),
  pending: optional(record(pending(model))),
  unfinished: optional(record(UNFINISHED)),
  lastChange: optional(record(LAST_CHANGE)),
  takenFrom: optional(text),
});

export const OWNED: Fields<Omit<OwnedIntegrationResponse, "RouteId">> = {
  ApiId: text,
  IntegrationId: text,
  IntegrationResponseKey: text,
  ...owned(modelOf(MODEL)),
};

export const OWNED_ROUTE_RESPONSE: Fields<Omit<OwnedRouteResponse, "IntegrationId" | "IntegrationResponseKey">> = {
  ApiId: text,
  RouteId: text,
  ...owned(modelOf(ROUTE_MODEL)),
};

const WISH: Fields<Wish> = {
  key: text,
  deletionPolicy: optional(oneOf("Delete", "Retain")),
  twoWay: optional(yes),
};

export const BID: Fields<Bid> = {
  documentId: text,
  apiId: text,
  sequence: count,
  at: finite,
  wishes: list(record(WISH)),
  met: optional(text),
};

export const LEASE: Fields<StoredLease> = {
  apiId: text,
  fence: count,
  owner: optional(text),
  expiresAt: optional(finite),
  renewals: optional(count),
  ttlMs: optional(finite),
};

export const SUSPENSION: Fields<Suspension> = {
  scope: optional(oneOf("withdrawals")),
  suspended: flag,
  by: text,
  since: finite,
  reason: optional(text),
  count,
  told: flag,
};

const MISSING: Fields<MissingObject> = { key: text, since: finite };

export const COMPARISON: Fields<BucketComparison> = { after: optional(text), missing: list(record(MISSING)) };

export const COUNTED_WITHDRAWAL: Fields<CountedWithdrawal> = {
  documentId: text,
  responses: count,
  at: finite,
  until: optional(finite),
  period: count,
};

const MARK: Fields<SubmissionMark> = {
  id: text,
  kind: oneOf("submitted", "withdrawn"),
  sentAt: finite,
  arrivedAt: finite,
  sequence: optional(count),
  correlationId: text,
  unknownProperties: optional(list(text)),
};

const WRITE: Fields<SubmissionWrite> = {
  requestId: text,
  id: text,
  correlationId: text,
  unknownProperties: optional(list(text)),
};

export const SUBMISSIONS: Fields<SubmissionRecord> = {
  documentId: text,
  version: count,
  latest: record(MARK),
  deletes: optional(yes),
  turn: optional(text),
  displaced: list(text),
  ended: list(text),
  writes: list(record(WRITE)),
};
