import type { OperationsEvent, SuspensionData } from "@specdrop/events";
import type { Ledger, Log, OperationsBus, Signal, Suspension } from "./ports.ts";

interface TellDependencies {
  readonly ledger: Pick<Ledger, "readSuspension" | "markSuspensionTold">;
  /** Nobody is told without it. */
  readonly operations?: OperationsBus;
  readonly log: Log;
}

/** The suspension in force, if there is one. */
export async function suspensionIn(ledger: Pick<Ledger, "readSuspension">): Promise<Suspension | undefined> {
  const suspension = await ledger.readSuspension();
  return suspension?.suspended ? suspension : undefined;
}

/**
 * Tells people of the last switch, unless somebody has, and returns the suspension in force. Telling is not worth a
 * failure: whoever comes next tries again.
 */
export async function tellSuspension(deps: TellDependencies): Promise<Suspension | undefined> {
  const suspension = await deps.ledger.readSuspension();
  if (suspension !== undefined && !suspension.told && deps.operations !== undefined) {
    try {
      await deps.operations.announce([switchEvent(suspension)]);
      await deps.ledger.markSuspensionTold(suspension.count);
    } catch (error) {
      deps.log.error("Nobody was told of the suspension, or of its end", { error });
    }
  }
  return suspension?.suspended ? suspension : undefined;
}

/** Tells that what a signal asks for was accepted, and waits. Once for each revision on each API. */
export async function tellWaiting(
  { operations, log }: Pick<TellDependencies, "operations" | "log">,
  signal: Signal,
  suspension: Suspension,
  now: number,
): Promise<void> {
  if (operations === undefined || signal.part !== 0 || signal.repair !== undefined) return;
  try {
    await operations.announce([waitingEvent(signal, suspension, now)]);
  } catch (error) {
    log.error("Nobody was told that the document waits", { error });
  }
}

/** Deterministic, so that a repeat is known as one. */
function switchEvent(suspension: Suspension): OperationsEvent {
  const { suspended, count, since } = suspension;
  return {
    detailType: suspended ? "Suspended" : "Resumed",
    detail: {
      metadata: { id: `suspension-${count}-${since}`, version: "1", time: iso(since) },
      data: dataOf(suspension),
    },
  };
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
