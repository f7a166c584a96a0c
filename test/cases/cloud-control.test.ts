import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "../cli/run-cli.ts";
import { maker, type Parts } from "../local/chat-api.ts";
import { type Rewrite, refusal, startRewriting } from "./rewriting-proxy.ts";

let endpoints: Endpoints;
let parts: Parts;
let proxy: Awaited<ReturnType<typeof startRewriting>>;
let rewrite: Rewrite;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
  proxy = await startRewriting(endpoints.url, (...reply) => rewrite(...reply));
});
beforeEach(() => {
  rewrite = () => undefined;
});
afterEach(() => endpoints.cloudControl.resetFaults());
afterAll(async () => {
  await proxy.close();
  await endpoints.close();
});

function workspace(place = { ApiId: parts.api(), IntegrationId: "" }) {
  const { ApiId } = place;
  const IntegrationId = place.IntegrationId || parts.integration(ApiId);
  parts.route(ApiId, "send", IntegrationId);
  const cwd = emptyFolder();
  const document = (template: string) => ({
    ApiId,
    IntegrationId,
    IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: template } } },
  });
  async function run(command: string, template = "{}") {
    writeFileSync(join(cwd, "d.json"), JSON.stringify(document(template)));
    const { code, stdout } = await callCli([command, "d.json", "--json"], { cwd, env: awsEnvironment(proxy.url) });
    const [detail] = JSON.parse(stdout) as readonly ResultDetail[];
    return { code, summary: detail?.data.summary, diagnostics: detail?.data.diagnostics.map((each) => each.code) };
  }
  const live = () =>
    endpoints.cloudControl
      .resources()
      .filter(({ TypeName }) => TypeName.endsWith("::IntegrationResponse"))
      .filter(({ Properties }) => Properties["ApiId"] === ApiId);
  return { run, live };
}

const isOfResponses = (body: string) => body.includes("AWS::ApiGatewayV2::IntegrationResponse");

/** Has the first write of an operation end in a failure that is none: what was asked is done. */
function failsAndIsDone(operation: string, ErrorCode: string, StatusMessage: string): Rewrite {
  let left = 1;
  return (called, body, reply) => {
    if (called !== operation || left === 0 || !isOfResponses(body)) return undefined;
    left -= 1;
    const { ProgressEvent } = JSON.parse(reply.body);
    const failed = { ...ProgressEvent, OperationStatus: "FAILED", ErrorCode, StatusMessage };
    return { status: 200, body: JSON.stringify({ ProgressEvent: failed }) };
  };
}

describe("a write that failed and is done all the same", () => {
  beforeEach(() => void endpoints.cloudControl.changeFaults({ settleMs: 0 }));

  test.each([
    ["GeneralServiceException", "Something went wrong."],
    ["InvalidRequest", "The handler could not read the response."],
    ["InternalFailure", "Internal error."],
    ["NotStabilized", "The resource did not stabilize."],
    ["NetworkFailure", "The connection was closed."],
  ])("%s: a create is recognised, owned and made once", async (code, message) => {
    const { run, live } = workspace();
    rewrite = failsAndIsDone("CreateResource", code, message);
    expect(await run("apply")).toMatchObject({ code: 0, summary: { create: 1, failed: 0 } });
    expect(live()).toHaveLength(1);
    expect(await run("apply")).toMatchObject({ code: 0, summary: { unchanged: 1 } });
    expect(await run("withdraw")).toMatchObject({ code: 0, summary: { delete: 1 } });
    expect(live()).toEqual([]);
  });

  test.each(["InternalFailure", "NotStabilized"])("%s: an update or a deletion that was done is done", async (code) => {
    const { run, live } = workspace();
    await run("apply", "one");
    rewrite = failsAndIsDone("UpdateResource", code, "It ended without a reason.");
    expect(await run("apply", "two")).toMatchObject({ code: 0, summary: { update: 1 } });
    rewrite = failsAndIsDone("DeleteResource", code, "It ended without a reason.");
    expect(await run("withdraw")).toMatchObject({ code: 0, summary: { delete: 1 } });
    expect(live()).toEqual([]);
  });
});

test.each([
  ["ResourceNotFoundException", "Resource of type 'AWS::ApiGatewayV2::IntegrationResponse' was not found."],
  ["GeneralServiceException", "Unable to find any response of the integration"],
  ["HandlerFailureException", "No integration responses found: not found"],
])("an integration without responses may be a refusal to list any: %s", async (code, message) => {
  const { run } = workspace();
  rewrite = (operation, body, reply) =>
    operation === "ListResources" && isOfResponses(body) && !reply.body.includes("Identifier")
      ? refusal(code, message)
      : undefined;
  expect(await run("plan")).toMatchObject({ code: 0, summary: { create: 1 }, diagnostics: [] });
  expect(await run("apply")).toMatchObject({ code: 0, summary: { create: 1 } });
  expect(await run("withdraw")).toMatchObject({ code: 0, summary: { delete: 1 } });
  expect(await run("apply")).toMatchObject({ code: 0, summary: { create: 1 } });
});

describe("API Gateway refuses to make two changes of an API at once", () => {
  const CONFLICT = "Unable to complete operation due to concurrent modification. Please try again later.";

  /** The first two tries are refused at once, with this code. */
  const refusedTwice = (operation: string, code: string): Rewrite => {
    let left = 2;
    return (called, body) => {
      if (called !== operation || left === 0 || !isOfResponses(body)) return undefined;
      left -= 1;
      return refusal(code, CONFLICT);
    };
  };

  test.each([
    ["AlreadyExistsException", "UpdateResource", "update"],
    ["GeneralServiceException", "UpdateResource", "update"],
    ["InvalidRequestException", "DeleteResource", "delete"],
    ["HandlerFailureException", "DeleteResource", "delete"],
    ["NotUpdatableException", "UpdateResource", "update"],
  ])("under the code %s, %s is tried again", async (code, operation, change) => {
    const { run } = workspace();
    await run("apply", "one");
    rewrite = refusedTwice(operation, code);
    expect(await (change === "update" ? run("apply", "two") : run("withdraw"))).toMatchObject({
      code: 0,
      summary: { [change]: 1, failed: 0 },
    });
  });

  test.each(["AlreadyExists", "GeneralServiceException", "ServiceLimitExceeded"])(
    "a create that ends with the code %s is tried again",
    async (ErrorCode) => {
      const { run, live } = workspace();
      let left = 1;
      rewrite = (operation, body, reply) => {
        if (operation !== "CreateResource" || !isOfResponses(body) || left === 0) return undefined;
        left -= 1;
        const { ProgressEvent } = JSON.parse(reply.body);
        endpoints.cloudControl.changeFaults({ settleMs: 0 });
        endpoints.cloudControl.deleteResource({
          TypeName: ProgressEvent.TypeName,
          Identifier: ProgressEvent.Identifier,
        });
        const { Identifier: _, ResourceModel: __, ...rest } = ProgressEvent;
        const failed = { ...rest, OperationStatus: "FAILED", ErrorCode, StatusMessage: CONFLICT };
        return { status: 200, body: JSON.stringify({ ProgressEvent: failed }) };
      };
      endpoints.cloudControl.changeFaults({ settleMs: 0 });
      expect(await run("apply")).toMatchObject({ code: 0, summary: { create: 1, failed: 0 } });
      expect(live()).toHaveLength(1);
    },
  );
});

test.each([
  ["an HTTP API", () => ({ ApiId: parts.api("HTTP"), IntegrationId: "abc1234" }), "SD4003"],
  ["an API that is not there", () => ({ ApiId: gone(parts.api()), IntegrationId: "abc1234" }), "SD4002"],
  [
    "an integration of another API",
    () => ({ ApiId: parts.api(), IntegrationId: parts.integration(parts.api()) }),
    "SD4004",
  ],
])("%s is told before anything is touched", async (_, place, code) => {
  const where = place();
  const cwd = emptyFolder();
  const response = { IntegrationResponseKey: "$default" };
  writeFileSync(join(cwd, "d.json"), JSON.stringify({ ...where, IntegrationResponses: { ok: response } }));
  const writes = endpoints.cloudControl.writes().length;
  for (const command of ["plan", "apply"]) {
    const options = { cwd, env: awsEnvironment(endpoints.url) };
    const { code: exit, stdout } = await callCli([command, "d.json", "--json"], options);
    const [detail] = JSON.parse(stdout) as readonly ResultDetail[];
    expect(exit).toBe(1);
    expect(detail?.data.diagnostics).toMatchObject([{ code, severity: "error" }]);
  }
  expect(endpoints.cloudControl.writes()).toHaveLength(writes);
});

function gone(ApiId: string): string {
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
  endpoints.cloudControl.deleteResource({ TypeName: "AWS::ApiGatewayV2::Api", Identifier: ApiId });
  return ApiId;
}
