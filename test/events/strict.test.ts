import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import {
  type DeliveredResultEvent,
  parseResultEvent,
  RESULT_DETAIL_TYPES,
  type ResultDetailType,
} from "@specdrop/events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentNames, resultEvents } from "./arbitraries.ts";
import { readGolden } from "./golden.ts";
import { readSchemaFile, validatorOf } from "./schemas.ts";
import { SAME_PATTERNS } from "./v1/breaks.ts";

const deliver = (detailType: string, detail: unknown) => ({
  ...readGolden("ApplyFailed").received,
  "detail-type": detailType,
  detail,
});

/** Where the content of a result leaves open which it is, only the envelope tells. */
const ALIKE: Partial<Record<ResultDetailType, readonly ResultDetailType[]>> = {
  ApplyUnchanged: ["ApplySucceeded"],
  SpecSuperseded: ["ApplyUnchanged", "ApplySucceeded"],
};

describe.each(RESULT_DETAIL_TYPES)("a %s", (type) => {
  const { event } = readGolden(type);
  const others = RESULT_DETAIL_TYPES.filter((other) => other !== type && !ALIKE[type]?.includes(other));

  test.each(others)("is no %s", (other) => {
    expect(validatorOf(type)(event.detail)).toBe(true);
    expect(validatorOf(other)(event.detail)).toBe(false);
    expect(validatorOf("SpecdropEvent")(deliver(other, event.detail))).toBe(false);
    expect(parseResultEvent(deliver(other, event.detail)).ok).toBe(false);
  });
});

const { event: failed } = readGolden("ApplyFailed");
const { metadata, data } = failed.detail;
const [, change] = data.changes;
const withoutError = () => {
  const { error: _, ...rest } = change ?? { error: "" };
  return { ...rest, status: "failed" };
};

test.each([
  ["an empty id", { metadata: { ...metadata, id: "" }, data }],
  ["an empty correlation id", { metadata: { ...metadata, correlationId: "" }, data }],
  ["an empty operation id", { metadata: { ...metadata, operationId: "" }, data }],
  ["an empty API id", { metadata, data: { ...data, apiId: "" } }],
  ["no API", { metadata, data: { ...data, apiId: undefined } }],
  ["a change that failed for no reason", { metadata, data: { ...data, changes: [withoutError()] } }],
  ["a change about nothing", { metadata, data: { ...data, changes: [{ ...change, integrationId: undefined }] } }],
  ["a planned change", { metadata, data: { ...data, changes: [{ ...change, status: "planned" }] } }],
  ["the mode of drift", { metadata, data: { ...data, mode: "drift" } }],
  ["nothing that failed", { metadata, data: { ...data, changes: [], summary: { ...data.summary, failed: 0 } } }],
])("an ApplyFailed with %s is none", (_, detail) => {
  const received = JSON.parse(JSON.stringify(detail));
  expect(validatorOf("ApplyFailed")(failed.detail)).toBe(true);
  expect(validatorOf("ApplyFailed")(received)).toBe(false);
  expect(parseResultEvent(deliver("ApplyFailed", received)).ok).toBe(false);
});

test("a route response has a route in the place of an integration", () => {
  const {
    integrationId: _,
    integrationResponseKey: __,
    ...rest
  } = change ?? { integrationId: "", integrationResponseKey: "" };
  const about = (more: object) => ({ metadata, data: { ...data, changes: [{ ...rest, ...more }] } });
  const route = { resourceType: "RouteResponse", routeId: "r1", routeKey: "$default" };
  expect(validatorOf("ApplyFailed")(about({ resourceType: "RouteResponse" }))).toBe(false);
  expect(validatorOf("ApplyFailed")(about({}))).toBe(false);
  expect(validatorOf("ApplyFailed")(about({ ...route, integrationId: "i1", integrationResponseKey: "$default" }))).toBe(
    true,
  );
});

test("the envelope's schema takes what EventBridge delivers, and tells the same apart", () => {
  fc.assert(
    fc.property(resultEvents(), fc.constantFrom(...RESULT_DETAIL_TYPES), ({ detail }, detailType) => {
      expect(validatorOf("SpecdropEvent")(deliver(detailType, detail))).toBe(validatorOf(detailType)(detail));
    }),
  );
  const { received } = readGolden("ApplySucceeded");
  expect(validatorOf("SpecdropEvent")(received)).toBe(true);
  for (const broken of [{ source: "orders" }, { "detail-type": "Other" }, { id: "" }, { detail: undefined }]) {
    expect(validatorOf("SpecdropEvent")(JSON.parse(JSON.stringify({ ...received, ...broken })))).toBe(false);
  }
});

test("a delivered event is narrowed by its detail-type", () => {
  const say = (event: DeliveredResultEvent): string => {
    switch (event["detail-type"]) {
      case "ApplyFailed":
        return event.detail.data.changes
          .filter((each) => each.status === "failed")
          .map(({ error }) => `${event.detail.data.apiId.toUpperCase()} ${error.code satisfies string}`)
          .join();
      case "SpecRejected":
        return `${event.detail.data.changes.length satisfies 0}`;
      case "PlanProduced":
        return event.detail.data.mode satisfies "plan";
      case "DriftDetected":
        return event.detail.data.mode satisfies "drift";
      default:
        return event.detail.data.mode;
    }
  };
  expect(say(readGolden("ApplyFailed").received as unknown as DeliveredResultEvent)).toContain(
    data.apiId?.toUpperCase(),
  );
});

const patternsIn = (value: unknown): readonly string[] =>
  Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([key, member]) =>
    key === "pattern" && typeof member === "string" ? [member] : typeof member === "object" ? patternsIn(member) : [],
  );
const schemas = readdirSync(new URL("../../packages/events/schemas/", import.meta.url)).map((file) =>
  file.replace(".json", ""),
);
const patterns = new Set(schemas.flatMap((name) => patternsIn(JSON.parse(readSchemaFile(name)))));

test("the patterns need no lookaround and no backreference, which Go, Rust and RE2 do not have", () => {
  expect(patterns.size).toBeGreaterThan(2);
  for (const pattern of patterns) expect(pattern).not.toMatch(/\(\?[=!<]|\\[1-9]/);
});

const hasGo = spawnSync("go", ["version"]).status === 0;
if (!hasGo) console.warn("skipped: go is not installed");
test.skipIf(!hasGo)("Go compiles every pattern", { timeout: 120_000 }, () => {
  const program = `package main
import ("bufio"; "os"; "regexp")
func main() { lines := bufio.NewScanner(os.Stdin); for lines.Scan() { regexp.MustCompile(lines.Text()) } }`;
  const run = spawnSync(
    "sh",
    ["-c", 'd=$(mktemp -d); printf %s "$PROGRAM" > $d/main.go; go run $d/main.go; s=$?; rm -r $d; exit $s'],
    {
      input: [...patterns].join("\n"),
      env: { ...process.env, PROGRAM: program },
      encoding: "utf8",
    },
  );
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
});

test("a name's pattern is written otherwise than in version 1, and means the same", () => {
  const [[frozen, today] = []] = SAME_PATTERNS;
  expect(patterns).toContain(today);
  const [before, after] = [new RegExp(String(frozen), "u"), new RegExp(String(today), "u")];
  const names = fc.oneof(
    documentNames,
    fc.string({ unit: fc.constantFrom("a", "Z", ".", "/", "ä", " ", "\n", "'"), maxLength: 12 }),
  );
  fc.assert(
    fc.property(names, (name) => {
      expect(after.test(name)).toBe(before.test(name));
    }),
    { numRuns: 20_000 },
  );
});

test("the shared parts have one definition and one title each", () => {
  const all = schemas.flatMap((name) => {
    const { definitions = {} } = JSON.parse(
      readFileSync(new URL(`../../packages/events/schemas/${name}.json`, import.meta.url), "utf8"),
    );
    return Object.entries(definitions).map(([title, definition]) => [title, JSON.stringify(definition)] as const);
  });
  const texts = new Map<string, Set<string>>();
  for (const [title, text] of all) texts.set(title, (texts.get(title) ?? new Set()).add(text));
  for (const [title, different] of texts) expect(different.size, title).toBe(1);
  expect([...texts.keys()].sort()).toEqual([
    ...["Change", "ChangeError", "ConcernedApis", "Deployment", "Diagnostic", "DocumentSource", "Metadata", "Position"],
    ...["Range", "ResultData", "ResultDetail", "Summary"],
  ]);
});
