import type { LiveResource, OwnedResource } from "./model.ts";
import { type Run, release, send, tokenFor } from "./run.ts";

/** Deletes the response, then lets go of it: in that order, so that a run that dies in between tries again. */
export async function remove(run: Run, owned: OwnedResource, live: LiveResource): Promise<void> {
  await send(
    run,
    "delete",
    (attempt) => tokenFor(run, "delete", live.identifier, attempt),
    (token) => run.ports.controlPlane.delete(live.identifier, token),
  );
  await release(run, owned);
}
