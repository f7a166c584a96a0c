import type { DoctorFinding } from "@specdrop/inspect/doctor/finding";
import type { Sentence } from "../state.ts";
import { code, joined, linesDiffer, PROBLEM, sentence } from "../words.ts";
import { deployCommand, dropCommand, nameOfDocument, routeResponseCommand } from "./commands.ts";
import { liveOf, valueDiffsOf, withoutValues } from "./evidence.ts";
import { apiName, iso, nameOfApi, type ProblemDraft, refsOf, routeOf, whereIs } from "./problem-parts.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";

/** What stands in the way of responses that are in AWS, or is not as it was applied. */
export function problemsInAws(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  return [
    ...breaks(judged, evidence),
    ...drifted(judged, evidence),
    ...waiting(judged, evidence),
    ...unproven(judged, evidence),
  ];
}

/** One for each break of `specdrop doctor` that stands in the way of a document's response. */
function breaks(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  return [...evidence.findings].flatMap(([apiId, findings]) =>
    findings
      .filter(({ level }) => level === "break")
      .map((finding) => broken(apiId, finding, judged, evidence))
      .filter(({ responses = [] }) => responses.length > 0),
  );
}

function broken(
  apiId: string,
  finding: DoctorFinding,
  judged: readonly JudgedResponse[],
  evidence: Evidence,
): ProblemDraft {
  const { part, subject, routeId, integrationId } = finding;
  const onWay = judged.filter(
    ({ row, state }) =>
      row.apiId === apiId &&
      state === "blocked" &&
      (integrationId === undefined || row.integrationId === integrationId),
  );
  const isOneWay = part === "routeResponse" && routeId !== undefined;
  const isUndeployed = part === "stage" && subject !== apiId;
  const command = isOneWay
    ? routeResponseCommand(apiId, routeId)
    : isUndeployed
      ? deployCommand(apiId, subject)
      : undefined;
  const records = onWay.map(({ row }) => row.record.current?.seenAt ?? 0);
  return {
    id: `break|${JSON.stringify([apiId, part, subject, routeId ?? ""])}`,
    state: "blocked",
    sentence: isOneWay ? PROBLEM.noRouteResponse(subject) : [finding.problem],
    where: whereIs(evidence, onWay),
    ...(command === undefined ? { next: [finding.help] } : { command }),
    since: { time: iso(Math.max(0, ...records)), kind: "since" },
    apiId,
    responses: refsOf(onWay),
  };
}

/** By document and API. */
function drifted(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const groups = Map.groupBy(
    judged.filter(({ state }) => state === "drifted"),
    ({ row }) => JSON.stringify([row.documentId, row.apiId]),
  );
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const { row, comparison } = first;
    const look = evidence.aws?.apis.get(row.apiId);
    const lines = group
      .flatMap((one) => {
        const live = liveOf(one.row, look);
        return live === "unknown" || live === undefined ? [] : withoutValues(valueDiffsOf(one.row, live));
      })
      .reduce((sum, { added, removed }) => sum + Math.max(added, removed), 0);
    const command = dropCommand(row.record);
    const noted = row.changeSet?.drift;
    const since = noted?.fingerprint === undefined ? undefined : noted.event.detail.metadata.time;
    const words: Sentence = lines === 0 ? [] : [linesDiffer(lines)];
    const problem: ProblemDraft = {
      id: `drifted|${key}`,
      state: "drifted",
      sentence:
        group.length === 1
          ? PROBLEM.drifted(row.key, routeOf(evidence, row), comparison.is === "missing")
          : PROBLEM.driftedSome(group.length, nameOfApi(evidence, row.apiId)),
      where: joined(whereIs(evidence, group), words),
      next: PROBLEM.restore,
      ...(command === undefined ? {} : { command }),
      ...(since === undefined ? {} : { since: { time: since, kind: "since" as const } }),
      apiId: row.apiId,
      documentId: row.documentId,
      responses: refsOf(group),
    };
    return [problem];
  });
}

/** Not deployed, by API and stage. */
function waiting(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const causes = judged.filter(({ state, row }) => state === "pending" && !isFailed(row.documentId, row.apiId));
  const groups = Map.groupBy(causes, ({ row, stageName = "" }) => JSON.stringify([row.apiId, stageName]));
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const { row, stageName } = first;
    const told = row.changeSet?.result?.event;
    const failure = told?.detail.data.diagnostics.find((one) => one.code === "SD6005");
    // A drop deploys, and is on record; a deployment past specdrop would not show here.
    const dropped = dropCommand(row.record);
    const command = dropped ?? (stageName === undefined ? undefined : deployCommand(row.apiId, stageName));
    const problem: ProblemDraft = {
      id: `pending|${key}`,
      state: "pending",
      ...(failure === undefined ? {} : { code: failure.code }),
      sentence: PROBLEM.waits(group.length, stageName),
      where: whereIs(evidence, group),
      next: failure !== undefined ? [failure.message] : dropped === undefined ? PROBLEM.deployOnce : PROBLEM.redeploy,
      ...(command === undefined ? {} : { command }),
      ...(told === undefined ? {} : { since: { time: told.detail.metadata.time, kind: "since" as const } }),
      apiId: row.apiId,
      responses: refsOf(group),
    };
    return [problem];
  });

  /** What waits because a change of its document failed is named there. */
  function isFailed(documentId: string, apiId: string): boolean {
    return judged.some(({ row, state }) => state === "failed" && row.documentId === documentId && row.apiId === apiId);
  }
}

/** What nobody could look at, by what stands in the way. */
function unproven(judged: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const { aws } = evidence;
  if (aws === undefined) return [];
  const on = (apiId: string) => judged.filter(({ row, state }) => row.apiId === apiId && state === "unproven");
  const problems: ProblemDraft[] = [];
  const assumed: string[] = [];
  for (const [apiId, look] of aws.apis) {
    const rows = on(apiId);
    const about = { apiId, responses: refsOf(rows) };
    const name = apiName(look, apiId);
    if ("isGone" in look) {
      const all = judged.filter(({ row }) => row.apiId === apiId);
      if (all.length === 0) continue;
      problems.push({
        ...{ id: `gone|${apiId}`, state: "blocked", apiId, responses: refsOf(all) },
        sentence: PROBLEM.gone(name, all.length),
        where: whereIs(evidence, all),
        next: ["Withdraw its documents, or make the API again and name its new id."],
      });
    } else if ("error" in look || look.survey.unseen.size > 0) {
      if (rows.length === 0) continue;
      const reason: Sentence =
        "error" in look
          ? [look.error.message]
          : [`${[...new Set(look.survey.unseen.values())].join(", ")}: ${[...look.survey.unseen.keys()].join(", ")}`];
      problems.push({
        ...{ id: `unreadable|${apiId}`, state: "unproven", ...about },
        ...("error" in look ? { code: look.error.code } : { code: "AccessDenied" }),
        sentence: PROBLEM.unreadable(name, rows.length),
        where: reason,
        next:
          "error" in look
            ? PROBLEM.allow
            : sentence`Allow ${code("cloudformation:GetResource")}, ${code("cloudformation:ListResources")} and ${code("apigateway:GET")}, or open the page as another role.`,
      });
    } else if (look.survey.isTakenToExist) {
      if (rows.length > 0) assumed.push(apiId);
    } else {
      problems.push(...notDeployed(rows, evidence), ...notCompared(rows, evidence));
    }
  }
  if (assumed.length > 0) {
    problems.push({
      id: "assumed",
      state: "unproven",
      sentence: PROBLEM.assumed(assumed.length),
      where: joined(...assumed.slice(0, 5).map((apiId): Sentence => [code(apiId)])),
      next: PROBLEM.create,
      responses: refsOf(assumed.flatMap(on)),
    });
  }
  return problems;
}

function notDeployed(rows: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const unknown = rows.filter(({ comparison, deployment, overlay }) => {
    return comparison.is === "same" && deployment === "unknown" && overlay === undefined;
  });
  const [first] = unknown;
  if (first === undefined) return [];
  return [
    {
      id: `deployment|${first.row.apiId}`,
      state: "unproven",
      sentence: PROBLEM.deployUnknown(unknown.length),
      where: whereIs(evidence, unknown),
      next: PROBLEM.sayDeploy,
      apiId: first.row.apiId,
      responses: refsOf(unknown),
    },
  ];
}

/** Documents whose text is not at hand. */
function notCompared(rows: readonly JudgedResponse[], evidence: Evidence): readonly ProblemDraft[] {
  const groups = Map.groupBy(
    rows.filter(({ comparison, overlay }) => comparison.is === "unknown" && overlay === undefined),
    ({ row }) => row.documentId,
  );
  return [...groups].flatMap(([documentId, group]) => {
    const why = evidence.aws?.drift.get(documentId)?.notChecked;
    const [first] = group;
    if (why === undefined || first === undefined) return [];
    const { apiId, record } = first.row;
    const problem: ProblemDraft = {
      id: `text|${JSON.stringify([documentId, apiId])}`,
      state: "unproven",
      sentence: PROBLEM.noText(nameOfDocument(record.documentId), group.length, why),
      where: whereIs(evidence, group),
      apiId,
      documentId,
      responses: refsOf(group),
    };
    return [problem];
  });
}
