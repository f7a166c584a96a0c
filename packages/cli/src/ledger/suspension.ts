import { suspensionIn } from "@specdrop/service/policy";
import { Failure } from "../terminal/failure.ts";
import { resumeCommand } from "./ledger-commands.ts";
import type { OpenLedger } from "./open.ts";

/** Throws where applying is suspended. */
export async function refuseWhileSuspended({ ledger, name }: Pick<OpenLedger, "ledger" | "name">): Promise<void> {
  const suspension = await suspensionIn(ledger);
  if (suspension === undefined) return;
  const { by, since, reason } = suspension;
  const why = reason === undefined ? "" : ` (${reason})`;
  throw new Failure(
    `Applying is suspended since ${new Date(since).toISOString()} by ${by}${why}. Nothing was changed. ` +
      `To end it: ${resumeCommand(name)}. Then run this again.`,
  );
}
