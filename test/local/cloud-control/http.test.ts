import {
  CancelResourceRequestCommand,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  waitUntilResourceRequestSuccess,
} from "@aws-sdk/client-cloudcontrol";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../clients.ts";
import { response, INTEGRATION_RESPONSE as TypeName } from "./world.ts";

let endpoints: Endpoints;
let client: ReturnType<typeof clientsOf>["cloudControl"];

beforeAll(async () => {
  endpoints = await startEndpoints();
  client = clientsOf(endpoints).cloudControl;
});
afterAll(() => endpoints.close());
afterEach(() => faults("DELETE"));

const faults = async (method: string, change?: object) => {
  const reply = await fetch(`${endpoints.url}/_specdrop/faults`, {
    method,
    ...(change === undefined ? {} : { body: JSON.stringify(change) }),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};
const create = (model: object, ClientToken?: string) =>
  client.send(new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify(model), ClientToken }));
const done = (RequestToken: string | undefined) =>
  waitUntilResourceRequestSuccess({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { RequestToken });

test("the SDK and its waiter take a resource through its life", async () => {
  const created = await create(response());
  expect(created.ProgressEvent).toMatchObject({ OperationStatus: "IN_PROGRESS", EventTime: expect.any(Date) });
  await done(created.ProgressEvent?.RequestToken);
  const status = await client.send(
    new GetResourceRequestStatusCommand({ RequestToken: created.ProgressEvent?.RequestToken }),
  );
  const { Identifier } = status.ProgressEvent ?? {};
  const PatchDocument = JSON.stringify([
    { op: "add", path: "/ResponseTemplates", value: { "application/json": "{}" } },
  ]);
  const updated = await client.send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument }));
  await done(updated.ProgressEvent?.RequestToken);
  const got = await client.send(new GetResourceCommand({ TypeName, Identifier }));
  const expected = {
    ...response(),
    IntegrationResponseId: Identifier?.split("|")[2],
    ResponseTemplates: { "application/json": "{}" },
  };
  expect(JSON.parse(got.ResourceDescription?.Properties ?? "")).toEqual(expected);
  const listed = await client.send(new ListResourcesCommand({ TypeName, ResourceModel: JSON.stringify(response()) }));
  expect(listed.ResourceDescriptions).toEqual([got.ResourceDescription]);
  expect(await (await fetch(`${endpoints.url}/_specdrop/resources`)).json()).toEqual([
    { TypeName, Identifier, Properties: expected },
  ]);
  const deleted = await client.send(new DeleteResourceCommand({ TypeName, Identifier }));
  await done(deleted.ProgressEvent?.RequestToken);
  await expect(client.send(new GetResourceCommand({ TypeName, Identifier }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    $metadata: { httpStatusCode: 404 },
  });
  const requests = await client.send(
    new ListResourceRequestsCommand({ ResourceRequestStatusFilter: { Operations: ["UPDATE"] } }),
  );
  expect(requests.ResourceRequestStatusSummaries).toMatchObject([{ Operation: "UPDATE", OperationStatus: "SUCCESS" }]);
  const writes = (await (await fetch(`${endpoints.url}/_specdrop/requests`)).json()) as Record<string, unknown>[];
  expect(
    writes.map(({ operation, PatchDocument: patch, OperationStatus }) => [operation, patch, OperationStatus]),
  ).toEqual([
    ["CreateResource", undefined, "SUCCESS"],
    ["UpdateResource", PatchDocument, "SUCCESS"],
    ["DeleteResource", undefined, "SUCCESS"],
  ]);
});

test("exceptions keep their names and messages", async () => {
  await expect(create({ ...response(), Colour: 1 })).rejects.toMatchObject({
    name: "ValidationException",
    message: "Model validation failed (#: extraneous key [Colour] is not permitted)",
  });
  await expect(client.send(new CancelResourceRequestCommand({ RequestToken: "none" }))).rejects.toMatchObject({
    name: "RequestTokenNotFoundException",
    message: "Request with token none was not found.",
  });
  await create(response({ IntegrationId: "conflict" }), "one-token");
  await expect(create(response({ IntegrationId: "other" }), "one-token")).rejects.toMatchObject({
    name: "ClientTokenConflictException",
  });
});

test("faults reach the wire", async () => {
  expect(await faults("PUT", { rps: 1, burst: 1 })).toMatchObject({
    status: 200,
    body: { rps: 1, slack: { rateLimited: 0 } },
  });
  const list = () => client.send(new ListResourceRequestsCommand({}));
  await list();
  await expect(list()).rejects.toMatchObject({ name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });
  await faults("PUT", { rps: null, lostReplies: 1 });
  await expect(list()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await faults("GET")).toMatchObject({ body: { lostReplies: 1, rps: null } });
  expect(await faults("PUT", { typo: 1 })).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^unknown fault typo; valid names are settleMs, .*, slack$/) },
  });
  expect(await faults("DELETE")).toMatchObject({ body: { lostReplies: 0 } });
});

test("replies are dated by the clock that events tell the time by", async () => {
  const past = Date.parse("2020-02-29T12:00:00Z");
  const other = await startEndpoints({ now: () => past });
  const body = JSON.stringify({ TypeName, DesiredState: JSON.stringify(response()) });
  const headers = { "x-amz-target": "CloudApiService.CreateResource", "content-type": "application/x-amz-json-1.0" };
  const reply = await fetch(other.url, { method: "POST", headers, body });
  expect(reply.headers.get("date")).toBe("Sat, 29 Feb 2020 12:00:00 GMT");
  expect(await reply.json()).toMatchObject({ ProgressEvent: { EventTime: past / 1_000 } });
  await other.close();
});
