import type { DesiredResource } from "@specdrop/spec";
import { unowned } from "./conflict.ts";
import { digestProperties } from "./digest.ts";
import { ChangeFailed, notConverged } from "./failure.ts";
import { unmetProperties } from "./merge.ts";
import { type CreateModel, formatNaturalKey, type LiveResource, type OwnedResource } from "./model.ts";
import { ControlPlaneError } from "./ports.ts";
import { claim, leftBehind, type Run, read, readUntil, recordOf, release, send, tokenFor } from "./run.ts";

/** Records what it is about to ask for, asks, and records what came of it: a run that dies in between can be finished. */
export async function create(run: Run, desired: DesiredResource): Promise<string> {
  const model = modelOf(desired);
  const begun = recordOf(run, desired, { origin: "created", applied: {} });
  const done = { ...begun, applied: digestProperties(desired.properties) };
  const unmet = (live: LiveResource) => unmetProperties(desired.properties, live.properties, []);
  const prepare = async (attempt: number) => {
    const token = tokenFor(run, "create", model, attempt);
    await claim(run, { ...begun, pending: { clientToken: token, model, startedAt: run.ports.clock.now() } });
    return token;
  };
  const request = async (token: string) => {
    const settled = await run.ports.controlPlane.create(model, token);
    await claim(run, { ...done, identifier: settled.identifier });
    if (settled.model !== undefined && !run.changeSet.resumed) return settled.model;
    const live = await readUntil(run, settled.identifier, (seen) => unmet(seen).length === 0);
    return live ?? vanished(run, settled.identifier);
  };
  try {
    const live = await send(run, "create", prepare, request);
    if (unmet(live).length > 0) throw notConverged(desired, live, unmet(live));
    return live.identifier;
  } catch (error) {
    if (error instanceof ControlPlaneError) await afterFailedCreate(run, desired, done, error);
    throw error;
  }
}

/**
 * A response that was created and cannot be read. In a resumed run SUCCESS may be the answer to the request of the run
 * before, whose response somebody deleted since: asking with a new token is then right.
 */
function vanished(run: Run, identifier: string): never {
  if (run.changeSet.resumed) {
    throw new ControlPlaneError("NotFound", `${identifier} was created, and is gone.`, {
      retryable: true,
      settled: true,
    });
  }
  throw new ChangeFailed("NotConverged", `AWS reported SUCCESS, but ${identifier} cannot be read.`, {
    retryable: true,
    help: "Drop the document again: if somebody deleted the response just then, it is created anew.",
  });
}

/** Leaves the ledger saying what is true: still pending, ours all the same, or not ours at all. */
async function afterFailedCreate(
  run: Run,
  desired: DesiredResource,
  record: OwnedResource,
  error: ControlPlaneError,
): Promise<void> {
  if (error.retryable && !error.settled) return;
  const left = await leftBehind(run, error);
  if (left !== undefined) return await claim(run, { ...record, identifier: left.identifier });
  await release(run, record);
  if (error.code !== "AlreadyExists") return;
  const siblings = await read(run, () => run.ports.controlPlane.list(desired));
  const other = siblings.find((live) => formatNaturalKey(live) === formatNaturalKey(desired));
  if (other === undefined) return;
  const { code, message, help } = unowned(desired, other);
  throw new ChangeFailed(code, message, { retryable: false, help, cause: error });
}

function modelOf(desired: DesiredResource): CreateModel {
  const { ApiId, IntegrationId, IntegrationResponseKey, properties } = desired;
  return { ApiId, IntegrationId, IntegrationResponseKey, ...properties };
}
