import { parseObjectEvent } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { s3Event } from "../../functions/samples.ts";

test("reads what S3 sends, the key as it is", () => {
  const object = {
    key: "a+b %20/é.yaml",
    size: 5,
    etag: "b1946ac92492d2347c6235b4d2611184",
    "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
    sequencer: "617f08299329d189",
  };
  expect(parseObjectEvent(s3Event("Object Created", object))).toEqual({
    kind: "created",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    time: 1795305600000,
    bucket: "specs",
    key: "a+b %20/é.yaml",
    etag: "b1946ac92492d2347c6235b4d2611184",
    versionId: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
    sequencer: "617f08299329d189",
    requestId: "N4N7GDK58NMKJ12R",
    requester: "123456789012",
    writer: "123456789012",
    reason: "PutObject",
  });
});

test("a deletion by a lifecycle rule in a bucket without versions lacks most fields", () => {
  const event = s3Event("Object Deleted", { key: "a.yaml", sequencer: "01" });
  const detail = { ...event.detail, reason: "Lifecycle Expiration", "deletion-type": "Permanently Deleted" };
  expect(parseObjectEvent({ ...event, detail })).toEqual({
    kind: "deleted",
    id: event.id,
    time: 1795305600000,
    bucket: "specs",
    key: "a.yaml",
    sequencer: "01",
    requestId: "N4N7GDK58NMKJ12R",
    requester: "123456789012",
    writer: "123456789012",
    reason: "Lifecycle Expiration",
    deletionType: "Permanently Deleted",
  });
});

test.each([
  ["events/444455556666/orders/chat", "111122223333", "444455556666"],
  ["events/111122223333/orders/chat", "111122223333", undefined],
  ["events/444455556666/orders/chat", "s3.amazonaws.com", "s3.amazonaws.com"],
  ["chat.yaml", "111122223333", undefined],
])("%s, written by %s, comes from %s", (key, requester, expected) => {
  const event = s3Event("Object Created", { key });
  const parsed = parseObjectEvent({ ...event, detail: { ...event.detail, requester } });
  expect(parsed?.requester).toBe(expected);
});

test.each(["Object Tags Added", "constructor", "__proto__"])("%s is not about an object's content", (detailType) => {
  expect(parseObjectEvent({ ...s3Event("Object Created", { key: "a" }), "detail-type": detailType })).toBeUndefined();
});
