/** The right to be the only writer of an API. */
export interface Lease {
  readonly apiId: string;
  readonly owner: string;
  /** Grows with every new holder; writes that carry a smaller one are refused. */
  readonly fence: number;
  /** Epoch milliseconds, by the holder's clock: for people to read. Nobody takes a lease for what a clock says. */
  readonly expiresAt: number;
  /** How often this holder has extended it: others see by it that the holder lives. */
  readonly renewals: number;
  /** For how many milliseconds others have to see it unchanged before they may take it. */
  readonly ttlMs: number;
}

/** An API's lease as a ledger keeps it. A released one keeps its fence and loses the rest. */
export interface StoredLease extends Partial<Omit<Lease, "apiId" | "fence">> {
  readonly apiId: string;
  readonly fence: number;
}

/** What an item says that an older version wrote: it knew of no other time to live. */
const OLDER_TTL_MS = 60_000;

/** The lease that is held; absent where nobody holds it. */
export function leaseOf({ apiId, fence, owner, expiresAt, renewals = 0, ttlMs }: StoredLease): Lease | undefined {
  if (owner === undefined || expiresAt === undefined) return undefined;
  return { apiId, owner, fence, expiresAt, renewals, ttlMs: ttlMs ?? OLDER_TTL_MS };
}

/** The first state of a lease that `owner` gets. */
export function newLease(apiId: string, owner: string, fence: number, ttlMs: number, now: number): Lease {
  return { apiId, owner, fence, expiresAt: now + ttlMs, renewals: 0, ttlMs };
}

/** Whether nothing was done to a lease between two looks at it. An older version extends `expiresAt` alone. */
export function isUnchanged(before: Lease, now: Lease): boolean {
  return before.fence === now.fence && before.renewals === now.renewals && before.expiresAt === now.expiresAt;
}

/** Somebody else's lease as one run has seen it. */
export interface LeaseWatch {
  readonly lease: Lease;
  /** How long the run has waited and seen no change, in milliseconds. */
  readonly unchangedMs: number;
}

/** What a run knows of a lease that it sees now, when it has waited for `waitedMs` since the look before. */
export function watchLease(before: LeaseWatch | undefined, lease: Lease, waitedMs: number): LeaseWatch {
  const isSame = before !== undefined && isUnchanged(before.lease, lease);
  return { lease, unchangedMs: isSame ? before.unchangedMs + waitedMs : 0 };
}

/** For how many milliseconds a run has to go on watching before it may take the lease: a holder that lives extends it. */
export function untilAbandoned({ lease, unchangedMs }: LeaseWatch): number {
  return Math.max(0, lease.ttlMs - unchangedMs);
}
