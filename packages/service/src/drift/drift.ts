import {
  type Clock,
  type ControlPlane,
  type Outcome,
  planChanges,
  type Random,
  type RequestRate,
} from "@specdrop/engine";
import { type ChangeResult, isOfRoute } from "@specdrop/events";
import type { ChangeSetState, Ledger, Revision } from "@specdrop/ledger/port";
import { randomId } from "@specdrop/ledger/run-id";
import { changeSetOf } from "../documents/change-set.ts";
import type { DeclaredDocument } from "../documents/content.ts";
import { fingerprintOf } from "../documents/identity.ts";
import type { ResultBus } from "../ports/ports.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import { drift } from "../results/results.ts";
import { storeWhole } from "../results/whole-result.ts";

export interface FindDriftPorts {
  readonly ledger: Pick<Ledger, "listOwned">;
  readonly controlPlane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly requestRate?: RequestRate;
  /** The engine's, unless a test brings another. */
  readonly plan?: typeof planChanges;
}

/** How live state compares with what a revision declares on one API. */
export interface DriftFinding {
  /** Whether AWS lets the API be read; if not, the outcome says why. */
  readonly isReadable: boolean;
  /** Absent where everything is as declared. */
  readonly fingerprint?: string;
  /** The changes it would take, and the conflicts that stand in their way. */
  readonly outcome: Outcome;
}

/** What a revision asks of one API. */
interface ExpectedState {
  readonly documentId: string;
  readonly apiId: string;
  readonly declared: DeclaredDocument;
}

/** Whether a revision was made live on an API, so that live state can drift from it. */
export function isConverged(changeSet: ChangeSetState | undefined, { kind, sequence }: Revision): boolean {
  const { result } = changeSet ?? {};
  if (kind !== "accepted" || result?.sequence !== sequence) return false;
  return result.event.detailType === "ApplySucceeded" || result.event.detailType === "ApplyUnchanged";
}

/** Plans a revision again, under no lease and touching nothing. Throws a retryable ControlPlaneError where AWS cannot be read now. */
export async function findDrift(
  deps: FindDriftPorts,
  { documentId, apiId, declared }: ExpectedState,
): Promise<DriftFinding> {
  const changeSet = await changeSetOf(deps.ledger, { documentId, apiId, apiIds: [apiId], declared });
  const { ledger, controlPlane, clock, random, requestRate } = deps;
  const rate = requestRate === undefined ? {} : { requestRate };
  // What is around the responses has nothing to do with whether they are as declared.
  const outcome = await (deps.plan ?? planChanges)(changeSet, { ledger, controlPlane, clock, random, ...rate });
  if (outcome.status !== "planned") return { isReadable: false, outcome };
  const findings = differences(outcome);
  return { isReadable: true, outcome, ...(findings.length === 0 ? {} : { fingerprint: fingerprintOf(findings) }) };
}

/** A route that is gone took its response with it: nothing is missing, and the next run forgets it. */
function isForgottenRoute(change: ChangeResult): boolean {
  return isOfRoute(change) && change.action === "forget" && change.gone === true;
}

function differences({ changes, diagnostics }: Outcome): readonly unknown[] {
  const differing = changes.filter(
    (change) => (change.action !== "none" || change.status === "failed") && !isForgottenRoute(change),
  );
  const conflicts = diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
  return [
    ...differing.map(({ logicalId, action, identifier, integrationId, integrationResponseKey, routeId, ...rest }) =>
      JSON.stringify([
        ...[logicalId, action, identifier ?? "", integrationId, integrationResponseKey, rest.error?.code ?? ""],
        rest.changedProperties,
        ...(routeId === undefined ? [] : [routeId]),
      ]),
    ),
    ...conflicts,
  ].sort();
}

/** Whether something was told to differ that has not been told to be as declared since. */
export function isOpen(changeSet: ChangeSetState | undefined): boolean {
  return changeSet?.drift?.fingerprint !== undefined;
}

interface TellDriftPorts {
  readonly ledger: Pick<Ledger, "noteDrift" | "markDriftPublished">;
  readonly store: Pick<SpecStore, "write">;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
}

/** What has become of live state, to be told once. Without a fingerprint it is as declared, or nothing is declared any more. */
export interface DriftNews {
  readonly fingerprint?: string | undefined;
  readonly outcome: Pick<Outcome, "changes" | "summary" | "diagnostics"> &
    Partial<Pick<Outcome, "deployment" | "omittedChanges">>;
  /** Milliseconds. */
  readonly durationMs: number;
}

/**
 * Writes to the ledger that drift came, changed or went, publishes it and marks it published, in this order. Returns
 * its number; `undefined` where another process was faster, or a newer revision has settled.
 */
export async function tellDrift(
  deps: TellDriftPorts,
  changeSet: ChangeSetState,
  revision: Revision,
  { fingerprint, outcome, durationMs }: DriftNews,
): Promise<{ readonly count: number; readonly event: ReturnType<typeof drift> } | undefined> {
  const { documentId, apiId, settledSequence } = changeSet;
  const count = (changeSet.drift?.count ?? 0) + 1;
  const { changes, summary, diagnostics, deployment, omittedChanges = 0 } = outcome;
  const whole = drift(
    { documentId, revision, now: deps.clock.now() },
    apiId,
    fingerprint === undefined ? "DriftResolved" : "DriftDetected",
    { count, uid: randomId(deps.random) },
    {
      ...{ changes, summary, diagnostics, durationMs },
      ...(omittedChanges === 0 ? {} : { omittedChanges }),
      ...(deployment === undefined ? {} : { deployment }),
    },
  );
  const event = await storeWhole(deps.store, whole, count);
  const note = { count, event, ...(fingerprint === undefined ? {} : { fingerprint }) };
  if (!(await deps.ledger.noteDrift(documentId, apiId, settledSequence, note))) return undefined;
  await deps.bus.publish([event]);
  await deps.ledger.markDriftPublished(documentId, apiId, count);
  return { count, event };
}

/** Publishes what a crash left unpublished of a change set's drift. */
export async function publishOwedDrift(
  deps: Pick<TellDriftPorts, "bus"> & { readonly ledger: Pick<Ledger, "markDriftPublished"> },
  { documentId, apiId, drift: noted }: ChangeSetState,
): Promise<void> {
  if (noted === undefined || noted.published) return;
  await deps.bus.publish([noted.event]);
  await deps.ledger.markDriftPublished(documentId, apiId, noted.count);
}
