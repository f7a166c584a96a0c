import { type Clock, LeaseLostError } from "@specdrop/engine";
import type { Lease, Ledger, Log } from "./ports.ts";

/** What a killed run leaves behind blocks its API for no longer; a run that works on extends it. */
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
}

/** Does something again and again while other work goes on, until what it returns is called. */
export type Every = (milliseconds: number, beat: () => Promise<void>) => () => void;

interface LeaseDependencies {
  readonly ledger: Pick<Ledger, "acquireLease" | "renewLease" | "releaseLease">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Without it the lease is extended only when the work asks for it, and one slow change may outlast it. */
  readonly every?: Every;
}

/** Does the work as the API's only writer, and lets go whatever comes of it. Throws `LeaseHeldError` if it is taken. */
export async function underLease<T>(
  deps: LeaseDependencies,
  { apiId, owner, ttlMs }: { readonly apiId: string; readonly owner: string; readonly ttlMs: number },
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const acquired = await deps.ledger.acquireLease(apiId, owner, ttlMs, deps.clock.now());
  if (acquired === undefined) throw new LeaseHeldError(`Another run is writing to API ${apiId}`);

  let lease: Lease = acquired;
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
    return await work({ fence: lease.fence, hold });
  } finally {
    await keeping.stop();
    await letGo(deps, lease);
  }
}

/** Extends the lease while a change takes its time: minutes, where AWS is slow. What goes wrong once may go well the next time. */
function keepAlive(
  { every, log }: LeaseDependencies,
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
      log.warn("The lease was not extended", { error });
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
async function letGo(deps: LeaseDependencies, lease: Lease): Promise<void> {
  try {
    await deps.ledger.releaseLease(lease);
  } catch (error) {
    deps.log.warn("The lease was not released and will expire", { apiId: lease.apiId, error });
  }
}
