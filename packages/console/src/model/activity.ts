import type { ResultEvent } from "@specdrop/events";
import { revisionsIn } from "@specdrop/ledger/history";
import type { DocumentRecord, Revision } from "@specdrop/ledger/port";
import type { Activity, ActivityEntry, ActivityStep, ResponseStanding, Sentence } from "../state.ts";
import { STATES } from "../state.ts";
import { code, joined, number, sentence, time } from "../words.ts";
import { nameOfDocument } from "./commands.ts";
import { isLink, outcomeWords, summaryWords } from "./documents.ts";
import { iso } from "./problem-parts.ts";
import type { Evidence } from "./standing.ts";
import { whoOf } from "./who.ts";

/** Everything that was told, where somebody kept it. */
export interface ToldResults {
  /** Every result, in any order; without it, the last of each change set that the ledger has. */
  readonly events?: readonly ResultEvent[];
  /** Since when they were kept: ISO 8601. */
  readonly since?: string;
  /** The channel that a result was posted to, by the event's id; absent where posts are not recorded. */
  readonly posted?: ReadonlyMap<string, string>;
}

/** As many operations as a page shows. */
const MOST = 20;

/** One entry for each operation, the newest first; the newest and those that failed with their five steps. */
export function activityOf({ view }: Evidence, told: ToldResults): Activity {
  const events = told.events ?? view.changeSets.flatMap(({ result, drift }) => [result?.event, drift?.event]);
  const byOperation = Map.groupBy(
    events.filter((event) => event !== undefined),
    ({ detailType, detail }) =>
      detailType.startsWith("Drift") ? detail.metadata.id : `${detail.metadata.operationId}`,
  );
  const records = new Map(view.documents.map((record) => [record.documentId, record]));
  const all = [...byOperation].map(([id, own]) => ({ id, events: inOrder(own) }));
  all.sort((one, other) => lastTime(other.events).localeCompare(lastTime(one.events)));
  const entries = all.slice(0, MOST).map(({ id, events: own }, index) => entryOf(id, own, records, told, index === 0));
  return { scope: scopeOf(told, all.length), entries };
}

function scopeOf({ events, since }: ToldResults, operations: number): Sentence {
  if (events === undefined) return ["last result of each document"];
  if (operations === 0) return ["nothing yet"];
  return since === undefined ? [number(operations)] : sentence`${operations} since ${time(since)}`;
}

function inOrder(events: readonly ResultEvent[]): readonly ResultEvent[] {
  return events.toSorted((one, other) => one.detail.metadata.time.localeCompare(other.detail.metadata.time));
}

function lastTime(events: readonly ResultEvent[]): string {
  return events.at(-1)?.detail.metadata.time ?? "";
}

function entryOf(
  id: string,
  events: readonly ResultEvent[],
  records: ReadonlyMap<string, DocumentRecord>,
  told: ToldResults,
  isNewest: boolean,
): ActivityEntry {
  const [first] = events as [ResultEvent, ...ResultEvent[]];
  const worst = events.toSorted((one, other) => rankOf(one) - rankOf(other))[0] ?? first;
  const [words, state] = outcomeWords(worst.detailType);
  const { documentId, sequence } = first.detail.metadata;
  const record = records.get(documentId);
  const revision = record && revisionsIn(record).find((one) => one.sequence === sequence);
  const isWithdrawn = worst.detail.data.mode === "withdraw" && state === "live";
  const runUrl = revision?.origin?.by.runUrl;
  return {
    id,
    documentId,
    name: nameOfDocument(documentId),
    sequence,
    state,
    outcome: isWithdrawn ? "withdrawn" : words,
    at: lastTime(events),
    line: lineOf(events, worst, revision),
    ...(runUrl === undefined || !isLink(runUrl) ? {} : { runUrl }),
    apiIds: [...new Set(events.flatMap(({ detail }) => detail.data.apiId ?? []))],
    ...(isNewest || state === "failed" || state === "drifted" ? { steps: stepsOf(events, revision, told) } : {}),
  };
}

const rankOf = ({ detailType }: ResultEvent): number => STATES.indexOf(outcomeWords(detailType)[1]);

function lineOf(events: readonly ResultEvent[], worst: ResultEvent, revision: Revision | undefined): Sentence {
  const { document } = worst.detail.data;
  if (worst.detailType.startsWith("Drift")) return joined(["found by the sweep"], [worst.detail.data.reason ?? ""]);
  const who = whoOf(revision?.origin?.by, document.key, document.requester);
  const done = summaryWords(sumOf(events));
  return joined(
    who,
    done === "" ? [] : [done],
    worst.detail.data.reason === undefined ? [] : [worst.detail.data.reason],
  );
}

function sumOf(events: readonly ResultEvent[]): ResultEvent["detail"]["data"]["summary"] {
  return events
    .map(({ detail }) => detail.data.summary)
    .reduce((sum, one) => ({
      create: sum.create + one.create,
      adopt: sum.adopt + one.adopt,
      update: sum.update + one.update,
      replace: sum.replace + one.replace,
      delete: sum.delete + one.delete,
      forget: sum.forget + one.forget,
      unchanged: sum.unchanged + one.unchanged,
      failed: sum.failed + one.failed,
    }));
}

/** Without a source a step says so; never a check. */
function stepsOf(
  events: readonly ResultEvent[],
  revision: Revision | undefined,
  { posted }: ToldResults,
): readonly ActivityStep[] {
  const changes = events.flatMap(({ detail }) => detail.data.changes);
  const asked = changes.filter(({ action, status }) => action !== "none" || status === "failed");
  const done = asked.filter(({ status }) => status === "succeeded").length;
  const hasFailed = events.some(({ detailType }) => detailType === "ApplyFailed");
  const isRejected = events.some(({ detailType }) => detailType === "SpecRejected");
  const channels = posted && [...new Set(events.flatMap(({ detail }) => posted.get(detail.metadata.id) ?? []))];
  return [
    revision === undefined
      ? { name: "Dropped", state: "none", fact: ["not recorded"] }
      : { name: "Dropped", state: "live", fact: [time(iso(revision.seenAt))] },
    isRejected
      ? { name: "Planned", state: "failed", fact: ["rejected"] }
      : {
          name: "Planned",
          state: "live",
          fact: [asked.length === 0 ? "nothing to do" : `${number(asked.length)} to do`],
        },
    isRejected
      ? { name: "Applied", state: "none", fact: ["skipped"] }
      : {
          name: "Applied",
          state: hasFailed ? "failed" : "live",
          fact: [asked.length === 0 ? "unchanged" : `${number(done)} of ${number(asked.length)}`],
        },
    deployStep(events, isRejected),
    channels === undefined
      ? { name: "Slack", state: "none", fact: ["not recorded"] }
      : channels.length === 0
        ? { name: "Slack", state: "none", fact: ["not posted"] }
        : { name: "Slack", state: "live", fact: [channels.join(", ")] },
  ];
}

const DEPLOYED = {
  live: "live",
  pending: "pending",
  failed: "failed",
  unknown: "unproven",
} as const satisfies Record<string, ResponseStanding>;

function deployStep(events: readonly ResultEvent[], isSkipped: boolean): ActivityStep {
  const name = "Deployed";
  const deployments = events.flatMap(({ detail }) => detail.data.deployment ?? []);
  const states: readonly ResponseStanding[] = deployments.map(({ status }) =>
    status in DEPLOYED ? DEPLOYED[status as keyof typeof DEPLOYED] : "unproven",
  );
  const state = STATES.find((one) => states.includes(one));
  if (isSkipped || state === undefined) return { name, state: "none", fact: ["skipped"] };
  const stages = [...new Set(deployments.flatMap(({ stageName }) => stageName ?? []))];
  const fact: Sentence =
    state === "unproven" ? ["not known"] : stages.length === 0 ? [state] : stages.map((stage) => code(stage));
  return { name, state, fact: state === "pending" ? [...fact, " waits"] : fact };
}
