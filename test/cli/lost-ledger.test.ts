import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maker, read } from "../local/chat-api.ts";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

/** Commands on one document, whose text and ledger come and go. */
function workspace(apiId: string) {
  const folder = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  const ledger = join(folder, "ledger.json");
  const documentOf = (template: string, more: object) => ({
    ApiId: apiId,
    IntegrationId: "int0001",
    IntegrationResponses: {
      one: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: template }, ...more },
    },
  });
  return {
    ledger,
    aside: join(folder, "older.json"),
    async apply(template: string, more: object = {}) {
      writeFileSync(join(folder, "d.json"), JSON.stringify(documentOf(template, more)));
      const { code, stdout } = await callCli(["apply", "d.json", "--ledger", ledger, "--json"], { cwd: folder, env });
      const [detail] = JSON.parse(stdout) as readonly ResultDetail[];
      return { code, id: detail?.metadata.id, summary: detail?.data.summary };
    },
    live: () =>
      endpoints.cloudControl
        .resources()
        .flatMap(({ Properties }) => (Properties["ApiId"] === apiId ? [Properties["ResponseTemplates"]] : [])),
  };
}

test("each of several runs on copies of one older ledger writes what it was asked for, and has results of its own", async () => {
  const { ledger, aside, apply, live } = workspace("olderledg1");
  expect(await apply("v0")).toMatchObject({ code: 0, summary: { create: 1 } });
  copyFileSync(ledger, aside);
  const ids: unknown[] = [];
  for (const template of ["v1", "v2", "v1"]) {
    copyFileSync(aside, ledger);
    const { id, ...result } = await apply(template);
    expect(result).toMatchObject({ code: 0, summary: { update: 1, failed: 0 } });
    expect(live()).toEqual([{ $default: template }]);
    ids.push(id);
  }
  expect(new Set(ids).size).toBe(3);
});

test("without a kept ledger a change that somebody made in between is taken back", async () => {
  const { ledger, apply, live } = workspace("noledger01");
  const make = maker(endpoints.cloudControl);
  const key = { ApiId: "noledger01", IntegrationId: "int0001", IntegrationResponseKey: "$default" };
  const id = make.response({ ...key, ResponseTemplates: { $default: "theirs" } });
  const first = await apply("ours", { adopt: true });
  expect(first).toMatchObject({ code: 0, summary: { adopt: 1 } });
  expect(live()).toEqual([{ $default: "ours" }]);

  const { cloudControl } = endpoints;
  cloudControl.changeFaults({ settleMs: 0 });
  cloudControl.updateResource({
    TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
    Identifier: `noledger01|int0001|${id}`,
    PatchDocument: JSON.stringify([{ op: "add", path: "/ResponseTemplates", value: { $default: "theirs" } }]),
  });
  expect(read(cloudControl, "IntegrationResponse", `noledger01|int0001|${id}`)).toMatchObject({
    ResponseTemplates: { $default: "theirs" },
  });
  rmSync(ledger);
  const second = await apply("ours", { adopt: true });
  expect(second).toMatchObject({ code: 0, summary: { adopt: 1 } });
  expect(live()).toEqual([{ $default: "ours" }]);
  expect(second.id).not.toBe(first.id);
});
