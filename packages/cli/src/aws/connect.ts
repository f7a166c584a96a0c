import type { Clock } from "@specdrop/engine";
import { type OpenLedger, openLedger } from "../ledger/open.ts";
import { type OpenControlPlane, openControlPlane } from "./cloud-control.ts";

/** A ledger to write to, and AWS. */
export interface Connection extends Omit<OpenControlPlane, "close"> {
  readonly ledger: OpenLedger;
  close(): Promise<void>;
}

/** Opens what `--ledger` names, and Cloud Control at the pace that all share who use that ledger. */
export async function connect(ledgerName: string, clock?: Clock): Promise<Connection> {
  const ledger = await openLedger(ledgerName);
  const { close, ...aws } = await openControlPlane({ ...ledger, ...(clock && { clock }) }).catch(
    async (error: unknown) => {
      await ledger.close();
      throw error;
    },
  );
  return {
    ledger,
    ...aws,
    async close() {
      close();
      await ledger.close();
    },
  };
}
