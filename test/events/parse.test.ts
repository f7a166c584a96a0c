import {
  parseResultEvent,
  parseSpecSubmitted,
  parseSpecWithdrawn,
  type ReceivedResultEvent,
  type ResultEvent,
} from "@specdrop/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { documentNames, resultEvents, submissions, withdrawals } from "./arbitraries.ts";
import { validatorOf } from "./schemas.ts";

const deliver = (event: ResultEvent): unknown =>
  JSON.parse(JSON.stringify({ source: "specdrop", "detail-type": event.detailType, detail: event.detail }));

/** A value with one place in it changed: replaced by anything, or taken out. */
const damaged = (value: unknown) =>
  fc.tuple(fc.infiniteStream(fc.nat()), fc.option(fc.jsonValue(), { nil: undefined })).map(([picks, replacement]) => {
    const damage = (node: unknown): unknown => {
      const members = typeof node === "object" && node !== null ? Object.keys(node) : [];
      const pick = members[(picks.next().value ?? 0) % (members.length + 1)];
      if (pick === undefined) return replacement;
      const changed = damage((node as Record<string, unknown>)[pick]);
      if (Array.isArray(node)) return node.map((item, index) => (String(index) === pick ? (changed ?? null) : item));
      const { [pick]: _, ...others } = node as Record<string, unknown>;
      return changed === undefined ? others : { ...others, [pick]: changed };
    };
    return damage(JSON.parse(JSON.stringify(value)));
  });

test("what is sent can be read back", () => {
  fc.assert(
    fc.property(resultEvents(), (event) => {
      const received = JSON.parse(JSON.stringify(event)) as ResultEvent;
      expect(parseResultEvent(deliver(event))).toEqual({ ok: true, value: received });
    }),
  );
  fc.assert(
    fc.property(submissions, (submission) => {
      expect(parseSpecSubmitted(submission)).toEqual({ ok: true, value: submission });
    }),
  );
  fc.assert(
    fc.property(withdrawals, (withdrawal) => {
      expect(parseSpecWithdrawn({ ...withdrawal, more: 1 })).toEqual({ ok: true, value: withdrawal });
    }),
  );
});

test("the guards and the schemas take and refuse the same results", () => {
  const cases = resultEvents().chain((event) => fc.tuple(fc.constant(event), damaged(event.detail)));
  let refused = 0;
  fc.assert(
    fc.property(cases, ([{ detailType }, detail]) => {
      const parsed = parseResultEvent({ source: "specdrop", "detail-type": detailType, detail });
      expect(parsed.ok).toBe(validatorOf(detailType)(detail));
      if (!parsed.ok) refused += 1;
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(50);
});

test("the guards and the schemas take and refuse the same submissions", () => {
  const names = fc.oneof(documentNames, fc.string({ unit: fc.constantFrom("a", "Z", ".", "/", "ä", " ", "\n", "'") }));
  const details = fc.oneof(
    submissions.chain(damaged),
    withdrawals.chain(damaged),
    fc
      .oneof(fc.double(), fc.constantFrom(-1, 0, 0.5, Number.MAX_SAFE_INTEGER, 2 ** 53))
      .map((sequence) => ({ name: "chat.yaml", document: {}, sequence })),
    names.map((name) => ({ name, document: "" })),
    fc.string({ unit: "binary" }).map((correlationId) => ({ name: "chat.yaml", document: {}, correlationId })),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(details, (detail) => {
      expect(parseSpecSubmitted(detail).ok).toBe(validatorOf("SpecSubmitted")(detail));
      expect(parseSpecWithdrawn(detail).ok).toBe(validatorOf("SpecWithdrawn")(detail));
    }),
    { numRuns: 1_000 },
  );
});

test.each(["a", "chat.yaml", "team/a/chat.v2.json", "it's(1)!*_-", "...", ".hidden", "a/..b", "n".repeat(512)])(
  "%s is a name",
  (name) => expect(parseSpecWithdrawn({ name }).ok).toBe(true),
);

test.each([
  "",
  "/a",
  "a/",
  "a//b",
  ".",
  "..",
  "a/./b",
  "../a",
  "a/..",
  "a b",
  "a\\b",
  "a\n",
  "ä",
  "a%2Fb",
  "a+b",
  "n".repeat(513),
])("%j is not a name", (name) => {
  const parsed = parseSpecWithdrawn({ name });
  expect(parsed).toEqual({ ok: false, problems: [expect.stringMatching(/^\/name is invalid: Names /)] });
});

test("a name that almost fits is refused in no time", () => {
  expect(parseSpecWithdrawn({ name: `${"a/".repeat(200_000)}/` }).ok).toBe(false);
});

test("what a submission adds of its own is left out", () => {
  const detail = { name: "chat.yaml", document: "{}", correlationId: "order-7", priority: "high" };
  const { priority, ...value } = detail;
  expect(parseSpecSubmitted(detail)).toEqual({ ok: true, value });
  expect(parseSpecWithdrawn({ name: "chat.yaml", priority })).toEqual({ ok: true, value: { name: "chat.yaml" } });
});

test("problems say where and what, all of them, and repeat no value", () => {
  const detail = { document: ["secret"], correlationId: "two words" };
  expect(parseSpecSubmitted(detail)).toEqual({
    ok: false,
    problems: [
      "/name is missing",
      "/document must be an object or a string",
      "/correlationId is invalid: Returned in every result. 1 to 256 visible ASCII characters without spaces.",
    ],
  });
  expect(parseSpecSubmitted("secret")).toEqual({ ok: false, problems: ["It must be an object"] });
});

test("an event that is not ours is refused, and each reason named", () => {
  expect(parseResultEvent(null)).toEqual({ ok: false, problems: ["It must be an object"] });
  expect(parseResultEvent({ source: "aws.s3", "detail-type": "Object Created", detail: [] })).toEqual({
    ok: false,
    problems: [
      '/source must be "specdrop"',
      expect.stringMatching(/^\/detail-type must be one of SpecRejected, /),
      "/detail must be an object",
    ],
  });
  expect(parseResultEvent({ source: "specdrop", "detail-type": "ApplyFailed" }).ok).toBe(false);
});

test("a version 2 is not read as version 1", () => {
  fc.assert(
    fc.property(resultEvents(), (event) => {
      const metadata = { ...event.detail.metadata, version: "2" };
      const received = { source: "specdrop", "detail-type": event.detailType, detail: { ...event.detail, metadata } };
      expect(parseResultEvent(received)).toEqual({ ok: false, problems: ['/detail/metadata/version must be "1"'] });
    }),
    { numRuns: 10 },
  );
});

test("a received result is narrowed by its detail-type", () => {
  const isBad = (event: ReceivedResultEvent): boolean => {
    switch (event.detailType) {
      case "SpecRejected":
      case "ApplyFailed":
      case "DriftDetected":
        return true;
      case "PlanProduced":
      case "ApplySucceeded":
      case "ApplyUnchanged":
      case "SpecSuperseded":
      case "DriftResolved":
        return false;
      default:
        return event satisfies never;
    }
  };
  fc.assert(
    fc.property(resultEvents(), (event) => {
      const parsed = parseResultEvent(deliver(event));
      expect(parsed.ok && isBad(parsed.value)).toBe(/Rejected|Failed|Detected/.test(event.detailType));
    }),
    { numRuns: 20 },
  );
});
