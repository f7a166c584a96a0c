/** What orders a document, or its withdrawal, that was sent as an event. */
export interface SubmissionMark {
  /** The envelope's: the same at every delivery. */
  readonly id: string;
  readonly kind: "submitted" | "withdrawn";
  /** The envelope's time in whole epoch seconds; one that was in the future on arrival counts as the arrival. */
  readonly sentAt: number;
  /** When this delivery reached intake, in epoch milliseconds; a fraction orders those of one millisecond. */
  readonly arrivedAt: number;
  /** The sender's own number. */
  readonly sequence?: number;
  readonly correlationId: string;
  /** Names in the event's detail that specdrop does not know; absent where there are none. */
  readonly unknownProperties?: readonly string[];
}

/** A write to the bucket for a submission: the S3 event of it knows nothing but the request's id. */
export interface SubmissionWrite {
  readonly requestId: string;
  /** The submission's. */
  readonly id: string;
  readonly correlationId: string;
  readonly unknownProperties?: readonly string[];
}

/** What was sent under one document's name, and how far that has come. */
export interface SubmissionRecord {
  readonly documentId: string;
  /** Counts the writes of this record, from 1. */
  readonly version: number;
  /** The newest one, by `compareSubmissions`. */
  readonly latest: SubmissionMark;
  /** The latest is a withdrawal that found a document, and deletes it. */
  readonly deletes?: true;
  /** Names the invocation that may write to the bucket; absent where none is at it. */
  readonly turn?: string;
  /** Ids of those that a newer one overtook before they ended. */
  readonly displaced: readonly string[];
  /** Ids of those that need nothing more, the last one last. */
  readonly ended: readonly string[];
  /** The last one last. */
  readonly writes: readonly SubmissionWrite[];
}

/** What an invocation has to do about a submission, by the record as it is. */
export type SubmissionStep =
  /** A repeat. */
  | { readonly step: "none" }
  /** A newer one is in this record. */
  | { readonly step: "supersede"; readonly record: SubmissionRecord }
  /** Another invocation writes to the bucket at the moment. */
  | { readonly step: "wait"; readonly turn: string }
  /** Write this record; whoever succeeds may write to the bucket. */
  | { readonly step: "act"; readonly record: SubmissionRecord };

/** How many ids a record remembers. A repeat of an older one ends as superseded, and changes nothing either. */
const MAX_IDS = 200;
/** S3's event comes within minutes of its request, not submissions of one name. */
const MAX_WRITES = 16;

/** Whole epoch seconds of a time in epoch milliseconds. One in the future, or that is not known, counts as `now`. */
export function sentAt(time: number | undefined, now: number): number {
  return Math.floor(Math.min(time ?? now, now) / 1000);
}

/** Negative where `left` is the older: by sequence where both have one, else by time; of equal ones the first to arrive. */
export function compareSubmissions(left: SubmissionMark, right: SubmissionMark): number {
  const bySequence =
    left.sequence === undefined || right.sequence === undefined ? 0 : Math.sign(left.sequence - right.sequence);
  return bySequence || left.sentAt - right.sentAt || left.arrivedAt - right.arrivedAt;
}

/** `turn` names the asking invocation; `expired` a turn whose holder is known to have stopped. */
export function submissionStep(
  held: SubmissionRecord | undefined,
  documentId: string,
  mark: SubmissionMark,
  turn: string,
  expired?: string,
): SubmissionStep {
  if (held === undefined) {
    const record = { documentId, version: 1, latest: mark, turn, displaced: [], ended: [], writes: [] };
    return { step: "act", record };
  }
  const { latest, ended, displaced } = held;
  if (ended.includes(mark.id)) return { step: "none" };
  const isLatest = latest.id === mark.id;
  if (!isLatest && (displaced.includes(mark.id) || compareSubmissions(mark, latest) < 0))
    return { step: "supersede", record: held };
  if (held.turn !== undefined && held.turn !== turn && held.turn !== expired) return { step: "wait", turn: held.turn };
  if (isLatest) return { step: "act", record: { ...next(held), turn } };
  const { deletes: _, ...rest } = next(held);
  const left = ended.includes(latest.id) ? displaced : [...displaced, latest.id].slice(-MAX_IDS);
  return { step: "act", record: { ...rest, latest: mark, displaced: left, turn } };
}

/** The latest is a withdrawal, and the document is about to be deleted. */
export function withDeletion(held: SubmissionRecord): SubmissionRecord {
  return { ...next(held), deletes: true };
}

/** Nothing is left to do for one of this id. `write` is what was done for it, if anything. */
export function withEnded(held: SubmissionRecord, id: string, write?: SubmissionWrite): SubmissionRecord {
  const { turn, ...rest } = next(held);
  return {
    ...rest,
    ...(turn === undefined || id === held.latest.id ? {} : { turn }),
    displaced: held.displaced.filter((other) => other !== id),
    ended: [...held.ended, id].slice(-MAX_IDS),
    writes: write === undefined ? held.writes : [...held.writes, write].slice(-MAX_WRITES),
  };
}

/**
 * The submission that an S3 event goes back to. A request that is not on record, since its answer was lost or is still
 * awaited, is the latest's.
 */
export function submissionBehind(
  held: SubmissionRecord | undefined,
  kind: SubmissionMark["kind"],
  requestId: string | undefined,
): Pick<SubmissionWrite, "id" | "correlationId" | "unknownProperties"> | undefined {
  if (held === undefined) return undefined;
  const { latest, deletes, writes } = held;
  const known = writes.find((write) => write.requestId === requestId);
  if (known !== undefined) return known;
  const hasWritten = kind === "submitted" || deletes === true;
  if (latest.kind === kind && hasWritten && !writes.some(({ id }) => id === latest.id)) return latest;
  return writes.findLast((write) => write.requestId === unanswered(kind));
}

/**
 * The same for an object that was read without a version: its metadata (`given`) may be those of a later request for the
 * same text. `undefined` where nothing says that they are.
 */
export function writerBehind(
  held: SubmissionRecord | undefined,
  requestId: string | undefined,
  given: string | undefined,
): string | undefined {
  const { writes = [] } = held ?? {};
  const nobody = unanswered("submitted");
  const known = writes.find((write) => write.requestId === requestId);
  const isLater = writes.some((write) => write.correlationId === given && write.requestId !== nobody);
  return (known ?? (isLater ? writes.findLast((write) => write.requestId === nobody) : undefined))?.correlationId;
}

/** Stands for the request of a write that was made by an invocation which died before it noted the answer. */
export function unanswered(kind: SubmissionMark["kind"]): string {
  return `unanswered ${kind}`;
}

function next(held: SubmissionRecord): SubmissionRecord {
  return { ...held, version: held.version + 1 };
}
