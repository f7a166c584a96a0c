import { PutObjectCommand } from "@aws-sdk/client-s3";
import { parseFilterPattern } from "@specdrop/local/logs/filter-pattern";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";

describe("a filter pattern", () => {
  const line = JSON.stringify({ level: "ERROR", message: "Swept (2)", tries: 3, error: { name: "X" } });
  test.each([
    ["", true],
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = "INFO" }', false],
    ["{ $.level = ERROR }", true],
    ['{ $.message = "Swept (2)" }', true],
    ['{ $.message = "Swept*" }', true],
    ['{ $.message = "Swept" }', false],
    ['{ $.error.name = "X" && $.tries = 3 }', true],
    ['{ $.error.name = "Y" || $.tries != 4 }', true],
    ['{ $.nowhere.at.all = "X" }', false],
  ])("%s: %s", (pattern, expected) => {
    expect(parseFilterPattern(pattern)(line)).toBe(expected);
    expect(parseFilterPattern(pattern)("no JSON")).toBe(pattern === "");
  });

  test.each(["ERROR", "[a, b]", "{ $.a > 1 }", '{ ($.a = "b") && $.c = 1 || $.d = 2 }'])("%s is refused", (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow("not supported by this emulator");
  });
});

describe("the logs of the functions", () => {
  const GROUP = "/aws/lambda/specdrop-production-Intake";
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ sweepEverySeconds: 0 });
    const { s3 } = clientsOf(stack);
    for (const Key of ["a.json", "b.json", "c.json"]) {
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: "{" }));
    }
    await stack.idle();
  });
  afterAll(() => stack.close());

  async function filter(input: object) {
    const headers = { "x-amz-target": "Logs_20140328.FilterLogEvents", "content-type": "application/x-amz-json-1.1" };
    const response = await fetch(stack.url, { method: "POST", headers, body: JSON.stringify(input) });
    // biome-ignore lint/suspicious/noExplicitAny: an answer of AWS
    return (await response.json()) as any;
  }

  test("are found by group, time and pattern, page by page", async () => {
    const filterPattern = '{ $.service = "specdrop-intake" && $.message = "Rejected" }';
    const all = await filter({ logGroupName: GROUP, filterPattern });
    const lines = all.events.map(({ message }: { message: string }) => JSON.parse(message));
    expect(lines.map(({ documentId }: { documentId: string }) => documentId).toSorted()).toEqual(
      ["a", "b", "c"].map((name) => `s3://specs/${name}.json`),
    );
    expect(await filter({ logGroupName: GROUP, filterPattern, startTime: Date.now() + 60_000 })).toMatchObject({
      events: [],
    });
    const first = await filter({ logGroupIdentifier: GROUP, filterPattern, limit: 2 });
    const rest = await filter({ logGroupIdentifier: GROUP, filterPattern, limit: 2, nextToken: first.nextToken });
    expect([...first.events, ...rest.events]).toEqual(all.events);
    expect(rest).not.toHaveProperty("nextToken");
  });

  test("are not there under other names, or by other calls", async () => {
    expect(await filter({ logGroupName: "/aws/lambda/other" })).toMatchObject({ __type: "ResourceNotFoundException" });
    expect(await filter({ logGroupName: GROUP, filterPattern: "x" })).toMatchObject({
      __type: "InvalidParameterException",
    });
  });
});
