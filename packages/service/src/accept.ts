import type { Clock } from "@specdrop/engine";
import type { DocumentSource, ResultEvent } from "@specdrop/events";
import { affectedApis } from "./affected-apis.ts";
import type { AllowedApis } from "./allowed-apis.ts";
import { judgeDocument } from "./judge-document.ts";
import { logAbout } from "./log.ts";
import { clearOvertaken, NO_API, settleOvertaken, settleOverwritten, supersedeUnread } from "./overtaken.ts";
import type {
  DocumentRecord,
  Ledger,
  Log,
  NewRevision,
  RecordOutcome,
  ResultBus,
  Revision,
  Signal,
  SignalQueue,
} from "./ports.ts";
import { nothingToDo, type Remarks, rejected, type Subject } from "./results.ts";
import { settleAndPublish } from "./settle.ts";

export interface AcceptDependencies {
  readonly ledger: Ledger;
  readonly queue: SignalQueue;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Every API is allowed without it. */
  readonly allowedApis?: AllowedApis;
}

/** That a document changed, from wherever it is kept. */
export interface DocumentChange {
  readonly documentId: string;
  readonly source: DocumentSource;
  readonly correlationId: string;
  /** S3's; without one the change is taken for the newest. */
  readonly sequencer?: string;
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
export async function acceptDocument(deps: AcceptDependencies, change: DocumentText): Promise<Acceptance> {
  const { documentId, source, body } = change;
  const { document, remarks } = await judgeDocument(deps.allowedApis, documentId, source.key, body);
  if (document === undefined) return reject(deps, change, remarks);

  const named = document.resources.map((resource) => resource.ApiId);
  const known = await deps.ledger.readDocument(documentId);
  const apiIds = await affectedApis(deps.ledger, documentId, named, known);
  return takeEffect(deps, change, newRevision(deps, change, "accepted", apiIds), known, remarks);
}

/** Takes a document out of force, and has everything it owns withdrawn. */
export async function withdrawDocument(deps: AcceptDependencies, change: DocumentChange): Promise<Acceptance> {
  const known = await deps.ledger.readDocument(change.documentId);
  const isKnown = known !== undefined && !isTombstone(known, change);
  const apiIds = known === undefined ? [] : await affectedApis(deps.ledger, change.documentId, [], known);
  const revision = newRevision(deps, change, "withdrawn", apiIds);
  if (isKnown) return takeEffect(deps, change, revision, known, NO_REMARKS);

  // The event of its creation may still be under way, and must not bring back what is gone.
  if (change.sequencer !== undefined) {
    const recorded = await deps.ledger.recordRevision(change.documentId, revision, sequenceOf(known));
    // Known after all: it was recorded just now, by the intake of another event.
    if (!isTombstone(recorded.record, change)) return carryOn(deps, change, "withdrawn", recorded, NO_REMARKS);
  }
  logOf(deps, change).info("Withdrawn before it was ever known");
  return { outcome: "unknown" };
}

/** Written by an earlier delivery of the same withdrawal. */
function isTombstone({ head, recent }: DocumentRecord, { sequencer }: DocumentChange): boolean {
  const isFirst = recent.some((known) => known.sequence === 1 && known.sequencer === sequencer);
  return isFirst && head.sequence === 1 && head.kind === "withdrawn";
}

async function reject(deps: AcceptDependencies, change: DocumentChange, remarks: Remarks): Promise<Acceptance> {
  const recorded = await deps.ledger.recordRevision(change.documentId, newRevision(deps, change, "rejected", []));
  if (recorded.outcome === "stale") return supersede(deps, change, "rejected", remarks);

  const { record, sequence } = recorded;
  const revision = numbered(record, sequence);
  if (revision !== undefined) await endInOrder(deps, record, revision, (subject) => rejected(subject, remarks));
  await settleOverwritten(deps, record);
  logOf(deps, change).info("Rejected", { sequence, codes: codesOf(remarks) });
  return { outcome: "rejected", sequence, ...remarks };
}

async function takeEffect(
  deps: AcceptDependencies,
  change: DocumentChange,
  newRevision: NewRevision,
  known: DocumentRecord | undefined,
  remarks: Remarks,
): Promise<Acceptance> {
  const recorded = await deps.ledger.recordRevision(change.documentId, newRevision, sequenceOf(known));
  return carryOn(deps, change, newRevision.kind, recorded, remarks);
}

/** Of the revision in force; 0 without one. */
function sequenceOf(known: DocumentRecord | undefined): number {
  return known?.current?.sequence ?? 0;
}

/** Sees to it that what is in force now is converged, and that what it displaced has its result. */
async function carryOn(
  deps: AcceptDependencies,
  change: DocumentChange,
  kind: Revision["kind"],
  recorded: RecordOutcome,
  remarks: Remarks,
): Promise<Acceptance> {
  if (recorded.outcome === "stale") return supersede(deps, change, kind, remarks);

  const { record, sequence } = recorded;
  const revision = numbered(record, sequence);
  const isInForce = revision !== undefined && revision.sequence === record.current?.sequence;
  const hasNoApi = isInForce && revision.apiIds.length === 0;
  const signals = signalsOf(record);
  for (const signal of signals) await deps.queue.send(signal);
  if (hasNoApi) await endInOrder(deps, record, revision, (subject) => nothingToDo(subject, remarks));
  else await endOvertaken(deps, record);

  const apiIds = signals.map((signal) => signal.apiId);
  logOf(deps, change).info("Accepted", { sequence, kind, apiIds });
  return { outcome: "accepted", sequence, signals, ...remarks };
}

/**
 * A revision as the ledger has it. A late repeat may find that it was overtaken and ended since, and then only makes up
 * for what was left undone of others.
 */
function numbered({ head, current, overtaken }: DocumentRecord, sequence: number): Revision | undefined {
  return [head, current, ...overtaken].find((revision) => revision?.sequence === sequence);
}

/** Ends a revision that concerns no API, after those before it: the ledger takes results in order of sequence. */
async function endInOrder(
  deps: AcceptDependencies,
  record: DocumentRecord,
  revision: Revision,
  result: (subject: Subject) => ResultEvent,
): Promise<void> {
  const { documentId, head, current, overtaken } = record;
  const isEarlier = (other: Revision) => other.sequence < revision.sequence;
  await settleOvertaken(deps, documentId, overtaken.filter(isEarlier));
  // A rejected document leaves the one before it in force, whose own intake may have died before it told its result.
  if (current !== undefined && current.apiIds.length === 0 && isEarlier(current)) {
    const earlier = nothingToDo({ documentId, revision: current, now: deps.clock.now() });
    await settleAndPublish(deps, documentId, NO_API, current.sequence, earlier);
  }
  if (isEarlier(head) && head.kind === "rejected" && !(await hasEnded(deps, documentId, head))) {
    throw new Error(`Revision ${head.sequence} of ${documentId} was rejected, and has to be told of first`);
  }
  const event = result({ documentId, revision, now: deps.clock.now() });
  await settleAndPublish(deps, documentId, NO_API, revision.sequence, event);
  await endOvertaken(deps, record);
}

async function hasEnded(deps: AcceptDependencies, documentId: string, { sequence }: Revision): Promise<boolean> {
  const changeSet = await deps.ledger.readChangeSet(documentId, NO_API);
  return (changeSet?.settledSequence ?? 0) >= sequence;
}

async function endOvertaken(deps: AcceptDependencies, record: DocumentRecord): Promise<void> {
  await settleOvertaken(deps, record.documentId, record.overtaken);
  await clearOvertaken(deps, record);
}

async function supersede(
  deps: AcceptDependencies,
  change: DocumentChange,
  kind: Revision["kind"],
  remarks: Remarks,
): Promise<Acceptance> {
  await supersedeUnread(deps, change, kind);
  logOf(deps, change).info("Superseded by a newer revision");
  return { outcome: "superseded", ...remarks };
}

/** A run of an overtaken revision may have left something on an API that the current one does not know of. */
function signalsOf({ documentId, current, overtaken }: DocumentRecord): readonly Signal[] {
  if (current === undefined) return [];
  const apiIds = new Set([current, ...overtaken].flatMap((revision) => revision.apiIds));
  const { sequence, correlationId } = current;
  return [...apiIds].map((apiId) => ({ documentId, apiId, sequence, part: 0, correlationId }));
}

function newRevision(
  deps: AcceptDependencies,
  { source, correlationId, sequencer }: DocumentChange,
  kind: Revision["kind"],
  apiIds: readonly string[],
): NewRevision {
  const ordered = sequencer === undefined ? {} : { sequencer };
  return { kind, source, correlationId, seenAt: deps.clock.now(), apiIds, ...ordered };
}

function logOf(deps: AcceptDependencies, { documentId, correlationId }: DocumentChange): Log {
  return logAbout(deps.log, { documentId, correlationId });
}

function codesOf({ diagnostics }: Remarks): readonly string[] {
  return [...new Set(diagnostics.map((diagnostic) => diagnostic.code))];
}
