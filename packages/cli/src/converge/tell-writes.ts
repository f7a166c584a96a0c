import type { ControlPlane, Gateway, LiveResource, NaturalKey } from "@specdrop/engine";
import { formatNaturalKey, isRouteResponse } from "@specdrop/engine";
import type { DesiredResource } from "@specdrop/spec";

/** Tells of each write before it is sent, by the logical id where the document declares what it is about. */
export function tellWrites(
  { controlPlane, gateway }: { readonly controlPlane: ControlPlane; readonly gateway: Gateway },
  {
    declared,
    liveOf,
    tell,
    onDeployed,
  }: {
    readonly declared: readonly DesiredResource[];
    readonly liveOf: (identifier: string) => LiveResource | undefined;
    readonly tell: (words: string) => void;
    readonly onDeployed?: (stageName: string) => void;
  },
): { readonly controlPlane: ControlPlane; readonly gateway: Gateway } {
  const names = new Map(declared.map((resource) => [formatNaturalKey(resource), resource.logicalId]));
  const nameOf = (key: NaturalKey) =>
    isRouteResponse(key)
      ? `the response of route ${key.RouteId}`
      : (names.get(formatNaturalKey(key)) ?? `${key.IntegrationResponseKey} of integration ${key.IntegrationId}`);
  const { routeResponses } = controlPlane;
  const named = (identifier: string) => {
    const live = liveOf(identifier);
    return live === undefined ? identifier : nameOf(live);
  };
  return {
    controlPlane: {
      ...controlPlane,
      create(model, token) {
        tell(`creating ${nameOf(model)}`);
        return controlPlane.create(model, token);
      },
      update(identifier, patch, token) {
        tell(`updating ${named(identifier)}`);
        return controlPlane.update(identifier, patch, token);
      },
      delete(identifier, token) {
        tell(`deleting ${named(identifier)}`);
        return controlPlane.delete(identifier, token);
      },
      routeResponses: {
        ...routeResponses,
        create(model, token) {
          tell(`creating ${nameOf(model)}`);
          return routeResponses.create(model, token);
        },
        delete(identifier, token) {
          tell(`deleting the route response ${identifier}`);
          return routeResponses.delete(identifier, token);
        },
      },
    },
    gateway: {
      ...gateway,
      async createDeployment(apiId, stageName, token) {
        tell(`deploying API ${apiId} to stage ${stageName}`);
        const deployment = await gateway.createDeployment(apiId, stageName, token);
        onDeployed?.(stageName);
        return deployment;
      },
    },
  };
}
