import { expect, test } from "vitest";
import { endSupersededOn } from "../../../packages/service/src/results/superseded.ts";
import { revision } from "../../contract/ledger.ts";
import { told, world } from "../builders.ts";

const ID = "s3://specs/team/chat.yaml";

test("a revision that ends on several APIs ends on none of them before an older one does", async () => {
  const w = world();
  for (const apiIds of [["api1"], ["api1", "api2"], ["api3"], ["api2"]]) {
    await w.ledger.recordRevision(ID, revision({ apiIds }));
  }
  const record = await w.ledger.readDocument(ID);
  if (record === undefined) throw new Error("no record");
  await endSupersededOn(w, record, "api2");
  expect(told(w.published).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
    "SpecSuperseded 1",
    "SpecSuperseded 2",
  ]);
  expect((await w.ledger.readChangeSet(ID, "api1"))?.settledSequence).toBe(2);
  expect(await w.ledger.readChangeSet(ID, "api3")).toBeUndefined();
});
