import {
  type Action,
  actionDone,
  type ChangeResult,
  isOfRoute,
  type ResultData,
  refusedDeletions,
} from "@specdrop/events";
import { code } from "./untrusted.ts";

const ICONS: Readonly<Record<Action, string>> = {
  create: "➕",
  adopt: "🤝",
  update: "✏️",
  replace: "♻️",
  delete: "➖",
  forget: "👋",
  none: "▫️",
};

// What differs in AWS, seen from the change that would bring it back.
const DRIFTED: Readonly<Record<Action, string>> = {
  create: "is gone",
  adopt: "is back, but another one",
  update: "was changed",
  replace: "was changed",
  delete: "is no longer declared",
  forget: "is no longer declared",
  none: "is as declared",
};

// Ten of the longest lines fit one section.
const MOST_LINES = 10;

/** One line per change, failed ones first, then `+N more`; unchanged resources have none. */
export function formatChanges(data: ResultData): readonly string[] {
  const changed = data.changes.filter(({ action, status }) => action !== "none" || status === "failed");
  const ordered = [
    ...changed.filter(({ status }) => status === "failed"),
    ...changed.filter(({ status }) => status !== "failed"),
  ];
  const situation = { isDrift: data.mode === "drift", hasRefusals: refusedDeletions(data) > 0 };
  const lines = ordered.slice(0, MOST_LINES).map((change) => formatChange(change, situation));
  const more = ordered.length - lines.length + (data.omittedChanges ?? 0);
  return more > 0 ? [...lines, `+${more} more`] : lines;
}

interface Situation {
  readonly isDrift: boolean;
  /** Deletions were skipped because they are too many. */
  readonly hasRefusals: boolean;
}

function formatChange(change: ChangeResult, situation: Situation): string {
  const { logicalId, action, status, changedProperties, error } = change;
  const icon = status === "failed" ? "❌" : status === "skipped" ? "⏭️" : ICONS[action];
  const names = changedProperties.slice(0, 4).map((property) => code(property, 28));
  const properties = action !== "delete" && names.length > 0 ? `: ${names.join(", ")}` : "";
  const reason = error === undefined ? "" : ` (${code(error.code, 40)})`;
  const outcome = situation.isDrift && status === "planned" ? DRIFTED[action] : describe(change, situation);
  const name = `${isOfRoute(change) ? "Response of route " : ""}${code(logicalId, 64)}`;
  return `${icon} ${name} ${outcome}${reason}${properties}`;
}

function describe(change: ChangeResult, { hasRefusals }: Situation): string {
  const { action, status, handedTo } = change;
  if (hasRefusals && action === "delete" && status === "skipped") return "deletion refused";
  if (status === "succeeded")
    return `${actionDone(change)}${handedTo === undefined ? "" : ` to ${code(handedTo, 120)}`}`;
  const verb = action === "none" ? "check" : action;
  if (status === "planned") return verb;
  return `${verb} ${status}`;
}
