import type { PageProblem, PageVerdict, ResponseStanding, Sentence, StateCounts, Where } from "../state.ts";
import { STATES } from "../state.ts";
import { listed, number, SUMMARY, VERDICT } from "../words.ts";

/** What the verdict goes by. */
export interface VerdictFacts {
  readonly at: string;
  readonly where: Where;
  readonly counts: StateCounts;
  readonly problems: readonly PageProblem[];
  /** Names, by id. */
  readonly apis: ReadonlyMap<string, string>;
  /** Documents in force, or rejected and nothing before. */
  readonly documents: number;
  /** Of these, how many own nothing and are rejected or failed. */
  readonly notApplied: number;
  /** Applying is suspended, and so many wait. */
  readonly waiting?: number;
  /** How many unproven responses are so only because they wait. */
  readonly unprovenByWaiting: number;
}

/** The first that applies: nothing there, not live, unproven, not applied, suspended, live. */
export function verdictOf(facts: VerdictFacts): PageVerdict {
  const { at, counts, documents, notApplied, waiting, unprovenByWaiting } = facts;
  const all = STATES.reduce((sum, state) => sum + counts[state], 0);
  const { live } = counts;
  const bad = all - live - counts.unproven;
  const line = lineOf(facts, all);
  if (documents === 0) {
    const words = facts.where.kind === "dev" ? SUMMARY.emptyDev : SUMMARY.empty(facts.where.ledger);
    return {
      ...{ kind: "empty", headline: VERDICT.empty, past: VERDICT.wasEmpty(at), line: words },
      title: "no documents",
    };
  }
  if (bad > 0) {
    const past = VERDICT.wasNotLive(bad, all, at);
    const headline = VERDICT.notLive(bad, all, counts.unproven);
    return { kind: "notLive", state: worstOf(counts), headline, past, line, title: `● ${number(bad)} not live` };
  }
  if (waiting !== undefined && counts.unproven === unprovenByWaiting && notApplied === 0) {
    const said = { headline: VERDICT.suspended(waiting), past: VERDICT.wasSuspended(at), line };
    return { kind: "suspended", state: "pending", ...said, title: "● suspended" };
  }
  if (counts.unproven > 0) {
    const headline = VERDICT.unproven(live, all, counts.unproven);
    const title = `? ${number(counts.unproven)} unproven`;
    return { kind: "unproven", state: "unproven", headline, past: VERDICT.wasUnproven(live, all, at), line, title };
  }
  if (notApplied > 0) {
    const said = { headline: VERDICT.notApplied(notApplied), past: VERDICT.wasNotApplied(notApplied, at), line };
    return { kind: "notApplied", state: "failed", ...said, title: `● ${number(notApplied)} not applied` };
  }
  return { kind: "live", state: "live", headline: VERDICT.live, past: VERDICT.wasLive(at), line, title: "✓ live" };
}

/** The worst state that a response is in; `live` where there is none. */
export function worstOf(counts: StateCounts): ResponseStanding {
  return STATES.find((state) => counts[state] > 0) ?? "live";
}

function lineOf({ where, problems, apis, documents, counts }: VerdictFacts, all: number): Sentence {
  const { comparedAt, caller, kind } = where;
  const compared =
    comparedAt === undefined ? SUMMARY.notAsked : SUMMARY.compared(comparedAt, kind === "snapshot", caller);
  if (problems.length > 0) {
    const on = [...new Set(problems.flatMap(({ apiId }) => apiId ?? []))];
    const names = listed(on.map((apiId) => apis.get(apiId) ?? apiId));
    return [...SUMMARY.problems(problems.length, names, on.length, apis.size), ...compared];
  }
  if (all > 0 && counts.live === all) return [...SUMMARY.allLive(all, apis.size, documents), ...compared];
  return [...SUMMARY.nothingWrong(documents, apis.size), ...compared];
}
