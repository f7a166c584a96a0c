import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { parse } from "@specdrop/spec";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { maker, type Parts } from "../local/chat-api.ts";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
let parts: Parts;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  parts = maker(endpoints.cloudControl);
});
afterAll(() => endpoints.close());
afterEach(() => endpoints.cloudControl.resetFaults());

const lists = (quirks: object) => endpoints.cloudControl.changeFaults({ quirks });

function workspace() {
  const cwd = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  const run = (...args: readonly string[]) => callCli(args, { cwd, env });
  return {
    run,
    async apply(document: object) {
      writeFileSync(join(cwd, "d.json"), JSON.stringify(document));
      const { code, stdout } = await run("apply", "d.json", "--json");
      const [detail] = JSON.parse(stdout) as readonly ResultDetail[];
      return { code, changes: detail?.data.changes ?? [], summary: detail?.data.summary };
    },
  };
}

/** An API with an integration of so many responses. */
function apiWith(responses: number) {
  const ApiId = parts.api();
  const IntegrationId = parts.integration(ApiId);
  parts.route(ApiId, "send", IntegrationId);
  for (let number = 0; number < responses; number++) {
    parts.response({ ApiId, IntegrationId, IntegrationResponseKey: `/${number}/`, TemplateSelectionExpression: "200" });
  }
  return { ApiId, IntegrationId };
}

test("an export of a list that may have stopped short says so, in the document too, and is no success", async () => {
  const { ApiId, IntegrationId } = apiWith(26);
  lists({ listCap: 25 });
  const { run } = workspace();
  const { code, stdout, stderr } = await run("export", "--api", ApiId);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `This export may be incomplete. Responses of integration ${IntegrationId}: AWS listed exactly 25`,
  );
  expect(stdout).toMatch(
    /^# yaml.*\n# MAY BE INCOMPLETE: Responses of integration .* aws apigatewayv2 get-integration-responses /,
  );
  expect(parse(stdout, "export.yaml").document?.resources).toHaveLength(25);
});

test("an export of several pages is whole, whatever their number", async () => {
  const { ApiId } = apiWith(26);
  const other = apiWith(25);
  lists({ listPage: 5 });
  const { run } = workspace();
  for (const [api, responses] of [
    [ApiId, 26],
    [other.ApiId, 25],
  ] as const) {
    const { code, stdout, stderr } = await run("export", "--api", api);
    expect(code).toBe(0);
    expect(stderr).not.toContain("incomplete");
    expect(parse(stdout, "export.yaml").document?.resources).toHaveLength(responses);
  }
});

test("integrations that a short list leaves out are found by the routes that lead to them", async () => {
  const ApiId = parts.api();
  for (let number = 0; number < 26; number++) {
    const IntegrationId = parts.integration(ApiId);
    parts.response({ ApiId, IntegrationId, IntegrationResponseKey: "$default" });
    if (number % 2 === 0) parts.route(ApiId, `r${number}`, IntegrationId);
  }
  lists({ listCap: 25 });
  const { run } = workspace();
  const { code, stdout, stderr } = await run("export", "--api", ApiId);
  expect(code).toBe(1);
  expect(stderr).toContain(`Integrations of API ${ApiId}: AWS listed exactly 25`);
  const exported = parse(stdout, "export.yaml").document?.resources.length ?? 0;
  expect(exported).toBeGreaterThanOrEqual(25);
});

const wanting = (place: { readonly ApiId: string; readonly IntegrationId: string }, more: object) => ({
  ...place,
  IntegrationResponses: { ok: { IntegrationResponseKey: "/x/", ResponseTemplates: { $default: "{}" }, ...more } },
});

test("a response that AWS does not list cannot be adopted, and the advice is not to write what is there", async () => {
  const place = apiWith(1);
  parts.response({ ...place, IntegrationResponseKey: "/x/" });
  lists({ listCap: 0 });
  const { apply } = workspace();
  const { code, changes } = await apply(wanting(place, { adopt: true }));
  expect(code).toBe(1);
  expect(changes).toMatchObject([{ action: "create", status: "failed", error: { code: "AlreadyExists" } }]);
  expect(changes[0]?.error?.message).toMatch(
    /^The response \/x\/ of integration .* already exists, but AWS does not list it\. /,
  );
  expect(changes[0]?.error?.help).toContain(
    `aws apigatewayv2 get-integration-responses --api-id ${place.ApiId} --integration-id ${place.IntegrationId}`,
  );
  expect(changes[0]?.error?.help).not.toContain("adopt: true");

  lists({ listCap: null });
  expect(await apply(wanting(place, { adopt: true }))).toMatchObject({ code: 0, summary: { adopt: 1 } });
});

test("a response beyond 25 that a document does not ask to adopt is told as what it is", async () => {
  const place = apiWith(25);
  parts.response({ ...place, IntegrationResponseKey: "/x/" });
  // AWS decides which it leaves out; here it is whatever sorts last.
  const ids = endpoints.cloudControl
    .resources()
    .filter(
      ({ Properties }) => Properties["ApiId"] === place.ApiId && Properties["IntegrationResponseKey"] !== undefined,
    )
    .map(({ Identifier, Properties }) => ({ id: Identifier, key: String(Properties["IntegrationResponseKey"]) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const key = ids.at(-1)?.key ?? "";
  lists({ listCap: 25 });
  const { apply } = workspace();
  const { code, changes } = await apply(wanting(place, { IntegrationResponseKey: key }));
  expect(code).toBe(1);
  expect(changes[0]?.error?.message).toContain("AWS does not list it, and this document does not adopt it");
});

test("what a document owns beyond a short list is read by its name", async () => {
  const place = apiWith(0);
  const { apply } = workspace();
  expect(await apply(wanting(place, {}))).toMatchObject({ code: 0, summary: { create: 1 } });
  lists({ listCap: 0 });
  expect(await apply(wanting(place, {}))).toMatchObject({ code: 0, summary: { unchanged: 1 } });
});
