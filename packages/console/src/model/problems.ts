import type { ApiStatus, DocumentStatus, LedgerStatus } from "@specdrop/inspect/status";
import { type PageProblem, STATES } from "../state.ts";
import { PROBLEM } from "../words.ts";
import { dropCommand, nameOfDocument } from "./commands.ts";
import { documentIn, iso, type ProblemDraft, refsOf } from "./problem-parts.ts";
import { problemsInAws } from "./problems-in-aws.ts";
import { problemsOfResults } from "./problems-of-results.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";

/** What others are given to finish before it is a problem. */
const LATE_MS = 5 * 60_000;

/** One for each cause: the worst first, then the newest. */
export function problemsOf(
  judged: readonly JudgedResponse[],
  evidence: Evidence,
  status: LedgerStatus,
): readonly PageProblem[] {
  const drafts = [
    ...problemsOfResults(judged, evidence),
    ...problemsInAws(judged, evidence),
    ...late(judged, evidence, status),
  ];
  const since = (draft: ProblemDraft) => draft.since?.time ?? "";
  return drafts
    .map((draft) => ({ ...draft, responses: draft.responses ?? [] }))
    .sort(
      (one, other) =>
        STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
        since(other).localeCompare(since(one)) ||
        one.id.localeCompare(other.id),
    );
}

/** Revisions without a result and results that were not published, for longer than a run takes. */
function late(judged: readonly JudgedResponse[], { view }: Evidence, status: LedgerStatus): readonly ProblemDraft[] {
  if (view.suspension !== undefined) return [];
  const busy = new Set(view.leases.map(({ apiId }) => apiId));
  return status.documents.flatMap((document) => {
    const record = view.documents.find(({ documentId }) => documentId === document.documentId);
    const { current } = record ?? {};
    if (record === undefined || current === undefined || view.at - current.seenAt < LATE_MS) return [];
    const { documentId } = record;
    const name = nameOfDocument(documentId);
    const about = { state: "unproven", documentId, where: documentIn(record) } as const;
    const since = { time: iso(current.seenAt), kind: "since" } as const;
    const command = dropCommand(record);
    const open = document.apis.filter((api) => !api.settled && !busy.has(api.apiId));
    const isHeld = current.kind === "withdrawn" && status.held !== undefined;
    const drafts: ProblemDraft[] = [];
    if (open.length > 0 && !isHeld) {
      const own = judged.filter(({ row }) => row.documentId === documentId && open.some(isOn(row.apiId)));
      const isNowhere = own.every(({ row }) => row.owned === undefined);
      drafts.push({
        ...{ ...about, id: `late|${documentId}`, since, responses: refsOf(own) },
        sentence: isNowhere ? PROBLEM.notLive(name) : PROBLEM.notApplied(name, current.sequence),
        next: PROBLEM.dropAgain,
        ...(command === undefined ? {} : { command }),
      });
    }
    if (isUnpublished(document))
      drafts.push({ ...about, id: `unpublished|${documentId}`, sentence: PROBLEM.unpublished(name), since });
    return drafts;
  });
}

const isOn = (apiId: string) => (api: ApiStatus) => api.apiId === apiId;

function isUnpublished({ unpublished, apis }: DocumentStatus): boolean {
  return unpublished || apis.some((api) => api.unpublished);
}
