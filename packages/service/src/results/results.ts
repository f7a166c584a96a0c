import type { Outcome } from "@specdrop/engine";
import {
  type ConcernedApis,
  type DocumentSource,
  emptySummary,
  fitEvent,
  type Mode,
  type ResultData,
  type ResultDetailType,
  type ResultEvent,
  resultEvent,
} from "@specdrop/events";
import type { NewRevision, Revision } from "@specdrop/ledger/port";
import { type Diagnostic, MAX_DIAGNOSTICS } from "@specdrop/spec";
import { driftIdOf, operationIdOf, type RevisionMark, resultIdOf } from "../documents/identity.ts";
import { reasonOf } from "./reason.ts";
import { unknownPropertyWarnings } from "./unknown-properties.ts";

/** What a parser or a run has to say about a document. */
export interface Remarks {
  readonly diagnostics: readonly Diagnostic[];
  /** How many there are beyond those listed. */
  readonly omitted: number;
}

/** Which state of which document a result is about, and when it is told (epoch milliseconds). */
export interface Subject {
  readonly documentId: string;
  readonly revision: Revision;
  readonly now: number;
  /** Of the run that tells it; without one no run does. */
  readonly runId?: string;
}

const NO_REMARKS: Remarks = { diagnostics: [], omitted: 0 };

/** The document has errors; nothing was changed. */
export function rejected(subject: Subject, remarks: Remarks): ResultEvent {
  // The text may read well by now: what was wrong with it then is not on record.
  const isExplained = remarks.omitted > 0 || remarks.diagnostics.some(({ severity }) => severity === "error");
  return fitEvent(result(subject, "SpecRejected", listed(isExplained ? remarks : { ...remarks, omitted: 1 }))).event;
}

/** A newer revision took this one's place on the API before it was applied. */
export function superseded(subject: Subject, apiId: string): ResultEvent {
  return result(subject, "SpecSuperseded", apiId === "" ? {} : { apiId });
}

/** The same on all of its APIs that have no result yet: nothing more comes of the revision. */
export function supersededEverywhere(subject: Subject): ResultEvent {
  return result(subject, "SpecSuperseded", { apis: { of: 0, apiIds: [] } });
}

/** A newer revision was there before this one was read, so the ledger never numbered it. */
export function supersededUnread(
  documentId: string,
  revision: Unnumbered & Pick<NewRevision, "sequencer">,
  now: number,
): ResultEvent {
  const { sequencer, source } = revision;
  const mark: RevisionMark = { ...source, ...(sequencer === undefined ? {} : { sequencer }) };
  return result({ documentId, revision: unnumbered(revision, now), now }, "SpecSuperseded", {}, mark);
}

/** What was sent as an event and became no revision; the event's id stands in for the number of one. */
export interface SentSubject {
  readonly documentId: string;
  readonly source: DocumentSource;
  readonly correlationId: string;
  readonly kind: Revision["kind"];
  readonly eventId: string;
  readonly now: number;
  readonly unknownProperties?: readonly string[] | undefined;
}

/** An event that could not become a document. */
export function refused(subject: SentSubject, remarks: Remarks): ResultEvent {
  return fitEvent(sentResult(subject, "SpecRejected", listed(remarks))).event;
}

/** One that was sent later is there already. */
export function supersededSubmission(subject: SentSubject): ResultEvent {
  return sentResult(subject, "SpecSuperseded", { reason: "A later event with the same name was already processed." });
}

/** A withdrawal found nothing to withdraw. */
export function nothingToWithdraw(subject: SentSubject, reason: string): ResultEvent {
  return sentResult(subject, "ApplyUnchanged", { reason, apis: { of: 0, apiIds: [] } });
}

function sentResult(subject: SentSubject, detailType: ResultDetailType, data: Partial<ResultData>): ResultEvent {
  const { documentId, eventId, now } = subject;
  return result({ documentId, revision: unnumbered(subject, now), now }, detailType, data, { sequencer: eventId });
}

/** The document asks nothing of any API, and owns nothing on any. */
export function nothingToDo(subject: Subject, remarks: Remarks = NO_REMARKS): ResultEvent {
  const detailType = subject.revision.kind === "withdrawn" ? "ApplySucceeded" : "ApplyUnchanged";
  return fitEvent(result(subject, detailType, listed(remarks))).event;
}

/** What a run on one API came to. Throws a RangeError for an interrupted one, which has no result yet. */
export function converged(
  subject: Subject,
  apiId: string,
  mode: Mode,
  outcome: Outcome,
  remarks: Remarks,
): ResultEvent {
  const { changes, summary, omittedChanges, deployment } = outcome;
  const all = { diagnostics: [...remarks.diagnostics, ...outcome.diagnostics], omitted: remarks.omitted };
  return result(subject, detailTypeOf(outcome.status, mode), {
    apiId,
    mode,
    changes,
    summary,
    ...listed(all),
    ...(omittedChanges === 0 ? {} : { omittedChanges }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

/** An accepted document that can no longer be read as one. */
export function unreadable(subject: Subject, apiId: string, remarks: Remarks): ResultEvent {
  return result(subject, "ApplyFailed", { apiId, ...listed(remarks) });
}

/** A run that was not made, or came to nothing: what the document owns on the API is as it was. */
export function failedUntouched(subject: Subject, apiId: string, diagnostics: readonly Diagnostic[]): ResultEvent {
  return fitEvent(result(subject, "ApplyFailed", { apiId, ...listed({ diagnostics, omitted: 0 }) })).event;
}

/** What live state differs by from the settled revision, or what was done about it. `count` is its number in the ledger, `uid` random. */
export function drift(
  subject: Subject,
  apiId: string,
  detailType: "DriftDetected" | "DriftResolved",
  { count, uid }: { readonly count: number; readonly uid: string },
  data: Pick<ResultData, "changes" | "summary" | "diagnostics" | "durationMs"> & Partial<ResultData>,
): ResultEvent {
  const { detail } = result(subject, detailType, { ...data, apiId, mode: "drift" });
  const id = driftIdOf(subject.documentId, apiId, subject.revision.sequence, detailType, count, uid);
  // Nobody's submission brought it about, so it has no sender's correlation id.
  return { detailType, detail: { ...detail, metadata: { ...detail.metadata, id, correlationId: id } } };
}

function detailTypeOf(status: Outcome["status"], mode: Mode): ResultDetailType {
  switch (status) {
    case "planned":
      return "PlanProduced";
    case "succeeded":
      return "ApplySucceeded";
    case "unchanged":
      return mode === "withdraw" ? "ApplySucceeded" : "ApplyUnchanged";
    case "failed":
      return "ApplyFailed";
    case "interrupted":
    case "waiting":
      throw new RangeError("A run that goes on has no result yet");
  }
}

function result(
  { documentId, revision, now, runId = revision.uid }: Subject,
  detailType: ResultDetailType,
  data: Partial<ResultData>,
  mark: number | RevisionMark = revision.sequence,
): ResultEvent {
  const isDrift = data.mode === "drift";
  const told = {
    document: revision.source,
    mode: revision.kind === "withdrawn" ? ("withdraw" as const) : ("apply" as const),
    summary: emptySummary,
    changes: [],
    ...(isDrift ? {} : { apis: concerned(revision) }),
    durationMs: Math.max(0, now - revision.seenAt),
    ...data,
    diagnostics: [...(data.diagnostics ?? []), ...(isDrift ? [] : aboutItsEvent(documentId, revision))],
  };
  const reason = told.reason ?? reasonOf(detailType, told);
  return resultEvent(
    detailType,
    {
      id: resultIdOf(documentId, data.apiId ?? "", mark, detailType, runId),
      time: new Date(now).toISOString(),
      operationId: operationIdOf(documentId, mark),
      correlationId: revision.correlationId,
      documentId,
      sequence: revision.sequence,
    },
    { ...told, ...(reason === undefined ? {} : { reason }) },
  );
}

/** The sender hears of it in every result. */
function aboutItsEvent(documentId: string, { unknownProperties = [] }: Revision): readonly Diagnostic[] {
  return unknownPropertyWarnings(unknownProperties, documentId);
}

/** An event has room for so many of the 2,000 APIs that a document may name. */
const MAX_LISTED_APIS = 100;

/** Every API of a revision ends in one result: of how many this is one. */
function concerned({ apiIds }: Pick<Revision, "apiIds">): ConcernedApis {
  return { of: apiIds.length, apiIds: apiIds.slice(0, MAX_LISTED_APIS) };
}

type Unnumbered = Pick<NewRevision, "source" | "correlationId" | "kind"> & Pick<SentSubject, "unknownProperties">;

function unnumbered({ source, correlationId, kind, unknownProperties }: Unnumbered, now: number): Revision {
  const unknown = unknownProperties === undefined ? {} : { unknownProperties };
  return { sequence: 0, kind, source, correlationId, seenAt: now, apiIds: [], ...unknown };
}

function listed({ diagnostics, omitted }: Remarks): Pick<ResultData, "diagnostics" | "omittedDiagnostics"> {
  const beyond = omitted + Math.max(0, diagnostics.length - MAX_DIAGNOSTICS);
  return {
    diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS),
    ...(beyond === 0 ? {} : { omittedDiagnostics: beyond }),
  };
}
