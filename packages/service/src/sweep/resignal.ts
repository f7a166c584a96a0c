import type { Clock } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { hasSettled, signalsOf } from "../documents/unsettled.ts";
import { suspensionIn } from "../policy/suspension.ts";
import { logAbout } from "../ports/log.ts";
import type { Log } from "../ports/ports.ts";
import type { SignalQueue } from "../ports/signals.ts";
import { resumedAt } from "./in-turn.ts";
import { documentsIn } from "./sweep.ts";

export interface ResignalPorts {
  readonly ledger: Ledger;
  readonly queue: SignalQueue;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** What was signalled again after a suspension. */
export interface Resignalled {
  readonly signalsSent: number;
  /** Documents that could not be looked at; a sweep will. */
  readonly failed: number;
}

/**
 * Signals every change set that has not settled, without waiting for it to grow old: signals that came while applying
 * was suspended have ended quietly. What the time does not suffice for is left to the sweep.
 */
export async function resignal(deps: ResignalPorts, { deadline }: { readonly deadline: number }): Promise<Resignalled> {
  let signalsSent = 0;
  if ((await suspensionIn(deps.ledger)) !== undefined) return { signalsSent, failed: 0 };
  const listed = await documentsIn(deps);
  let { failed } = listed;
  for (const documentId of listed.documentIds) {
    if (deps.clock.now() >= deadline) break;
    try {
      signalsSent += await resignalDocument(deps, documentId);
    } catch (error) {
      failed += 1;
      logAbout(deps.log, { documentId }).error("Could not signal a document again", { error });
    }
  }
  deps.log.info("Signalled again after a suspension", { signalsSent, failed });
  return { signalsSent, failed };
}

async function resignalDocument({ ledger, queue, clock }: ResignalPorts, documentId: string): Promise<number> {
  const record = await ledger.readDocument(documentId);
  if (record === undefined) return 0;
  let sent = 0;
  for (const signal of signalsOf(record, resumedAt(clock.now()))) {
    if (hasSettled(await ledger.readChangeSet(documentId, signal.apiId), signal.sequence)) continue;
    await queue.send(signal);
    sent += 1;
  }
  return sent;
}
