import { parse, parseForPreview, SPEC_LIMITS } from "@specdrop/spec";
import { describe, expect, test } from "vitest";
import { codes, found } from "./reading.ts";

/** Documents as they are while somebody writes them: half a resource, half a name, half an expectation. */
const IDS = "ApiId: a1b2c3d4e5\nIntegrationId: abc1234\n";

describe("a document that is previewed", () => {
  test("may be no document at all", () => {
    expect(parseForPreview("\0", "x.yaml").responses).toEqual([]);
  });

  test("may hold responses without a key, which are left out, and without ids", () => {
    const text = "IntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n  half: { adopt: true }\n";
    const { responses, ...rest } = parseForPreview(text, "x.yaml");
    expect(responses).toEqual([{ logicalId: "ok", IntegrationResponseKey: "$default", ApiId: "", IntegrationId: "" }]);
    expect(rest).not.toHaveProperty("backend");
    expect(rest).not.toHaveProperty("defaultIntegration");
  });

  test("tells its backend and its integration", () => {
    const text = `${IDS}Backend: http\nIntegrationResponses: { ok: { IntegrationResponseKey: $default } }\n`;
    expect(parseForPreview(text, "x.yaml")).toMatchObject({ backend: "http", defaultIntegration: "abc1234" });
  });
});

describe("an expectation beside half a resource", () => {
  const judge = (given: string, ids = IDS) => {
    const responses = "IntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n  half: { adopt: true }\n";
    const text = `${ids}${responses}Expectations:\n  - name: it\n    given: ${given}\n    expect: { response: ok }\n`;
    const { expectations, diagnostics } = parse(text, "x.yaml");
    return { expectations, codes: diagnostics.map(({ code }) => code) };
  };

  test("is judged by the responses that have a key", () => {
    const { expectations, codes } = judge("{ reply: { status: 200, body: 1 } }");
    expect(expectations).toMatchObject([{ verdict: "pass", IntegrationId: "abc1234", actual: { response: "ok" } }]);
    expect(codes).toEqual(["SD2002"]);
  });

  test("is about no integration where the responses name none", () => {
    const { expectations = [] } = judge("{ reply: { status: 200, body: 1 } }", "");
    expect(expectations).toMatchObject([{ verdict: "pass" }]);
    expect(expectations[0]).not.toHaveProperty("ApiId");
    expect(expectations[0]).not.toHaveProperty("IntegrationId");
  });

  test("may have a request without a route key", () => {
    const { expectations } = judge("{ reply: { status: 200, body: 1 }, request: { body: [2] } }");
    expect(expectations).toMatchObject([{ given: { request: { body: [2] } } }]);
    expect(expectations?.[0]?.given.request).not.toHaveProperty("routeKey");
  });

  test.each([
    ["{ reply: { status: 200, headers: { a: [1] } } }", ["SD2002", "SD2003"]],
    ["{ reply: { status: 200, body: 12345678901234567890 } }", ["SD2002", "SD2003"]],
  ])("that is given %s is not judged", (given, said) => {
    expect(judge(given)).toEqual({ expectations: undefined, codes: said });
  });
});

test("what is reported in a value is left out of the reply, and the document rejected", () => {
  const text = `${IDS}IntegrationResponses: { ok: { IntegrationResponseKey: $default } }
Expectations:
  - { name: tag, given: { reply: { status: 200, body: { a: !x y } } }, expect: { response: ok } }
  - { name: alias, given: { reply: { status: 200, body: { a: *b } } }, expect: { response: ok } }
`;
  const { document, expectations, diagnostics } = parse(text, "x.yaml");
  expect(document).toBeUndefined();
  expect(diagnostics.filter(({ severity }) => severity === "error")).not.toEqual([]);
  for (const { given } of expectations ?? []) expect(JSON.stringify(given)).toBe('{"reply":{"status":200,"body":{}}}');
});

describe("invisible characters", () => {
  test("in a name, written as an escape, are shown with the whole name", () => {
    expect(found('"ApiId\\u00a0": a1b2c3d4e5\n')).toContain('1:1 SD1020 "ApiId\\u00a0"');
  });

  test("are reported once each, however many errors YAML finds behind them", () => {
    const text = `${IDS}IntegrationResponses:\n  ok:\n\u00a0   a: 1\n\u00a0  b: [1\n   c: }\n d: ]\n`;
    expect(found(text).filter((each) => each.includes("SD1020"))).toEqual([
      "5:1 SD1020 \u00a0 ->  ",
      "6:1 SD1020 \u00a0 ->  ",
    ]);
  });
});

describe("keys for statuses", () => {
  const keys = (backend: string, ...keys: string[]) =>
    found(
      `${IDS}Backend: ${backend}\nIntegrationResponses:\n${keys
        .map((key, n) => `  r${n}: ${key === "" ? "{}" : `{ IntegrationResponseKey: '${key}' }`}\n`)
        .join("")}`,
    ).filter((each) => each.includes("SD352"));

  test("are judged where there is a key", () => {
    expect(keys("lambda", "", "/404/", "/6\\d\\d/")).toEqual([expect.stringContaining("SD3521 '/404/'")]);
  });

  test("that list statuses in brackets are suggested as alternatives, a class of digits is not", () => {
    expect(keys("http", "/[200,404]/", "/[45]/")).toEqual([
      "5:33 SD3523 '/[200,404]/' -> \"/200|404/\"",
      "6:33 SD3523 '/[45]/'",
    ]);
  });
});

test("a resource without a key may be too large too", () => {
  const template = "x".repeat(SPEC_LIMITS.template - 1_000);
  const templates = Array.from({ length: 9 }, (_, n) => `      a/b${n}: ${template}\n`).join("");
  expect(codes(`${IDS}IntegrationResponses:\n  ok:\n    ResponseTemplates:\n${templates}`)).toContain("SD3004");
});
