import { digestProperties } from "./digest.ts";
import { ControlPlaneError } from "./errors.ts";
import {
  type CreateModel,
  formatNaturalKey,
  isRouteResponse,
  type LiveResource,
  type OwnedResource,
  type Parent,
  type PendingCreate,
  parentOf,
  type UnfinishedWrite,
} from "./model.ts";
import { isAsCreated } from "./observe.ts";
import type { Observed } from "./plan.ts";
import { callsFor } from "./ports.ts";
import { read, send } from "./requests.ts";
import { leftBehind, readUntil } from "./reread.ts";
import { claim, type Run, release, timeAtAws } from "./run.ts";
import { routeResponsesFor } from "./two-way.ts";

/** A ClientToken is "valid for 36 hours once used" (Cloud Control API reference); we trust it for a little less. */
const TOKEN_LIFETIME_MS = 35 * 3600 * 1000;
/** "Resource operation requests expire after seven days" (Cloud Control API user guide, resource-operations-manage-requests). */
const REQUEST_LIFETIME_MS = 7 * 24 * 3600 * 1000;

/**
 * Settles what an earlier run recorded and did not see the end of, before anything is planned. A create either turns out
 * to be ours, or is released: AWS tells for certain what became of it, and once AWS has forgotten it, what is live tells:
 * only a response exactly as we asked for is taken for ours. An update or a deletion that AWS accepted is waited for.
 */
export async function finishPending(run: Run, observed: Observed): Promise<Observed> {
  let { owned, live } = observed;
  const wanted = new Set(routeResponsesFor(run.changeSet, observed.routes).map(formatNaturalKey));
  for (const record of observed.owned) {
    // Of a route response that both ask for, what its owner began is waited for by the other, too.
    if (record.documentId !== run.changeSet.documentId && !wanted.has(formatNaturalKey(record))) continue;
    if (record.unfinished !== undefined) {
      const after = await endOf(run, record, record.unfinished);
      const { unfinished: _, ...known } = record;
      owned = [...owned.filter((one) => one !== record), known];
      live = [...live.filter(({ identifier }) => identifier !== record.identifier), ...(after ? [after] : [])];
      continue;
    }
    if (record.pending === undefined) continue;
    // From here on a run that has lost its lease cannot put another create in the place of this one.
    await claim(run, record);
    const found = live.find((resource) => formatNaturalKey(resource) === formatNaturalKey(record));
    const created = await outcomeOf(run, { ...record, pending: record.pending }, found);
    const { pending, lastChange: _, ...before } = record;
    if (created === undefined && before.identifier === undefined) {
      await release(run, record);
      owned = owned.filter((one) => one !== record);
      continue;
    }
    const settled = created === undefined ? before : settledRecord(record, pending, created.identifier, created.origin);
    await claim(run, settled);
    owned = owned.map((one) => (one === record ? settled : one));
    if (created?.live === undefined) continue;
    live = [...live.filter((resource) => resource.identifier !== created.identifier), created.live];
  }
  return { ...observed, owned, live };
}

/** For a plan that touches nothing: what `finishPending` would most likely find. */
export function assumeFinished(observed: Observed, documentId: string): Observed {
  const live = new Map(observed.live.map((resource) => [formatNaturalKey(resource), resource]));
  const owned = observed.owned.flatMap((record) => {
    if (record.documentId !== documentId || record.pending === undefined) return [record];
    const found = live.get(formatNaturalKey(record));
    return found !== undefined && isAsCreated(found, record.pending)
      ? [settledRecord(record, record.pending, found.identifier)]
      : [];
  });
  return { ...observed, owned };
}

function settledRecord(
  record: OwnedResource,
  pending: PendingCreate,
  identifier: string,
  origin: OwnedResource["origin"] = "created",
): OwnedResource {
  const { pending: _, ...rest } = record;
  return { ...rest, identifier, origin, applied: digestProperties(pending.model) };
}

/** What a create came to. One that AWS says it has made, and no read shows, is ours all the same. */
interface Created {
  readonly identifier: string;
  readonly live?: LiveResource;
  /** "adopted" where it may as well be somebody else's. */
  readonly origin?: "adopted";
}

async function outcomeOf(
  run: Run,
  record: OwnedResource & { readonly pending: PendingCreate },
  found: LiveResource | undefined,
): Promise<Created | undefined> {
  const { pending, identifier: before } = record;
  for (const question of questionsAbout(pending, timeAtAws(run))) {
    const answer = await ask(run, pending.model, question);
    if (typeof answer === "string") return await created(run, pending.model, answer);
    if (answer.completed) return await madeAllTheSame(run, pending.model, answer);
    if ("requestToken" in question && isUnknownToAws(answer)) continue;
    if (!answer.accepted && NOTHING_ACCEPTED.has(answer.code)) return undefined;
    const { requestToken } = answer;
    if (requestToken !== undefined) await claim(run, { ...record, pending: { ...pending, requestToken } });
    throw notKnownYet(record, "create", answer);
  }
  const isNew = found !== undefined && found.identifier !== before && isAsCreated(found, pending);
  if (!isNew) return undefined;
  const made = { identifier: found.identifier, live: found };
  // All route responses look alike. One that somebody else may have made is kept when the document lets it go.
  return isRouteResponse(record) ? { ...made, origin: "adopted" } : made;
}

/** A way to ask AWS what became of a create: by what it calls the request, or by sending that again. */
type Question = { readonly requestToken: string } | { readonly clientToken: string };

/** Those that AWS still answers at `now` (epoch milliseconds), the surest first. Without any, what is live decides. */
export function questionsAbout(
  { clientToken, requestToken, startedAt }: Omit<PendingCreate, "model">,
  now: number,
): readonly Question[] {
  const age = now - startedAt;
  return [
    ...(requestToken !== undefined && age <= REQUEST_LIFETIME_MS ? [{ requestToken }] : []),
    ...(age <= TOKEN_LIFETIME_MS ? [{ clientToken }] : []),
  ];
}

/** Refusals that AWS gives a new request only: one that it had accepted it would have answered with how that went. */
const NOTHING_ACCEPTED: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "InvalidRequest",
  "NotFound",
  "NotUpdatable",
  "PrivateType",
  "ServiceLimitExceeded",
  "TypeNotFound",
  "UnsupportedAction",
]);

/** The identifier of what was created, or how AWS failed to say. */
async function ask(run: Run, model: CreateModel, question: Question): Promise<string | ControlPlaneError> {
  const calls = callsFor(run.ports.controlPlane, model);
  try {
    if ("requestToken" in question) {
      return (await read(run, () => calls.followCreate(parentOf(model), question.requestToken))).identifier;
    }
    const repeat = (token: string) => calls.create(model, token);
    return (await send(run, "create", () => question.clientToken, repeat, { once: true })).identifier;
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || (error.retryable && !error.completed)) throw error;
    return error;
  }
}

async function created(run: Run, parent: Parent, identifier: string): Promise<Created> {
  const live = await readUntil(run, parent, identifier, () => true);
  return live === undefined ? { identifier } : { identifier, live };
}

async function madeAllTheSame(run: Run, parent: Parent, failure: ControlPlaneError): Promise<Created | undefined> {
  const left = await leftBehind(run, parent, failure);
  return left && { identifier: left.identifier, live: left };
}

/**
 * Waits for the end of an update or a deletion that AWS accepted in an earlier run, and lets the ledger forget it.
 * Resolves to the response as it is then.
 */
async function endOf(run: Run, record: OwnedResource, write: UnfinishedWrite): Promise<LiveResource | undefined> {
  const calls = callsFor(run.ports.controlPlane, record);
  if (timeAtAws(run) - write.startedAt <= REQUEST_LIFETIME_MS) {
    try {
      await read(run, () => calls.followWrite(write.operation, write.requestToken));
    } catch (error) {
      if (!(error instanceof ControlPlaneError)) throw error;
      if (!error.completed && !isUnknownToAws(error)) throw notKnownYet(record, write.operation, error);
    }
  }
  const { unfinished: _, ...known } = record;
  await claim(run, known);
  return await read(run, () => calls.get(write.identifier));
}

/** AWS makes nothing of the RequestToken any more. */
function isUnknownToAws({ code }: ControlPlaneError): boolean {
  return code === "RequestTokenNotFound" || code === "InvalidRequest";
}

/** AWS has the request, and does not say how it ended: nothing may be planned on what is live by now. */
function notKnownYet(record: OwnedResource, what: string, error: ControlPlaneError): ControlPlaneError {
  const message = `AWS accepted the ${what} of ${record.logicalId} earlier, but does not report its result: ${error.message}`;
  return new ControlPlaneError(error.code, message, { retryable: error.retryable, cause: error });
}
