import { converge, planChanges } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import { intakeObjectEvent, type ObjectEvent } from "@specdrop/service/intake";
import { reconcile } from "@specdrop/service/reconcile";
import { sweep } from "@specdrop/service/sweep";
import type { DelayedQueue, Signal } from "../../packages/service/src/ports/signals.ts";
import { FakeControlPlane } from "../engine/fake-control-plane.ts";
import { type World, world } from "./builders.ts";

export const WITHDRAW_AFTER_MS = 20_000;
export const API = "api1";

/** A document with one response for each key, under a logical id of the document's own. */
export function text(keys: readonly string[], rest: object = {}, more: object = {}): string {
  const entries = keys.map((key) => [
    `on${key.replaceAll(/\W/g, "")}`,
    { IntegrationResponseKey: key, ResponseTemplates: { $default: key }, ...more },
  ]);
  return JSON.stringify({
    ApiId: API,
    IntegrationId: "int0001",
    ...rest,
    IntegrationResponses: Object.fromEntries(entries),
  });
}

export interface HandingOver extends World {
  readonly aws: FakeControlPlane;
  readonly delayedQueue: DelayedQueue;
  readonly withdrawAfterMs: number;
  /** What is to come to the queue later, and when. */
  readonly later: { readonly signal: Signal; readonly at: number }[];
}

/** The use cases with the real engine on an AWS and a ledger in memory; S3's events carry their time. */
export function handingOver(given: Parameters<typeof world>[0] = {}): HandingOver {
  const aws = new FakeControlPlane();
  const later: HandingOver["later"] = [];
  const w = world({ converge, plan: planChanges, controlPlane: aws, ...given });
  const delayedQueue: DelayedQueue = {
    send: async (signal, milliseconds) => void later.push({ signal, at: w.clock.now() + milliseconds }),
  };
  return { ...w, aws, later, delayedQueue, withdrawAfterMs: WITHDRAW_AFTER_MS };
}

export const at = (w: HandingOver, event: ObjectEvent): ObjectEvent => ({ ...event, time: w.clock.now() });
export const put = (w: HandingOver, key: string, body: string) => at(w, w.store.put(key, body));
export const remove = (w: HandingOver, key: string) => at(w, w.store.remove(key));
export const take = (w: HandingOver, event: ObjectEvent) => intakeObjectEvent(w, event);

const MOST_RUNS = 500;

/** Runs what is queued, now. Throws where that never ends. */
export async function run(w: HandingOver): Promise<void> {
  for (let runs = 0; w.signals.length > 0; runs++) {
    if (runs === MOST_RUNS) throw new Error("runs signal each other for ever");
    await reconcile(w, w.signals.shift() as Signal, { deadline: Number.POSITIVE_INFINITY, owner: "run" });
  }
}

/** Runs everything, also what has to wait: time passes. */
export async function rest(w: HandingOver): Promise<void> {
  for (;;) {
    await run(w);
    const next = w.later.sort((one, other) => one.at - other.at).shift();
    if (next === undefined) return;
    w.clock.time = Math.max(w.clock.time, next.at);
    w.signals.push(next.signal);
  }
}

export async function sweepLater(w: HandingOver): Promise<void> {
  w.clock.time += 6 * 60_000;
  await sweep(w, { deadline: Number.POSITIVE_INFINITY });
  await rest(w);
}

/** The live responses, by key, and who owns each. */
export async function owners(w: HandingOver): Promise<Readonly<Record<string, string | undefined>>> {
  const owned = await w.ledger.listOwned(API);
  const live = [...w.aws.live.values()].map(({ identifier, IntegrationResponseKey: key }) => {
    const owner = owned.find((one) => one.identifier === identifier)?.documentId;
    return [key, owner?.replace("s3://specs/", "")] as const;
  });
  return Object.fromEntries(live);
}

export const deletions = (w: HandingOver) => w.aws.calls.filter(({ operation }) => operation === "delete").length;

/** What was told of a document, in order. */
export function toldOf(w: HandingOver, key: string): readonly string[] {
  return eventsOf(w, key).map(({ detailType }) => detailType);
}

export const eventsOf = (w: HandingOver, key: string): readonly ResultEvent[] =>
  w.published.filter(({ detail }) => detail.metadata.documentId === `s3://specs/${key}`);
