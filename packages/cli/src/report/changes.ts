import {
  ACTION_SIGNS,
  type Action,
  actionDone,
  type ChangeResult,
  isConflict,
  isOfRoute,
  isRefusedDeletion,
  type ResultDetail,
  type Summary,
} from "@specdrop/events";
import { visible } from "@specdrop/spec";
import { seeLines } from "../pages/see.ts";
import type { PlanView } from "../plan/plan-view.ts";
import { count } from "../terminal/count.ts";
import type { Paint } from "../terminal/terminal.ts";

type Tint = "green" | "yellow" | "red" | "cyan" | "dim";

const TINTS: Readonly<Record<Action, Tint>> = {
  create: "green",
  adopt: "cyan",
  update: "yellow",
  replace: "yellow",
  delete: "red",
  forget: "dim",
  none: "dim",
};

/** `+ chatOk  created  integration abc1234, key /200/  ResponseTemplates` */
export function formatChange(change: ChangeResult, paint: Paint): string {
  const { action, changedProperties } = change;
  const names = action === "delete" || changedProperties.length === 0 ? [] : [changedProperties.join(", ")];
  return [formatSubject(change, paint), ...names].join("  ");
}

/** The same without the names of properties; with words of its own for what it is about. */
export function formatSubject(change: ChangeResult, paint: Paint, words?: string): string {
  const { logicalId, action, status, error } = change;
  const [sign, tint]: readonly [string, Tint] =
    status === "failed" ? ["!", "red"] : [ACTION_SIGNS[action], TINTS[action]];
  return [
    paint(tint, `${sign} ${isOfRoute(change) ? "route " : ""}${visible(logicalId)}`),
    words ?? stoppedBy(error?.code ?? "") ?? outcomeOf(change),
    paint("dim", visible(placeOf(change))),
  ].join("  ");
}

/** `integration abc1234, key /200/` */
export function placeOf(change: ChangeResult): string {
  const { integrationId, integrationResponseKey, routeId } = change;
  return isOfRoute(change)
    ? `route response of ${routeId}`
    : `integration ${integrationId}, key ${integrationResponseKey}`;
}

function stoppedBy(code: string): string | undefined {
  if (isConflict(code)) return "conflict";
  return isRefusedDeletion(code) ? "deletion refused" : undefined;
}

function outcomeOf(change: ChangeResult): string {
  const { action, status, handedTo } = change;
  switch (status) {
    case "succeeded":
      return `${actionDone(change)}${handedTo === undefined ? "" : visible(` to ${handedTo}`)}`;
    case "planned":
      return action === "none" ? "unchanged" : action;
    case "failed":
      return "failed";
    case "skipped":
      return "not touched";
  }
}

/** Why a change failed and what to do, on lines of their own; nothing where it did not fail. */
export function formatReasons({ error }: ChangeResult): string {
  if (error === undefined) return "";
  const { code, message, help } = error;
  const lines = [`${code}: ${message}`, ...(help === undefined ? [] : [help])].map(visible);
  return [...lines, ...seeLines(code)].map((line) => `\n      ${line}`).join("");
}

/** The stage that applying a plan would deploy to. Events say `pending` of it, which in version 1 is the word for it. */
export function plannedStage({ data: { mode, deployment } }: ResultDetail): string | undefined {
  return mode === "plan" && deployment?.status === "pending" ? deployment.stageName : undefined;
}

/** `, 1 deployment`, after what else is to do; nothing where none is. */
export function formatDeployments(details: readonly ResultDetail[]): string {
  const stages = details.filter((detail) => plannedStage(detail) !== undefined).length;
  return stages === 0 ? "" : `, ${count(stages, "deployment")}`;
}

/** The lines of a plan for one API; what stays as it is goes unmentioned. */
export function formatPlan(detail: ResultDetail, paint: Paint, { details }: PlanView): string {
  const { data } = detail;
  const shown = data.changes.filter(({ action, status }) => action !== "none" || status === "failed");
  const lines = shown.flatMap((change) => [
    `  ${formatSubject(change, paint)}`,
    ...details(data.apiId, change).map((line) => `      ${line}`.trimEnd()),
  ]);
  const stage = plannedStage(detail);
  const deployment = [
    `  ${paint("cyan", visible(`» ${stage}`))}  deploy  the stage`,
    "      This deploys everything on the API that is not live yet, also changes by others.",
  ];
  return [paint("bold", `API ${data.apiId}`), ...lines, ...(stage === undefined ? [] : deployment)].join("\n");
}

const TO_DO: readonly (readonly [keyof Summary, string, string])[] = [
  ["create", "to create", "created"],
  ["adopt", "to adopt", "adopted"],
  ["update", "to update", "updated"],
  ["replace", "to replace", "replaced"],
  ["delete", "to delete", "deleted"],
  ["forget", "to forget", "forgotten"],
  ["unchanged", "unchanged", "unchanged"],
];

/** `1 to create, 4 unchanged`, or `1 created, 4 unchanged`; `nothing` where there is nothing to count. */
export function formatCounts(summaries: readonly Summary[], tense: "to do" | "done"): string {
  const total = (name: keyof Summary) => summaries.reduce((sum, summary) => sum + summary[name], 0);
  const rows = TO_DO.map(([name, toDo, done]) => [total(name), tense === "to do" ? toDo : done] as const);
  const failed = [total("failed"), tense === "to do" ? "in conflict" : "failed"] as const;
  const counted = [...rows, failed].filter(([number]) => number > 0);
  return counted.map(([number, words]) => `${number} ${words}`).join(", ") || "nothing";
}

/** Whether a plan would change anything, in AWS or in what the document owns. */
export function hasChanges(detail: ResultDetail): boolean {
  const { unchanged: _, failed: __, ...changes } = detail.data.summary;
  return Object.values(changes).some((number) => number > 0) || plannedStage(detail) !== undefined;
}

export function hasFailed({ data }: ResultDetail): boolean {
  return data.summary.failed > 0 || data.diagnostics.some(({ severity }) => severity === "error");
}
