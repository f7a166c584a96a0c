import {
  CloudControlClient,
  type CloudControlClientConfig,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import type { ControlPlane, Gateway } from "@specdrop/engine";
import type { CloudControlApi } from "./cloud-control/api.ts";
import { type ControlPlaneOptions, controlPlane } from "./cloud-control/control-plane.ts";
import { gatewayOf } from "./cloud-control/gateway.ts";
import type { ResourcesOptions } from "./cloud-control/resources.ts";

/** AWS::ApiGatewayV2::IntegrationResponse through Cloud Control. One per process: it learns how long operations take. */
export function cloudControl(client: CloudControlClient, options: ControlPlaneOptions): ControlPlane {
  return controlPlane(cloudControlApi(client), options);
}

/** What surrounds integration responses in API Gateway, through Cloud Control as well. */
export function gateway(client: CloudControlClient, options: ResourcesOptions): Gateway {
  return gatewayOf(cloudControlApi(client), options);
}

/**
 * A client that sends a request once, and ends it after 15 s without a reply. Repeats are for who knows of the account's
 * request rate and of ClientTokens; the SDK would repeat at once what was throttled, and tell nobody.
 */
export function cloudControlClient(config: CloudControlClientConfig = {}): CloudControlClient {
  return new CloudControlClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...config,
  });
}

function cloudControlApi(client: CloudControlClient): CloudControlApi {
  return {
    create: async (request) => (await client.send(new CreateResourceCommand(request))).ProgressEvent ?? {},
    update: async (request) => (await client.send(new UpdateResourceCommand(request))).ProgressEvent ?? {},
    delete: async (request) => (await client.send(new DeleteResourceCommand(request))).ProgressEvent ?? {},
    get: async (request) => (await client.send(new GetResourceCommand(request))).ResourceDescription ?? {},
    async list(request) {
      const { ResourceDescriptions = [], NextToken } = await client.send(new ListResourcesCommand(request));
      return { ResourceDescriptions, NextToken };
    },
    status: async (request) => (await client.send(new GetResourceRequestStatusCommand(request))).ProgressEvent ?? {},
  };
}
