import type { ResultDetailType, Summary } from "@specdrop/events";
import type { RevisionView } from "@specdrop/inspect/history";
import type { DocumentRecord } from "@specdrop/ledger/port";
import type { DocumentState, ResponseStanding, RevisionState, WithdrawnDocument } from "../state.ts";
import { STATES } from "../state.ts";
import { number, sentence, time } from "../words.ts";
import { countsOf } from "./apis.ts";
import { nameOfDocument } from "./commands.ts";
import { iso } from "./problem-parts.ts";
import { resultInForce } from "./row.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";
import { worstOf } from "./verdict.ts";
import { whoIn, whoOf } from "./who.ts";

/** Documents in force or only ever rejected, and those that are withdrawn. */
export interface DocumentLists {
  readonly documents: readonly DocumentState[];
  readonly withdrawn: readonly WithdrawnDocument[];
  /** Rejected or failed, and nothing of them is owned. */
  readonly notApplied: number;
}

export function documentsOf(
  judged: readonly JudgedResponse[],
  evidence: Evidence,
  histories: ReadonlyMap<string, readonly RevisionView[]>,
): DocumentLists {
  const { view } = evidence;
  const own = Map.groupBy(judged, ({ row }) => row.documentId);
  const records = view.documents.toSorted((one, other) => (one.documentId < other.documentId ? -1 : 1));
  const isGone = ({ documentId, current, head }: DocumentRecord) =>
    current?.kind === "withdrawn" && head.kind === "withdrawn" && (own.get(documentId) ?? []).length === 0;
  const present = records.filter((record) => !isGone(record));
  const documents = present.map((record) =>
    documentOf(record, own.get(record.documentId) ?? [], evidence, histories.get(record.documentId)),
  );
  const isNotApplied = ({ documentId, state }: DocumentState) =>
    state === "failed" && !(own.get(documentId) ?? []).some(({ row }) => row.owned !== undefined);
  return {
    documents,
    withdrawn: records.filter(isGone).map((record) => ({
      documentId: record.documentId,
      name: nameOfDocument(record.documentId),
      at: iso(record.head.seenAt),
      who: whoIn(record),
    })),
    notApplied: documents.filter(isNotApplied).length,
  };
}

function documentOf(
  record: DocumentRecord,
  own: readonly JudgedResponse[],
  evidence: Evidence,
  history: readonly RevisionView[] | undefined,
): DocumentState {
  const { documentId, current, head } = record;
  const revision = current ?? head;
  return {
    documentId,
    name: nameOfDocument(documentId),
    state: stateOf(record, own, evidence),
    ...(current === undefined ? {} : { sequence: current.sequence }),
    ...(head.kind === "rejected" ? { rejectedSequence: head.sequence } : {}),
    dropped: sentence`${time(iso(revision.seenAt))} ${whoIn(record)}`,
    apiIds: [...new Set([...(current?.apiIds ?? []), ...own.map(({ row }) => row.apiId)])].sort(),
    ...(history === undefined ? {} : { history: history.map((one) => revisionState(one, revision.source.key)) }),
  };
}

function stateOf({ documentId, current, head }: DocumentRecord, own: readonly JudgedResponse[], { view }: Evidence) {
  const worst = own.length === 0 ? "live" : worstOf(countsOf(own));
  const results = view.changeSets.filter((one) => one.documentId === documentId);
  const hasFailed = results.some((one) => resultInForce(one, current)?.detailType === "ApplyFailed");
  const isOpen = (current?.apiIds ?? []).some((apiId) => {
    const changeSet = results.find((one) => one.apiId === apiId);
    return (changeSet?.settledSequence ?? 0) < (current?.sequence ?? 0);
  });
  const states: ResponseStanding[] = [worst];
  if (head.kind === "rejected" || hasFailed) states.push("failed");
  if (isOpen) states.push("unproven");
  return STATES.find((state) => states.includes(state)) ?? "live";
}

const OUTCOMES: Readonly<Record<ResultDetailType | "pending", readonly [string, ResponseStanding]>> = {
  ApplySucceeded: ["applied", "live"],
  ApplyUnchanged: ["unchanged", "live"],
  ApplyFailed: ["failed", "failed"],
  SpecRejected: ["rejected", "failed"],
  SpecSuperseded: ["overtaken", "unproven"],
  PlanProduced: ["planned only", "unproven"],
  DriftDetected: ["drifted", "drifted"],
  DriftResolved: ["as declared again", "live"],
  pending: ["not settled", "unproven"],
};

/** What a result is called, and how it stands. */
export function outcomeWords(outcome: ResultDetailType | "pending"): readonly [string, ResponseStanding] {
  return OUTCOMES[outcome];
}

/** A revision in a document's history. `key` is its object's. */
export function revisionState({ sequence, at, kind, by, outcome, summary }: RevisionView, key: string): RevisionState {
  const [words, state] = OUTCOMES[outcome];
  const isWithdrawn = kind === "withdraw" && (outcome === "ApplySucceeded" || outcome === "ApplyUnchanged");
  return {
    sequence,
    at,
    state,
    outcome: isWithdrawn ? "withdrawn" : words,
    who: whoOf(by, key),
    summary: summaryWords(summary),
    ...(by.runUrl === undefined || !isLink(by.runUrl) ? {} : { runUrl: by.runUrl }),
  };
}

/** Metadata say anything: only a web address becomes a link. */
export function isLink(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? "");
}

const DONE = [
  ["create", "created"],
  ["adopt", "adopted"],
  ["update", "updated"],
  ["replace", "replaced"],
  ["delete", "deleted"],
  ["forget", "forgotten"],
  ["failed", "failed"],
] as const;

/** `2 updated, 1 created`; empty where nothing was done. */
export function summaryWords(summary: Summary): string {
  return DONE.filter(([name]) => summary[name] > 0)
    .map(([name, word]) => `${number(summary[name])} ${word}`)
    .join(", ");
}
