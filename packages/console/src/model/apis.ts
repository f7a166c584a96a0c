import type { DoctorFinding } from "@specdrop/inspect/doctor/finding";
import type { ApiLook } from "@specdrop/inspect/look";
import type {
  ApiState,
  Cell,
  IntegrationState,
  ResponseStanding,
  ResponseState,
  Sentence,
  StateCounts,
} from "../state.ts";
import { STATE_WORDS, STATES } from "../state.ts";
import { CELL, CONSEQUENCE, code, linesDiffer, number, sentence, time, waitForDeployment } from "../words.ts";
import { liveOf, valueDiffsOf, withoutValues } from "./evidence.ts";
import { apiName } from "./problem-parts.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";
import { worstOf } from "./verdict.ts";
import { around, stageCell } from "./way.ts";

export function countsOf(all: readonly JudgedResponse[]): StateCounts {
  const numberOf = (state: ResponseStanding) => all.filter((one) => one.state === state).length;
  return {
    failed: numberOf("failed"),
    blocked: numberOf("blocked"),
    drifted: numberOf("drifted"),
    pending: numberOf("pending"),
    unproven: numberOf("unproven"),
    live: numberOf("live"),
  };
}

/** Those with problems first, the worst first; then by name. */
export function apisOf(judged: readonly JudgedResponse[], evidence: Evidence, withRows: boolean): readonly ApiState[] {
  const groups = Map.groupBy(judged, ({ row }) => row.apiId);
  return [...groups]
    .map(([apiId, own]) => apiOf(apiId, own, evidence, withRows))
    .sort(
      (one, other) =>
        STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
        one.name.localeCompare(other.name, "en") ||
        one.apiId.localeCompare(other.apiId),
    );
}

/** One API; with its rows where it is not all live, or `withRows`. */
export function apiOf(apiId: string, own: readonly JudgedResponse[], evidence: Evidence, withRows: boolean): ApiState {
  const look = evidence.aws?.apis.get(apiId);
  const counts = countsOf(own);
  const state = worstOf(counts);
  const stageLine = stageLineOf(apiId, evidence);
  return {
    apiId,
    name: apiName(look, apiId),
    state,
    counts,
    summary: state === "live" ? "live" : `${number(counts[state])} ${WORDS[state]}`,
    documentIds: [...new Set(own.map(({ row }) => row.documentId))].sort(),
    ...(stageLine === undefined ? {} : { stageLine }),
    ...(withRows || state !== "live" ? { integrations: integrationsOf(own, evidence, look) } : {}),
  };
}

const WORDS = { ...STATE_WORDS, pending: "pending" } as const;

/** `stage prod, deployed 13:58:14`: the last deployment of ours that is on record. */
function stageLineOf(apiId: string, { deployed }: Evidence): Sentence | undefined {
  const last = (deployed.get(apiId) ?? []).toSorted((one, other) => one.at.localeCompare(other.at)).at(-1);
  if (last === undefined) return undefined;
  return last.stageName === undefined
    ? sentence`deployed ${time(last.at)}`
    : sentence`stage ${code(last.stageName)}, deployed ${time(last.at)}`;
}

function integrationsOf(
  own: readonly JudgedResponse[],
  evidence: Evidence,
  look: ApiLook | undefined,
): readonly IntegrationState[] {
  const groups = [...Map.groupBy(own, ({ row }) => row.integrationId)];
  const rank = (all: readonly JudgedResponse[]) => STATES.indexOf(worstOf(countsOf(all)));
  groups.sort(([id, one], [otherId, other]) => rank(one) - rank(other) || (id < otherId ? -1 : 1));
  return groups.map(([integrationId, all]) => {
    const findings: readonly DoctorFinding[] = evidence.findings.get(all[0]?.row.apiId ?? "") ?? [];
    const sorted = all.toSorted(
      (one, other) =>
        one.row.documentId.localeCompare(other.row.documentId) || one.row.key.localeCompare(other.row.key, "en"),
    );
    return {
      integrationId,
      ...around(look, integrationId, findings),
      responses: sorted.map((one) => responseOf(one, own, look)),
    };
  });
}

/** `siblings` are all responses of the API. */
export function responseOf(
  judged: JudgedResponse,
  siblings: readonly JudgedResponse[],
  look: ApiLook | undefined,
): ResponseState {
  const { row, state, words, overlay, failure } = judged;
  const { live } = row.changeSet ?? {};
  const seen = liveOf(row, look);
  const differs = state === "failed" || state === "drifted" || state === "blocked";
  const differences = differs && seen !== "unknown" && seen !== undefined ? withoutValues(valueDiffsOf(row, seen)) : [];
  const lines = differences.reduce((sum, { added, removed }) => sum + Math.max(added, removed), 0);
  const consequence = consequenceOf(judged, look);
  const properties = row.desired?.properties ?? (seen === "unknown" ? undefined : seen?.properties);
  const templates = Object.keys(properties?.ResponseTemplates ?? {});
  return {
    key: row.key,
    logicalId: row.logicalId,
    cell: { state, words },
    ...(overlay === undefined ? {} : { overlay }),
    ...(consequence === undefined ? {} : { consequence }),
    template: {
      name: properties === undefined ? "?" : templates.length === 0 ? "none" : templates.join(", "),
      cell: templateCell(judged, lines),
    },
    stage: stageOf(judged, siblings, look),
    documentId: row.documentId,
    sequence: row.record.current?.sequence ?? 0,
    ...(live === undefined ? {} : { liveSequence: live.sequence, liveAt: live.at }),
    ...(failure?.error === undefined ? {} : { error: { code: failure.error.code, message: failure.error.message } }),
    ...(differences.length === 0 ? {} : { differences }),
  };
}

function templateCell({ failure, comparison }: JudgedResponse, lines: number): Cell {
  if (failure?.kind === "refused") return { state: "failed", words: CELL.refused, isCause: true };
  if (failure !== undefined) return { state: "failed", words: CELL.notApplied };
  switch (comparison.is) {
    case "missing":
      return { state: "drifted", words: CELL.missing, isCause: true };
    case "changed":
    case "conflict":
      return { state: "drifted", words: linesDiffer(Math.max(1, lines)), isCause: true };
    case "same":
      return { state: "live", words: CELL.asDeclared };
    case "unknown":
      return { state: "unproven", words: CELL.notCompared };
  }
}

function stageOf(
  judged: JudgedResponse,
  siblings: readonly JudgedResponse[],
  look: ApiLook | undefined,
): ResponseState["stage"] {
  const { stageName, deployment } = judged;
  const { name, cell } = stageCell(look, stageName);
  if (cell.state === "blocked") return { name, cell };
  if (deployment === "pending") {
    const waiting = siblings.filter((one) => one.stageName === stageName && one.deployment === "pending");
    return { name, cell: { state: "pending", words: waitForDeployment(waiting.length), isCause: true } };
  }
  if (cell.state !== "live") return { name, cell };
  return deployment === "live" ? { name, cell } : { name, cell: { state: "unproven", words: CELL.deploymentUnknown } };
}

function consequenceOf({ row, state, blocker, comparison, failure }: JudgedResponse, look: ApiLook | undefined) {
  if (state === "blocked" && blocker === "route response") return CONSEQUENCE.nothing;
  if (state === "drifted") return comparison.is === "missing" ? instead(row, look) : CONSEQUENCE.inAws;
  if (state !== "failed" || failure === undefined) return undefined;
  if (row.owned === undefined) return instead(row, look);
  const sequence = row.changeSet?.live?.sequence;
  return sequence === undefined ? undefined : CONSEQUENCE.still(sequence);
}

/** What takes a reply whose own response is not there. */
function instead({ integrationId }: JudgedResponse["row"], look: ApiLook | undefined): string | undefined {
  if (look === undefined || !("survey" in look)) return undefined;
  const responses = look.survey.integrations.find((one) => one.IntegrationId === integrationId)?.responses;
  if (responses === undefined) return undefined;
  const hasDefault = responses.some(({ IntegrationResponseKey }) => IntegrationResponseKey === "$default");
  return hasDefault ? CONSEQUENCE.default : CONSEQUENCE.error;
}
