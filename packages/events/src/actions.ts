import type { Action, ChangeResult, ResultData } from "./events.ts";

/** How an action is marked where one character has to do: `+ chatOk`, `+1 ~2 -0`. */
export const ACTION_SIGNS: Readonly<Record<Action, string>> = {
  create: "+",
  adopt: "&",
  update: "~",
  replace: "±",
  delete: "-",
  forget: "×",
  none: "=",
};

const CONFLICTS: ReadonlySet<string> = new Set(["SD5001", "SD5002", "SD5004"]);
const REFUSED_DELETIONS: ReadonlySet<string> = new Set(["SD5003", "SD5007"]);

/** Whether a change is about the response of a route, which TwoWay keeps, rather than of an integration. */
export function isOfRoute({ resourceType }: Pick<ChangeResult, "resourceType">): boolean {
  return resourceType === "RouteResponse";
}

/** Whether a code says that another owner, or what is live, stands in the way. */
export function isConflict(code: string): boolean {
  return CONFLICTS.has(code);
}

/** Whether a code says that a revision would delete more than it may, without anybody in its way. */
export function isRefusedDeletion(code: string): boolean {
  return REFUSED_DELETIONS.has(code);
}

/** How many deletions of a result were skipped because it would delete more than it may. */
export function refusedDeletions({ changes, diagnostics }: Pick<ResultData, "changes" | "diagnostics">): number {
  if (!diagnostics.some(({ code }) => isRefusedDeletion(code))) return 0;
  return changes.filter(({ action, status }) => action === "delete" && status === "skipped").length;
}

/** What is said of a change that was made, without who got it (`handedTo`). */
export function actionDone({ action, handedTo, gone }: Pick<ChangeResult, "action" | "handedTo" | "gone">): string {
  if (handedTo !== undefined) return "handed over";
  return gone === true ? "forgotten, gone from AWS" : ACTION_DONE[action];
}

const ACTION_DONE: Readonly<Record<Action, string>> = {
  create: "created",
  adopt: "adopted",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten, left in AWS",
  none: "unchanged",
};
