import type { Ledger } from "@specdrop/ledger/port";
import { RecordTooLargeError } from "@specdrop/ledger/records/checked";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { drain, spec, told, type World, world } from "./builders.ts";

const ID = "s3://specs/a.json";
const ids = (letter: string) => Array.from({ length: 900 }, (_, n) => `${n}`.padStart(50, letter));
const onApis = (apiIds: readonly string[]) => spec(Object.fromEntries(apiIds.map((apiId) => [apiId, ["/200/"]])));

test("a revision that concerns too many APIs, with those where the document still owns something, is rejected", async () => {
  const w = world();
  const drop = (text: string) => intakeObjectEvent(w, w.store.put("a.json", text));
  expect(await drop(onApis(ids("a")))).toMatchObject({ outcome: "accepted" });
  // Nothing has settled: the APIs before may yet own something.
  expect(await drop(onApis(ids("b")))).toMatchObject({ outcome: "rejected", sequence: 2 });
  expect(told(w.published)).toEqual(["SpecRejected 2"]);
  expect(w.published[0]?.detail.data.diagnostics[0]).toMatchObject({
    code: "SD1019",
    message:
      "This revision concerns 1800 APIs, and their ids have 90000 bytes together; the ledger has room for 60000.",
  });
  expect((await w.ledger.readDocument(ID))?.current).toMatchObject({ sequence: 1 });
});

/** A ledger that takes a record only once nothing overtaken is left in it, or never. */
function full(w: World, takes: "once there is room" | "never"): World {
  const recordRevision: Ledger["recordRevision"] = async (documentId, revision, basedOn) => {
    const held = await w.ledger.readDocument(documentId);
    const hasRoom = takes === "once there is room" && held?.overtaken.length === 0;
    if (revision.kind !== "rejected" && !hasRoom) throw new RecordTooLargeError("It would be too large.");
    return w.ledger.recordRevision(documentId, revision, basedOn);
  };
  return { ...w, ledger: { ...w.ledger, recordRevision } };
}

test("a revision that DynamoDB refuses for its size is rejected, and the author hears of it", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await drain(w);
  const event = w.store.put("a.json", spec({ api1: ["/404/"] }));
  expect(await intakeObjectEvent(full(w, "never"), event)).toMatchObject({ outcome: "rejected", sequence: 2 });
  expect(told(w.published).at(-1)).toBe("SpecRejected 2");
  expect(w.published.at(-1)?.detail.data.diagnostics[0]).toMatchObject({
    code: "SD1019",
    message: expect.stringContaining("larger than DynamoDB's limit of 400 KB"),
  });
});

test("a withdrawal makes room for itself; where it cannot, it is tried again", async () => {
  const w = world();
  for (const key of ["/200/", "/404/"]) await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: [key] })));
  const { overtaken } = (await w.ledger.readDocument(ID)) ?? {};
  const left = { ...w.ledger, clearSuperseded: async () => {} };
  expect(overtaken).toEqual([]);
  await intakeObjectEvent({ ...w, ledger: left }, w.store.put("a.json", spec({ api1: ["/500/"] })));
  expect((await w.ledger.readDocument(ID))?.overtaken).toHaveLength(1);

  const event = w.store.remove("a.json");
  await expect(intakeObjectEvent(full(w, "never"), event)).rejects.toThrow("It would be too large.");
  expect(await intakeObjectEvent(full(w, "once there is room"), event)).toMatchObject({ outcome: "accepted" });
  expect((await w.ledger.readDocument(ID))?.current).toMatchObject({ kind: "withdrawn" });
});

test("other failures of the ledger are failures", async () => {
  const w = world();
  const recordRevision = () => Promise.reject(new Error("the table is away"));
  const event = w.store.put("a.json", spec({ api1: ["/200/"] }));
  await expect(intakeObjectEvent({ ...w, ledger: { ...w.ledger, recordRevision } }, event)).rejects.toThrow("is away");
});
