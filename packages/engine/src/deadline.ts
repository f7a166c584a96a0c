import type { ReadPorts } from "./change-set.ts";
import { DeadlineReachedError } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Clock, ControlPlane, ResponseCalls } from "./ports.ts";

/**
 * Sleeps, but not beyond the deadline (epoch milliseconds): then it sleeps until that and throws `DeadlineReachedError`.
 * So a run that waits for something late still takes its whole time, and one that is sent again at once is no hot loop.
 */
export async function sleepWithin(
  clock: Clock,
  milliseconds: number,
  deadline: number,
  /** The failure that the wait comes after. */
  because?: unknown,
): Promise<void> {
  const leftMs = deadline - clock.now();
  const ms = Math.min(milliseconds, leftMs);
  if (ms > 0) await clock.sleep(ms);
  if (leftMs <= 0 || milliseconds >= leftMs) throw new DeadlineReachedError(undefined, because);
}

/** The same ports, none of which waits for anything beyond the deadline. */
export function withinDeadline<Ports extends ReadPorts>(ports: Ports, deadline: number): Ports {
  const { controlPlane, gateway } = ports;
  return {
    ...ports,
    controlPlane: planeWithin(controlPlane, deadline),
    ...(gateway && { gateway: gatewayWithin(gateway, deadline) }),
  };
}

function planeWithin(plane: ControlPlane, deadline: number): ControlPlane {
  const { routeResponses } = plane;
  return {
    ...callsWithin(plane, deadline),
    update: (identifier, patch, token) => plane.update(identifier, patch, token, deadline),
    untilQuiet: (apiId) => plane.untilQuiet(apiId, deadline),
    time: () => plane.time(),
    routeResponses: {
      ...callsWithin(routeResponses, deadline),
      listRoutes: (apiId) => routeResponses.listRoutes(apiId, deadline),
    },
  };
}

function callsWithin<On, Live, Model>(
  calls: ResponseCalls<On, Live, Model>,
  deadline: number,
): ResponseCalls<On, Live, Model> {
  return {
    list: (parent) => calls.list(parent, deadline),
    get: (identifier) => calls.get(identifier, deadline),
    create: (model, token) => calls.create(model, token, deadline),
    delete: (identifier, token) => calls.delete(identifier, token, deadline),
    followCreate: (parent, requestToken) => calls.followCreate(parent, requestToken, deadline),
    followWrite: (operation, requestToken) => calls.followWrite(operation, requestToken, deadline),
  };
}

function gatewayWithin(gateway: Gateway, deadline: number): Gateway {
  return {
    getApi: (apiId) => gateway.getApi(apiId, deadline),
    getIntegration: (integration) => gateway.getIntegration(integration, deadline),
    listIntegrations: (apiId) => gateway.listIntegrations(apiId, deadline),
    listRoutes: (apiId) => gateway.listRoutes(apiId, deadline),
    listRouteResponses: (apiId, routeId) => gateway.listRouteResponses(apiId, routeId, deadline),
    getStage: (apiId, stageName) => gateway.getStage(apiId, stageName, deadline),
    listStages: (apiId) => gateway.listStages(apiId, deadline),
    createDeployment: (apiId, stageName, token) => gateway.createDeployment(apiId, stageName, token, deadline),
  };
}
