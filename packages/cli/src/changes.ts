import type { Action, ChangeResult, ResultDetail, Summary } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import type { Terminal } from "./terminal.ts";

type Paint = Terminal["paint"];
type Tint = "green" | "yellow" | "red" | "cyan" | "dim";

const SYMBOLS: Readonly<Record<Action, readonly [string, Tint]>> = {
  create: ["+", "green"],
  adopt: ["&", "cyan"],
  update: ["~", "yellow"],
  replace: ["±", "yellow"],
  delete: ["-", "red"],
  forget: ["×", "dim"],
  none: ["=", "dim"],
};

const DONE: Readonly<Record<Action, string>> = {
  create: "created",
  adopt: "adopted",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten, left in AWS",
  none: "unchanged",
};

/** `+ chatOk  created  integration abc1234, key /200/  ResponseTemplates` */
export function formatChange(change: ChangeResult, paint: Paint): string {
  const { logicalId, action, status, integrationId, integrationResponseKey, changedProperties, error } = change;
  const [symbol, tint]: readonly [string, Tint] = status === "failed" ? ["!", "red"] : SYMBOLS[action];
  const names = action === "delete" || changedProperties.length === 0 ? [] : [changedProperties.join(", ")];
  const parts = [
    paint(tint, `${symbol} ${visible(logicalId)}`),
    error?.code.startsWith("SD5") ? "conflict" : outcomeOf(action, status),
    paint("dim", visible(`integration ${integrationId}, key ${integrationResponseKey}`)),
    ...names,
  ];
  return parts.join("  ");
}

function outcomeOf(action: Action, status: ChangeResult["status"]): string {
  switch (status) {
    case "succeeded":
      return DONE[action];
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
  return [`${code}: ${message}`, ...(help === undefined ? [] : [help])]
    .map((line) => `\n      ${visible(line)}`)
    .join("");
}

/** The lines of a plan for one API; what stays as it is goes unmentioned. */
export function formatPlan({ data }: ResultDetail, paint: Paint): string {
  const shown = data.changes.filter(({ action, status }) => action !== "none" || status === "failed");
  return [paint("bold", `API ${data.apiId}`), ...shown.map((change) => `  ${formatChange(change, paint)}`)].join("\n");
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
export function hasChanges({ data: { summary } }: ResultDetail): boolean {
  const { unchanged: _, failed: __, ...changes } = summary;
  return Object.values(changes).some((number) => number > 0);
}

export function hasFailed({ data }: ResultDetail): boolean {
  return data.summary.failed > 0 || data.diagnostics.some(({ severity }) => severity === "error");
}
