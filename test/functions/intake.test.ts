import { createIntake, handler } from "@specdrop/functions/intake";
import { expect, test, vi } from "vitest";
import { BUCKET, spec, told, world } from "../service/builders.ts";
import { busEvent, contextOf, s3Event } from "./samples.ts";
import { recorded } from "./telemetry.ts";

function intake() {
  const w = world();
  const telemetry = recorded();
  const call = createIntake({ ...w, bucket: BUCKET }, telemetry);
  return { ...w, telemetry, take: (event: unknown) => call(event, contextOf()) };
}

test("an object that S3 reports as created, and as deleted", async () => {
  const { store, take, signals, telemetry, ledger } = intake();
  const { versionId, etag } = store.put("example-key.json", spec({ api1: ["/200/"] }));
  const object = { key: "example-key.json", size: 5, etag, "version-id": versionId, sequencer: "617f08299329d189" };
  await take(s3Event("Object Created", object));
  expect(signals).toEqual([
    {
      documentId: "s3://specs/example-key.json",
      apiId: "api1",
      sequence: 1,
      cause: "accepted",
      invocation: 0,
      correlationId: "N4N7GDK58NMKJ12R",
    },
  ]);

  const marker = store.remove("example-key.json").versionId;
  await take(
    s3Event("Object Deleted", { ...object, size: undefined, "version-id": marker, sequencer: "617f08299329d18a" }),
  );
  expect((await ledger.readDocument("s3://specs/example-key.json"))?.current?.kind).toBe("withdrawn");
  expect(telemetry.counts).toEqual(["SpecAccepted", "SpecAccepted"]);
});

test("a document sent as an event, and its withdrawal", async () => {
  const { store, take, telemetry } = intake();
  const key = "events/111122223333/orders/chat";
  await take(busEvent("orders", "SpecSubmitted", { name: "chat", document: "ApiId: a1b2c3d4e5" }));
  expect(store.textOf(key)).toBe("ApiId: a1b2c3d4e5");
  await take({ ...busEvent("orders", "SpecWithdrawn", { name: "chat" }), id: "another" });
  expect(store.textOf(key)).toBeUndefined();
  expect(telemetry.counts).toEqual(["SpecStored", "SpecDeleted"]);
});

test("a malformed submission is rejected, not thrown", async () => {
  const { take, published, telemetry } = intake();
  await take(busEvent("orders", "SpecSubmitted", { document: {} }));
  expect(told(published)).toEqual(["SpecRejected 0"]);
  expect(telemetry.counts).toEqual(["SpecRejected"]);
});

test.each([
  ["another detail type", busEvent("orders", "OrderPlaced", {})],
  ["our own result", busEvent("specdrop", "ApplySucceeded", {})],
  ["our own name on a submission", busEvent("specdrop", "SpecSubmitted", { name: "chat", document: {} })],
  ["another S3 event", { ...s3Event("Object Created", { key: "a.json" }), "detail-type": "Object Tags Added" }],
])("%s is ignored", async (_, event) => {
  const { take, published, signals, telemetry } = intake();
  await take(event);
  expect([...published, ...signals]).toEqual([]);
  expect(telemetry.counts).toEqual(["Ignored"]);
});

test.each([
  ["text", "event is not an object"],
  [{}, "event has no id"],
  [s3Event("Object Created", {}), "detail.object has no key"],
  [{ ...s3Event("Object Created", {}), detail: [] }, "detail is not an object"],
])("what did not come from EventBridge is an error: %#", async (event, message) => {
  const { take, telemetry } = intake();
  await expect(take(event)).rejects.toThrow(message);
  expect(telemetry.counts).toEqual(["Error"]);
});

test("the deployed handler names what is missing in its environment", async () => {
  vi.stubEnv("SPECDROP_BUCKET", "specs");
  vi.stubEnv("SPECDROP_BUS", "");
  await expect(handler(s3Event("Object Created", { key: "a.json" }), contextOf())).rejects.toThrow(
    "Missing in the environment: SPECDROP_BUS, SPECDROP_QUEUE_URL, SPECDROP_TABLE",
  );
  vi.unstubAllEnvs();
});
