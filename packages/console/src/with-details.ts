import { detailOf } from "./model/details.ts";
import { type ConsoleFacts, judgeAll } from "./model.ts";
import type { ConsoleState } from "./state.ts";
import { BANNER } from "./words.ts";

/** The page with the values of what differs, and a banner that says so. */
export function withDetails(state: ConsoleState, facts: ConsoleFacts): ConsoleState {
  const differing = judgeAll(facts).judged.filter(({ state: standing }) => standing !== "live");
  const details = differing
    .map((judged) => detailOf(judged, facts.aws, facts.histories?.get(judged.row.documentId) ?? []))
    .filter(({ differences }) => differences.length > 0);
  if (details.length === 0) return state;
  return { ...state, details, banners: [...state.banners, { kind: "templates", sentence: BANNER.templates }] };
}
