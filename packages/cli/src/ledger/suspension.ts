import type { Ledger } from "@specdrop/ledger/port";
import { suspensionIn } from "@specdrop/service";
import { Failure } from "../terminal/failure.ts";

/** Throws where applying is suspended. */
export async function refuseWhileSuspended(ledger: Pick<Ledger, "readSuspension">): Promise<void> {
  const suspension = await suspensionIn(ledger);
  if (suspension === undefined) return;
  const { by, since, reason } = suspension;
  const why = reason === undefined ? "" : ` (${reason})`;
  throw new Failure(
    `Applying is suspended since ${new Date(since).toISOString()} by ${by}${why}. Nothing was touched. ` +
      "End it with specdrop resume and the same --ledger, and run again.",
  );
}
