import {
  CloudControlClient,
  type CloudControlClientConfig,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import type { ControlPlane, Gateway } from "@specdrop/engine";
import type { CloudControlApi, ProgressEvent } from "./api.ts";
import { type ControlPlaneOptions, controlPlane } from "./control-plane.ts";
import { unknownAnswer } from "./foreign-answer.ts";
import { gatewayOf } from "./gateway.ts";
import { refuseForeignAnswers, timeOfReply } from "./refuse-foreign.ts";
import type { ResourcesOptions } from "./resources.ts";

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

/** What a write was answered with, and when, by the clock of who answered. */
async function datedEvent<Command extends CreateResourceCommand | UpdateResourceCommand | DeleteResourceCommand>(
  command: Command,
  send: (command: Command) => Promise<{ readonly ProgressEvent: ProgressEvent }>,
): Promise<ProgressEvent> {
  let date: string | undefined;
  const { middlewareStack } = command as Pick<CreateResourceCommand, "middlewareStack">;
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { readonly headers?: Readonly<Record<string, string>> }).headers?.["date"];
      return result;
    },
    { step: "deserialize", name: "specdropReplyDate" },
  );
  const { ProgressEvent: event } = await send(command);
  const repliedAt = Date.parse(date ?? "");
  return Number.isNaN(repliedAt) ? event : { ...event, repliedAt };
}

function cloudControlApi(client: CloudControlClient): CloudControlApi {
  const endpoint = refuseForeignAnswers(client);
  const expect = <T>(value: T | undefined, operation: string): T => {
    if (value === undefined) throw unknownAnswer(endpoint(), operation);
    return value;
  };
  return {
    time: () => timeOfReply(client),
    create: (request) =>
      datedEvent(new CreateResourceCommand(request), async (command) => {
        return { ProgressEvent: expect((await client.send(command)).ProgressEvent, "CreateResource") };
      }),
    update: (request) =>
      datedEvent(new UpdateResourceCommand(request), async (command) => {
        return { ProgressEvent: expect((await client.send(command)).ProgressEvent, "UpdateResource") };
      }),
    delete: (request) =>
      datedEvent(new DeleteResourceCommand(request), async (command) => {
        return { ProgressEvent: expect((await client.send(command)).ProgressEvent, "DeleteResource") };
      }),
    get: async (request) =>
      expect((await client.send(new GetResourceCommand(request))).ResourceDescription, "GetResource"),
    async list(request) {
      const reply = await client.send(new ListResourcesCommand(request));
      // An empty list says at least of what: otherwise anybody's 200 would be an API without responses.
      expect(reply.ResourceDescriptions ?? reply.TypeName, "ListResources");
      const { ResourceDescriptions = [], NextToken } = reply;
      return { ResourceDescriptions, NextToken };
    },
    async requests(request) {
      const { ResourceRequestStatusSummaries = [], NextToken } = await client.send(
        new ListResourceRequestsCommand(request),
      );
      return { ResourceRequestStatusSummaries, NextToken };
    },
    status: async (request) =>
      expect(
        (await client.send(new GetResourceRequestStatusCommand(request))).ProgressEvent,
        "GetResourceRequestStatus",
      ),
  };
}
