import { randomUUID } from "node:crypto";
import { type Clock, type ControlPlane, converge, type Gateway, type Random } from "@specdrop/engine";
import type { ChangeResult, ResultDetail, ResultEvent } from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import type { Signal, SpecStore } from "@specdrop/service";
import {
  type Acceptance,
  type AcceptDependencies,
  type Every,
  type ReconcileDependencies,
  type ResultBus,
  RunInterruptedError,
  reconcile,
} from "@specdrop/service";
import * as real from "./converge/clock.ts";
import { SILENT } from "./converge/silent.ts";
import type { OpenLedger } from "./ledger/open.ts";
import { refuseWhileSuspended } from "./ledger/suspension.ts";
import { Failure } from "./terminal/failure.ts";

export interface RunOptions {
  readonly ledger: OpenLedger;
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  /** The document's text; nothing reads it in a withdrawal. */
  readonly body: Uint8Array;
  /** Asked before each change: no other is begun once it says yes. */
  readonly stopRequested: () => boolean;
  readonly onChange: (change: ChangeResult, ended: number, total: number) => void;
  /** This machine's, unless a simulator owns them. */
  readonly time?: {
    readonly clock: Clock;
    readonly every: Every;
    readonly random: Random;
    readonly newId: () => string;
  };
}

/** What a run over all of a document's APIs came to. */
export interface RunResult {
  /** One for each API that was converged. */
  readonly results: readonly ResultEvent[];
  /** APIs on which there is more to do, because the run was to stop. */
  readonly unfinished: readonly string[];
  /** Why it ended where nobody asked it to: AWS is out of reach. */
  readonly brokenOff?: RunInterruptedError;
}

/** What `acceptDocument` and `withdrawDocument` need and give. */
type Accept = (deps: AcceptDependencies) => Promise<Acceptance>;

/** An API that is no concern any more, one that waits for another, or one that was woken and had ended by then. */
function isExpected(reason: string, { part }: Signal): boolean {
  return reason === "unconcerned" || reason === "waiting" || (reason === "settled" && part > 0);
}

/** Takes a document in and converges each of its APIs, one after the other, in this process. */
export async function runDocument(accept: Accept, options: RunOptions): Promise<RunResult> {
  const { ledger, inForce } = watched(options.ledger.ledger);
  const published: ResultEvent[] = [];
  const signals: Signal[] = [];
  const ours = { documentId: "", sequence: 0 };
  const store = whatIsAtHand(options.body, () => inForce.get(ours.documentId) === ours.sequence);
  const { clock, every, random, newId } = options.time ?? { ...real, random: Math.random, newId: randomUUID };
  const deps = {
    ledger,
    store,
    controlPlane: options.controlPlane,
    gateway: options.gateway,
    requestRate: options.ledger.requestRate,
    queue: { send: async (signal: Signal) => void signals.push(signal) },
    bus: keeping(published),
    clock,
    every,
    random,
    log: SILENT,
    converge: overheard(options),
  } satisfies ReconcileDependencies;

  await refuseWhileSuspended(ledger);
  const acceptance = await accept(deps);
  if (acceptance.outcome !== "accepted") return { results: published, unfinished: [] };

  // The only process with the ledger may take over the lease that a killed one left.
  const budget = {
    deadline: Number.POSITIVE_INFINITY,
    stop: options.stopRequested,
    owner: options.ledger.exclusive ? "specdrop" : `specdrop ${newId()}`,
  };
  ours.sequence = acceptance.sequence;
  const results: ResultEvent[] = [];
  let brokenOff: RunInterruptedError | undefined;
  for (let signal = signals.shift(); signal !== undefined && !options.stopRequested(); signal = signals.shift()) {
    // What another document was handed is for whoever runs that: the sweep signals it.
    if (signal.documentId !== acceptance.signals[0]?.documentId) continue;
    ours.documentId = signal.documentId;
    const outcome = await reconcile(deps, signal, budget).catch((error: unknown) => {
      if (error instanceof RunInterruptedError) return error;
      throw error;
    });
    if (outcome instanceof RunInterruptedError) {
      brokenOff = outcome;
      break;
    }
    if (outcome.outcome === "settled") {
      if (outcome.event.detail.metadata.sequence !== ours.sequence) throw overtaken(signal.apiId);
      results.push(store.whole(outcome.event));
    }
    if (outcome.outcome === "idle" && outcome.reason === "suspended") await refuseWhileSuspended(ledger);
    if (outcome.outcome === "idle" && !isExpected(outcome.reason, signal)) throw overtaken(signal.apiId);
    if (outcome.outcome === "interrupted" && options.stopRequested()) break;
  }
  // A document that has nothing on any API gets its result when it is taken in.
  if (results.length === 0 && brokenOff === undefined)
    results.push(...published.filter(({ detail }) => detail.metadata.sequence === ours.sequence));
  const done = new Set(results.map(({ detail }) => detail.data.apiId));
  const wanted = acceptance.signals.map(({ apiId }) => apiId);
  const isCutShort = brokenOff !== undefined || options.stopRequested();
  const unfinished = isCutShort ? wanted.filter((apiId) => !done.has(apiId)) : [];
  return { results, unfinished, ...(brokenOff && { brokenOff }) };
}

/** The ledger, and by document the revision that was in force when a run last looked. */
function watched(ledger: Ledger): { readonly ledger: Ledger; readonly inForce: ReadonlyMap<string, number> } {
  const inForce = new Map<string, number>();
  const readDocument: Ledger["readDocument"] = async (documentId) => {
    const record = await ledger.readDocument(documentId);
    inForce.set(documentId, record?.current?.sequence ?? 0);
    return record;
  };
  return { ledger: { ...ledger, readDocument }, inForce };
}

/** The engine, with eyes for what it does. */
function overheard({ onChange }: RunOptions): typeof converge {
  return (changeSet, ports, options) =>
    converge(changeSet, ports, {
      ...options,
      async onChange(change, progress) {
        onChange(change, progress.ended, progress.total);
        await options.onChange?.(change, progress);
      },
    });
}

/**
 * One revision's text, of which others may have recorded a newer one meanwhile: theirs is not at hand. Results that are
 * too long for an event are kept whole beside it.
 */
function whatIsAtHand(
  body: Uint8Array,
  isInForce: () => boolean,
): SpecStore & { whole(event: ResultEvent): ResultEvent } {
  const written = new Map<string, string>();
  return {
    // Of what lies in a bucket nothing is at hand.
    read: async (source) =>
      source.bucket === "" && isInForce() ? { source, body, metadata: {}, truncated: false } : undefined,
    async write(key, text) {
      written.set(key, text);
      return { bucket: "", key };
    },
    whole(event) {
      const key = event.detail.data.resultLocation?.replace(/^s3:\/\/\//, "");
      const text = key === undefined ? undefined : written.get(key);
      return text === undefined
        ? event
        : (JSON.parse(text) as { detailType: ResultEvent["detailType"]; detail: ResultDetail });
    },
  };
}

function keeping(published: ResultEvent[]): ResultBus {
  return {
    publish: async (events) =>
      void published.push(...events.filter(({ detailType }) => detailType !== "SpecSuperseded")),
  };
}

function overtaken(apiId: string): Failure {
  return new Failure(`Another run has converged API ${apiId} to a newer revision of this document meanwhile.`);
}
