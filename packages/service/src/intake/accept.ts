import type { Clock, Random } from "@specdrop/engine";
import type { DocumentRecord, Ledger, NewRevision, RecordOutcome, Revision } from "@specdrop/ledger/port";
import { RecordTooLargeError } from "@specdrop/ledger/records/checked";
import { compareSequencers, withRevision } from "@specdrop/ledger/revisions";
import { randomId } from "@specdrop/ledger/run-id";
import { type Diagnostic, MAX_DIAGNOSTICS, type SpecDocument } from "@specdrop/spec";
import { affectedApis } from "../documents/affected-apis.ts";
import { bidEverywhere } from "../documents/bids.ts";
import type { DocumentChange } from "../documents/change.ts";
import { validateDocument } from "../documents/validate-document.ts";
import type { AllowedApis } from "../policy/allowed-apis.ts";
import { countWithdrawal, uncountWithdrawal } from "../policy/breaker.ts";
import type { BreakerLimits } from "../policy/breaker-limits.ts";
import { rejectedBefore } from "../policy/not-allowed.ts";
import { recordTooLarge, tooManyApis } from "../policy/too-many-apis.ts";
import { logAbout } from "../ports/log.ts";
import type { Log, ResultBus } from "../ports/ports.ts";
import type { Signal, SignalQueue } from "../ports/signals.ts";
import { endingsOf } from "../results/endings.ts";
import { keepOvertaken, keepRevisions } from "../results/history.ts";
import { nothingToDo, type Remarks, rejected } from "../results/results.ts";
import { clearSuperseded, end, endUnread, resultWithoutText, supersedeUnread } from "../results/superseded.ts";
import { afterRecording } from "./after-recording.ts";

export interface AcceptPorts {
  readonly ledger: Ledger;
  readonly queue: SignalQueue;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly random: Random;
  readonly log: Log;
  /** Every API is allowed without it. */
  readonly allowedApis?: AllowedApis;
  /** How many withdrawals are too many; without it they are not counted. */
  readonly breaker?: BreakerLimits;
  /** How long after its event a change deletes nothing, in milliseconds; 0 without it. */
  readonly withdrawAfterMs?: number;
}

export interface DocumentText extends DocumentChange {
  readonly body: string | Uint8Array;
}

/** What became of a change to a document. Except for `unknown`, a result is published or a signal sent for it. */
export type Acceptance =
  /** In force now; every signal stands for one API to converge, and without any it has its result already. */
  | ({ readonly outcome: "accepted"; readonly sequence: number; readonly signals: readonly Signal[] } & Remarks)
  | ({ readonly outcome: "rejected"; readonly sequence: number } & Remarks)
  /** A newer revision is there already. */
  | ({ readonly outcome: "superseded" } & Remarks)
  /** A withdrawal of what the ledger has never heard of. */
  | { readonly outcome: "unknown" };

const NO_REMARKS: Remarks = { diagnostics: [], omitted: 0 };

/** Reads a new state of a document, records it, and has it converged: or rejects it. Doing it twice does no harm. */
export async function acceptDocument(deps: AcceptPorts, change: DocumentText): Promise<Acceptance> {
  const { documentId, source, body } = change;
  const { document, remarks } = await validateDocument(deps.allowedApis, documentId, source.key, body);
  if (document === undefined) return reject(deps, change, remarks);

  const named = document.resources.map((resource) => resource.ApiId);
  const known = await deps.ledger.readDocument(documentId);
  const late = await comeLate(deps, change, "accepted", known, remarks);
  if (late !== undefined) return late;
  const apiIds = await affectedApis(deps.ledger, documentId, named, known);
  const errors = tooManyApis(documentId, apiIds);
  if (errors.length > 0) return reject(deps, change, withErrors(remarks, errors));
  const revision = newRevision(deps, change, "accepted", apiIds);
  const record = () => recordBidding(deps, documentId, document, revision, known);
  const acceptance = await takeEffect(deps, change, revision, known, remarks, record);
  if (known?.current?.kind === "withdrawn" && acceptance.outcome === "accepted") {
    await uncountWithdrawal(deps, documentId);
  }
  return acceptance;
}

/** Records a revision; what it wants is remembered before it is in force, so that no crash leaves it without a bid. */
async function recordBidding(
  deps: AcceptPorts,
  documentId: string,
  document: SpecDocument,
  revision: NewRevision,
  known: DocumentRecord | undefined,
): Promise<RecordOutcome> {
  const { ledger } = deps;
  const expected = withRevision(known, documentId, revision, sequenceOf(known));
  const bid = async (sequence: number) =>
    await bidEverywhere(ledger, documentId, document, { sequence, at: revision.seenAt });
  if (expected.outcome === "recorded") await bid(expected.sequence);
  const recorded = await record(deps, documentId, revision, known);
  const hasRaced = expected.outcome === "recorded" && recorded.outcome === "recorded";
  // First of all: until then the revision is in force without a bid of its own.
  if (hasRaced && recorded.sequence !== expected.sequence) await bid(recorded.sequence);
  return await keepInHistory(deps, recorded, known);
}

/** Takes a document out of force, and has everything it owns withdrawn. */
export async function withdrawDocument(deps: AcceptPorts, change: DocumentChange): Promise<Acceptance> {
  const known = await deps.ledger.readDocument(change.documentId);
  const late = await comeLate(deps, change, "withdrawn", known, NO_REMARKS);
  if (late !== undefined) return late;
  const isKnown = known !== undefined && !isTombstone(known, change);
  const apiIds = known === undefined ? [] : await affectedApis(deps.ledger, change.documentId, [], known);
  const revision = newRevision(deps, change, "withdrawn", apiIds);
  if (isKnown) {
    await countWithdrawal(deps, change.documentId, apiIds, revision.appliesFrom);
    const acceptance = await takeEffect(deps, change, revision, known, NO_REMARKS);
    if (acceptance.outcome === "superseded") await uncountWithdrawal(deps, change.documentId);
    return acceptance;
  }

  // The event of its creation may still be under way, and must not bring back what is gone.
  if (change.sequencer !== undefined) {
    const recorded = await recordAndKeep(deps, change.documentId, revision, known);
    // Known after all, where it is no tombstone: it was recorded just now, by the intake of another event.
    if (change.isSubmission || !isTombstone(recorded.record, change))
      return carryOn(deps, change, "withdrawn", recorded, NO_REMARKS);
  }
  logOf(deps, change).info("Withdrawn before it was accepted");
  return { outcome: "unknown" };
}

/** Written by an earlier delivery of the same withdrawal. */
function isTombstone({ head, recent }: DocumentRecord, { sequencer }: DocumentChange): boolean {
  const isFirst = recent.some((known) => known.sequence === 1 && known.sequencer === sequencer);
  return isFirst && head.sequence === 1 && head.kind === "withdrawn";
}

/** Records a revision, and puts it into the document's history, with those that others recorded since `known`. */
async function recordAndKeep(
  deps: AcceptPorts,
  documentId: string,
  revision: NewRevision,
  known: DocumentRecord | undefined,
): Promise<RecordOutcome> {
  return await keepInHistory(deps, await record(deps, documentId, revision, known), known);
}

async function record(
  { ledger }: AcceptPorts,
  documentId: string,
  revision: NewRevision,
  known: DocumentRecord | undefined,
): Promise<RecordOutcome> {
  return await ledger.recordRevision(
    documentId,
    revision,
    revision.kind === "rejected" ? undefined : sequenceOf(known),
  );
}

async function keepInHistory(
  { ledger }: AcceptPorts,
  recorded: RecordOutcome,
  known: DocumentRecord | undefined,
): Promise<RecordOutcome> {
  if (recorded.outcome !== "stale") {
    const { record, sequence } = recorded;
    await keepOvertaken(ledger, record);
    await keepRevisions(ledger, record, Math.min(known?.count ?? sequence - 1, sequence - 1));
  }
  return recorded;
}

async function reject(deps: AcceptPorts, change: DocumentChange, remarks: Remarks): Promise<Acceptance> {
  if (change.standing !== undefined) {
    const known = await deps.ledger.readDocument(change.documentId);
    const late = await comeLate(deps, change, "rejected", known, remarks);
    if (late !== undefined) return late;
  }
  const recorded = await recordAndKeep(deps, change.documentId, newRevision(deps, change, "rejected", []), undefined);
  return carryOn(deps, change, "rejected", recorded, remarks);
}

/** What was found in the bucket came before its event, or before that of an earlier state: the bucket tells which. */
async function comeLate(
  deps: AcceptPorts,
  change: DocumentChange,
  kind: Revision["kind"],
  known: DocumentRecord | undefined,
  remarks: Remarks,
): Promise<Acceptance | undefined> {
  const isFound = known?.head.foundAfter !== undefined || known?.current?.foundAfter !== undefined;
  if (known === undefined || !isFound || isRecorded(known, change.sequencer)) return undefined;
  const standing = (await change.standing?.(known)) ?? "news";
  if (standing === "past") return supersede(deps, change, kind, remarks);
  if (standing === "news") return undefined;
  const { sequence } = standing;
  return carryOn(deps, change, standing.kind, { outcome: "repeated", sequence, record: known }, remarks);
}

/** A repeat of an event that was taken in. */
export function isRecorded({ recent }: DocumentRecord, sequencer: string | undefined): boolean {
  return recent.some((known) => sequencer !== undefined && compareSequencers(known.sequencer, sequencer) === 0);
}

async function takeEffect(
  deps: AcceptPorts,
  change: DocumentChange,
  newRevision: NewRevision,
  known: DocumentRecord | undefined,
  remarks: Remarks,
  record = () => recordAndKeep(deps, change.documentId, newRevision, known),
): Promise<Acceptance> {
  const { documentId } = change;
  let recorded: RecordOutcome;
  try {
    recorded = await record();
  } catch (error) {
    if (!(error instanceof RecordTooLargeError)) throw error;
    if (newRevision.kind === "accepted") return reject(deps, change, withErrors(remarks, [recordTooLarge(documentId)]));
    // A withdrawal cannot be turned down: it makes room for itself.
    const held = await deps.ledger.readDocument(documentId);
    if (held !== undefined) await endOvertaken(deps, held);
    recorded = await record();
  }
  return carryOn(deps, change, newRevision.kind, recorded, remarks);
}

function withErrors({ diagnostics, omitted }: Remarks, errors: readonly Diagnostic[]): Remarks {
  return { diagnostics: [...errors, ...diagnostics].slice(0, MAX_DIAGNOSTICS), omitted };
}

/** Of the revision in force; 0 without one. */
function sequenceOf(known: DocumentRecord | undefined): number {
  return known?.current?.sequence ?? 0;
}

/** Does what `afterRecording` says. */
async function carryOn(
  deps: AcceptPorts,
  change: DocumentChange,
  offered: Revision["kind"],
  recorded: RecordOutcome,
  offeredRemarks: Remarks,
): Promise<Acceptance> {
  const after = afterRecording(recorded, offered);
  if (after.outcome === "superseded" || recorded.outcome === "stale") {
    return supersede(deps, change, offered, offeredRemarks);
  }
  const { record } = recorded;
  const { sequence, kind } = after;
  const remarks = after.standsFromBefore ? remarksFromBefore(change.documentId, kind) : offeredRemarks;
  for (const signal of after.signals) await deps.queue.send(signal);
  await end(deps, change.documentId, after.endings, (ending, subject) => {
    if (ending.revision.sequence !== sequence) return resultWithoutText(deps, ending, subject);
    return ending.how === "rejected" ? rejected(subject, remarks) : nothingToDo(subject, remarks);
  });
  if (after.clears) await clearSuperseded(deps, record);
  if (after.overwritten !== undefined) await endUnread(deps, change.documentId, after.overwritten);

  if (after.outcome === "rejected") {
    logOf(deps, change).info("Rejected", { sequence, codes: codesOf(remarks) });
    return { outcome: "rejected", sequence, ...remarks };
  }
  const { signals } = after;
  logOf(deps, change).info("Accepted", { sequence, kind, apiIds: signals.map(({ apiId }) => apiId) });
  return { outcome: "accepted", sequence, signals, ...remarks };
}

function remarksFromBefore(documentId: string, kind: Revision["kind"]): Remarks {
  return kind === "rejected" ? withErrors(NO_REMARKS, [rejectedBefore(documentId)]) : NO_REMARKS;
}

async function endOvertaken(deps: AcceptPorts, record: DocumentRecord): Promise<void> {
  await end(deps, record.documentId, endingsOf(record), (ending, subject) => resultWithoutText(deps, ending, subject));
  await clearSuperseded(deps, record);
}

async function supersede(
  deps: AcceptPorts,
  change: DocumentChange,
  kind: Revision["kind"],
  remarks: Remarks,
): Promise<Acceptance> {
  const { removal, foundAfter } = change;
  if (foundAfter !== undefined) return { outcome: "superseded", ...remarks };
  await supersedeUnread(deps, removal ?? change, removal === undefined ? kind : "withdrawn");
  logOf(deps, change).info("Superseded by a newer revision");
  return { outcome: "superseded", ...remarks };
}

function newRevision(
  deps: AcceptPorts,
  { source, correlationId, sequencer, foundAfter, eventTime, unknownProperties, origin }: DocumentChange,
  kind: Revision["kind"],
  apiIds: readonly string[],
): NewRevision {
  const ordered = {
    ...(sequencer === undefined ? {} : { sequencer }),
    ...(foundAfter === undefined ? {} : { foundAfter }),
    ...(unknownProperties === undefined ? {} : { unknownProperties }),
  };
  const uid = randomId(deps.random);
  const seenAt = deps.clock.now();
  // A clock that is ahead makes nobody wait for longer.
  const happened = eventTime === undefined ? undefined : Math.min(eventTime, seenAt);
  const isHeld = happened !== undefined && deps.withdrawAfterMs !== undefined && kind !== "rejected";
  const held = isHeld ? { appliesFrom: happened + deps.withdrawAfterMs } : {};
  const made = origin === undefined ? {} : { origin };
  return { kind, source, correlationId, seenAt, uid, apiIds, ...ordered, ...held, ...made };
}

function logOf(deps: AcceptPorts, { documentId, correlationId }: DocumentChange): Log {
  return logAbout(deps.log, { documentId, correlationId });
}

function codesOf({ diagnostics }: Remarks): readonly string[] {
  return [...new Set(diagnostics.map((diagnostic) => diagnostic.code))];
}
