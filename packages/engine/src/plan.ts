import type { DesiredResource } from "@specdrop/spec";
import { type Change, isOfRoute } from "./change.ts";
import type { ChangeSet } from "./change-set.ts";
import { type Conflict, deletionBudgetConflicts, ownedByAnother, recreatedByAnother, unowned } from "./conflict.ts";
import type { Bidder } from "./hand-over.ts";
import { diffProperties } from "./merge.ts";
import {
  type DesiredRouteResponse,
  formatNaturalKey,
  isRouteResponse,
  type LiveResource,
  type OwnedResource,
  type RouteDescription,
} from "./model.ts";
import { routeResponsesFor } from "./two-way.ts";

/** Changes in the order they are to be made; with a conflict, none of them may be. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
}

/** What a plan starts from. */
export interface Observed {
  /** Everything any document owns on the API. */
  readonly owned: readonly OwnedResource[];
  /** The live responses of every integration the document names or owns something on. */
  readonly live: readonly LiveResource[];
  /** The API's routes, where route responses matter. */
  readonly routes?: readonly RouteDescription[];
  /** By natural key: who else wants what the document no longer declares. */
  readonly bidders?: ReadonlyMap<string, Bidder>;
}

const ORDER: readonly Change["action"][] = ["create", "adopt", "update", "none", "replace", "delete", "forget"];

/**
 * Compares what a document asks with what it owns and what is live. A response is known by its natural key, so swapped
 * or rotated keys are updates, and a changed logical id alone is nothing at all.
 */
export function plan(changeSet: ChangeSet, observed: Observed): Plan {
  const live = new Map(observed.live.map((resource) => [formatNaturalKey(resource), resource]));
  const owners = new Map(observed.owned.map((resource) => [formatNaturalKey(resource), resource]));
  const routeResponses = routeResponsesFor(changeSet, observed.routes);
  const wanted = new Set([...changeSet.desired, ...routeResponses].map(formatNaturalKey));

  const changes: Change[] = [];
  const conflicts: Conflict[] = [];
  const identifiers = new Set(observed.live.map((resource) => resource.identifier));
  const creates = new Map<string, Create>();
  for (const desired of changeSet.desired) {
    const key = formatNaturalKey(desired);
    const step = planDesired(desired, owners.get(key), live.get(key), changeSet.documentId);
    if ("code" in step) conflicts.push(step);
    else if (step.action === "create") creates.set(desired.logicalId, step);
    else changes.push(step);
  }
  for (const owned of observed.owned) {
    const key = formatNaturalKey(owned);
    if (owned.documentId !== changeSet.documentId || wanted.has(key)) continue;
    const isSeen = owned.identifier !== undefined && identifiers.has(owned.identifier);
    const successor = isRouteResponse(owned) ? undefined : creates.get(owned.logicalId);
    const step = planDropped(owned, live.get(key), isSeen, successor, observed.bidders?.get(key));
    if (step.action === "replace") creates.delete(owned.logicalId);
    changes.push(step);
  }
  changes.push(...creates.values());
  for (const desired of routeResponses) {
    const key = formatNaturalKey(desired);
    changes.push(planRouteResponse(desired, owners.get(key), live.get(key), changeSet.documentId));
  }
  changes.sort(
    (a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || Number(isOfRoute(a)) - Number(isOfRoute(b)),
  );
  return { changes, conflicts: [...conflicts, ...deletionBudgetConflicts(changeSet, changes, observed.owned)] };
}

type Create = Extract<Change, { readonly action: "create" }> & { readonly desired: DesiredResource };

/** What one declared resource needs, given who owns its natural key and what is live there. */
function planDesired(
  desired: DesiredResource,
  owned: OwnedResource | undefined,
  live: LiveResource | undefined,
  documentId: string,
): Exclude<Change, { readonly action: "create" }> | Create | Conflict {
  if (owned !== undefined && owned.documentId !== documentId) return ownedByAnother(desired, owned);
  if (live === undefined) {
    return owned?.identifier === undefined
      ? { action: "create", desired }
      : { action: "create", desired, unseen: owned };
  }
  if (owned === undefined || owned.identifier !== live.identifier) {
    if (!desired.adopt) return owned === undefined ? unowned(desired, live) : recreatedByAnother(desired, live);
    return { action: "adopt", desired, live, diff: diffProperties(desired.properties, live.properties, {}) };
  }
  const diff = diffProperties(desired.properties, live.properties, owned.applied);
  return diff.changed.length === 0
    ? { action: "none", desired, owned, live }
    : { action: "update", desired, owned, live, diff };
}

/** Documents share a route response: whoever owns it, it has to be there. One that nobody owns is taken as it is. */
function planRouteResponse(
  desired: DesiredRouteResponse,
  owned: OwnedResource | undefined,
  live: LiveResource | undefined,
  documentId: string,
): Change {
  const isOthers = owned !== undefined && owned.documentId !== documentId;
  // Nobody has begun to make what is on record without either: it was planned a moment ago, for another document.
  const isPlanned = isOthers && owned.identifier === undefined && owned.pending === undefined;
  if (isPlanned && live === undefined) return { action: "none", desired, owned };
  if (live === undefined) {
    const before = owned?.identifier === undefined ? {} : { unseen: owned };
    return { action: "create", desired, ...before, ...(isOthers ? { takes: owned } : {}) };
  }
  return owned !== undefined && (isOthers || owned.identifier === live.identifier)
    ? { action: "none", desired, owned, live }
    : { action: "adopt", desired, live, diff: { patch: [], changed: [] } };
}

/** What becomes of a resource that its document no longer declares. */
function planDropped(
  owned: OwnedResource,
  live: LiveResource | undefined,
  isSeen: boolean,
  successor: Create | undefined,
  bidder: Bidder | undefined,
): Change {
  const isOurs = live !== undefined && live.identifier === owned.identifier;
  const policy = successor === undefined ? owned.deletionPolicy : successor.desired.deletionPolicy;
  const isKept = (policy ?? (owned.origin === "created" ? "Delete" : "Retain")) === "Retain";
  const mayBeUnseen = owned.identifier !== undefined && !isSeen;
  // One that stays with its document under another key is deleted here: the bidder makes its own.
  const isReplaced = successor !== undefined && isOurs && !isKept;
  const isToBeHad = isOurs || (mayBeUnseen && live === undefined);
  if (bidder !== undefined && isToBeHad && !isReplaced) return { action: "forget", owned, handedTo: bidder };
  if (!isOurs || isKept) {
    const isGone = isSeen ? {} : { isGone: true as const };
    return { action: "forget", owned, ...isGone, ...(mayBeUnseen && !isKept ? { isUnseen: true as const } : {}) };
  }
  return successor === undefined
    ? { action: "delete", owned, live }
    : { ...successor, action: "replace", former: owned, live };
}
