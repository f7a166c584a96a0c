import type { Clock } from "@specdrop/engine";
import { LeaseLostError } from "@specdrop/engine/errors";
import type { Lease } from "@specdrop/ledger/lease";
import { isUnchanged, type LeaseWatch, untilAbandoned, watchLease } from "@specdrop/ledger/lease";
import type { Ledger } from "@specdrop/ledger/port";
import type { Log } from "../ports/ports.ts";

/** Who finds a lease unchanged for so long takes it: its run was killed. A run that works on extends it. */
export const DEFAULT_LEASE_TTL_MS = 60_000;

/** Somebody else is writing to the API: the same work succeeds later. */
export class LeaseHeldError extends Error {
  override readonly name = "LeaseHeldError";
  readonly retryable = true;
}

/** The lease of a run, as the run sees it. */
export interface HeldLease {
  readonly fence: number;
  /** Extends the lease once half of it has passed. Throws `LeaseLostError` if somebody else has taken it. */
  readonly hold: () => Promise<void>;
  /** Whoever had it before did not let go: what a killed run has sent may still be under way. */
  readonly isInherited: boolean;
}

/** Does something again and again while other work goes on, until what it returns is called. */
export type Every = (milliseconds: number, beat: () => Promise<void>) => () => void;

interface LeasePorts {
  readonly ledger: Pick<Ledger, "acquireLease" | "readLease" | "renewLease" | "releaseLease">;
  readonly clock: Clock;
  readonly log: Log;
  /** Without it the lease is extended only when the work asks for it, and one slow change may outlast it. */
  readonly every?: Every;
}

export interface LeaseRequest {
  readonly apiId: string;
  /** Names the run among all that compete. */
  readonly owner: string;
  readonly ttlMs: number;
  /** Epoch milliseconds: nothing is waited for that would last longer. */
  readonly deadline?: number | undefined;
  /** Asked while waiting: no longer, once it says yes. */
  readonly stop?: (() => boolean) | undefined;
}

/**
 * Does the work as the API's only writer, and lets go whatever comes of it. Where another run has the API it waits for
 * as long as it takes to see whether that lives: it throws `LeaseHeldError` if so, or if there is no time to find out.
 */
export async function underLease<T>(
  deps: LeasePorts,
  request: LeaseRequest,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const { ttlMs } = request;
  const isInherited = (await deps.ledger.readLease(request.apiId)) !== undefined;
  let lease: Lease = await acquire(deps, request);
  let lost: LeaseLostError | undefined;
  const renew = async () => {
    lease = await deps.ledger.renewLease(lease, ttlMs, deps.clock.now());
  };
  const hold = async () => {
    if (lost !== undefined) throw lost;
    if (lease.expiresAt - deps.clock.now() < ttlMs / 2) await renew();
  };
  const keeping = keepAlive(deps, ttlMs / 3, renew, (error) => {
    lost = error;
  });
  try {
    return await work({ fence: lease.fence, hold, isInherited });
  } finally {
    await keeping.stop();
    await releaseQuietly(deps, lease);
  }
}

/** Between two looks at another's lease, as a share of its time to live. */
const LOOKS = 12;

/**
 * Takes the lease where it is free, or where it has not changed for its time to live while this run was watching. Whether
 * it has expired by a clock says nothing: the clock that wrote it, or ours, may be wrong by a day.
 */
async function acquire({ ledger, clock, log }: LeasePorts, request: LeaseRequest): Promise<Lease> {
  const { apiId, owner, ttlMs, deadline = Number.POSITIVE_INFINITY, stop = () => false } = request;
  let watch: LeaseWatch | undefined;
  let waitedMs = 0;
  for (let missed = 0; ; ) {
    const abandoned = watch !== undefined && untilAbandoned(watch) === 0 ? watch.lease : undefined;
    const acquired = await ledger.acquireLease(apiId, owner, ttlMs, clock.now(), abandoned);
    if (acquired !== undefined) {
      if (abandoned !== undefined) log.warn("Took over an abandoned lease", { from: abandoned.owner });
      return acquired;
    }
    const held = await ledger.readLease(apiId);
    // Let go since it was asked for, so it is asked for again; but no lease may be so odd that this never ends.
    if (held === undefined && ++missed < LOOKS) continue;
    if (held === undefined) throw new LeaseHeldError(`Other runs keep taking the lease of API ${apiId}`);
    // Refused as abandoned, it was extended or taken just now.
    const isAlive = abandoned !== undefined || (watch !== undefined && !isUnchanged(watch.lease, held));
    watch = watchLease(watch, held, waitedMs);
    const neededMs = untilAbandoned(watch);
    if (isAlive || stop() || clock.now() + neededMs > deadline) {
      throw new LeaseHeldError(`Another run is writing to API ${apiId} (${held.owner}, fence ${held.fence})`);
    }
    waitedMs = Math.min(neededMs, Math.ceil(held.ttlMs / LOOKS));
    if (waitedMs > 0) await clock.sleep(waitedMs);
  }
}

/** Extends the lease while a change takes its time: minutes, where AWS is slow. What goes wrong once may go well the next time. */
function keepAlive(
  { every, log }: LeasePorts,
  milliseconds: number,
  renew: () => Promise<void>,
  onLost: (error: LeaseLostError) => void,
): { readonly stop: () => Promise<void> } {
  let renewing: Promise<void> | undefined;
  const beat = async () => {
    try {
      await renew();
    } catch (error) {
      if (error instanceof LeaseLostError) onLost(error);
      log.warn("Could not extend the lease", { error });
    }
    renewing = undefined;
  };
  const cancel = every?.(milliseconds, async () => {
    renewing ??= beat();
    await renewing;
  });
  return {
    async stop() {
      cancel?.();
      await renewing;
    },
  };
}

/** A lease that cannot be released expires by itself; what the run came to matters more. */
async function releaseQuietly(deps: LeasePorts, lease: Lease): Promise<void> {
  try {
    await deps.ledger.releaseLease(lease);
  } catch (error) {
    deps.log.warn("Could not release the lease; it will expire", { apiId: lease.apiId, error });
  }
}
