import { randomUUID } from "node:crypto";
import type { Clock, ControlPlane, Gateway, NaturalKey, Random, RequestRate } from "@specdrop/engine";
import { DeadlineReachedError, LeaseLostError } from "@specdrop/engine/errors";
import type { ChangeResult, ResultEvent } from "@specdrop/events";
import type { Acceptance, AcceptPorts } from "@specdrop/service/intake";
import type { Signal } from "@specdrop/service/ports";
import {
  type Every,
  LeaseHeldError,
  type ReconcilePorts,
  type Reconciliation,
  RunInterruptedError,
  reconcile,
} from "@specdrop/service/reconcile";
import type { OpenLedger } from "../ledger/open.ts";
import { refuseWhileSuspended } from "../ledger/suspension.ts";
import { Failure } from "../terminal/failure.ts";
import * as real from "./clock.ts";
import { mapSideBySide, openLanes } from "./lanes.ts";
import { orderOnApi } from "./order-on-api.ts";
import { collectingBus, contentAtHand, onChangeEnded, watchRevisions } from "./run-ports.ts";
import { SILENT } from "./silent.ts";

/** One document to be applied or withdrawn. */
export interface DocumentRun {
  readonly documentId: string;
  /** Nothing reads it in a withdrawal. */
  readonly body: Uint8Array;
  /** What it declares; nothing in a withdrawal. */
  readonly declared: readonly NaturalKey[];
  readonly isWithdrawal: boolean;
  /** Records the revision. */
  accept(deps: AcceptPorts): Promise<Acceptance>;
}

/** A document on one of its APIs. */
export interface DocumentPlace {
  readonly documentId: string;
  readonly apiId: string;
}

export interface RunsOptions {
  readonly ledger: OpenLedger;
  /** AWS, as the run on one API sees it; the ledger's rate where it has none of its own. */
  portsOf(place: DocumentPlace): {
    readonly controlPlane: ControlPlane;
    readonly gateway: Gateway;
    readonly requestRate?: RequestRate;
  };
  /** Asked before each change: no other begins once it says yes. */
  readonly stopRequested: () => boolean;
  onChange(place: DocumentPlace, change: ChangeResult, ended: number, total: number): void;
  onBegin?(place: DocumentPlace): void;
  /** `event` is absent where the run has no result. */
  onEnd?(place: DocumentPlace, event?: ResultEvent): void;
  /** This machine's, unless a simulator owns them. */
  readonly time?: {
    readonly clock: Clock;
    readonly every: Every;
    readonly random: Random;
    readonly newId: () => string;
  };
}

/** What the runs over one document's APIs came to. */
export interface DocumentOutcome {
  readonly documentId: string;
  /** One for each API that was converged, in the order in which the document names them. */
  readonly results: readonly ResultEvent[];
  /** APIs on which there is more to do, because the run had to stop. */
  readonly unfinished: readonly string[];
  /** Why the document was not accepted, or an API not converged: another process is at work on it. */
  readonly failures: readonly Error[];
}

export interface RunsResult {
  /** In the order of the documents. */
  readonly documents: readonly DocumentOutcome[];
  /** AWS is out of reach: nothing more was begun. */
  readonly brokenOff?: RunInterruptedError;
  /** What ended everything: the ledger cannot be used, or applying was suspended. */
  readonly fatal?: { readonly error: unknown };
}

/** API Gateway takes ten requests a second of an account, and a change takes a second or more: more APIs at once gain nothing. */
const APIS_AT_ONCE = 20;
const ACCEPTED_AT_ONCE = 8;

/** A document that is being run. */
interface Taken {
  readonly run: DocumentRun;
  acceptance?: Acceptance;
  readonly results: Map<string, ResultEvent>;
  readonly failures: { readonly apiId?: string; readonly error: Error }[];
}

/**
 * Takes documents in, then converges them: API by API side by side, and on one API one document after the other. All are
 * accepted before the first is converged, and withdrawals come last: what one lets go of passes to whoever declares it.
 */
export async function runDocuments(runs: readonly DocumentRun[], options: RunsOptions): Promise<RunsResult> {
  const { clock, every, random, newId } = options.time ?? { ...real, random: Math.random, newId: randomUUID };
  const { ledger, inForce } = watchRevisions(options.ledger.ledger);
  const published: ResultEvent[] = [];
  const taken = new Map<string, Taken>(runs.map((run) => [run.documentId, { run, results: new Map(), failures: [] }]));
  const signals: Signal[] = [];
  let send = (signal: Signal): void => void signals.push(signal);
  let brokenOff: RunInterruptedError | undefined;
  let fatal: { readonly error: unknown } | undefined;
  const isOver = () => options.stopRequested() || brokenOff !== undefined || fatal !== undefined;

  const accepting = {
    // A revision that failed, since another document owned what it declares, runs again once it has got that.
    ledger: { ...ledger, reopen },
    queue: { send: async (signal: Signal) => send(signal) },
    bus: collectingBus(published),
    clock,
    random,
    log: SILENT,
  } satisfies AcceptPorts;

  async function reopen(documentId: string, apiId: string, sequence: number): Promise<boolean> {
    const isReopened = await ledger.reopen(documentId, apiId, sequence);
    const acceptance = taken.get(documentId)?.acceptance;
    const signal =
      acceptance?.outcome === "accepted" ? acceptance.signals.find((each) => each.apiId === apiId) : undefined;
    if (isReopened && signal !== undefined) send(signal);
    return isReopened;
  }

  async function accept(document: Taken): Promise<void> {
    if (isOver()) return;
    try {
      document.acceptance = await document.run.accept(accepting);
    } catch (error) {
      if (error instanceof Failure) document.failures.push({ error });
      else fatal ??= { error };
    }
  }

  // The only process with the ledger may take over the lease that a killed one left.
  const budget = {
    deadline: Number.POSITIVE_INFINITY,
    stop: isOver,
    owner: options.ledger.exclusive ? "specdrop" : `specdrop ${newId()}`,
  };

  async function convergeOn(document: Taken, signal: Signal): Promise<void> {
    const { documentId, apiId } = signal;
    const { acceptance } = document;
    if (isOver() || acceptance?.outcome !== "accepted") return;
    const { sequence } = acceptance;
    const place = { documentId, apiId };
    const store = contentAtHand(document.run.body, () => inForce.get(documentId) === sequence);
    const deps = {
      ...accepting,
      requestRate: options.ledger.requestRate,
      ...options.portsOf(place),
      store,
      every,
      converge: onChangeEnded((change, ended, total) => options.onChange(place, change, ended, total)),
    } satisfies ReconcilePorts;
    options.onBegin?.(place);
    try {
      const outcome = await reconcile(deps, signal, budget);
      if (outcome.outcome === "settled") {
        if (outcome.event.detail.metadata.sequence !== sequence) throw overtaken(apiId);
        document.results.set(apiId, store.whole(outcome.event));
      }
      if (outcome.outcome === "idle" && outcome.reason === "suspended") {
        await refuseWhileSuspended(options.ledger).catch((error: unknown) => {
          fatal ??= { error };
        });
      } else if (outcome.outcome === "idle" && !isExpected(outcome, document, apiId)) throw overtaken(apiId);
    } catch (error) {
      if (error instanceof RunInterruptedError) {
        if (!options.stopRequested()) brokenOff ??= error;
      } else if (isAboutOneApi(error)) document.failures.push({ apiId, error });
      else if (!(error instanceof DeadlineReachedError && options.stopRequested())) fatal ??= { error };
    } finally {
      options.onEnd?.(place, document.results.get(apiId));
    }
  }

  await refuseWhileSuspended(options.ledger);
  const all = [...taken.values()];
  for (const isWithdrawal of [false, true]) {
    const phase = all.filter(({ run }) => run.isWithdrawal === isWithdrawal);
    await mapSideBySide(phase, ACCEPTED_AT_ONCE, accept);
  }

  const lanes = openLanes(APIS_AT_ONCE);
  send = (signal) => {
    // What was handed to another document is for whoever runs that: the sweep signals it.
    const document = taken.get(signal.documentId);
    if (document !== undefined) lanes.add(signal.apiId, () => convergeOn(document, signal));
  };
  for (const signal of isOver() ? [] : await inOrder(signals, taken, ledger)) send(signal);
  await lanes.idle();

  return {
    documents: all.map((document) => outcomeOf(document, published, isOver())),
    ...(brokenOff && { brokenOff }),
    ...(fatal && { fatal }),
  };
}

/** API by API, each in the order in which documents let go of what others declare. */
async function inOrder(
  signals: readonly Signal[],
  taken: ReadonlyMap<string, Taken>,
  ledger: Pick<OpenLedger["ledger"], "listOwned">,
): Promise<readonly Signal[]> {
  const order = [...taken.keys()];
  const byApi = new Map<string, Signal[]>();
  for (const signal of signals.toSorted((a, b) => order.indexOf(a.documentId) - order.indexOf(b.documentId))) {
    byApi.set(signal.apiId, [...(byApi.get(signal.apiId) ?? []), signal]);
  }
  const ordered = await mapSideBySide([...byApi], ACCEPTED_AT_ONCE, async ([apiId, ofApi]) => {
    if (ofApi.length < 2) return ofApi;
    const parts = ofApi.map((signal) => ({
      signal,
      documentId: signal.documentId,
      declared: taken.get(signal.documentId)?.run.declared.filter(({ ApiId }) => ApiId === apiId) ?? [],
    }));
    return orderOnApi(parts, await ledger.listOwned(apiId)).map(({ signal }) => signal);
  });
  return ordered.flat();
}

function outcomeOf({ run, acceptance, results, failures }: Taken, published: readonly ResultEvent[], isCut: boolean) {
  const { documentId } = run;
  const ofDocument = published.filter(({ detail: { metadata } }) => metadata.documentId === documentId);
  const errors = failures.map(({ error }) => error);
  if (acceptance === undefined) {
    const apiIds = [...new Set(run.declared.map(({ ApiId }) => ApiId))];
    return { documentId, results: [], unfinished: isCut && errors.length === 0 ? apiIds : [], failures: errors };
  }
  if (acceptance.outcome !== "accepted") return { documentId, results: ofDocument, unfinished: [], failures: errors };
  const wanted = acceptance.signals.map(({ apiId }) => apiId);
  const failed = new Set(failures.map(({ apiId }) => apiId));
  const inWantedOrder = wanted.flatMap((apiId) => results.get(apiId) ?? []);
  const others = [...results].flatMap(([apiId, event]) => (wanted.includes(apiId) ? [] : [event]));
  const found = [...inWantedOrder, ...others];
  // A document that has nothing on any API gets its result when it is accepted.
  const early = ofDocument.filter(({ detail }) => detail.metadata.sequence === acceptance.sequence);
  return {
    documentId,
    results: found.length === 0 && wanted.length === 0 ? early : found,
    unfinished: isCut ? wanted.filter((apiId) => !results.has(apiId) && !failed.has(apiId)) : [],
    failures: errors,
  };
}

/** An API that is no concern any more, one that waits for another, or one that was signalled once more and has its result. */
function isExpected(
  { reason }: Extract<Reconciliation, { readonly outcome: "idle" }>,
  { results }: Taken,
  apiId: string,
): boolean {
  return reason === "unconcerned" || reason === "waiting" || (reason === "settled" && results.has(apiId));
}

function isAboutOneApi(error: unknown): error is Error {
  return error instanceof Failure || error instanceof LeaseHeldError || error instanceof LeaseLostError;
}

function overtaken(apiId: string): Failure {
  return new Failure(`A newer revision of this document was applied to API ${apiId} while this run was waiting.`);
}
