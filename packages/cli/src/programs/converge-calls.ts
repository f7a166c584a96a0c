import { setImmediate } from "node:timers/promises";
import type { IntegrationResponse } from "@specdrop/authoring";
import type { CallError } from "@specdrop/authoring/channel";
import type { Gateway, LiveIntegrationResponse, Outcome } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine/errors";
import type { ChangeResult } from "@specdrop/events";
import type { DocumentChange } from "@specdrop/service/documents";
import { acceptDocument } from "@specdrop/service/intake";
import type { Signal } from "@specdrop/service/ports";
import { convergeSlice } from "@specdrop/service/reconcile";
import type { DesiredResource } from "@specdrop/spec";
import { clock, every } from "../converge/clock.ts";
import { SILENT } from "../converge/silent.ts";
import type { OpenLedger } from "../ledger/open.ts";
import { refuseWhileSuspended } from "../ledger/suspension.ts";
import { Failure } from "../terminal/failure.ts";
import type { Declarations, DeclaredCalls } from "./declarations.ts";
import type { Remembering } from "./last-seen.ts";
import { brokenWorld, errorOf } from "./told-errors.ts";

export type CallAnswer = { readonly live: IntegrationResponse } | { readonly error: CallError };

/** The revision that a run has opened: every API that it is about has a signal. */
export interface Opened {
  readonly sequence: number;
  readonly signals: readonly Signal[];
}

export interface CallPorts {
  readonly change: DocumentChange;
  readonly ledger: OpenLedger;
  /** Names this run among all that compete for a lease. */
  readonly owner: string;
  readonly controlPlane: Remembering;
  readonly gateway: Gateway;
  readonly declarations: Declarations;
  /** Asked before each change: no other is begun once it says yes. */
  readonly stopRequested: () => boolean;
  readonly onChange: (change: ChangeResult) => void;
  /** Says what to do where the document of a file that is gone owns what is declared; throws where it has to be done first. */
  readonly lookForRenames: (declared: readonly DesiredResource[]) => Promise<void>;
}

export interface Calls {
  /** Converges what a call declares; `undefined` where the run was to stop before it was its turn. */
  converge(declared: DeclaredCalls): Promise<CallAnswer | undefined>;
  /** Resolves once nothing is under way any more. */
  idle(): Promise<void>;
  /** Absent while nothing was declared. */
  opened(): Opened | undefined;
}

interface Waiting {
  readonly declared: DeclaredCalls;
  isAnswered: boolean;
  /** Only the first answer counts. */
  answer(answer: CallAnswer | undefined): void;
}

/** Converges calls in the order they come; those that came while others were under way go together. */
export function convergeCalls(deps: CallPorts): Calls {
  const queue: Waiting[] = [];
  let work: Promise<void> | undefined;
  let opened: Opened | undefined;

  async function workOff(): Promise<void> {
    // What is called in one go arrives in one go.
    await setImmediate();
    for (let batch = queue.splice(0); batch.length > 0; batch = queue.splice(0)) {
      try {
        if (!deps.stopRequested()) await makeAll(batch);
      } catch (error) {
        for (const one of batch.filter((each) => !each.isAnswered)) {
          deps.declarations.drop(one.declared.id);
          one.answer({ error: brokenWorld(error) });
        }
      }
      for (const one of batch) one.answer(undefined);
    }
    // At once, while nothing can come in between.
    work = undefined;
  }

  async function makeAll(batch: readonly Waiting[]): Promise<void> {
    await refuseWhileSuspended(deps.ledger);
    const apiIds = new Set(batch.map(({ declared }) => declared.resource.ApiId));
    await deps.lookForRenames(batch.map(({ declared }) => declared.resource));
    const known = new Set(opened?.signals.map(({ apiId }) => apiId));
    if ([...apiIds].some((apiId) => !known.has(apiId))) opened = await open(deps, opened);
    const { sequence } = opened as Opened;
    for (const apiId of apiIds) {
      const group = batch.filter(({ declared }) => declared.resource.ApiId === apiId);
      await makeGroup(deps, sequence, apiId, group);
    }
  }

  return {
    converge: (declared) =>
      new Promise((resolve) => {
        queue.push({
          declared,
          isAnswered: false,
          answer(answer) {
            this.isAnswered = true;
            resolve(answer);
          },
        });
        work ??= workOff();
      }),
    async idle() {
      while (work !== undefined) await work;
    },
    opened: () => opened,
  };
}

/**
 * Puts what is declared so far into force, before anything of it is touched: whatever happens then, the ledger knows
 * each API that the program is about. Called again where a program comes to another API.
 */
async function open({ change, ledger, declarations }: CallPorts, before: Opened | undefined): Promise<Opened> {
  const { document, diagnostics } = declarations.whole();
  if (document === undefined) throw new Failure(diagnostics[0]?.message ?? "The program declares too much.");
  const deps = {
    ledger: ledger.ledger,
    queue: { send: async () => {} },
    bus: { publish: async () => {} },
    clock,
    random: Math.random,
    log: SILENT,
  };
  const acceptance = await acceptDocument(deps, { ...change, body: declarations.text() });
  if (acceptance.outcome !== "accepted") throw new Failure("A newer revision of the program was accepted.");
  const { sequence, signals } = acceptance;
  const apiIds = new Set(signals.map(({ apiId }) => apiId));
  const earlier = (before?.signals ?? []).filter(({ apiId }) => !apiIds.has(apiId));
  return { sequence, signals: [...signals, ...earlier.map((signal) => ({ ...signal, sequence }))] };
}

/** Calls on one API, together. A conflict stops all of them before anything is touched: then each goes by itself. */
async function makeGroup(deps: CallPorts, sequence: number, apiId: string, group: readonly Waiting[]): Promise<void> {
  const { change, ledger, gateway, controlPlane } = deps;
  const resources = group.map(({ declared }) => declared.resource);
  const outcome = await convergeSlice(
    {
      ledger: ledger.ledger,
      requestRate: ledger.requestRate,
      controlPlane,
      gateway,
      clock,
      every,
      random: Math.random,
      log: SILENT,
    },
    { documentId: change.documentId, apiId, sequence, resources },
    {
      owner: deps.owner,
      deadline: Number.POSITIVE_INFINITY,
      stop: deps.stopRequested,
      onChange: deps.onChange,
    },
  );
  if (outcome.status === "superseded") throw new LeaseLostError("Another run of this program has begun.");
  if (isRefused(outcome) && group.length > 1) {
    for (const one of group) await makeGroup(deps, sequence, apiId, [one]);
    return;
  }
  for (const one of group) {
    const { declared } = one;
    const made = outcome.changes.find(({ logicalId }) => logicalId === declared.id);
    if (made?.status === "succeeded" && made.identifier !== undefined) {
      one.answer({ live: await liveOf(deps, made.identifier) });
    } else if (outcome.status === "failed") {
      deps.declarations.drop(declared.id);
      one.answer({ error: errorOf(declared.resource, made, outcome) });
    }
  }
}

/** Nothing was changed: no change has come to an end. */
function isRefused({ status, changes, diagnostics }: Outcome): boolean {
  const isMade = changes.some((change) => change.status === "succeeded");
  return status === "failed" && !isMade && !diagnostics.some(({ code }) => code.startsWith("SD6"));
}

async function liveOf({ controlPlane }: CallPorts, identifier: string): Promise<IntegrationResponse> {
  const live = controlPlane.lastSeen(identifier) ?? (await controlPlane.get(identifier));
  if (live === undefined) throw new Failure(`${identifier} was created, but AWS does not show it.`);
  return propertiesOf(live);
}

function propertiesOf({ identifier, properties, ...key }: LiveIntegrationResponse): IntegrationResponse {
  const { ApiId, IntegrationId, IntegrationResponseKey } = key;
  const IntegrationResponseId = identifier.slice(identifier.lastIndexOf("|") + 1);
  return { ApiId, IntegrationId, IntegrationResponseId, IntegrationResponseKey, ...properties };
}
