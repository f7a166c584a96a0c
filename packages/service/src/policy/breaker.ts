import { type Clock, isIntegrationResponse } from "@specdrop/engine";
import { wishKey } from "@specdrop/ledger/bids";
import type { CountedWithdrawal, DocumentRecord, Ledger, Revision, Suspension } from "@specdrop/ledger/port";
import { isPipelineDocument } from "../documents/identity.ts";
import type { Log } from "../ports/ports.ts";
import { count } from "../results/reason.ts";
import {
  type BreakerLimits,
  DEFAULT_BREAKER_LIMITS,
  isMany,
  isMassWithdrawal,
  tallyOf,
  type WithdrawalTally,
} from "./breaker-limits.ts";

/** Who holds withdrawals. */
export const BREAKER = "specdrop";

interface CountPorts {
  readonly ledger: Pick<
    Ledger,
    | "readSuspension"
    | "switchSuspension"
    | "noteWithdrawal"
    | "listWithdrawals"
    | "countOwned"
    | "listOwned"
    | "listBids"
    | "readDocument"
  >;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Without it nothing is counted: what a person withdraws on a terminal was asked for. */
  readonly breaker?: BreakerLimits;
}

/**
 * Counts a withdrawal that is about to be recorded, and holds all withdrawals if it is one too many. What crashes before
 * it is recorded was counted: none is ever applied that was not.
 */
export async function countWithdrawal(
  deps: CountPorts,
  documentId: string,
  apiIds: readonly string[],
  /** Before that it is not applied: epoch milliseconds. */
  until?: number,
): Promise<void> {
  const { ledger, clock, breaker } = deps;
  if (breaker === undefined) return;
  const at = clock.now();
  const before = await ledger.readSuspension("withdrawals");
  const period = periodOf(before);
  const responses = await countResponses(ledger, documentId, apiIds);
  const due = until === undefined ? {} : { until };
  await ledger.noteWithdrawal({ documentId, responses, at, ...due, period });
  if (before?.suspended) return;

  const tally = tallyOf(await ledger.listWithdrawals(period, at - breaker.minutes * 60_000));
  if (!isMany(tally, breaker)) return;
  const owned = await ledger.countOwned(at);
  if (!isMassWithdrawal(tally, owned, breaker)) return;
  const reason = reasonToHold(tally, owned, breaker.minutes);
  const { switched } = await ledger.switchSuspension({
    scope: "withdrawals",
    suspended: true,
    by: BREAKER,
    since: at,
    reason,
  });
  if (switched) deps.log.error("Withdrawals are held", { documentId, ...tally, owned, reason, help: HOW_TO_GO_ON });
}

function reasonToHold({ documents, responses }: WithdrawalTally, owned: number, minutes: number): string {
  const what = `${count(documents, "document")} with ${responses} of ${count(owned, "response")}`;
  return `${what} ${documents === 1 ? "was" : "were"} withdrawn within ${count(minutes, "minute")}`;
}

const HOW_TO_GO_ON =
  "None of them is applied. To apply them, resume with this ledger. To cancel a withdrawal, drop its document again.";

/** A document was dropped again, or its withdrawal came too late: it does not count. */
export async function uncountWithdrawal(deps: CountPorts, documentId: string): Promise<void> {
  if (deps.breaker === undefined) return;
  const period = periodOf(await deps.ledger.readSuspension("withdrawals"));
  await deps.ledger.noteWithdrawal({ documentId, responses: 0, at: deps.clock.now(), period });
}

/** Holding and letting go take turns: what was counted before they were last let go counts no more. */
function periodOf(hold: Suspension | undefined): number {
  return Math.floor((hold?.count ?? 0) / 2);
}

/** What another document in force waits to take over is not lost. */
async function countResponses(
  ledger: Pick<Ledger, "listOwned" | "listBids" | "readDocument">,
  documentId: string,
  apiIds: readonly string[],
): Promise<number> {
  let responses = 0;
  for (const apiId of apiIds) {
    const owned = (await ledger.listOwned(apiId)).filter(
      (resource) => resource.documentId === documentId && isIntegrationResponse(resource),
    );
    const wanted = owned.length === 0 ? NOTHING : await wantedOf(ledger, documentId, apiId);
    responses += owned.filter((resource) => !wanted.has(wishKey(resource))).length;
  }
  return responses;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The keys that others bid for on an API, with a revision that is in force. */
async function wantedOf(
  ledger: Pick<Ledger, "listBids" | "readDocument">,
  documentId: string,
  apiId: string,
): Promise<ReadonlySet<string>> {
  const wanted = new Set<string>();
  for (const bid of await ledger.listBids(apiId)) {
    if (bid.documentId === documentId) continue;
    const current = (await ledger.readDocument(bid.documentId))?.current;
    if (current?.kind !== "accepted" || current.sequence !== bid.sequence) continue;
    for (const { key } of bid.wishes) wanted.add(key);
  }
  return wanted;
}

/** Whether it is one that the breaker holds while it holds any: what the command line applied is never held. */
export function isHoldable(documentId: string, { kind }: Pick<Revision, "kind">): boolean {
  return kind === "withdrawn" && isPipelineDocument(documentId);
}

/** The hold on a revision, if it is a withdrawal and there is one. */
export async function holdOn(
  ledger: Pick<Ledger, "readSuspension">,
  documentId: string,
  revision: Pick<Revision, "kind">,
): Promise<Suspension | undefined> {
  const hold = isHoldable(documentId, revision) ? await ledger.readSuspension("withdrawals") : undefined;
  return hold?.suspended ? hold : undefined;
}

/** However long others go on withdrawing, none waits for longer. */
const LONGEST_BURST_MS = 120_000;

/**
 * Until when a withdrawal waits for others that came after it and may not be applied yet: a burst is counted as a whole
 * before its first deletion, however long it lasts. `undefined` where it need not wait.
 */
export async function burstEnd(
  ledger: Pick<Ledger, "readSuspension" | "listWithdrawals">,
  documentId: string,
  { seenAt, appliesFrom = 0 }: Pick<Revision, "seenAt" | "appliesFrom">,
  now: number,
): Promise<number | undefined> {
  if (now >= appliesFrom + LONGEST_BURST_MS) return undefined;
  const period = periodOf(await ledger.readSuspension("withdrawals"));
  const others = (await ledger.listWithdrawals(period, seenAt)).filter(
    (other) => other.documentId !== documentId && other.responses > 0,
  );
  const end = Math.max(0, ...others.map(({ until = 0 }) => until));
  return end > now ? end : undefined;
}

/** What the breaker counted since shortly before it began to hold, as far as it still waits. */
export async function heldWithdrawals(
  ledger: Pick<Ledger, "listWithdrawals" | "readDocument" | "readChangeSet">,
  hold: Suspension,
  { minutes }: BreakerLimits = DEFAULT_BREAKER_LIMITS,
): Promise<readonly CountedWithdrawal[]> {
  const counted = await ledger.listWithdrawals(periodOf(hold), hold.since - minutes * 60_000);
  const waiting: CountedWithdrawal[] = [];
  for (const withdrawal of counted) {
    const record = await ledger.readDocument(withdrawal.documentId);
    if (record !== undefined && (await isBeingWithdrawn(ledger, record))) waiting.push(withdrawal);
  }
  return waiting.sort((one, other) => (one.documentId < other.documentId ? -1 : 1));
}

/**
 * Ends a hold that holds nothing any more, for everything was dropped again or handed over; a hold that nobody was told of
 * ends without a word. `false` where something waits.
 */
export async function endIdleHold(
  {
    ledger,
    clock,
    breaker,
  }: CountPorts & { readonly ledger: Pick<Ledger, "readChangeSet" | "markSuspensionAnnounced"> },
  hold: Suspension,
): Promise<boolean> {
  if ((await heldWithdrawals(ledger, hold, breaker)).length > 0) return false;
  const reason = "no withdrawal is waiting any more";
  const change = { scope: "withdrawals", suspended: false, by: BREAKER, since: clock.now(), reason } as const;
  const { switched, suspension } = await ledger.switchSuspension(change);
  if (switched && suspension !== undefined && !hold.told) {
    await ledger.markSuspensionAnnounced(suspension.count, "withdrawals");
  }
  return true;
}

/** Whether a document is withdrawn, and not everything of it has gone yet. */
export async function isBeingWithdrawn(
  ledger: Pick<Ledger, "readChangeSet">,
  { documentId, current }: DocumentRecord,
): Promise<boolean> {
  if (current === undefined || !isHoldable(documentId, current)) return false;
  for (const apiId of current.apiIds) {
    const changeSet = await ledger.readChangeSet(documentId, apiId);
    if ((changeSet?.settledSequence ?? 0) < current.sequence) return true;
  }
  return false;
}
