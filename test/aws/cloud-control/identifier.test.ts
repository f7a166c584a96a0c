import type { CloudControlApi, ProgressEvent } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import { partsOf } from "@specdrop/aws/cloud-control/identifier";
import { describe, expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

const parent = { ApiId: "a1", IntegrationId: "i1" };
const model = { ...parent, IntegrationResponseKey: "$default", TemplateSelectionExpression: "200" };

/** A Cloud Control that calls every response so, and knows one. */
function naming(Identifier: string) {
  const event = async (): Promise<ProgressEvent> => ({
    OperationStatus: "SUCCESS",
    Identifier,
    RequestToken: "request-1",
  });
  const description = { Identifier, Properties: JSON.stringify(model) };
  const calls: string[] = [];
  const api: CloudControlApi = {
    create: event,
    update: event,
    delete: event,
    status: event,
    requests: async () => ({ ResourceRequestStatusSummaries: [] }),
    get: async () => description,
    async list() {
      calls.push("list");
      return { ResourceDescriptions: [description] };
    },
  };
  const options = { clock: virtualClock(), random: () => 0.5 };
  return { plane: controlPlane(api, options), gateway: gatewayOf(api, options), calls };
}

const UNREADABLE = [
  "r1",
  "a1|r1",
  "a1|i1|r1|x",
  "a1|i1|",
  "|i1|r1",
  "a1||r1",
  "||",
  "",
  '{"ApiId":"a1"}',
  "arn:aws:a1/i1/r1",
];

describe.each(UNREADABLE)("an identifier %j", (identifier) => {
  const unreadable = {
    code: "UnreadableIdentifier",
    retryable: false,
    message: expect.stringContaining(JSON.stringify(identifier)),
  };

  test("is unreadable in a list, at once", async () => {
    const { plane, calls } = naming(identifier);
    await expect(plane.list(parent)).rejects.toMatchObject(unreadable);
    expect(calls).toEqual(["list"]);
  });

  test("is unreadable where a response is read", async () => {
    await expect(naming(identifier).plane.get("a1|i1|r1")).rejects.toMatchObject(unreadable);
  });

  test("leaves open what a create has made, or an update changed", async () => {
    const open = { ...unreadable, accepted: true, requestToken: "request-1" };
    await expect(naming(identifier).plane.create(model, "t")).rejects.toMatchObject(open);
    await expect(naming(identifier).plane.followCreate(parent, "request-1")).rejects.toMatchObject(open);
    await expect(naming(identifier).plane.update("a1|i1|r1", [], "t")).rejects.toMatchObject(open);
    await expect(naming("a1|i1|r1").plane.update(identifier, [], "t")).rejects.toMatchObject(unreadable);
  });
});

test.each([
  ["another integration", "a1|i9|r1"],
  ["another API", "a9|i1|r1"],
])("a create that ends on %s is no success, and names what was made", async (_, identifier) => {
  const { plane } = naming(identifier);
  const elsewhere = {
    code: "UnreadableIdentifier",
    accepted: true,
    message: `AWS reported SUCCESS, and names "${identifier}": that is not on integration i1 of API a1.`,
  };
  await expect(plane.create(model, "t")).rejects.toMatchObject(elsewhere);
  await expect(plane.followCreate(parent, "request-1")).rejects.toMatchObject(elsewhere);
});

test("a response of another integration is no part of a list", async () => {
  expect(await naming("a1|i9|r1").plane.list(parent)).toEqual([]);
});

test("what surrounds responses is unreadable likewise", async () => {
  await expect(naming("i1").gateway.listIntegrations("a1")).rejects.toMatchObject({ code: "UnreadableIdentifier" });
  await expect(naming("d1").gateway.createDeployment("a1", "prod", "t")).rejects.toMatchObject({
    code: "UnreadableIdentifier",
  });
});

test("of a long identifier the beginning is shown, and nothing of it reaches a terminal as it is", () => {
  expect(() => partsOf(`\u001b[31m${"x".repeat(2_000)}`, ["ApiId", "StageName"])).toThrow(
    /^Cloud Control calls a resource "\\u001b\[31mx{115}…", and that is no ApiId\|StageName\.$/,
  );
});
