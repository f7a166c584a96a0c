import { randomUUID } from "node:crypto";
import type { CloudControl } from "@specdrop/local/cloud-control/cloud-control";

export type Parts = ReturnType<typeof maker>;

/** Makes resources of an API at once, whatever the faults are. */
export function maker(cloudControl: CloudControl) {
  function make(type: string, model: object): string {
    const { settleMs } = cloudControl.faults();
    cloudControl.changeFaults({ settleMs: 0 });
    const { ProgressEvent: event } = cloudControl.createResource({
      TypeName: `AWS::ApiGatewayV2::${type}`,
      DesiredState: JSON.stringify(model),
      ClientToken: randomUUID(),
    });
    cloudControl.changeFaults({ settleMs });
    if (event.OperationStatus !== "SUCCESS") throw new Error(`${type}: ${event.StatusMessage}`);
    return event.Identifier?.split("|").at(-1) ?? "";
  }
  return {
    api: (ProtocolType = "WEBSOCKET") =>
      make("Api", { Name: "chat", ProtocolType, RouteSelectionExpression: "$request.body.action" }),
    integration: (ApiId: string, IntegrationType = "HTTP") => make("Integration", { ApiId, IntegrationType }),
    /** With a target, leads there; two-way unless said otherwise. */
    route(ApiId: string, RouteKey: string, integrationId?: string, { twoWay = true } = {}): string {
      const RouteId = make("Route", {
        ApiId,
        RouteKey,
        ...(integrationId === undefined ? {} : { Target: `integrations/${integrationId}` }),
        ...(twoWay ? { RouteResponseSelectionExpression: "$default" } : {}),
      });
      if (twoWay) make("RouteResponse", { ApiId, RouteId, RouteResponseKey: "$default" });
      return RouteId;
    },
    make,
    response: (model: object) => make("IntegrationResponse", model),
    stage: (ApiId: string, StageName = "prod", more: object = {}) => make("Stage", { ApiId, StageName, ...more }),
    deployment: (ApiId: string, StageName = "prod") => make("Deployment", { ApiId, StageName }),
  };
}

/** The present model of a resource. */
export function read(cloudControl: CloudControl, type: string, Identifier: string): Readonly<Record<string, unknown>> {
  const reply = cloudControl.getResource({ TypeName: `AWS::ApiGatewayV2::${type}`, Identifier });
  return JSON.parse(reply.ResourceDescription.Properties);
}
