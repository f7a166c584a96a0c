import type { OwnedResource } from "./model.ts";
import { type Run, release, send, tokenFor } from "./run.ts";

/** Deletes the response, then lets go of it: in that order, so that a run that dies in between tries again. */
export async function remove(run: Run, owned: OwnedResource, identifier: string): Promise<void> {
  await send(
    run,
    "delete",
    (attempt) => tokenFor(run, "delete", identifier, attempt),
    (token) => run.ports.controlPlane.delete(identifier, token),
  );
  await release(run, owned);
}
