import type { CloudControlApi } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import type { ControlPlaneError } from "@specdrop/engine";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

const model = {
  ApiId: "a1b2c3d4e5",
  IntegrationId: "int0001",
  IntegrationResponseKey: "$default",
  TemplateSelectionExpression: "100",
};

/** The port on the emulator, whose questions about a status fail while `refusal` is set. */
function emulated() {
  const clock = virtualClock();
  const emulator = createCloudControl({ now: clock.now, random: () => 0.5 });
  emulator.changeFaults({ seed: 1, settleMs: 500 });
  const asked = { refusal: undefined as string | undefined };
  const requests = { refusal: undefined as string | undefined };
  /** As the Date header has it: in whole seconds. */
  const dated = <Event>(event: Event) => ({ ...event, repliedAt: Math.floor(clock.now() / 1_000) * 1_000 });
  const api: CloudControlApi = {
    create: async (request) => dated(emulator.createResource(request).ProgressEvent),
    update: async (request) => dated(emulator.updateResource(request).ProgressEvent),
    delete: async (request) => dated(emulator.deleteResource(request).ProgressEvent),
    get: async (request) => emulator.getResource(request).ResourceDescription,
    list: async (request) => emulator.listResources(request),
    async requests(request) {
      if (requests.refusal !== undefined) throw Object.assign(new Error("No."), { name: requests.refusal });
      return emulator.listResourceRequests(request);
    },
    async status(request) {
      if (asked.refusal !== undefined) throw Object.assign(new Error("No."), { name: asked.refusal });
      return emulator.getResourceRequestStatus(request).ProgressEvent;
    },
  };
  return { plane: controlPlane(api, { clock, random: () => 0.5 }), emulator, clock, asked, requests };
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: ControlPlaneError) => error,
  );

test.each([
  "ExpiredTokenException",
  "AccessDeniedException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "ValidationException",
  "RequestTokenNotFoundException",
])("a write whose end cannot be asked for (%s) was accepted all the same, and can be followed later", async (name) => {
  const { plane, emulator, asked } = emulated();
  asked.refusal = name;
  const create = await failure(plane.create(model, "t1"));
  expect(create).toMatchObject({
    accepted: true,
    completed: false,
    requestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  asked.refusal = undefined;
  const { identifier } = await plane.followCreate(model, create?.requestToken ?? "");
  expect(await plane.get(identifier)).toMatchObject({ identifier, IntegrationResponseKey: "$default" });

  asked.refusal = name;
  const patch = [{ op: "add", path: "/TemplateSelectionExpression", value: "200" }] as const;
  const update = await failure(plane.update(identifier, patch, "t2"));
  expect(update).toMatchObject({ accepted: true });
  asked.refusal = undefined;
  await plane.followWrite("update", update?.requestToken ?? "");
  expect((await plane.get(identifier))?.properties).toEqual({ TemplateSelectionExpression: "200" });

  asked.refusal = name;
  const deletion = await failure(plane.delete(identifier, "t3"));
  expect(deletion).toMatchObject({ accepted: true });
  asked.refusal = undefined;
  await plane.followWrite("delete", deletion?.requestToken ?? "");
  expect(emulator.resources()).toEqual([]);
});

test("what AWS refuses at once it has not accepted", async () => {
  const { plane, emulator } = emulated();
  emulator.changeFaults({ rps: 0.001, burst: 1 });
  await failure(plane.get("a1b2c3d4e5|int0001|r1"));
  expect(await failure(plane.create(model, "t1"))).toMatchObject({ code: "Throttling", accepted: false });
  expect(emulator.writes()).toHaveLength(1);
});

test("a write that failed is told as it was when it is followed", async () => {
  const { plane, emulator, asked } = emulated();
  emulator.changeFaults({ settleMs: 0 });
  await plane.create(model, "t1");
  emulator.changeFaults({ settleMs: 500 });
  asked.refusal = "ExpiredTokenException";
  const second = await failure(plane.create(model, "t2"));
  asked.refusal = undefined;
  expect(await failure(plane.followCreate(model, second?.requestToken ?? ""))).toMatchObject({
    code: "AlreadyExists",
    completed: true,
    accepted: false,
  });
});

test("a request that AWS has forgotten is not asked about for long", async () => {
  const { plane, clock } = emulated();
  const before = clock.now();
  expect(await failure(plane.followCreate(model, "11111111-2222-3333-4444-555555555555"))).toMatchObject({
    code: "RequestTokenNotFound",
    retryable: false,
  });
  expect(clock.now() - before).toBeLessThan(2_000);
});

test("who may not ask does not learn how a write ended", async () => {
  const { plane, asked } = emulated();
  asked.refusal = "AccessDeniedException";
  const error = await failure(plane.followWrite("delete", "11111111-2222-3333-4444-555555555555"));
  expect(error).toMatchObject({ code: "AccessDenied", accepted: true, completed: false });
  // A status that is not found is no response that is gone.
  asked.refusal = "ResourceNotFoundException";
  const gone = await failure(plane.followWrite("delete", "11111111-2222-3333-4444-555555555555"));
  expect(gone).toMatchObject({ code: "NotFound", accepted: true });
});

test("an API is quiet once its updates and deletions have ended, however they end", async () => {
  const { plane, emulator, clock } = emulated();
  emulator.changeFaults({ settleMs: 0 });
  const names = [];
  for (const [index, key] of ["/1/", "/2/", "/3/"].entries()) {
    names.push((await plane.create({ ...model, IntegrationResponseKey: key }, `t${index}`)).identifier);
  }
  const elsewhere = (await plane.create({ ...model, ApiId: "otherapi01" }, "t9")).identifier;
  emulator.changeFaults({ settleMs: 30_000, quirks: { serialisePerApi: false } });
  const [first = "", second = "", third = ""] = names;
  const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
  const PatchDocument = JSON.stringify([{ op: "add", path: "/TemplateSelectionExpression", value: "200" }]);
  emulator.updateResource({ TypeName, Identifier: first, PatchDocument });
  emulator.deleteResource({ TypeName, Identifier: second });
  const { ProgressEvent: canceled } = emulator.deleteResource({ TypeName, Identifier: third });
  emulator.cancelResourceRequest({ RequestToken: canceled.RequestToken });
  const before = clock.now();
  await plane.untilQuiet("a1b2c3d4e5");
  expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
  expect((await plane.get(first))?.properties).toEqual({ TemplateSelectionExpression: "200" });
  expect(await plane.get(second)).toBeUndefined();
  expect(await plane.get(third)).toBeDefined();

  // What is under way on another API is waited for by nobody here.
  emulator.deleteResource({ TypeName, Identifier: elsewhere });
  const quiet = clock.now();
  await plane.untilQuiet("a1b2c3d4e5");
  expect(clock.now() - quiet).toBeLessThan(1_000);
});

test("who may not list requests goes on; who may not ask about one does not", async () => {
  const { plane, emulator, asked, requests } = emulated();
  emulator.changeFaults({ settleMs: 0 });
  const { identifier } = await plane.create(model, "t1");
  emulator.changeFaults({ settleMs: 5_000 });
  emulator.deleteResource({ TypeName: "AWS::ApiGatewayV2::IntegrationResponse", Identifier: identifier });
  asked.refusal = "ExpiredTokenException";
  expect(await failure(plane.untilQuiet("a1b2c3d4e5"))).toMatchObject({ code: "ExpiredToken", accepted: true });
  requests.refusal = "AccessDeniedException";
  await plane.untilQuiet("a1b2c3d4e5");
  requests.refusal = "ExpiredTokenException";
  expect(await failure(plane.untilQuiet("a1b2c3d4e5"))).toMatchObject({ code: "ExpiredToken", accepted: false });
});
