import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints();
});
afterAll(() => endpoints.close());

/** A call as SDKs send it. test/docs/rehearse.test.ts has the AWS command line make the same calls. */
async function call(operation: string, input: object, { url }: Pick<Endpoints, "url"> = endpoints) {
  const headers = { "x-amz-target": `AmazonSSM.${operation}`, "content-type": "application/x-amz-json-1.1" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
  // biome-ignore lint/suspicious/noExplicitAny: an answer of AWS
  return (await response.json()) as any;
}

describe("parameters", () => {
  test("are written, read, overwritten and deleted", async () => {
    const Name = "/app/stage/one";
    expect(await call("PutParameter", { Name, Value: "1", Type: "String" })).toEqual({ Version: 1, Tier: "Standard" });
    expect(await call("PutParameter", { Name, Value: "2" })).toMatchObject({ __type: "ParameterAlreadyExists" });
    expect(await call("PutParameter", { Name, Value: "2", Overwrite: true })).toMatchObject({ Version: 2 });
    const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/app/stage/one";
    const LastModifiedDate = expect.any(Number);
    const expected = { Name, ARN, Type: "String", Value: "2", Version: 2, LastModifiedDate, DataType: "text" };
    for (const name of [Name, ARN, `${Name}:2`, `${ARN}:2`]) {
      expect(await call("GetParameter", { Name: name })).toEqual({ Parameter: expected });
    }
    expect(await call("GetParameter", { Name: `${Name}:1` })).toMatchObject({ __type: "ParameterVersionNotFound" });
    expect(await call("GetParameters", { Names: [Name, "no"] })).toMatchObject({
      Parameters: [{ Value: "2" }],
      InvalidParameters: ["no"],
    });
    expect(await call("DeleteParameters", { Names: ["no", Name] })).toEqual({
      DeletedParameters: [Name],
      InvalidParameters: ["no"],
    });
    expect(await call("GetParameter", { Name })).toMatchObject({ __type: "ParameterNotFound" });
    expect(await call("DeleteParameter", { Name })).toMatchObject({ __type: "ParameterNotFound" });
  });

  test("of type SecureString are read with decryption only", async () => {
    await call("PutParameter", { Name: "/secret", Value: "open sesame", Type: "SecureString" });
    const hidden = (await call("GetParameter", { Name: "/secret" })).Parameter.Value;
    expect(hidden).toMatch(/^AQICAH/);
    expect(hidden).not.toContain("sesame");
    const shown = await call("GetParameter", { Name: "/secret", WithDecryption: true });
    expect(shown.Parameter).toMatchObject({ Type: "SecureString", Value: "open sesame" });
    const { Parameters } = await call("GetParametersByPath", { Path: "/" });
    expect(Parameters).toMatchObject([{ Name: "/secret", Value: hidden }]);
  });

  test("come page by page below a path", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `/many/${String(index).padStart(2, "0")}`);
    for (const Name of [...names, "/many/deep/er", "/manyother"]) {
      await call("PutParameter", { Name, Value: "v", Type: "String" });
    }
    const first = await call("GetParametersByPath", { Path: "/many" });
    const { NextToken } = first;
    const second = await call("GetParametersByPath", { Path: "/many", NextToken });
    const got = [...first.Parameters, ...second.Parameters].map(({ Name }) => Name);
    expect(got).toEqual(names);
    expect(second).not.toHaveProperty("NextToken");
    const all = await call("GetParametersByPath", { Path: "/many/", Recursive: true, NextToken, MaxResults: 10 });
    expect(all.Parameters.map(({ Name }: { Name: string }) => Name)).toEqual(["/many/10", "/many/11", "/many/deep/er"]);
  });

  test.each([
    ["no type", { Name: "/n", Value: "v" }, "A parameter type is required"],
    ["another type", { Name: "/n", Value: "v", Type: "Text" }, "Parameter type Text is not valid"],
    ["no value", { Name: "/n", Value: "", Type: "String" }, "greater than or equal to 1"],
    ["a long value", { Name: "/n", Value: "v".repeat(4097), Type: "String" }, "maximum parameter value of 4096"],
    ["half a path", { Name: "a/b", Value: "v", Type: "String" }, "fully qualified name"],
    ["a name of AWS's", { Name: "/aws/x", Value: "v", Type: "String" }, "No access to reserved parameter name"],
    ["blanks", { Name: "/a b", Value: "v", Type: "String" }, "Parameter name"],
  ])("with %s are refused", async (_, input, message) => {
    expect(await call("PutParameter", input)).toEqual({
      __type: "ValidationException",
      message: expect.stringContaining(message),
    });
  });

  test("have no history, no filters and no labels here", async () => {
    expect(await call("GetParameterHistory", { Name: "/n" })).toMatchObject({ __type: "UnknownOperationException" });
    const filtered = { Path: "/", ParameterFilters: [{ Key: "Type", Values: ["String"] }] };
    expect(await call("GetParametersByPath", filtered)).toMatchObject({ __type: "InvalidFilterKey" });
    expect(await call("GetParametersByPath", { Path: "many" })).toMatchObject({ __type: "ValidationException" });
  });
});

test("a stack has the outputs of a deployment, and keeps other parameters in its folder", async () => {
  const data = mkdtempSync(join(tmpdir(), "specdrop-parameters-"));
  const first = await startStack({ data });
  await call("PutParameter", { Name: "/mine", Value: "kept", Type: "String" }, first);
  await first.close();
  const second = await startStack({ data });
  try {
    const read = async (Name: string) => (await call("GetParameter", { Name }, second)).Parameter?.Value;
    expect(await read("/mine")).toBe("kept");
    expect(await read("/specdrop/production/table")).toBe("specdrop");
    expect(await read("/specdrop/production/queueUrl")).toBe(second.queueUrl);
    expect(await call("GetParameter", { Name: "/specdrop/production/table" }, second)).toMatchObject({
      Parameter: { Version: 1 },
    });
  } finally {
    await second.close();
  }
});
