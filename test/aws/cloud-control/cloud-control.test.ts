import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import "aws-sdk-client-mock-vitest/extend";
import { cloudControl, cloudControlClient } from "@specdrop/aws/cloud-control/clients";
import type { ResourcesOptions } from "@specdrop/aws/cloud-control/resources";
import type { RequestRate } from "@specdrop/engine";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
const parent = { ApiId: "a1", IntegrationId: "i1" };
const model = { ...parent, IntegrationResponseKey: "$default", TemplateSelectionExpression: "200" };
let mock = mockClient(CloudControlClient);

function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function port(options: Pick<ResourcesOptions, "requestRate"> = {}) {
  const client = cloudControlClient({ region: "eu-west-1" });
  return cloudControl(client, { clock: virtualClock(), random: () => 0, ...options });
}

function description(identifier: string, properties: object) {
  const [ApiId, IntegrationId, IntegrationResponseId] = identifier.split("|");
  return {
    Identifier: identifier,
    Properties: JSON.stringify({ ApiId, IntegrationId, IntegrationResponseId, ...properties }),
  };
}

beforeEach(() => {
  mock.restore();
  mock = mockClient(CloudControlClient);
});

describe("create", () => {
  test("sends the whole model with the caller's token, and follows it to its end", async () => {
    mock.on(CreateResourceCommand).resolves({ ProgressEvent: { RequestToken: "t", OperationStatus: "IN_PROGRESS" } });
    mock
      .on(GetResourceRequestStatusCommand)
      .resolvesOnce({ ProgressEvent: { RequestToken: "t", OperationStatus: "IN_PROGRESS", Identifier: "a1|i1|r1" } })
      .resolves({
        ProgressEvent: {
          OperationStatus: "SUCCESS",
          Identifier: "a1|i1|r1",
          ResourceModel: description("a1|i1|r1", model).Properties,
        },
      });

    // A mock sends no headers: whose event it is cannot be told, so its model is not believed.
    expect(await port().create(model, "token-1")).toEqual({ identifier: "a1|i1|r1" });
    expect(mock).toHaveReceivedCommandTimes(CreateResourceCommand, 1);
    expect(mock).toHaveReceivedCommandWith(CreateResourceCommand, {
      TypeName,
      DesiredState: JSON.stringify(model),
      ClientToken: "token-1",
    });
    expect(mock).toHaveReceivedNthCommandWith(GetResourceRequestStatusCommand, 2, { RequestToken: "t" });
  });

  test("sends the same text for the same model, so that a token can be used again", async () => {
    mock.on(CreateResourceCommand).resolves({ ProgressEvent: { OperationStatus: "SUCCESS", Identifier: "a1|i1|r1" } });
    const ResponseTemplates = { "application/json": "{}" };
    await port().create({ ...model, ResponseTemplates }, "t");
    await port().create(
      { ResponseTemplates, TemplateSelectionExpression: "200", IntegrationResponseKey: "$default", ...parent },
      "t",
    );
    const [first, second] = mock.commandCalls(CreateResourceCommand).map((call) => call.args[0].input.DesiredState);
    expect(second).toBe(first);
  });

  test.each([
    ["no model", undefined],
    ["identifiers only", description("a1|i1|r1", {}).Properties],
    ["no writable property", description("a1|i1|r1", { IntegrationResponseKey: "$default" }).Properties],
    ["no JSON", "{"],
  ])("gives no model where the event carries %s", async (_, ResourceModel) => {
    mock.on(CreateResourceCommand).resolves({
      ProgressEvent: { OperationStatus: "SUCCESS", Identifier: "a1|i1|r1", ResourceModel },
    });
    expect(await port().create(model, "t")).toEqual({ identifier: "a1|i1|r1" });
  });

  test("takes the identifier from the model where the event has none", async () => {
    const { Properties } = description("a1|i1|r1", {});
    mock
      .on(CreateResourceCommand)
      .resolves({ ProgressEvent: { OperationStatus: "SUCCESS", ResourceModel: Properties } });
    expect(await port().create(model, "t")).toEqual({ identifier: "a1|i1|r1" });
  });

  test("does not take HTTP 200 for success", async () => {
    mock.on(CreateResourceCommand).resolves({
      ProgressEvent: {
        OperationStatus: "FAILED",
        ErrorCode: "NotStabilized",
        StatusMessage: "It did not stabilise.",
        Identifier: "a1|i1|r1",
      },
    });
    await expect(port().create(model, "t")).rejects.toMatchObject({
      name: "ControlPlaneError",
      code: "NotStabilized",
      message: "It did not stabilise.",
      identifier: "a1|i1|r1",
      completed: true,
    });
  });

  test("ends at CANCEL_COMPLETE, and not in success", async () => {
    mock
      .on(CreateResourceCommand)
      .resolves({ ProgressEvent: { RequestToken: "t", OperationStatus: "CANCEL_IN_PROGRESS" } });
    mock.on(GetResourceRequestStatusCommand).resolves({ ProgressEvent: { OperationStatus: "CANCEL_COMPLETE" } });
    await expect(port().create(model, "t")).rejects.toMatchObject({
      code: "Canceled",
      retryable: false,
      completed: true,
    });
  });

  test("is sent once: whether a refusal is worth another try is the caller's to decide", async () => {
    mock.on(CreateResourceCommand).rejects(named("ThrottlingException", "Rate exceeded"));
    await expect(port().create(model, "t")).rejects.toMatchObject({
      code: "Throttling",
      retryable: true,
      completed: false,
    });
    expect(mock).toHaveReceivedCommandTimes(CreateResourceCommand, 1);
  });

  test("keeps the model out of its errors", async () => {
    mock.on(CreateResourceCommand).rejects(named("InvalidRequestException", "Model validation failed"));
    const error: unknown = await port()
      .create({ ...model, TemplateSelectionExpression: "secret" }, "t")
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "InvalidRequest" });
    expect(JSON.stringify(error) + String(error)).not.toContain("secret");
  });
});

describe("update", () => {
  const patch = [{ op: "remove", path: "/ResponseTemplates" }] as const;

  test("sends the patch, and knows the identifier where the event does not say it", async () => {
    mock.on(UpdateResourceCommand).resolves({ ProgressEvent: { OperationStatus: "SUCCESS" } });
    expect(await port().update("a1|i1|r1", patch, "t")).toEqual({ identifier: "a1|i1|r1" });
    expect(mock).toHaveReceivedCommandWith(UpdateResourceCommand, {
      TypeName,
      Identifier: "a1|i1|r1",
      PatchDocument: '[{"op":"remove","path":"/ResponseTemplates"}]',
      ClientToken: "t",
    });
  });

  test("of what is gone is NotFound, however AWS says it", async () => {
    mock
      .on(UpdateResourceCommand)
      .rejectsOnce(named("ResourceNotFoundException"))
      .resolves({
        ProgressEvent: {
          OperationStatus: "FAILED",
          ErrorCode: "GeneralServiceException",
          StatusMessage: "Unable to find IntegrationResponse r1",
        },
      });
    await expect(port().update("a1|i1|r1", patch, "t")).rejects.toMatchObject({ code: "NotFound", retryable: false });
    await expect(port().update("a1|i1|r1", patch, "t")).rejects.toMatchObject({ code: "NotFound", retryable: false });
  });
});

describe("delete", () => {
  test("is done at SUCCESS", async () => {
    mock.on(DeleteResourceCommand).resolves({ ProgressEvent: { RequestToken: "r", OperationStatus: "PENDING" } });
    mock.on(GetResourceRequestStatusCommand).resolves({ ProgressEvent: { OperationStatus: "SUCCESS" } });
    await port().delete("a1|i1|r1", "t");
    expect(mock).toHaveReceivedCommandWith(DeleteResourceCommand, {
      TypeName,
      Identifier: "a1|i1|r1",
      ClientToken: "t",
    });
  });

  test("of what is gone is done, whether AWS says so at once or in the end", async () => {
    mock
      .on(DeleteResourceCommand)
      .rejectsOnce(named("ResourceNotFoundException"))
      .resolves({
        ProgressEvent: { OperationStatus: "FAILED", ErrorCode: "NotFound" },
      });
    await port().delete("a1|i1|r1", "t");
    await port().delete("a1|i1|r1", "t");
    expect(mock).toHaveReceivedCommandTimes(DeleteResourceCommand, 2);
  });

  test.each(["RequestTokenNotFoundException", "TypeNotFoundException", "AccessDeniedException"])(
    "that meets %s is not",
    async (name) => {
      mock.on(DeleteResourceCommand).rejects(named(name));
      await expect(port().delete("a1|i1|r1", "t")).rejects.toMatchObject({ code: name.replace("Exception", "") });
    },
  );
});

describe("get", () => {
  test("reads every property, and nothing else", async () => {
    mock.on(GetResourceCommand).resolves({
      ResourceDescription: description("a1|i1|r1", {
        IntegrationResponseKey: "/a|b/",
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
        ResponseParameters: { "method.response.header.x": "'1'" },
        ResponseTemplates: { "application/json": "", odd: { nested: 1 } },
        TemplateSelectionExpression: "",
        Later: "unknown",
      }),
    });
    expect(await port().get("a1|i1|r1")).toEqual({
      identifier: "a1|i1|r1",
      ...parent,
      IntegrationResponseKey: "/a|b/",
      properties: {
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
        ResponseParameters: { "method.response.header.x": "'1'" },
        ResponseTemplates: { "application/json": "", odd: '{"nested":1}' },
        TemplateSelectionExpression: "",
      },
    });
  });

  test("is undefined for what is not there, and only for that", async () => {
    mock.on(GetResourceCommand).rejectsOnce(named("ResourceNotFoundException")).rejects(named("AccessDeniedException"));
    expect(await port().get("a1|i1|r1")).toBeUndefined();
    await expect(port().get("a1|i1|r1")).rejects.toMatchObject({ code: "AccessDenied" });
  });

  test("is repeated where that may help, and not for ever", async () => {
    const found = { ResourceDescription: description("a1|i1|r1", model) };
    mock
      .on(GetResourceCommand)
      .rejectsOnce(named("ThrottlingException"))
      .resolvesOnce(found)
      .rejects(named("ServiceUnavailable"));
    expect(await port().get("a1|i1|r1")).toMatchObject({ identifier: "a1|i1|r1" });
    await expect(port().get("a1|i1|r1")).rejects.toMatchObject({ code: "ServiceUnavailable", retryable: true });
    expect(mock).toHaveReceivedCommandTimes(GetResourceCommand, 5);
  });

  test("takes another turn of the account's rate for a repeat, which hears of the throttling", async () => {
    const rate = { turns: 0, throttled: 0 };
    const requestRate: RequestRate = {
      book: async (requests) => {
        rate.turns += requests;
        return 0;
      },
      throttled: async () => void rate.throttled++,
    };
    mock
      .on(GetResourceCommand)
      .rejectsOnce(named("ThrottlingException"))
      .resolves({ ResourceDescription: description("a1|i1|r1", model) });
    await port({ requestRate }).get("a1|i1|r1");
    expect(rate).toEqual({ turns: 1, throttled: 1 });
    mock
      .on(ListResourcesCommand)
      .resolvesOnce({ ResourceDescriptions: [], NextToken: "2" })
      .resolvesOnce({ ResourceDescriptions: [], NextToken: "3" })
      .resolves({ ResourceDescriptions: [] });
    await port({ requestRate }).list({ ApiId: "a1", IntegrationId: "i1" });
    expect(rate).toEqual({ turns: 3, throttled: 1 });
    mock.on(ListResourcesCommand).resolves({ ResourceDescriptions: [{ Identifier: "a1|i1|r1" }] });
    await port({ requestRate }).list({ ApiId: "a1", IntegrationId: "i1" });
    expect(rate).toEqual({ turns: 4, throttled: 1 });
  });

  test("is repeated for longer where others use up what the account may", async () => {
    const found = { ResourceDescription: description("a1|i1|r1", model) };
    const replies = mock.on(GetResourceCommand);
    for (let refused = 0; refused < 7; refused++) replies.rejectsOnce(named("ThrottlingException"));
    replies.resolves(found);
    expect(await port().get("a1|i1|r1")).toMatchObject({ identifier: "a1|i1|r1" });
  });

  test("throws where AWS says nothing that can be read", async () => {
    mock.on(GetResourceCommand).resolves({ ResourceDescription: {} });
    await expect(port().get("a1|i1|r1")).rejects.toMatchObject({ code: "InternalFailure", retryable: true });
    mock.on(GetResourceCommand).resolves({});
    await expect(port().get("a1|i1|r1")).rejects.toMatchObject({ code: "NotCloudControl", retryable: false });
  });
});

describe("list", () => {
  test("asks for one integration, page after page, and leaves out what belongs to another", async () => {
    mock
      .on(ListResourcesCommand)
      .resolvesOnce({
        ResourceDescriptions: [description("a1|i1|r1", model), description("a1|i2|r2", model)],
        NextToken: "2",
      })
      .resolvesOnce({ ResourceDescriptions: [], NextToken: "3" })
      .resolves({ ResourceDescriptions: [description("a1|i1|r3", model), description("a2|i1|r4", model)] });

    const live = await port().list(parent);
    expect(live.map(({ identifier }) => identifier)).toEqual(["a1|i1|r1", "a1|i1|r3"]);
    const ResourceModel = '{"ApiId":"a1","IntegrationId":"i1"}';
    expect(mock.commandCalls(ListResourcesCommand).map((call) => call.args[0].input)).toEqual([
      { TypeName, ResourceModel },
      { TypeName, ResourceModel, NextToken: "2" },
      { TypeName, ResourceModel, NextToken: "3" },
    ]);
    expect(mock).not.toHaveReceivedCommand(GetResourceCommand);
  });

  test("reads for itself what the list leaves open", async () => {
    mock.on(ListResourcesCommand).resolves({
      ResourceDescriptions: [
        description("a1|i1|r1", {}),
        description("a1|i1|r2", { IntegrationResponseKey: "/2/" }),
        description("a1|i1|r3", { TemplateSelectionExpression: "200" }),
        { Identifier: "a1|i1|r4" },
        { Properties: description("a1|i1|r5", model).Properties },
        description("a1|i9|r6", {}),
      ],
    });
    mock.on(GetResourceCommand).callsFake(({ Identifier }: { Identifier: string }) => {
      if (Identifier === "a1|i1|r4") throw named("ResourceNotFoundException");
      return { ResourceDescription: description(Identifier, { ...model, IntegrationResponseKey: `/${Identifier}/` }) };
    });

    const live = await port().list(parent);
    expect(live.map((one) => one.IntegrationResponseKey)).toEqual([
      "/a1|i1|r1/",
      "/a1|i1|r2/",
      "/a1|i1|r3/",
      "$default",
    ]);
    expect(mock).toHaveReceivedCommandTimes(GetResourceCommand, 4);
  });

  test("a response without a single property is one all the same", async () => {
    const bare = description("a1|i1|r1", { IntegrationResponseKey: "$default" });
    mock.on(ListResourcesCommand).resolves({ ResourceDescriptions: [bare] });
    mock.on(GetResourceCommand).resolves({ ResourceDescription: bare });
    expect(await port().list(parent)).toMatchObject([{ IntegrationResponseKey: "$default", properties: {} }]);
  });

  test("is empty where the integration is gone, and throws where it cannot be read", async () => {
    mock
      .on(ListResourcesCommand)
      .rejectsOnce(named("ResourceNotFoundException", "Handler returned status FAILED"))
      .rejectsOnce(named("GeneralServiceException", "Invalid Integration identifier specified a1:i1"))
      .resolvesOnce({ ResourceDescriptions: [description("a1|i1|r1", model)], NextToken: "2" })
      .rejects(named("AccessDeniedException"));
    expect(await port().list(parent)).toEqual([]);
    expect(await port().list(parent)).toEqual([]);
    await expect(port().list(parent)).rejects.toMatchObject({ code: "AccessDenied" });
  });
});

describe("the client", () => {
  const credentials = { accessKeyId: "x", secretAccessKey: "x" };

  test("sends a request once, and takes what the caller sets", async () => {
    const { config } = cloudControlClient({ region: "eu-west-1" });
    expect(await config.maxAttempts()).toBe(1);
    expect(await cloudControlClient({ region: "eu-west-1", maxAttempts: 2 }).config.maxAttempts()).toBe(2);
  });

  test.each([
    [
      "met a broken server",
      "NetworkFailure",
      (_: ServerResponse, request: IncomingMessage) => request.socket.destroy(),
    ],
    ["was throttled", "Throttling", (response: ServerResponse) => refuse(response, 400, "ThrottlingException")],
    [
      "met an internal failure",
      "InternalFailure",
      (response: ServerResponse) => refuse(response, 500, "InternalFailure"),
    ],
  ])("leaves it to the caller to repeat a write that %s, with the same token", async (_, code, fail) => {
    mock.restore();
    const bodies: string[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      bodies.push(await text(request));
      if (bodies.length === 1) return void fail(response, request);
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.setHeader("date", "Mon, 30 Nov 2026 17:30:00 GMT");
      response.end(JSON.stringify({ ProgressEvent: { OperationStatus: "SUCCESS", Identifier: "a1|i1|r1" } }));
    };
    const server = createServer((request, response) => void answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port: number } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${number}`;
    const client = cloudControlClient({ region: "eu-west-1", endpoint, credentials });
    const plane = cloudControl(client, { clock: virtualClock() });
    expect(plane.time()).toBeUndefined();
    await expect(plane.create(model, "token-1")).rejects.toMatchObject({ code, retryable: true, completed: false });
    expect(bodies).toHaveLength(1);
    expect(await plane.create(model, "token-1")).toEqual({ identifier: "a1|i1|r1" });
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ ClientToken: "token-1" });
    expect(bodies[1]).toBe(bodies[0]);
    expect(plane.time()).toBe(Date.UTC(2026, 10, 30, 17, 30));

    client.destroy();
    await promisify(server.close.bind(server))();
    const nobody = cloudControlClient({ region: "eu-west-1", endpoint, credentials });
    const refused = cloudControl(nobody, { clock: virtualClock() }).create(model, "t");
    await expect(refused).rejects.toMatchObject({ code: "NetworkFailure", retryable: true, completed: false });
  });
});

function refuse(response: ServerResponse, status: number, __type: string): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type, message: "No." }));
}
