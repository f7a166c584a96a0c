import type { Clock } from "@specdrop/engine";
import type { Ledger } from "../ports.ts";

/** Whether a run is at work on the API: it may take long, but it will come to an end. */
export async function isHeld(
  { ledger, clock }: { readonly ledger: Pick<Ledger, "readLease">; readonly clock: Pick<Clock, "now"> },
  apiId: string,
): Promise<boolean> {
  const lease = await ledger.readLease(apiId);
  return lease !== undefined && lease.expiresAt > clock.now();
}
