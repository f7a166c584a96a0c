import type { EventDiagnostic, ResultEvent } from "@specdrop/events";
import type { DocumentRecord } from "@specdrop/ledger/port";
import type { Sentence } from "../state.ts";
import { listed, PROBLEM } from "../words.ts";
import { dropCommand, nameOfDocument, validateCommand } from "./commands.ts";
import { documentIn, iso, nameOfApi, type ProblemDraft, refsOf, routeOf, whereIs } from "./problem-parts.ts";
import { resultInForce } from "./row.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";

/** What the results of revisions in force say went wrong, and revisions that were rejected. */
export function problemsOfResults(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  return [
    ...refused(judged, evidence),
    ...evidence.view.changeSets.flatMap((changeSet) => {
      const record = evidence.view.documents.find(({ documentId }) => documentId === changeSet.documentId);
      const event = resultInForce(changeSet, record?.current);
      const own = judged.filter(({ row }) => row.documentId === changeSet.documentId && row.apiId === changeSet.apiId);
      if (record === undefined || event?.detailType !== "ApplyFailed") return [];
      return failedAsAWhole(record, event, own, evidence);
    }),
    ...evidence.view.documents.flatMap((record) => rejected(record, evidence)),
  ];
}

/** Changes that failed, by document, API and code. */
function refused(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const failed = judged.filter(({ row }) => row.change?.status === "failed");
  const groups = Map.groupBy(failed, ({ row, failure }) =>
    JSON.stringify([row.documentId, row.apiId, failure?.error?.code ?? ""]),
  );
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const { row, failure } = first;
    const { code, help } = failure?.error ?? {};
    const event = resultInForce(row.changeSet, row.record.current);
    const command = dropCommand(row.record);
    const line = event === undefined ? undefined : lineOf(event, row.logicalId);
    const waiting = judged.filter(
      (one) =>
        one.row.documentId === row.documentId &&
        one.row.apiId === row.apiId &&
        !group.includes(one) &&
        (one.state === "pending" || one.failure?.kind === "skipped" || one.failure?.kind === "untouched"),
    );
    const waitWords: Sentence =
      waiting.length === 0
        ? []
        : [
            "; ",
            ...listed(waiting.map((one) => one.row.logicalId)),
            waiting.length === 1 ? " waits for it" : " wait for it",
          ];
    const problem: ProblemDraft = {
      id: `refused|${key}`,
      state: code === "SD5002" ? "blocked" : "failed",
      ...(code === undefined ? {} : { code }),
      sentence: sentenceOf(group, evidence),
      where: whereIs(evidence, group, { line, more: waitWords }),
      next: help === undefined ? PROBLEM.dropAgain : [help],
      ...(command === undefined ? {} : { command }),
      ...(event === undefined ? {} : { since: { time: event.detail.metadata.time, kind: "ago" as const } }),
      apiId: row.apiId,
      documentId: row.documentId,
      responses: refsOf([...group, ...waiting]),
    };
    return [problem];
  });
}

function sentenceOf(group: readonly JudgedResponse[], evidence: Evidence): Sentence {
  const [first] = group as [JudgedResponse];
  const { row, failure } = first;
  if (group.length === 1) {
    if (failure?.error?.code === "SD5001") return PROBLEM.unowned(row.key, routeOf(evidence, row));
    if (failure?.error?.code === "SD5002") return PROBLEM.owned(row.key, routeOf(evidence, row));
    if (failure?.error?.code === "SD5004") return PROBLEM.recreated(row.key, routeOf(evidence, row));
  }
  const isNew = row.owned === undefined;
  const live = row.changeSet?.live?.sequence ?? row.changeSet?.applied?.sequence;
  const now = isNew ? instead(first, evidence) : live === undefined ? PROBLEM.whoKnows : PROBLEM.still(live);
  return group.length === 1
    ? PROBLEM.refused(row.key, routeOf(evidence, row), isNew, now)
    : PROBLEM.refusedSome(group.length, nameOfApi(evidence, row.apiId), now);
}

/** What takes a reply whose response could not be made. */
function instead({ row }: JudgedResponse, { aws }: Evidence): Sentence {
  const look = aws?.apis.get(row.apiId);
  if (look === undefined || !("survey" in look)) return PROBLEM.whoKnows;
  const responses = look.survey.integrations.find((one) => one.IntegrationId === row.integrationId)?.responses;
  if (responses === undefined) return PROBLEM.whoKnows;
  const hasDefault = responses.some(({ IntegrationResponseKey }) => IntegrationResponseKey === "$default");
  return hasDefault ? PROBLEM.getDefault : PROBLEM.getError;
}

function errorsIn(event: ResultEvent): readonly EventDiagnostic[] {
  return event.detail.data.diagnostics.filter(({ severity }) => severity === "error");
}

function lineOf(event: ResultEvent, logicalId: string): number | undefined {
  const found = event.detail.data.diagnostics.find(({ pointer }) => pointer.split("/").includes(logicalId));
  return found?.range.start.line;
}

/** A run that failed before a change of it did: one cause for all the responses. */
function failedAsAWhole(
  record: DocumentRecord,
  event: ResultEvent,
  own: readonly JudgedResponse[],
  evidence: Evidence,
): readonly ProblemDraft[] {
  if (own.some(({ row }) => row.change?.status === "failed")) return [];
  const { metadata, data } = event.detail;
  // What failed may be a response of a route, which has no row of its own.
  const first = errorsIn(event)[0] ?? data.changes.find(({ error }) => error !== undefined)?.error;
  const name = nameOfDocument(record.documentId);
  const { sequence } = metadata;
  const code = first?.code ?? "ApplyFailed";
  const command = dropCommand(record);
  const where = own.length > 0 ? whereIs(evidence, own) : documentIn(record);
  return [
    {
      id: `failed|${JSON.stringify([record.documentId, metadata.operationId, code, data.apiId ?? ""])}`,
      state: "failed",
      code,
      sentence:
        code === "SD5003"
          ? PROBLEM.tooManyDeletions(name, sequence)
          : code === "SD6004"
            ? PROBLEM.noEnd(name, sequence)
            : PROBLEM.failed(name, sequence, first?.message ?? data.reason ?? "no reason is recorded."),
      where,
      next: first?.help === undefined ? PROBLEM.dropAgain : [first.help],
      ...(command === undefined ? {} : { command }),
      since: { time: metadata.time, kind: "ago" },
      ...(data.apiId === undefined ? {} : { apiId: data.apiId }),
      documentId: record.documentId,
      responses: refsOf(own.filter(({ state }) => state === "failed")),
    },
  ];
}

function rejected(record: DocumentRecord, { view }: Evidence): readonly ProblemDraft[] {
  const { head, current, documentId } = record;
  if (head.kind !== "rejected") return [];
  const result = view.changeSets.find((one) => one.documentId === documentId && one.apiId === "")?.result;
  const event = result?.sequence === head.sequence ? result.event : undefined;
  const errors = event === undefined ? [] : errorsIn(event);
  const [first] = errors;
  const more = Math.max(0, errors.length - 1) + (event?.detail.data.omittedDiagnostics ?? 0);
  const isLive = current?.kind === "accepted";
  return [
    {
      id: `rejected|${documentId}`,
      state: "failed",
      ...(first === undefined ? {} : { code: first.code }),
      sentence: [
        ...PROBLEM.rejected(
          nameOfDocument(documentId),
          head.sequence,
          first?.code,
          first === undefined ? undefined : first.range.start.line,
          more,
        ),
        ...PROBLEM.stays(isLive ? current.sequence : undefined),
      ],
      where: documentIn(record, head.sequence, first?.range.start.line),
      ...(first?.help === undefined ? {} : { next: [first.help] }),
      command: validateCommand(record),
      since: { time: iso(head.seenAt), kind: "ago" },
      documentId,
    },
  ];
}
