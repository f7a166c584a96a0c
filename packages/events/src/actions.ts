import type { Action } from "./events.ts";

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

/** What is said of a change that was made. */
export const ACTION_DONE: Readonly<Record<Action, string>> = {
  create: "created",
  adopt: "adopted",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten, left in AWS",
  none: "unchanged",
};
