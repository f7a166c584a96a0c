import type { ControlPlaneError } from "./errors.ts";
import type { LiveResource, Parent } from "./model.ts";
import { callsFor } from "./ports.ts";
import { pause, read } from "./requests.ts";
import type { Run } from "./run.ts";

const MAX_READS = 5;

/** Reads a response until it is as expected: a read just after a write may be stale. Returns the last seen. */
export async function readUntil(
  run: Run,
  parent: Parent,
  identifier: string,
  isExpected: (live: LiveResource) => boolean,
): Promise<LiveResource | undefined> {
  for (let reads = 1; ; reads++) {
    const live = await read(run, () => callsFor(run.ports.controlPlane, parent).get(identifier));
    if (reads === MAX_READS || (live !== undefined && isExpected(live))) return live;
    await pause(run, reads, 0);
  }
}

/**
 * A create that failed may have left its resource behind, named in the failure (seen live: go-to-k/cdkd); after
 * AlreadyExists the name, if any, is somebody else's.
 */
export async function leftBehind(
  run: Run,
  parent: Parent,
  error: ControlPlaneError,
): Promise<LiveResource | undefined> {
  const { identifier, code } = error;
  if (identifier === undefined || code === "AlreadyExists") return undefined;
  return await readUntil(run, parent, identifier, () => true);
}
