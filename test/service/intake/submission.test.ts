import { OUR_SOURCES } from "@specdrop/events";
import {
  type Envelope,
  intakeObjectEvent,
  intakeSubmitted,
  intakeWithdrawn,
  type Submission,
} from "@specdrop/service/intake";
import { DIAGNOSTICS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { BUCKET, spec, world } from "../builders.ts";

function submissions() {
  const w = world();
  const written: string[] = [];
  const store = {
    ...w.store,
    replace: async (...args: Parameters<typeof w.store.replace>) => {
      written.push(`put ${args[0]}`);
      return w.store.replace(...args);
    },
    delete: async (...args: Parameters<typeof w.store.delete>) => {
      written.push(`delete ${args[0]}`);
      return w.store.delete(...args);
    },
  };
  return { ...w, store, bucket: BUCKET, written };
}

const envelope = (detail: unknown, rest: Partial<Envelope> = {}): Envelope => ({
  id: "event-9",
  source: "orders",
  detailType: "SpecSubmitted",
  account: "111122223333",
  time: 1_700_000_000_000,
  detail,
  ...rest,
});

test("a document is stored under its sender's account and source, with what orders it", async () => {
  const deps = submissions();
  const document = JSON.parse(spec({ api1: ["/200/"] }));
  const detail = { name: "chat/main", document, correlationId: "order-7", account: "999999999999", source: "aws.s3" };
  const key = "events/111122223333/orders/chat/main";
  expect(await intakeSubmitted(deps, envelope({ ...detail, sequence: 7 }))).toEqual({ outcome: "stored", key });
  const stored = await deps.store.read({ bucket: BUCKET, key });
  expect(JSON.parse(new TextDecoder().decode(stored?.body))).toEqual(document);
  expect(stored?.metadata).toEqual({
    "correlation-id": "order-7",
    "event-id": "event-9",
    "event-time": "2023-11-14T22:13:20.000Z",
    "event-unknown-properties": "account,source",
    "event-sequence": "7",
  });
});

test("a text is stored as it is, and the event's id correlates where the sender gave none", async () => {
  const deps = submissions();
  const document = "ApiId: a1b2c3d4e5 # kept\n";
  await intakeSubmitted(deps, envelope({ name: "chat.yaml", document }));
  const key = "events/111122223333/orders/chat.yaml";
  expect(deps.store.textOf(key)).toBe(document);
  expect((await deps.store.read({ bucket: BUCKET, key }))?.metadata).toEqual({
    "correlation-id": "event-9",
    "event-id": "event-9",
    "event-time": "2023-11-14T22:13:20.000Z",
  });
});

test("a source with a slash stays in its own folder", async () => {
  const deps = submissions();
  await intakeSubmitted(deps, envelope({ name: "b", document: {} }, { source: "team/a" }));
  await intakeSubmitted(deps, envelope({ name: "a/b", document: {} }, { source: "team" }));
  expect(deps.written).toEqual(["put events/111122223333/team%2Fa/b", "put events/111122223333/team/a/b"]);
});

test.each([...OUR_SOURCES, "aws.s3", "aws.partner/example.com/1"])("%s sends no documents", async (source) => {
  const deps = submissions();
  const event = envelope({ name: "chat", document: {} }, { source });
  expect(await intakeSubmitted(deps, event)).toEqual({ outcome: "ignored" });
  expect(await intakeWithdrawn(deps, event)).toEqual({ outcome: "ignored" });
  expect([...deps.written, ...deps.published]).toEqual([]);
});

test.each<[string, unknown, (deps: ReturnType<typeof submissions>, event: Envelope) => Promise<Submission>, string]>([
  ["no document", { name: "chat" }, intakeSubmitted, "/document"],
  ["no name", { document: {} }, intakeSubmitted, "/name"],
  ["a name that climbs", { name: "../chat", document: {} }, intakeSubmitted, "/name"],
  ["no detail", undefined, intakeSubmitted, ""],
  ["a withdrawal without a name", {}, intakeWithdrawn, "/name"],
  ["a sequence that is a text", { name: "chat", document: {}, sequence: "7" }, intakeSubmitted, "/sequence"],
  ["a sequence that no double holds", { name: "chat", sequence: 2 ** 53 }, intakeWithdrawn, "/sequence"],
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
  expect(deps.written).toEqual([]);
});

test("what is wrong with an event is said once, under a code that has a page", async () => {
  const deps = submissions();
  await intakeSubmitted(deps, envelope({ Name: "x", document: "y" }, { source: "my.ci" }));
  await intakeSubmitted(deps, envelope({ name: "../x", correlationId: "a b" }));
  await intakeWithdrawn(deps, envelope("x"));
  const [misspelt, several, text] = deps.published.map(({ detail }) => detail.data.diagnostics);
  expect(misspelt?.map(({ message }) => message)).toEqual([
    "In the event's detail, /name is missing; Name is another name, since case counts.",
  ]);
  expect(text?.map(({ message }) => message)).toEqual(["The event's detail must be an object."]);
  expect(several?.map(({ pointer }) => pointer)).toEqual(["/document", "/name", "/correlationId"]);
  expect(several?.filter(({ help }) => help !== undefined)).toHaveLength(1);
  const told = JSON.stringify(deps.published);
  expect(told.match(/is invalid/g)).toHaveLength(2);
  for (const { code } of [misspelt, several, text].flatMap((each) => each ?? [])) {
    expect(Object.keys(DIAGNOSTICS)).toContain(code);
  }
});

test("a name that makes the key too long for S3 is rejected", async () => {
  const deps = submissions();
  const event = envelope({ name: "n".repeat(500), document: {} }, { source: "/".repeat(200) });
  expect(await intakeSubmitted(deps, event)).toEqual({ outcome: "rejected" });
  expect(deps.published[0]?.detail.data.diagnostics[0]?.pointer).toBe("/name");
});

test("a malformed submission is rejected under its sender's correlation id, where that is one", async () => {
  const deps = submissions();
  await intakeSubmitted(deps, envelope({ name: "chat", document: 7, correlationId: "order-7" }));
  await intakeSubmitted(deps, envelope({ name: "chat", document: 7, correlationId: "order 8" }));
  await intakeWithdrawn(deps, envelope({ name: "chat", sequence: -1, correlationId: "order-9" }));
  await intakeWithdrawn(deps, envelope({ name: "chat", sequence: -1 }));
  await intakeWithdrawn(deps, envelope(["order-10"]));
  const ids = deps.published.map(({ detail }) => detail.metadata.correlationId);
  expect(ids).toEqual(["order-7", "event-9", "order-9", "event-9", "event-9"]);
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
