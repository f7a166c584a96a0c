import { acceptedRequest } from "./errors.ts";
import type { OwnedResource, UnfinishedWrite } from "./model.ts";
import { callsFor } from "./ports.ts";
import { send, tokenFor } from "./requests.ts";
import { claim, type Run, release, timeAtAws } from "./run.ts";

/** Deletes the response, then lets go of it: in that order, so that a run that dies in between tries again. */
export async function remove(run: Run, owned: OwnedResource, identifier: string): Promise<void> {
  try {
    await send(
      run,
      "delete",
      (attempt) => tokenFor(run, "delete", identifier, attempt),
      (token) => callsFor(run.ports.controlPlane, owned).delete(identifier, token),
    );
  } catch (error) {
    await noteUnfinished(run, owned, { operation: "delete", identifier }, error);
    throw error;
  }
  await release(run, owned);
}

/** Records a write that AWS accepted and whose end is unknown, so that the next run asks for it before it plans anything. */
export async function noteUnfinished(
  run: Run,
  owned: OwnedResource,
  write: Pick<UnfinishedWrite, "operation" | "identifier">,
  error: unknown,
): Promise<void> {
  const requestToken = acceptedRequest(error);
  if (requestToken === undefined) return;
  await claim(run, { ...owned, unfinished: { ...write, requestToken, startedAt: timeAtAws(run) } });
}
