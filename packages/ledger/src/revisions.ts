import type { DocumentRecord, NewRevision, RecordOutcome, Revision } from "./port.ts";

/** How many sequencers a document's record keeps. S3 repeats events within minutes, not revisions. */
const MAX_RECENT = 32;

/**
 * Negative where `left` is the older. As S3 says: pad the shorter with zeros on the right, then compare as text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function compareSequencers(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  const a = left.padEnd(length, "0");
  const b = right.padEnd(length, "0");
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * What a document's record becomes with one more revision. Whatever order events arrive in, the newest accepted or
 * withdrawn revision ends up in force, and one without a sequencer is always the newest. Whoever is displaced goes to
 * `overtaken` until its terminal event is certain. The APIs of revisions after `basedOn` (a sequence), which its own
 * list of APIs does not account for, are added to it. One that was found without an event is stale where another was
 * numbered since.
 */
export function withRevision(
  held: DocumentRecord | undefined,
  documentId: string,
  revision: NewRevision,
  basedOn = Number.POSITIVE_INFINITY,
): RecordOutcome {
  const { sequencer } = revision;
  if (held === undefined) return recorded({ documentId, count: 0, overtaken: [], recent: [] }, revision, basedOn);
  const known = held.recent.find((one) => sequencer !== undefined && compareSequencers(one.sequencer, sequencer) === 0);
  if (known !== undefined) return { outcome: "repeated", sequence: known.sequence, record: held };
  const { foundAfter = held.count } = revision;
  if (foundAfter !== held.count) return { outcome: "stale", record: held };
  const rival = revision.kind === "rejected" ? held.head : held.current;
  return isOlder(revision, rival) ? { outcome: "stale", record: held } : recorded(held, revision, basedOn);
}

function recorded(
  held: Omit<DocumentRecord, "head"> & { readonly head?: Revision },
  revision: NewRevision,
  basedOn: number,
): RecordOutcome {
  const sequence = held.count + 1;
  const isInForce = revision.kind !== "rejected";
  const before = held.current === undefined ? held.overtaken : [held.current, ...held.overtaken];
  const missed = before.filter((other) => other.sequence > basedOn).flatMap((other) => other.apiIds);
  const apiIds = isInForce ? [...revision.apiIds, ...missed] : revision.apiIds;
  const numbered: Revision = { ...revision, sequence, apiIds: [...new Set(apiIds)] };
  const isHead = !isOlder(revision, held.head);
  const displaced = [
    ...(isInForce && held.current !== undefined ? [held.current] : []),
    ...(isHead && held.head?.kind === "rejected" ? [held.head] : []),
  ];
  const current = isInForce ? numbered : held.current;
  const record: DocumentRecord = {
    documentId: held.documentId,
    count: sequence,
    head: isHead || held.head === undefined ? numbered : held.head,
    ...(current === undefined ? {} : { current }),
    overtaken: [...held.overtaken, ...displaced].sort((a, b) => a.sequence - b.sequence),
    recent: [
      ...held.recent,
      ...(revision.sequencer === undefined ? [] : [{ sequencer: revision.sequencer, sequence }]),
    ].slice(-MAX_RECENT),
    ...(held.renaming === undefined ? {} : { renaming: held.renaming }),
  };
  return { outcome: "recorded", sequence, record };
}

function isOlder(revision: NewRevision, rival: Revision | undefined): boolean {
  if (revision.sequencer === undefined || rival?.sequencer === undefined) return false;
  return compareSequencers(revision.sequencer, rival.sequencer) < 0;
}

/**
 * The record once an event of that sequencer has shown revision `sequence` to be the object's state still: what happened
 * before it, and was not recorded by then, is overtaken. The same record where that says nothing new. While a rejected
 * text is what the object has, it says nothing about what else may be in force.
 */
export function withConfirmed(held: DocumentRecord, sequence: number, sequencer: string): DocumentRecord {
  const { head, current } = held;
  const confirmed = [head, current?.sequence === sequence ? current : undefined].filter((revision) =>
    isBefore(revision?.sequencer, sequencer),
  );
  if (confirmed.length === 0) return held;
  const raised = (revision: Revision) => (confirmed.includes(revision) ? { ...revision, sequencer } : revision);
  return { ...held, head: raised(head), ...(current === undefined ? {} : { current: raised(current) }) };
}

function isBefore(left: string | undefined, right: string): boolean {
  return left !== undefined && compareSequencers(left, right) < 0;
}

/** The record without these overtaken revisions; the same record if it has none of them. */
export function withoutSuperseded(held: DocumentRecord, ...sequences: readonly number[]): DocumentRecord {
  const overtaken = held.overtaken.filter(({ sequence }) => !sequences.includes(sequence));
  return overtaken.length === held.overtaken.length ? held : { ...held, overtaken };
}
