import { OUR_SOURCES } from "@specdrop/events";
import { type Envelope, intakeObjectEvent, intakeSubmitted, intakeWithdrawn, type Submission } from "@specdrop/service";
import { expect, test } from "vitest";
import { BUCKET, memoryBucket, spec, type World, world } from "./builders.ts";

type Written = Parameters<World["store"]["write"]>;

function submissions() {
  const w = world();
  const written: Written[] = [];
  const removed: string[] = [];
  const store = {
    ...memoryBucket({ versioned: true }),
    write: async (...args: Written) => {
      written.push(args);
      return { bucket: BUCKET, key: args[0] };
    },
    delete: async (key: string) => void removed.push(key),
  };
  return { ...w, store, bucket: BUCKET, written, removed };
}

const envelope = (detail: unknown, rest: Partial<Envelope> = {}): Envelope => ({
  id: "event-9",
  source: "orders",
  detailType: "SpecSubmitted",
  account: "111122223333",
  detail,
  ...rest,
});

test("a document is stored under its sender's account and source, with the correlation id", async () => {
  const deps = submissions();
  const document = JSON.parse(spec({ api1: ["/200/"] }));
  const detail = { name: "chat/main", document, correlationId: "order-7", account: "999999999999", source: "aws.s3" };
  expect(await intakeSubmitted(deps, envelope(detail))).toEqual({
    outcome: "stored",
    key: "events/111122223333/orders/chat/main",
  });
  const [key, body, contentType, metadata] = deps.written[0] ?? [];
  expect(key).toBe("events/111122223333/orders/chat/main");
  expect(JSON.parse(body ?? "")).toEqual(document);
  expect(contentType).toBe("application/json");
  expect(metadata).toEqual({ "correlation-id": "order-7" });
});

test("a text is stored as it is, and the event's id correlates where the sender gave none", async () => {
  const deps = submissions();
  const document = "ApiId: a1b2c3d4e5 # kept\n";
  await intakeSubmitted(deps, envelope({ name: "chat.yaml", document }));
  expect(deps.written).toEqual([
    ["events/111122223333/orders/chat.yaml", document, "application/yaml", { "correlation-id": "event-9" }],
  ]);
});

test("a source with a slash stays in its own folder", async () => {
  const deps = submissions();
  await intakeSubmitted(deps, envelope({ name: "b", document: {} }, { source: "team/a" }));
  await intakeSubmitted(deps, envelope({ name: "a/b", document: {} }, { source: "team" }));
  expect(deps.written.map(([key]) => key)).toEqual(["events/111122223333/team%2Fa/b", "events/111122223333/team/a/b"]);
});

test("a withdrawal deletes the object", async () => {
  const deps = submissions();
  expect(await intakeWithdrawn(deps, envelope({ name: "chat" }))).toMatchObject({ outcome: "deleted" });
  expect(deps.removed).toEqual(["events/111122223333/orders/chat"]);
});

test.each([...OUR_SOURCES, "aws.s3", "aws.partner/example.com/1"])("%s sends no documents", async (source) => {
  const deps = submissions();
  const event = envelope({ name: "chat", document: {} }, { source });
  expect(await intakeSubmitted(deps, event)).toEqual({ outcome: "ignored" });
  expect(await intakeWithdrawn(deps, event)).toEqual({ outcome: "ignored" });
  expect([...deps.written, ...deps.removed, ...deps.published]).toEqual([]);
});

test.each<[string, unknown, (deps: ReturnType<typeof submissions>, event: Envelope) => Promise<Submission>, string]>([
  ["no document", { name: "chat" }, intakeSubmitted, "/document"],
  ["no name", { document: {} }, intakeSubmitted, "/name"],
  ["a name that climbs", { name: "../chat", document: {} }, intakeSubmitted, "/name"],
  ["no detail", undefined, intakeSubmitted, ""],
  ["a withdrawal without a name", {}, intakeWithdrawn, "/name"],
])("%s is rejected under one id", async (_, detail, intake, pointer) => {
  const deps = submissions();
  expect(await intake(deps, envelope(detail))).toEqual({ outcome: "rejected" });
  await intake(deps, envelope(detail));
  expect(deps.published.map((event) => event.detailType)).toEqual(["SpecRejected", "SpecRejected"]);
  expect(new Set(deps.published.map((event) => event.detail.metadata.id)).size).toBe(1);
  const { metadata, data } = deps.published[0]?.detail ?? {};
  expect(metadata).toMatchObject({ sequence: 0, correlationId: "event-9" });
  expect(metadata?.documentId).toMatch(/^s3:\/\/specs\/events\/111122223333\/orders\//);
  expect(data?.diagnostics.some((diagnostic) => diagnostic.pointer === pointer)).toBe(true);
  expect(data?.diagnostics.every((diagnostic) => diagnostic.code.startsWith("SD2"))).toBe(true);
  expect([...deps.written, ...deps.removed]).toEqual([]);
});

test("a name that makes the key too long for S3 is rejected", async () => {
  const deps = submissions();
  const event = envelope({ name: "n".repeat(500), document: {} }, { source: "/".repeat(200) });
  expect(await intakeSubmitted(deps, event)).toEqual({ outcome: "rejected" });
  expect(deps.published[0]?.detail.data.diagnostics[0]?.pointer).toBe("/name");
});

test("an unfit value of a malformed submission is told nowhere", async () => {
  const deps = submissions();
  await intakeSubmitted(deps, envelope({ name: "chat", document: ["MARKER-4711"], correlationId: "MARKER 4711" }));
  expect(JSON.stringify([deps.published, deps.logged])).not.toContain("MARKER");
});

test("what is stored comes in as a file does, with the sender's correlation id", async () => {
  const w = world();
  const deps = { ...w, bucket: BUCKET };
  const key = "events/111122223333/orders/chat";
  await intakeSubmitted(
    deps,
    envelope({ name: "chat", document: JSON.parse(spec({ api1: ["/200/"] })), correlationId: "o-7" }),
  );
  const event = { kind: "created", id: "e", bucket: BUCKET, key, sequencer: "01" } as const;
  expect(await intakeObjectEvent(w, event)).toMatchObject({ outcome: "accepted" });
  expect(w.signals[0]).toMatchObject({ documentId: `s3://specs/${key}`, correlationId: "o-7" });
});
