import { unowned } from "./conflict.ts";
import { digestProperties } from "./digest.ts";
import { acceptedRequest, ControlPlaneError } from "./errors.ts";
import { ChangeFailed, notConverged, unlisted } from "./failure.ts";
import { unmetProperties } from "./merge.ts";
import {
  type CreateModel,
  type Desired,
  formatNaturalKey,
  isRouteResponse,
  type LiveResource,
  type Owned,
  type OwnedResource,
  type PendingCreate,
  parentOf,
} from "./model.ts";
import { callsFor, type OperationResult } from "./ports.ts";
import { read, send, tokenFor } from "./requests.ts";
import { leftBehind, readUntil } from "./reread.ts";
import { claim, type Run, recordOf, release, timeAtAws } from "./run.ts";

/** The response that was to be created is there already, and ours: no read had shown it, or not as it is to be. */
export class Found extends ChangeFailed {
  readonly owned: OwnedResource;
  readonly live: LiveResource;

  constructor(owned: OwnedResource, live: LiveResource, cause?: unknown) {
    super("NotConverged", `${live.identifier} existed all the time.`, { ...UNSEEN, cause });
    this.owned = owned;
    this.live = live;
  }
}

/** The response that was to be created is there already and nobody's, and the document asks to take it over. */
export class Adoptable extends ChangeFailed {
  readonly live: LiveResource;

  constructor(live: LiveResource, cause: unknown) {
    super("AlreadyExists", `${live.identifier} existed already.`, { ...UNSEEN, cause });
    this.live = live;
  }
}

const UNSEEN = { retryable: true, help: "Drop the document again: AWS was slow to show the response." };

/**
 * Records what it is about to ask for, asks, and records what came of it: a run that dies in between can be finished.
 * `unseen` is what the ledger has of a response that no read shows: it stays on record until it is known to be gone.
 */
export async function create(run: Run, desired: Desired, unseen?: OwnedResource): Promise<string> {
  const model = modelOf(desired);
  const fresh = recordOf(run, desired, { origin: "created", applied: {} });
  let begun = unseen === undefined ? fresh : updated(run, desired, unseen);
  const done = { ...fresh, applied: digestProperties(desired.properties) };
  const unmet = (live: LiveResource) => unmetProperties(desired.properties, live.properties, []);
  // In place of another it is another request: the token of the first may still stand for what is gone since.
  const subject = unseen === undefined ? model : [model, unseen.identifier];
  let pending: PendingCreate | undefined;
  const prepare = async (attempt: number) => {
    const token = tokenFor(run, "create", subject, attempt);
    pending = { clientToken: token, model, startedAt: timeAtAws(run) };
    await claim(run, { ...begun, pending });
    return token;
  };
  let isOld = run.changeSet.resumed;
  const request = async (token: string) => {
    const settled = await createOrLeft(run, model, token);
    begun = { ...done, identifier: settled.identifier };
    await claim(run, begun);
    const isBelieved = settled.model !== undefined && !run.changeSet.resumed && unmet(settled.model).length === 0;
    if (isBelieved) return settled.model;
    const live = await readUntil(run, model, settled.identifier, (seen) => unmet(seen).length === 0);
    if (live === undefined && settled.replayed) throw goneSince(settled.identifier);
    isOld ||= settled.replayed ?? false;
    return live ?? vanished(settled.identifier);
  };
  try {
    const live = await send(run, "create", prepare, request);
    if (unmet(live).length === 0) return live.identifier;
    // What was created then may have been changed since: that is for an update to bring back.
    throw isOld ? new Found(begun, live) : notConverged(desired, live, unmet(live));
  } catch (error) {
    const requestToken = acceptedRequest(error);
    if (pending !== undefined && requestToken !== undefined) {
      await claim(run, { ...begun, pending: { ...pending, requestToken } });
    }
    if (!(error instanceof ControlPlaneError)) throw error;
    await afterFailedCreate(run, desired, begun, error);
    throw error;
  }
}

/** Asks for it. A request that failed and left its response behind has made one all the same. */
async function createOrLeft(run: Run, model: CreateModel, token: string): Promise<OperationResult> {
  try {
    return await callsFor(run.ports.controlPlane, model).create(model, token);
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error;
    const left = await leftBehind(run, model, error);
    if (left === undefined) throw error;
    return { identifier: left.identifier };
  }
}

/** The create that AWS answers with was carried out, and undone since: another attempt makes another. */
function goneSince(identifier: string): ControlPlaneError {
  const message = `AWS returned the result of an earlier create, but its response (${identifier}) is gone.`;
  return new ControlPlaneError("NotStabilized", message, { retryable: true, completed: true, replayed: true });
}

/** A response that was created and cannot be read. It stays on record: the next run finds it, or makes another. */
function vanished(identifier: string): never {
  throw new ChangeFailed("NotConverged", `AWS reported SUCCESS, but ${identifier} cannot be read.`, {
    retryable: true,
    help: "Drop the document again. If somebody deleted the response at that moment, it is created again.",
  });
}

/** Leaves the ledger saying what is true: still pending, ours all the same, or not ours at all. */
async function afterFailedCreate(
  run: Run,
  desired: Desired,
  begun: OwnedResource,
  error: ControlPlaneError,
): Promise<void> {
  if (!error.completed && (error.retryable || error.accepted)) return;
  if (error.code !== "AlreadyExists") return await leave(run, begun);
  const siblings = await read(run, () => callsFor(run.ports.controlPlane, desired).list(parentOf(desired)));
  const listed = siblings.find((live) => formatNaturalKey(live) === formatNaturalKey(desired));
  const other = listed ?? (await seenAtLast(run, desired, begun, error));
  if (other?.identifier === begun.identifier) {
    // Ours, seen at last; or nobody's, and then there is nothing to keep on record.
    await leave(run, begun);
    if (other !== undefined) throw new Found(begun, other, error);
    if (desired.adopt || siblings.mayBeShort) throw unlisted(desired, error);
    return;
  }
  if (other === undefined) {
    await claim(run, begun);
    const message = `${begun.identifier} exists, but AWS does not show it yet.`;
    throw new ChangeFailed("NotConverged", message, { ...UNSEEN, cause: error });
  }
  await release(run, begun);
  if (desired.adopt) throw new Adoptable(other, error);
  const { code, message, help } = unowned(desired, other);
  throw new ChangeFailed(code, message, { retryable: false, help, cause: error });
}

/** Lets go of what was never there; what was there before may be still. */
async function leave(run: Run, begun: OwnedResource): Promise<void> {
  if (begun.identifier === undefined) await release(run, begun);
  else await claim(run, begun);
}

async function seenAtLast(
  run: Run,
  desired: Desired,
  begun: OwnedResource,
  error: ControlPlaneError,
): Promise<LiveResource | undefined> {
  // AlreadyExists may name what is in the way.
  const identifier = begun.identifier ?? error.identifier;
  const live = identifier === undefined ? undefined : await readUntil(run, desired, identifier, () => true);
  return live !== undefined && formatNaturalKey(live) === formatNaturalKey(desired) ? live : undefined;
}

/** The record of a response as its document has it now, with what was known of it before. */
function updated(run: Run, desired: Desired, unseen: OwnedResource): OwnedResource {
  const { deletionPolicy: _, pending: __, takenFrom: ___, ...known }: Owned = unseen;
  const { origin, applied } = unseen;
  return { ...known, ...recordOf(run, desired, { origin, applied }) };
}

function modelOf(desired: Desired): CreateModel {
  if (isRouteResponse(desired)) return { ApiId: desired.ApiId, RouteId: desired.RouteId };
  const { ApiId, IntegrationId, IntegrationResponseKey, properties } = desired;
  return { ApiId, IntegrationId, IntegrationResponseKey, ...properties };
}
