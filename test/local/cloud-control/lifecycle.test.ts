import { expect, test } from "vitest";
import { INTEGRATION_RESPONSE, refusal, response, START, world } from "./world.ts";

test("a create is in progress, then done, and is seen only then", () => {
  const { cloudControl, create, pass, now } = world();
  const { ProgressEvent } = create(INTEGRATION_RESPONSE, response());
  expect(ProgressEvent).toEqual({
    TypeName: INTEGRATION_RESPONSE,
    RequestToken: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    Operation: "CREATE",
    OperationStatus: "IN_PROGRESS",
    EventTime: START / 1000,
  });
  pass(19);
  expect(cloudControl.resources()).toEqual([]);
  pass(1);
  const { RequestToken } = ProgressEvent;
  const final = cloudControl.getResourceRequestStatus({ RequestToken }).ProgressEvent;
  expect(final).toMatchObject({
    OperationStatus: "SUCCESS",
    Identifier: expect.stringMatching(/^abcdefghij\|abc1234\|[a-z0-9]{7}$/),
    EventTime: START / 1000,
  });
  expect(now()).toBe(START + 20);
  const [resource] = cloudControl.resources();
  expect(resource?.Identifier).toBe(final.Identifier);
  expect(JSON.parse(final.ResourceModel ?? "")).toEqual(resource?.Properties);
  expect(resource?.Properties).toEqual({ ...response(), IntegrationResponseId: final.Identifier?.split("|")[2] });
});

test("without a settle time the first reply is final", () => {
  const { cloudControl, create } = world();
  cloudControl.changeFaults({ settleMs: 0 });
  expect(create(INTEGRATION_RESPONSE, response()).ProgressEvent.OperationStatus).toBe("SUCCESS");
});

test("an update changes the resource when it settles, and a delete removes it", () => {
  const { cloudControl, made, update, settled, read } = world();
  const id = made(INTEGRATION_RESPONSE, response({ ResponseTemplates: { "application/json": "1" } }));
  const request = update(INTEGRATION_RESPONSE, id, [
    { op: "replace", path: "/ResponseTemplates/application~1json", value: "2" },
  ]);
  expect(request.ProgressEvent).toMatchObject({ Operation: "UPDATE", OperationStatus: "IN_PROGRESS", Identifier: id });
  expect(read(INTEGRATION_RESPONSE, id)["ResponseTemplates"]).toEqual({ "application/json": "1" });
  expect(settled(request).OperationStatus).toBe("SUCCESS");
  expect(read(INTEGRATION_RESPONSE, id)["ResponseTemplates"]).toEqual({ "application/json": "2" });

  const removal = cloudControl.deleteResource({ TypeName: INTEGRATION_RESPONSE, Identifier: id });
  expect(read(INTEGRATION_RESPONSE, id)["ApiId"]).toBe("abcdefghij");
  expect(settled(removal)).toMatchObject({ Operation: "DELETE", OperationStatus: "SUCCESS", Identifier: id });
  const gone = `ResourceNotFoundException: Resource of type '${INTEGRATION_RESPONSE}' with identifier '${id}' was not found.`;
  expect(refusal(() => read(INTEGRATION_RESPONSE, id))).toBe(gone);
  expect(refusal(() => update(INTEGRATION_RESPONSE, id, []))).toBe(gone);
  expect(refusal(() => cloudControl.deleteResource({ TypeName: INTEGRATION_RESPONSE, Identifier: id }))).toBe(gone);
});

test("an identifier may be a JSON object", () => {
  const { cloudControl, made } = world();
  const id = made(INTEGRATION_RESPONSE, response());
  const [ApiId, IntegrationId, IntegrationResponseId] = id.split("|");
  const Identifier = JSON.stringify({ IntegrationResponseId, IntegrationId, ApiId });
  const got = cloudControl.getResource({ TypeName: INTEGRATION_RESPONSE, Identifier });
  expect(got.ResourceDescription.Identifier).toBe(id);
  for (const wrong of ["one", "a|b", "a|b|c|d", "a||c", '{"ApiId":"a"}', '{"Colour":"a"}']) {
    expect(refusal(() => cloudControl.getResource({ TypeName: INTEGRATION_RESPONSE, Identifier: wrong }))).toBe(
      `ValidationException: Identifier ${wrong} is not valid for identifier [/properties/ApiId, /properties/IntegrationId, /properties/IntegrationResponseId]`,
    );
  }
});

test("one operation at a time on a resource", () => {
  const { cloudControl, made, update, settled } = world();
  const id = made(INTEGRATION_RESPONSE, response());
  const first = update(INTEGRATION_RESPONSE, id, [{ op: "add", path: "/TemplateSelectionExpression", value: "x" }]);
  expect(refusal(() => update(INTEGRATION_RESPONSE, id, []))).toContain("ConcurrentOperationException");
  expect(refusal(() => cloudControl.deleteResource({ TypeName: INTEGRATION_RESPONSE, Identifier: id }))).toContain(
    "ConcurrentOperationException",
  );
  settled(first);
  update(INTEGRATION_RESPONSE, id, []);
});

test("of two overlapping changes to one API the later one fails", () => {
  const { cloudControl, create, settled } = world();
  const first = create(INTEGRATION_RESPONSE, response());
  const second = create(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: "/4../" }));
  const elsewhere = create(INTEGRATION_RESPONSE, response({ ApiId: "zyxwvutsrq" }));
  expect(settled(first).OperationStatus).toBe("SUCCESS");
  expect(settled(elsewhere).OperationStatus).toBe("SUCCESS");
  const failed = settled(second);
  expect(failed).toMatchObject({
    OperationStatus: "FAILED",
    ErrorCode: "ResourceConflict",
    StatusMessage: "Unable to complete operation due to concurrent modification. Please try again later.",
  });
  expect(failed.Identifier).toBeUndefined();
  expect(cloudControl.resources()).toHaveLength(2);
});

test("unless that is turned off, or has another code", () => {
  const { cloudControl, create, settled } = world();
  const both = () =>
    [response(), response({ IntegrationResponseKey: "/4../" })].map((model) => create(INTEGRATION_RESPONSE, model));
  cloudControl.changeFaults({ quirks: { conflictErrorCode: "GeneralServiceException" } });
  expect(
    both()
      .map(settled)
      .map(({ ErrorCode }) => ErrorCode),
  ).toEqual([undefined, "GeneralServiceException"]);
  cloudControl.changeFaults({ quirks: { serialisePerApi: false } });
  const next = create(INTEGRATION_RESPONSE, response({ IntegrationId: "other" }));
  const last = create(INTEGRATION_RESPONSE, response({ IntegrationId: "third" }));
  expect([next, last].map(settled).map(({ OperationStatus }) => OperationStatus)).toEqual(["SUCCESS", "SUCCESS"]);
});

test("a natural key is taken once, and the failure names no resource", () => {
  const { create, settled, made, update } = world();
  made(INTEGRATION_RESPONSE, response());
  const again = settled(create(INTEGRATION_RESPONSE, response()));
  expect(again).toMatchObject({
    OperationStatus: "FAILED",
    ErrorCode: "AlreadyExists",
    StatusMessage: "The resource already exists.",
  });
  expect(again.Identifier).toBeUndefined();
  const other = made(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: "/200/" }));
  const renamed = update(INTEGRATION_RESPONSE, other, [
    { op: "replace", path: "/IntegrationResponseKey", value: "$default" },
  ]);
  expect(settled(renamed)).toMatchObject({ OperationStatus: "FAILED", ErrorCode: "AlreadyExists", Identifier: other });
  const moved = update(INTEGRATION_RESPONSE, other, [
    { op: "replace", path: "/IntegrationResponseKey", value: "/404/" },
  ]);
  expect(settled(moved).OperationStatus).toBe("SUCCESS");
});

test("a client token stands for one request", () => {
  const { cloudControl, create, settled, pass } = world();
  const first = create(INTEGRATION_RESPONSE, response(), "token-1");
  const repeated = create(INTEGRATION_RESPONSE, response(), "token-1");
  expect(repeated.ProgressEvent).toEqual(first.ProgressEvent);
  settled(first);
  expect(create(INTEGRATION_RESPONSE, response(), "token-1").ProgressEvent).toMatchObject({
    RequestToken: first.ProgressEvent.RequestToken,
    OperationStatus: "SUCCESS",
  });
  expect(refusal(() => create(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: "/x/" }), "token-1"))).toContain(
    "ClientTokenConflictException",
  );
  expect(cloudControl.resources()).toHaveLength(1);
  expect(
    cloudControl.writes().map(({ replayed = false, error, OperationStatus }) => [replayed, error, OperationStatus]),
  ).toEqual([
    [false, undefined, "SUCCESS"],
    [true, undefined, "SUCCESS"],
    [true, undefined, "SUCCESS"],
    [false, "ClientTokenConflictException", undefined],
  ]);
  pass(36 * 3_600_000);
  const later = create(INTEGRATION_RESPONSE, response(), "token-1");
  expect(settled(later)).toMatchObject({ OperationStatus: "FAILED", ErrorCode: "AlreadyExists" });
  expect(create(INTEGRATION_RESPONSE, response(), "token-1").ProgressEvent).toMatchObject({
    OperationStatus: "FAILED",
    RequestToken: later.ProgressEvent.RequestToken,
  });
});

test("a refused call does not use up its token", () => {
  const { create } = world();
  expect(refusal(() => create(INTEGRATION_RESPONSE, { ApiId: "a" }, "token-2"))).toContain("ValidationException");
  expect(create(INTEGRATION_RESPONSE, response(), "token-2").ProgressEvent.OperationStatus).toBe("IN_PROGRESS");
});

test("a request can be cancelled while it is in progress", () => {
  const { cloudControl, create, settled } = world();
  const request = create(INTEGRATION_RESPONSE, response());
  const { RequestToken } = request.ProgressEvent;
  expect(cloudControl.cancelResourceRequest({ RequestToken }).ProgressEvent.OperationStatus).toBe("CANCEL_IN_PROGRESS");
  expect(settled(request).OperationStatus).toBe("CANCEL_COMPLETE");
  expect(cloudControl.resources()).toEqual([]);
  expect(refusal(() => cloudControl.cancelResourceRequest({ RequestToken }))).toContain(
    "ConcurrentModificationException",
  );
});

test("requests are listed newest first, filtered and in pages, for a week", () => {
  const { cloudControl, made, create, settled, pass } = world();
  for (const key of ["/1/", "/2/", "/3/"]) made(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: key }));
  const failed = create(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: "/1/" }));
  settled(failed);
  const first = cloudControl.listResourceRequests({ MaxResults: 3 });
  const second = cloudControl.listResourceRequests({ MaxResults: 3, NextToken: first.NextToken ?? "" });
  const statuses = [first, second].map((page) =>
    page.ResourceRequestStatusSummaries.map(({ OperationStatus }) => OperationStatus),
  );
  expect(statuses).toEqual([["FAILED", "SUCCESS", "SUCCESS"], ["SUCCESS"]]);
  expect(second.NextToken).toBeUndefined();
  const filter = { Operations: ["CREATE" as const], OperationStatuses: ["FAILED" as const] };
  const filtered = cloudControl.listResourceRequests({ ResourceRequestStatusFilter: filter });
  expect(filtered.ResourceRequestStatusSummaries.map(({ RequestToken }) => RequestToken)).toEqual([
    failed.ProgressEvent.RequestToken,
  ]);
  pass(7 * 24 * 3_600_000 + 1);
  expect(cloudControl.listResourceRequests({}).ResourceRequestStatusSummaries).toEqual([]);
  expect(refusal(() => cloudControl.getResourceRequestStatus(failed.ProgressEvent))).toContain(
    "RequestTokenNotFoundException",
  );
});

test("its state can be stored and carried on from", () => {
  const before = world();
  const request = before.create(INTEGRATION_RESPONSE, response(), "token-3");
  const after = world(JSON.parse(JSON.stringify(before.cloudControl.snapshot())));
  expect(after.create(INTEGRATION_RESPONSE, response(), "token-3").ProgressEvent.RequestToken).toBe(
    request.ProgressEvent.RequestToken,
  );
  expect(after.settled(request).OperationStatus).toBe("SUCCESS");
  expect(after.cloudControl.nextSettlement()).toBeUndefined();
  expect(before.cloudControl.nextSettlement()).toBe(START + 20);
});
