import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { callCli, emptyFolder } from "../cli/run-cli.ts";

/** A template as CDK's RemovalPolicy leaves it. */
async function convert(policies: Readonly<Record<string, unknown>>) {
  const cwd = emptyFolder();
  const Properties = { ApiId: "a1b2c3d4e5", IntegrationId: "abc1234", IntegrationResponseKey: "$default" };
  const Type = "AWS::ApiGatewayV2::IntegrationResponse";
  writeFileSync(join(cwd, "t.json"), JSON.stringify({ Resources: { Ok: { Type, ...policies, Properties } } }));
  const { code, stdout, stderr } = await callCli(["convert", "t.json"], { cwd });
  return { code, stderr, policy: parse(stdout, "d.yaml").document?.resources[0]?.deletionPolicy };
}

const WARNS = /warning SD2106/;

test.each([
  ["RETAIN", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" }, "Retain", WARNS],
  [
    "RETAIN_ON_UPDATE_OR_DELETE",
    { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" },
    "Retain",
    WARNS,
  ],
  ["DESTROY", { DeletionPolicy: "Delete", UpdateReplacePolicy: "Delete" }, "Delete", /^1 response converted/],
  [
    "none, and kept when it is replaced",
    { UpdateReplacePolicy: "Retain" },
    undefined,
    /To keep it, write DeletionPolicy/,
  ],
])("17 a removal policy of %s is converted", async (_, policies, policy, said) => {
  expect(await convert(policies)).toEqual({ code: 0, policy, stderr: expect.stringMatching(said) });
});

test.each([
  { DeletionPolicy: "Snapshot" },
  { UpdateReplacePolicy: "RetainExceptOnCreate" },
  { DeletionPolicy: "retained" },
])("17 what CloudFormation does not take for a response is an error: %j", async (policies) => {
  expect(await convert(policies)).toMatchObject({ code: 1, stderr: expect.stringContaining("error SD2008") });
});
