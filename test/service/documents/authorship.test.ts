import { metadataOf, originOf, type WrittenText, withdrawalOrigin } from "@specdrop/service/authorship";
import { expect, test } from "vitest";

const DOCUMENT = "s3://specs/chat.yaml";
const SAID = metadataOf({ actor: "ada", commit: "0f0f", runUrl: "https://ci.example.com/1" });
const ADA = { from: "metadata", actor: "ada", commit: "0f0f", runUrl: "https://ci.example.com/1" };

const origin = (over: Partial<WrittenText> = {}) =>
  originOf({ documentId: DOCUMENT, key: "chat.yaml", metadata: {}, earlier: async () => new Set(["c-old"]), ...over });
const note = { "specdrop-rolled-back": DOCUMENT, "correlation-id": "c-new", "specdrop-actor": "bob" };

test("what the writer said counts before what S3 says, which counts before nothing", async () => {
  const put = { reason: "PutObject", writer: "111122223333" };
  expect(await origin({ ...put, metadata: { ...SAID, "specdrop-way": "submit" } })).toEqual({ way: "submit", by: ADA });
  expect(await origin({ ...put, metadata: SAID })).toEqual({ way: "drop", by: ADA });
  expect(await origin(put)).toEqual({ way: "drop", by: { from: "account", actor: "111122223333" } });
  expect(await origin({ reason: "PutObject", writer: "s3.amazonaws.com" })).toEqual({
    way: "drop",
    by: { from: "service", actor: "s3.amazonaws.com" },
  });
  expect(await origin({ reason: "PutObject" })).toEqual({ way: "drop", by: { from: "unknown" } });
});

test("a copy has the metadata of another's write, and they are not believed", async () => {
  const metadata = { ...SAID, "specdrop-way": "submit" };
  expect(await origin({ reason: "CopyObject", writer: "111122223333", metadata })).toEqual({
    way: "drop",
    by: { from: "account", actor: "111122223333" },
  });
  expect(await origin({ metadata })).toEqual({ way: "drop", by: { from: "unknown" } });
});

test("a rollback is known by its note, and a copy of one is none", async () => {
  const copied = { reason: "CopyObject", writer: "111122223333" };
  const by = { from: "account", actor: "111122223333" };
  expect(await origin({ ...copied, metadata: note })).toEqual({
    way: "rollback",
    by: { from: "metadata", actor: "bob" },
  });
  expect(await origin({ ...copied, metadata: { ...note, "correlation-id": "c-old" } })).toEqual({ way: "drop", by });
  expect(await origin({ ...copied, documentId: "s3://specs/b.yaml", metadata: note })).toEqual({ way: "drop", by });
  const { "specdrop-actor": _, ...anonymous } = note;
  expect(await origin({ ...copied, metadata: anonymous })).toEqual({ way: "rollback", by });
});

test("a document that was sent as an event is its sender's account's", async () => {
  const by = { from: "account", actor: "444455556666" };
  const key = "events/444455556666/my.stack/a.yaml";
  expect(await origin({ key, reason: "PutObject", writer: "111122223333", metadata: SAID })).toEqual({
    way: "event",
    by,
  });
  expect(withdrawalOrigin(key, "111122223333")).toEqual({ way: "withdraw", by });
  expect(withdrawalOrigin("a.yaml", undefined)).toEqual({ way: "withdraw", by: { from: "unknown" } });
});

test("what is longer than a name can be is left out", async () => {
  expect(metadataOf({ actor: "x".repeat(129), commit: "" })).toEqual({});
  const metadata = { "specdrop-actor": "x".repeat(129), "specdrop-commit": "0f" };
  expect((await origin({ reason: "PutObject", metadata })).by).toEqual({ from: "metadata", commit: "0f" });
});
