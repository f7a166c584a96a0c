import { MAX_HELD_LISTED, type OperationsEvent, type SuspensionData } from "@specdrop/events";
import type { Ledger, Suspension, SuspensionScope } from "@specdrop/ledger/port";
import type { Log, OperationsBus } from "../ports/ports.ts";
import type { Signal } from "../ports/signals.ts";
import { heldWithdrawals } from "./breaker.ts";
import { type BreakerLimits, tallyOf } from "./breaker-limits.ts";

interface TellSuspensionPorts {
  readonly ledger: Pick<
    Ledger,
    "readSuspension" | "markSuspensionAnnounced" | "listWithdrawals" | "readDocument" | "readChangeSet"
  >;
  /** Nobody is told without it. */
  readonly operations?: OperationsBus;
  readonly log: Log;
  /** The limits that withdrawals are held by. */
  readonly breaker?: BreakerLimits;
}

/** The suspension in force, if there is one. */
export async function suspensionIn(
  ledger: Pick<Ledger, "readSuspension">,
  scope?: SuspensionScope,
): Promise<Suspension | undefined> {
  const suspension = await ledger.readSuspension(scope);
  return suspension?.suspended ? suspension : undefined;
}

/**
 * Tells people of the last switch, unless somebody has, and returns the suspension in force. Telling is not worth a
 * failure: whoever comes next tries again.
 */
export async function tellSuspension(
  deps: TellSuspensionPorts,
  scope: SuspensionScope = "applying",
): Promise<Suspension | undefined> {
  const suspension = await deps.ledger.readSuspension(scope);
  if (suspension !== undefined && !suspension.told && deps.operations !== undefined) {
    try {
      await deps.operations.announce([await eventOf(deps, suspension)]);
      await deps.ledger.markSuspensionAnnounced(suspension.count, scope);
    } catch (error) {
      deps.log.error("The event about a suspension or a resume was not sent", { scope, error });
    }
  }
  return suspension?.suspended ? suspension : undefined;
}

/** Tells that what a signal asks for was accepted, and waits. Once for each revision on each API. */
export async function tellWaiting(
  { operations, log }: Pick<TellSuspensionPorts, "operations" | "log">,
  signal: Signal,
  suspension: Suspension,
  now: number,
): Promise<void> {
  const isFirst = signal.invocation === 0 && (signal.cause === "accepted" || signal.cause === "woken");
  if (operations === undefined || !isFirst || signal.repair !== undefined) return;
  try {
    await operations.announce([waitingEvent(signal, suspension, now)]);
  } catch (error) {
    log.error("The event SpecWaiting was not sent", { error });
  }
}

/** Deterministic ids, so that a repeat is known as one. */
async function eventOf(deps: TellSuspensionPorts, suspension: Suspension): Promise<OperationsEvent> {
  const { scope, suspended, count, since } = suspension;
  const metadata = { version: "1", time: iso(since) } as const;
  const data = dataOf(suspension);
  if (scope === undefined) {
    const detail = { metadata: { ...metadata, id: `suspension-${count}-${since}` }, data };
    return { detailType: suspended ? "Suspended" : "Resumed", detail };
  }
  const id = `withdrawals-${count}-${since}`;
  if (!suspended) return { detailType: "WithdrawalsReleased", detail: { metadata: { ...metadata, id }, data } };
  const waiting = await heldWithdrawals(deps.ledger, suspension, deps.breaker);
  const documentIds = waiting.slice(0, MAX_HELD_LISTED).map(({ documentId }) => documentId);
  const detail = { metadata: { ...metadata, id }, data: { ...data, ...tallyOf(waiting), documentIds } };
  return { detailType: "WithdrawalsHeld", detail };
}

function waitingEvent(
  { documentId, apiId, sequence, correlationId }: Signal,
  suspension: Suspension,
  now: number,
): OperationsEvent {
  return {
    detailType: "SpecWaiting",
    detail: {
      metadata: {
        id: `waiting-${suspension.count}-${documentId}-${apiId}-${sequence}-${correlationId}`,
        version: "1",
        time: iso(now),
      },
      data: { documentId, apiId, sequence, correlationId, suspension: dataOf(suspension) },
    },
  };
}

function dataOf({ by, since, reason }: Suspension): SuspensionData {
  return { by, since: iso(since), ...(reason === undefined ? {} : { reason }) };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
