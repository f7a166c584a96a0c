import type { DocumentRecord, Revision } from "@specdrop/ledger/port";
import { type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import type { Signal } from "../ports/signals.ts";
import { endUnapplied } from "../reconcile/give-up.ts";
import { LeaseHeldError } from "../reconcile/lease.ts";
import type { DocumentSweep } from "./ports.ts";

/**
 * EventBridge tries for a day to deliver an event, and Lambda for six hours more: what nobody has told by then, nobody
 * will. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
const EVENTS_COME_FOR_MS = 31 * 3_600_000;

/**
 * Whether the text of the revision in force is gone, and no event has said why: no run can do anything about it. One
 * that a rejected text has overwritten is another matter: a run ends that.
 */
export async function isTextLost(
  { store }: Pick<DocumentSweep, "store">,
  { head }: DocumentRecord,
  { kind, sequence, source }: Revision,
): Promise<boolean> {
  if (kind !== "accepted" || head.sequence !== sequence) return false;
  return (await store.read(source)) === undefined;
}

/** Waits for the event that explains it, and ends the revision once there can be none: what it owns stays as it is. */
export async function endLost(deps: DocumentSweep, signal: Signal, { seenAt, source }: Revision): Promise<void> {
  const { apiId } = signal;
  // Another text has an event of its own, which may have set out just now.
  const { modifiedAt = seenAt } = (await deps.store.read({ bucket: source.bucket, key: source.key })) ?? {};
  if (deps.clock.now() - Math.max(seenAt, modifiedAt) < EVENTS_COME_FOR_MS) {
    deps.log.warn("The object is gone, and no S3 event explains why yet", { apiId });
    return;
  }
  try {
    const ended = await endUnapplied(deps, signal, `sweep ${deps.clock.now()}`, (revision) => lost(signal, revision));
    if (ended.outcome === "settled") deps.done.ended += 1;
  } catch (error) {
    if (!(error instanceof LeaseHeldError)) throw error;
    deps.log.info("A run is using the API; the next sweep ends the revision", { apiId });
  }
}

function lost({ documentId, apiId }: Signal, { sequence }: Revision): Diagnostic {
  return {
    code: "SD6004",
    severity: "error",
    message: `Revision ${sequence} disappeared from the bucket before it was applied to API ${apiId}, and no S3 event explains why.`,
    file: documentId,
    range: START_OF_TEXT,
    pointer: "",
    help: "The responses that the document owns stay as they are. Drop the document again; to withdraw it, drop it and then delete it.",
  };
}
