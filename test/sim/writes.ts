import { isRouteResponse, type OwnedResource } from "@specdrop/engine";
import { isAllowed } from "@specdrop/service/policy";
import type { LiveResponse } from "./live-response.ts";
import type { Invocation, World } from "./world.ts";

/** A write to AWS as an invocation sends it. */
export interface Write {
  readonly operation: "create" | "update" | "delete";
  readonly token: string;
  readonly body: string;
  readonly identifier?: string;
  /** The natural key, of a create. */
  readonly key?: string;
}

/** Holds a write that AWS has just taken against what a run may do at that moment. */
export function judgeWrite(
  world: World,
  invocation: Invocation,
  write: Write,
  target: Pick<LiveResponse, "identifier" | "key"> | undefined,
  kind: "new" | "repeated",
): void {
  judgeToken(world, write);
  if (kind === "repeated") return;
  const apiId = (write.key ?? write.identifier ?? "").split("|")[0] ?? "";
  const isLate = judgeLease(world, invocation, write, apiId);
  judgeRate(world, invocation, write, apiId);
  judgeSuspension(world, invocation, write);
  if (!isLate) judgeOwnership(world, invocation, write, target);
  if (write.operation !== "delete" || target === undefined) return;
  const { owned, routeResponses } = world.book;
  const record = owned.get(target.key) ?? routeResponses.get(target.key);
  if (record?.identifier !== target.identifier) return;
  if (isRouteResponse(record)) world.onDeleteOfRoute?.(invocation, record);
  else world.onDelete?.(invocation, record);
}

/** A run that begins while applying is suspended changes nothing. */
function judgeSuspension({ suspendedAt, violate }: World, invocation: Invocation, { operation }: Write): void {
  if (suspendedAt !== undefined && suspendedAt < invocation.startedAt)
    violate(`${invocation.name} sends a ${operation}, and applying was suspended before it began`);
}

/** Whoever has been told that its lease is lost sends nothing more. */
export function judgeKnown({ violate }: World, { name, lost }: Invocation, key: string): void {
  const [apiId = ""] = key.split("|");
  if (lost.has(apiId)) violate(`${name} sends a write of ${key}, and was told that it has lost its lease`);
}

const REQUESTS = { create: 1, update: 2, delete: 2 };

/** Where requests are limited, each waits for its turn. */
function judgeRate(
  { faults, scheduler, violate }: World,
  { booked, name }: Invocation,
  { operation }: Write,
  apiId: string,
): void {
  if (faults.profile.requestRate === null) return;
  const turn = booked.get(apiId) ?? booked.get("");
  if (turn === undefined || turn.requests < REQUESTS[operation])
    violate(`${name} sends a ${operation} that it has not booked`);
  if (turn === undefined) return;
  turn.requests -= REQUESTS[operation];
  if (scheduler.now() < turn.mayGoAt) violate(`${name} sends a ${operation} before its turn`);
}

/** Only the routes of messages are made two-way, with the only key there is. */
export function judgeRoute(
  { book, violate }: World,
  { name }: Invocation,
  model: { readonly ApiId: string; readonly RouteId: string; readonly RouteResponseKey: string },
): void {
  const route = book.routes.find(({ apiId, routeId }) => apiId === model.ApiId && routeId === model.RouteId);
  if (route === undefined || route.routeKey.startsWith("$") || model.RouteResponseKey !== "$default")
    violate(`${name} makes ${route?.routeKey ?? "a route that is not there"} two-way (${model.RouteResponseKey})`);
}

/** A deployment makes live what is there when it is asked for. */
export function judgeDeployment(world: World, invocation: Invocation, apiId: string): void {
  judgeLease(world, invocation, { operation: "create", token: "", body: "" }, apiId);
}

function judgeToken({ book, violate, scheduler }: World, { operation, token, body, identifier = "" }: Write): void {
  const request = `${operation} ${identifier} ${body}`;
  const before = book.tokens.get(token);
  if (book.spent.has(token)) violate(`A ClientToken from before the ledger was lost is sent again (${request})`);
  book.tokens.set(token, before ?? { request, firstSentAt: scheduler.now() });
  if (before !== undefined && before.request !== request) {
    violate(`One ClientToken for two requests: ${before.request}; ${request}`);
  }
}

/** One writer per API: a run whose lease was taken may only be caught in the middle of one write. */
function judgeLease(world: World, invocation: Invocation, write: Write, apiId: string): boolean {
  const { violate, trace, scheduler, fences } = world;
  const lease = invocation.leases.get(apiId);
  if (lease === undefined) {
    violate(`${invocation.name} writes to ${apiId} without a lease (${write.operation})`);
    return false;
  }
  if (lease.fence >= (fences.get(apiId) ?? 0)) return false;
  const late = (invocation.lateWrites.get(apiId) ?? 0) + 1;
  invocation.lateWrites.set(apiId, late);
  trace.write(invocation.name, `${write.operation} on ${apiId}`, "after losing its lease");
  // It hears of it at its next heartbeat.
  if (world.freed.has(`${apiId}|${lease.fence}`)) return true;
  if (scheduler.now() < lease.expiresAt) violate(`Two runs have an unexpired lease on ${apiId}`);
  if (late > 1) violate(`${invocation.name} writes to ${apiId} again after it has lost its lease`);
  return true;
}

function judgeOwnership(
  { book, violate }: World,
  { allowedApis }: Invocation,
  write: Write,
  target: Pick<LiveResponse, "identifier" | "key"> | undefined,
): void {
  const { operation, key = "", identifier, token } = write;
  const recorded = new Map([...book.owned, ...book.routeResponses]);
  const documentId = (operation === "create" ? recorded.get(key) : ownerOf(recorded, identifier))?.documentId;
  const apiId = (write.key ?? identifier ?? "").split("|")[0] ?? "";
  if (documentId !== undefined && !isAllowed(allowedApis, keyOf(documentId), apiId)) {
    violate(`${documentId} may not name ${apiId}, and has it changed (${operation})`);
  }
  if (operation === "create") {
    const begun = recorded.get(key)?.pending;
    if (begun?.clientToken !== token) violate(`The create of ${key} is sent before the ledger knows of it`);
    return;
  }
  const owner = ownerOf(recorded, identifier);
  if (operation === "update" && owner !== undefined && target !== undefined) {
    for (const { path } of JSON.parse(write.body) as { path: string }[]) {
      const isDeclared = book.declared.has(`${owner.documentId} ${target.key} ${path.slice(1)}`);
      if (!isDeclared) violate(`${owner.documentId} changes ${path} of ${target.key}, which it never declared`);
    }
  }
  if (owner === undefined) {
    violate(`${operation} of ${identifier} (${target?.key ?? "not live"}), which no document owns`);
  } else if (operation === "delete" && identifier !== undefined && book.foreign.has(identifier)) {
    const policies = book.policies.get(`${owner.documentId} ${owner.logicalId}`);
    // What was adopted goes only if its document says so.
    if (owner.origin === "adopted" && policies?.has("Delete")) return;
    violate(`${owner.documentId} deletes ${identifier}, which somebody else created`);
  }
}

function keyOf(documentId: string): string {
  return documentId.slice("s3://specs/".length);
}

export function ownerOf(
  owned: ReadonlyMap<string, OwnedResource>,
  identifier: string | undefined,
): OwnedResource | undefined {
  for (const record of owned.values()) if (record.identifier === identifier) return record;
  return undefined;
}
