import type { CloudControlApi, CreateRequest, ProgressEvent } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import { type ControlPlane, formatNaturalKey, type Gateway } from "@specdrop/engine";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { ConnectionLostError } from "@specdrop/local/cloud-control/errors";
import { type Properties, placeOf } from "./content.ts";
import type { LiveResponse } from "./live-response.ts";
import type { LiveRouteResponse } from "./route.ts";
import { short } from "./trace.ts";
import { touch } from "./witness.ts";
import { call, type Invocation, type World } from "./world.ts";
import { judgeDeployment, judgeKnown, judgeRoute, judgeWrite, type Write } from "./writes.ts";

export interface CloudControl {
  readonly live: () => readonly LiveResponse[];
  readonly liveRouteResponses: () => readonly LiveRouteResponse[];
  readonly portOf: (invocation: Invocation) => ControlPlane;
  readonly gatewayOf: (invocation: Invocation) => Gateway;
  /** Somebody else's change, done at once or not at all. Returns the identifier. */
  readonly foreign: (
    operation: "createResource" | "updateResource" | "deleteResource",
    input: {
      readonly TypeName?: string;
      readonly Identifier?: string;
      readonly DesiredState?: string;
      readonly PatchDocument?: string;
    },
  ) => string | undefined;
  /** Leaves it slow and strange as it is, and takes away what is merely wrong. */
  readonly calmDown: () => void;
}

const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
export const ROUTE = "AWS::ApiGatewayV2::Route";
export const ROUTE_RESPONSE = "AWS::ApiGatewayV2::RouteResponse";

/** The embedded stack's Cloud Control, and the real port on it. */
export function createCloud(world: World): CloudControl {
  const { scheduler, faults, random, trace } = world;
  const { cloud, quirks, cancel } = faults.profile;
  const emulator = createCloudControl({ now: scheduler.now, random: random.next });
  const { staleReadsMs, rps, retryAfterMs, errorRate } = cloud;
  const wrong = { staleReadsMs, rps, retryAfterMs, errorRate, burst: null };
  emulator.changeFaults({ ...wrong, quirks });
  const known = new Set<string>();

  const live = (): readonly LiveResponse[] =>
    emulator
      .resources()
      .filter((resource) => resource.TypeName === TypeName)
      .map(({ Identifier, Properties: model }) => ({
        identifier: Identifier,
        key: formatNaturalKey(model as never),
        place: placeOf(model as never),
        properties: model as Properties,
      }));

  const liveRouteResponses = (): readonly LiveRouteResponse[] =>
    emulator
      .resources()
      .filter((resource) => resource.TypeName === ROUTE_RESPONSE)
      .map(({ Identifier, Properties: model }) => ({ identifier: Identifier, key: formatNaturalKey(model as never) }));

  /** With the Date header of the reply, which has whole seconds. */
  const dated = (event: ProgressEvent) => ({ ...event, repliedAt: Math.floor(scheduler.now() / 1_000) * 1_000 });

  /** Accepts a write of ours, and judges it if it is not the repetition of one. */
  function accept(invocation: Invocation, write: Write, send: () => { readonly ProgressEvent: ProgressEvent }) {
    const settleMs = faults.settleMs();
    emulator.changeFaults({ settleMs });
    const before = [...live(), ...liveRouteResponses()];
    const event = dated(onWire(send).ProgressEvent);
    const requestToken = event.RequestToken ?? "";
    if (known.has(requestToken)) {
      judgeWrite(world, invocation, write, undefined, "repeated");
      return event;
    }
    known.add(requestToken);
    if (write.operation === "create") world.book.underWay.set(write.token, scheduler.now() + settleMs);
    const target = before.find((response) => response.identifier === write.identifier);
    judgeWrite(world, invocation, write, target, "new");
    touch(world, target?.key ?? write.key ?? "", { at: scheduler.now() + settleMs, by: invocation });
    if (faults.happens(cancel)) {
      scheduler.after(random.between(0, settleMs), () => {
        if (tried(() => emulator.cancelResourceRequest({ RequestToken: requestToken })) !== undefined)
          trace.write("somebody", `cancels ${write.operation} ${short(write.identifier ?? write.key)}`);
      });
    }
    return event;
  }

  /** Accepts a deployment: it makes live what is there now, or more. */
  function acceptDeployment(invocation: Invocation, request: CreateRequest) {
    emulator.changeFaults({ settleMs: faults.settleMs() });
    const event = dated(onWire(() => emulator.createResource(request)).ProgressEvent);
    if (known.has(event.RequestToken ?? "")) return event;
    known.add(event.RequestToken ?? "");
    const { ApiId: apiId } = JSON.parse(request.DesiredState) as { readonly ApiId: string };
    judgeDeployment(world, invocation, apiId);
    world.book.deployments.push({ apiId, live: live().filter(({ place }) => place.ApiId === apiId) });
    return event;
  }

  /** A page at a time; and where lists end early, no word of the rest. */
  function listed(request: Parameters<CloudControlApi["list"]>[0]) {
    const { pageSize, endsAfter } = faults.profile.lists;
    if (endsAfter === null || !faults.active) return emulator.listResources({ ...request, MaxResults: pageSize });
    const { NextToken: _, ...page } = emulator.listResources({ ...request, MaxResults: endsAfter });
    return page;
  }

  /** From now on AWS refuses the process: its credentials have run out, or what it may do was changed. */
  function deny(invocation: Invocation): void {
    invocation.denied = random.pick(DENIALS);
    trace.write(invocation.name, "is refused by AWS from now on", invocation.denied);
  }

  function refuseDenied({ denied }: Invocation, what: string): void {
    // AWS finds no fault with what it has accepted, however often that is sent.
    const isQuestion = what.startsWith("status");
    if (denied === undefined || !faults.active || (denied === "ValidationException" && !isQuestion)) return;
    throw Object.assign(new Error("The security token included in the request is not accepted."), { name: denied });
  }

  function apiOf(invocation: Invocation): CloudControlApi {
    let repliedAt: number | undefined;
    const step = <T>(what: string, effect: () => T) =>
      call(
        world,
        invocation,
        `aws.${what}`,
        () => {
          if (faults.happens(faults.profile.denials)) deny(invocation);
          refuseDenied(invocation, what);
          const reply = effect();
          ({ repliedAt } = dated({}));
          return reply;
        },
        failure,
      );
    return {
      time: () => repliedAt,
      create: (request) => {
        if (request.TypeName !== TypeName && request.TypeName !== ROUTE_RESPONSE) {
          const { ApiId } = JSON.parse(request.DesiredState);
          return step(`deploy ${ApiId} ${tail(request.ClientToken)}`, () => acceptDeployment(invocation, request));
        }
        const model = JSON.parse(request.DesiredState);
        if (model.RouteResponseKey !== undefined) judgeRoute(world, invocation, model);
        const key = formatNaturalKey(model);
        const write: Write = { operation: "create", token: request.ClientToken, body: request.DesiredState, key };
        judgeKnown(world, invocation, key);
        return step(`create ${key} ${tail(request.ClientToken)}`, () =>
          accept(invocation, write, () => emulator.createResource(request)),
        );
      },
      update: (request) => {
        const { Identifier: identifier, PatchDocument: body, ClientToken: token } = request;
        judgeKnown(world, invocation, identifier);
        return step(`update ${identifier} ${short(body)} ${tail(token)}`, () =>
          accept(invocation, { operation: "update", token, body, identifier }, () => emulator.updateResource(request)),
        );
      },
      delete: (request) => {
        const { Identifier: identifier, ClientToken: token } = request;
        judgeKnown(world, invocation, identifier);
        return step(`delete ${identifier} ${tail(token)}`, () =>
          accept(invocation, { operation: "delete", token, body: "", identifier }, () =>
            emulator.deleteResource(request),
          ),
        );
      },
      get: (request) =>
        step(`get ${request.Identifier}`, () => onWire(() => emulator.getResource(request).ResourceDescription)),
      list: (request) => step(`list ${request.ResourceModel}`, () => onWire(() => listed(request))),
      requests: (request) => step("requests", () => onWire(() => emulator.listResourceRequests(request))),
      status: (request) =>
        step(`status ${tail(request.RequestToken)}`, () => {
          const event = onWire(() => emulator.getResourceRequestStatus(request).ProgressEvent);
          trace.write(
            invocation.name,
            `-> ${event.OperationStatus} ${event.ErrorCode ?? ""} ${event.Identifier ?? ""}`,
          );
          return event;
        }),
    };
  }

  return {
    live,
    liveRouteResponses,
    portOf: (invocation) =>
      controlPlane(apiOf(invocation), { clock: scheduler.clockOf(invocation), random: random.next }),
    gatewayOf: (invocation) =>
      gatewayOf(apiOf(invocation), { clock: scheduler.clockOf(invocation), random: random.next }),
    foreign(operation, input) {
      const before = emulator.faults();
      emulator.changeFaults({ settleMs: 0, errorRate: 0, rps: null, staleReadsMs: 0 });
      const answer = tried(() => emulator[operation]({ TypeName, ...input } as never).ProgressEvent);
      const { settleMs, errorRate: errors, rps: limit, staleReadsMs: stale } = before;
      emulator.changeFaults({ settleMs, errorRate: errors, rps: limit, staleReadsMs: stale });
      return answer?.OperationStatus === "SUCCESS" ? answer.Identifier : undefined;
    },
    calmDown: () => void emulator.changeFaults({ errorRate: 0, staleReadsMs: 0, rps: null, retryAfterMs: 0 }),
  };
}

const DENIALS = [
  "ExpiredTokenException",
  "AccessDeniedException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "ValidationException",
] as const;

/** A connection that the emulator wants broken, as the client sees it. */
function onWire<T>(request: () => T): T {
  try {
    return request();
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error;
    throw reset();
  }
}

function tried<T>(request: () => T): T | undefined {
  try {
    return request();
  } catch {
    return undefined;
  }
}

function failure(lost: boolean): Error {
  return lost ? reset() : Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
}

function reset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

function tail(token: string | undefined): string {
  return `~${(token ?? "").slice(-6)}`;
}
