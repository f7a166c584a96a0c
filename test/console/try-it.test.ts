import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RouteState } from "@specdrop/console/state";
import { evaluate } from "@specdrop/console/try/evaluate";
import { EMPTY_TRY, linkOf, MOST_TYPED, readLink, type TryFields } from "@specdrop/console/try/fields";
import { backendOfType, readGiven } from "@specdrop/console/try/given";
import { pastedDefinitions } from "@specdrop/console/try/pasted";
import { samplesFor } from "@specdrop/console/try/samples";
import { previewCommand } from "@specdrop/console/try/terminal";
import type { Backend, Given, ResponseDefinition } from "@specdrop/template";
import { assert, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { callCli, emptyFolder } from "../cli/run-cli.ts";
import { readShared } from "../template/recordings.ts";

interface Case {
  readonly name: string;
  readonly document: { readonly IntegrationResponses: Readonly<Record<string, Omit<ResponseDefinition, "logicalId">>> };
  readonly given: Given;
}

const cases = readShared<Case>("preview-cases.json");

/** What somebody would type to give the same reply. */
function typed({ reply, request, context, stageVariables, backend }: Given): TryFields {
  const { status, headers = {}, body, error } = reply;
  const text = (value: unknown) =>
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return {
    ...EMPTY_TRY,
    backend: backend ?? "",
    status: String(status ?? ""),
    headers: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
    body: text(body),
    outcome: error === undefined ? "returned" : "threw",
    errorMessage: text((error as { readonly errorMessage?: string } | undefined)?.errorMessage),
    request: text(request?.body),
    context: text(context),
    stageVariables: text(stageVariables),
  };
}

function tried({ document, given }: Case) {
  const fields = typed(given);
  const read = readGiven(fields, given.backend, given.request?.routeKey);
  if ("problem" in read) throw new Error(read.problem);
  const responses = Object.entries(document.IntegrationResponses).map(([logicalId, rest]) => ({ logicalId, ...rest }));
  return evaluate(responses, read.given, undefined, undefined);
}

test.skipIf(cases.length === 0)(
  "Try it shows what specdrop preview shows, for every case of the whole chain",
  async () => {
    const cwd = emptyFolder();
    mkdirSync(cwd, { recursive: true });
    const differing: unknown[] = [];
    for (const one of cases) {
      writeFileSync(join(cwd, "document.json"), JSON.stringify(one.document));
      const { backend, reply, request, context, stageVariables } = one.given;
      const option = (name: string, value: unknown) => (value === undefined ? [] : [name, JSON.stringify(value)]);
      const args = [
        "preview",
        "document.json",
        "--json",
        ...option("--reply", reply),
        ...option("--request", request),
        ...option("--context", context),
        ...option("--stage-variables", stageVariables),
        ...(backend === undefined ? [] : ["--backend", backend]),
      ];
      const { stdout, stderr } = await callCli(args, { cwd });
      const { diagnostics: _, ...shown } = stdout === "" ? { diagnostics: stderr } : JSON.parse(stdout);
      const { preview, frame } = tried(one);
      if (JSON.stringify(preview) !== JSON.stringify(shown)) differing.push({ name: one.name, preview, shown });
      expect(frame?.parts.map(({ text }) => text).join(""), one.name).toBe(shown.frame?.text);
    }
    expect(differing).toEqual([]);
    expect(cases.length).toBeGreaterThan(20);
  },
);

const route = (state: "live" | "blocked" | "unproven", key = "$default"): RouteState => ({
  routeId: "r1",
  name: "send",
  cell: { state: "live", words: "live" },
  routeResponse: {
    key,
    cell: {
      state,
      words: state === "live" ? "live" : state === "blocked" ? "nothing goes back to the client" : "assumed by dev",
    },
  },
});

const RESPONSES: readonly ResponseDefinition[] = [
  {
    logicalId: "refused",
    IntegrationResponseKey: "/4\\d\\d/",
    TemplateSelectionExpression: "\\$default",
    ResponseTemplates: { $default: '{\n  "reason": "$input.path(\'$.message\')",\n  "id": "$context.requestId"\n}' },
  },
  { logicalId: "rest", IntegrationResponseKey: "$default" },
];

function shownFor(
  fields: Partial<TryFields>,
  way: RouteState | undefined = route("live"),
  backend: Backend | "not known" = "http",
) {
  const read = readGiven({ ...EMPTY_TRY, ...fields }, backend === "not known" ? undefined : backend, "send");
  if ("problem" in read) return read;
  return evaluate(RESPONSES, read.given, way, "prod");
}

describe("Try it", () => {
  test("says each step with its grade, and dots what AWS generates", () => {
    const shown = shownFor({ status: "403", body: '{"message": "no"}' });
    if ("problem" in shown) throw new Error(shown.problem);
    expect(shown.rows.map(({ name, state, grade }) => [name, state, grade])).toEqual([
      ["Matched value", "live", "documented"],
      ["Response key", "live", "inferred"],
      ["Selection", "live", "documented"],
      ["Template", "live", "inferred"],
      ["Way back", "live", "documented"],
    ]);
    expect(shown.frame).toMatchObject({ isJson: true, most: 32_768 });
    expect(shown.frame?.parts.filter(({ isSample }) => isSample).map(({ text }) => text)).toEqual(["JKJaXmPLvHcESHB="]);
  });

  test("says that a frame is not JSON, in which line, and why", () => {
    const shown = shownFor({ status: "403", body: JSON.stringify({ message: 'Room "general" is closed' }) });
    if ("problem" in shown) throw new Error(shown.problem);
    expect(shown.frame?.isJson).toBe(false);
    expect(shown.findings[0]).toMatchObject({ place: "Line 2" });
    expect(shown.findings[1]?.text).toContain("$util.escapeJavaScript");
  });

  test("ends at the first step that is not known, without a frame", () => {
    const shown = shownFor({ status: "200" }, route("live"), "not known");
    expect(shown).toMatchObject({ preview: { response: "rest" } });
    const unknown = shownFor({ status: "" }, route("live"), "not known");
    expect(unknown).toMatchObject({
      instead: expect.stringMatching(/^Unproven: What answers is not given.*Choose what answers\.$/),
    });
    if ("problem" in unknown) throw new Error(unknown.problem);
    expect(unknown.frame).toBeUndefined();
    expect(unknown.rows.map(({ name }) => name)).toEqual(["Matched value"]);
  });

  test("shows no frame where there is no way back, and says what dev assumes", () => {
    expect(shownFor({ status: "200" }, route("blocked", "none"))).toMatchObject({
      instead: "The client gets nothing back.",
      rows: expect.arrayContaining([expect.objectContaining({ name: "Way back", state: "blocked" })]),
    });
    const assumed = shownFor({ status: "200" }, route("unproven"));
    expect(assumed).toMatchObject({
      frame: {},
      rows: expect.arrayContaining([expect.objectContaining({ name: "Way back", state: "unproven" })]),
    });
  });

  test.each([
    [{ status: "99" }, "status"],
    [{ status: "2x" }, "status"],
    [{ headers: "no colon" }, "headers"],
    [{ context: "[1]" }, "context"],
    [{ stageVariables: "{" }, "stageVariables"],
  ] as const)("%j cannot be read, and it says which field", (fields, field) => {
    expect(shownFor(fields)).toMatchObject({ field, problem: expect.stringMatching(/\.$/) });
  });

  test("takes the largest reply there may be", () => {
    const shown = shownFor({ status: "403", body: JSON.stringify({ message: "x".repeat(MOST_TYPED - 14) }) });
    expect(shown).toMatchObject({ instead: expect.stringContaining("32 KB") });
  });
});

test("the command that repeats it in a terminal is quoted, or there is none", () => {
  const given = {
    reply: { status: 403, body: "it's $(touch x)" },
    request: { routeKey: "send" },
    backend: "http",
  } as const;
  expect(previewCommand("s3://specs/chat/a b.yaml", "i1", given)).toEqual({
    line: `specdrop preview 'chat/a b.yaml' --integration i1 --reply '{"status":403,"body":"it'\\''s $(touch x)"}' --request '{"routeKey":"send"}' --backend http`,
  });
  expect(previewCommand("file:a\u0007.yaml", "i1", { reply: {} })).toHaveProperty("notShown");
});

test("a link holds what was typed, whatever that is", () => {
  const text = string({ unit: "grapheme", maxLength: 50 });
  assert(
    property(record({ body: text, headers: text, errorMessage: text, request: text }), (fields) => {
      const typedIn = { ...EMPTY_TRY, ...fields, backend: "lambda", side: "declared" } as const;
      const link = linkOf(typedIn);
      expect(link).toMatch(/^[\w-]*$/);
      expect(readLink(link)).toEqual(typedIn);
    }),
  );
  for (const bad of ["%", "e30x", "bnVsbA", "W10"]) expect(readLink(bad)).toBeUndefined();
  expect(readLink(btoa('{"side":"x","backend":"rm","body":7,"nope":"x"}'))).toEqual(EMPTY_TRY);
});

test("samples are made of the keys", () => {
  const keys = ["$default", "/4\\d\\d/", "/503/", "/.*not found.*/"].map((IntegrationResponseKey) => ({
    logicalId: "x",
    IntegrationResponseKey,
  }));
  expect(samplesFor(keys, "http").map(({ name }) => name)).toEqual([
    "200, a body",
    "403, a body",
    "503, a body",
    "500, no body",
  ]);
  expect(samplesFor(keys, "lambda").map(({ name }) => name)).toEqual(["returned", "threw: not found"]);
  expect(["HTTP", "Lambda", "AWS", "MOCK", "HTTP proxy", undefined].map(backendOfType)).toEqual([
    "http",
    "lambda",
    "aws",
    "mock",
    undefined,
    undefined,
  ]);
});

test("a document that was pasted as JSON gives the responses of the integration", () => {
  const document = {
    IntegrationId: "i1",
    IntegrationResponses: {
      ok: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: "x" } },
      other: { IntegrationId: "i2", IntegrationResponseKey: "/4/" },
    },
  };
  expect(pastedDefinitions(JSON.stringify(document), "i1")).toEqual([
    { logicalId: "ok", IntegrationResponseKey: "$default", ResponseTemplates: { $default: "x" } },
  ]);
  for (const bad of ["x: 1", "{}", '{"IntegrationResponses":{}}', "null"])
    expect(pastedDefinitions(bad, "i1")).toHaveProperty("problem");
});
