import { describe, expect, test } from "vitest";
import { INTEGRATION_RESPONSE, refusal, response, START, world } from "./world.ts";

const templates = (more: object) =>
  response({ ResponseTemplates: { a: "1", b: "2" }, TemplateSelectionExpression: "x", ...more });

describe("quirks", () => {
  test("a remove may clear nothing, and say it did", () => {
    const { cloudControl, made, update, settled, read } = world();
    const id = made(INTEGRATION_RESPONSE, templates({}));
    cloudControl.changeFaults({ quirks: { removeClearsNothing: true } });
    const event = settled(update(INTEGRATION_RESPONSE, id, [{ op: "remove", path: "/TemplateSelectionExpression" }]));
    expect(event.OperationStatus).toBe("SUCCESS");
    expect(JSON.parse(event.ResourceModel ?? "")).not.toHaveProperty("TemplateSelectionExpression");
    expect(read(INTEGRATION_RESPONSE, id)["TemplateSelectionExpression"]).toBe("x");
    settled(update(INTEGRATION_RESPONSE, id, [{ op: "add", path: "/TemplateSelectionExpression", value: "" }]));
    expect(read(INTEGRATION_RESPONSE, id)).not.toHaveProperty("TemplateSelectionExpression");
  });

  test("a well-behaved remove clears", () => {
    const { made, update, settled, read } = world();
    const id = made(INTEGRATION_RESPONSE, templates({}));
    settled(update(INTEGRATION_RESPONSE, id, [{ op: "remove", path: "/ResponseTemplates" }]));
    expect(read(INTEGRATION_RESPONSE, id)).not.toHaveProperty("ResponseTemplates");
  });

  test("a new map may be laid over the old one", () => {
    const { cloudControl, made, update, settled, read } = world();
    const id = made(INTEGRATION_RESPONSE, templates({}));
    cloudControl.changeFaults({ quirks: { mapsMerge: true } });
    const event = settled(
      update(INTEGRATION_RESPONSE, id, [{ op: "add", path: "/ResponseTemplates", value: { b: "3" } }]),
    );
    expect(JSON.parse(event.ResourceModel ?? "").ResponseTemplates).toEqual({ b: "3" });
    expect(read(INTEGRATION_RESPONSE, id)["ResponseTemplates"]).toEqual({ a: "1", b: "3" });
  });

  test("lists may be partial, and events without a model", () => {
    const { cloudControl, create, settled } = world();
    cloudControl.changeFaults({ quirks: { partialLists: true, eventsWithoutModel: true } });
    const event = settled(create(INTEGRATION_RESPONSE, templates({})));
    expect(event.ResourceModel).toBeUndefined();
    const [listed] = cloudControl.listResources({
      TypeName: INTEGRATION_RESPONSE,
      ResourceModel: JSON.stringify(response()),
    }).ResourceDescriptions;
    expect(Object.keys(JSON.parse(listed?.Properties ?? ""))).toEqual([
      "ApiId",
      "IntegrationId",
      "IntegrationResponseId",
    ]);
  });
});

describe("faults", () => {
  test("throttle what goes beyond the rate", () => {
    const { cloudControl, pass } = world();
    cloudControl.changeFaults({ rps: 10, burst: 3 });
    const call = () => refusal(() => cloudControl.listResourceRequests({}));
    expect([call(), call(), call(), call()]).toEqual([
      "accepted",
      "accepted",
      "accepted",
      "ThrottlingException: Rate exceeded",
    ]);
    pass(100);
    expect([call(), call()]).toEqual(["accepted", "ThrottlingException: Rate exceeded"]);
    pass(60_000);
    expect([call(), call(), call(), call()].filter((outcome) => outcome === "accepted")).toHaveLength(3);
    cloudControl.changeFaults({ rps: null });
    expect([call(), call(), call(), call(), call()].every((outcome) => outcome === "accepted")).toBe(true);
  });

  function mishaps(seed: number): readonly string[] {
    const { cloudControl, create, settled } = world();
    cloudControl.changeFaults({ errorRate: 0.5, seed });
    return Array.from({ length: 200 }, (_, index) => {
      let token = "";
      const outcome = refusal(() => {
        token = create(INTEGRATION_RESPONSE, response({ IntegrationResponseKey: `/${index}/` })).ProgressEvent
          .RequestToken;
      });
      if (outcome !== "accepted") return outcome.split(":")[0] ?? "";
      cloudControl.changeFaults({ errorRate: 0 });
      const { OperationStatus, ErrorCode = "" } = settled({ ProgressEvent: { RequestToken: token } });
      cloudControl.changeFaults({ errorRate: 0.5 });
      return `${OperationStatus} ${ErrorCode}`.trim();
    });
  }

  test("make a mix of errors, the same for the same seed", () => {
    const found = mishaps(7);
    expect(new Set(found)).toEqual(
      new Set([
        "SUCCESS",
        "ServiceInternalErrorException",
        "InternalFailure",
        "ConnectionLostError",
        "FAILED Throttling",
        "FAILED ServiceInternalError",
      ]),
    );
    const successes = found.filter((outcome) => outcome === "SUCCESS").length;
    expect(successes).toBeGreaterThan(70);
    expect(successes).toBeLessThan(130);
    expect(mishaps(7)).toEqual(found);
    expect(mishaps(8)).not.toEqual(found);
  });

  test("lose replies of what takes effect", () => {
    const { cloudControl, create, pass } = world();
    cloudControl.changeFaults({ lostReplies: 1 });
    expect(refusal(() => create(INTEGRATION_RESPONSE, response(), "token"))).toContain("ConnectionLostError");
    cloudControl.changeFaults({ lostReplies: 0 });
    pass(20);
    expect(cloudControl.resources()).toHaveLength(1);
    expect(create(INTEGRATION_RESPONSE, response(), "token").ProgressEvent.OperationStatus).toBe("SUCCESS");
  });

  test("hide a new resource from reads for a while", () => {
    const { cloudControl, made, read, pass } = world();
    cloudControl.changeFaults({ staleReadsMs: 100 });
    const id = made(INTEGRATION_RESPONSE, response());
    const list = () =>
      cloudControl.listResources({ TypeName: INTEGRATION_RESPONSE, ResourceModel: JSON.stringify(response()) })
        .ResourceDescriptions.length;
    expect(refusal(() => read(INTEGRATION_RESPONSE, id))).toContain("ResourceNotFoundException");
    expect(list()).toBe(0);
    pass(100);
    expect(read(INTEGRATION_RESPONSE, id)).toMatchObject(response());
    expect(list()).toBe(1);
  });

  test("ask to be polled later", () => {
    const { cloudControl, create, settled } = world();
    cloudControl.changeFaults({ retryAfterMs: 1500 });
    const request = create(INTEGRATION_RESPONSE, response());
    expect(request.ProgressEvent.RetryAfter).toBe((START + 1500) / 1000);
    expect(settled(request).RetryAfter).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [{ setleMs: 1 }, "unknown fault setleMs; valid names are settleMs, rps"],
    [{ quirks: { mapMerge: true } }, "unknown fault quirks.mapMerge"],
    [{ settleMs: "1" }, "settleMs must be a number"],
    [{ settleMs: -1 }, "settleMs must be 0 or more"],
    [{ errorRate: 2 }, "errorRate is a share"],
    [{ quirks: { mapsMerge: 1 } }, "quirks.mapsMerge must be a boolean"],
    [{ quirks: [] }, "quirks must be a JSON object"],
    [null, "faults must be a JSON object"],
  ])("%j are not understood", (change, reason) => {
    const { cloudControl } = world();
    expect(refusal(() => cloudControl.changeFaults(change))).toContain(`TypeError: ${reason}`);
    expect(cloudControl.faults().settleMs).toBe(20);
  });

  test("can be taken back", () => {
    const { cloudControl } = world();
    cloudControl.changeFaults({ settleMs: 5, seed: 3, quirks: { mapsMerge: true } });
    expect(cloudControl.faults()).toMatchObject({ settleMs: 5, quirks: { mapsMerge: true, impliedParents: true } });
    expect(cloudControl.resetFaults()).toMatchObject({ settleMs: 20, seed: null, quirks: { mapsMerge: false } });
  });
});
