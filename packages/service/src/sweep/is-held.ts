import type { Clock } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";

/**
 * Whether a run seems to be at work on the API: it may take long, but it will come to an end. A lease that runs for longer
 * than any can was written by a clock that is fast: nothing waits for that.
 */
export async function isHeld(
  { ledger, clock }: { readonly ledger: Pick<Ledger, "readLease">; readonly clock: Pick<Clock, "now"> },
  apiId: string,
): Promise<boolean> {
  const lease = await ledger.readLease(apiId);
  const leftMs = lease === undefined ? 0 : lease.expiresAt - clock.now();
  return lease !== undefined && leftMs > 0 && leftMs <= 2 * lease.ttlMs;
}
