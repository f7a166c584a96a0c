import { intakeObjectEvent } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { BROKEN, spec, told, type World, world } from "./builders.ts";

const KEY = "a.json";
const ONE = spec({ api1: ["/200/"] });

/** A world in which the next result that is to be written ends its process. */
function dyingIn(w: World): World {
  return { ...w, ledger: { ...w.ledger, settle: () => Promise.reject(new Error("killed")) } };
}

test("a rejected revision does not take the result of the one in force that asks nothing", async () => {
  const w = world();
  const empty = w.store.put(KEY, spec({}));
  await expect(intakeObjectEvent(dyingIn(w), empty)).rejects.toThrow("killed");
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  await intakeObjectEvent(w, empty);
  expect(told(w.published)).toEqual(["ApplyUnchanged 1", "SpecRejected 2"]);
});

test("a document that asks nothing waits for the result of the newer one that was rejected before it came in", async () => {
  const w = world();
  const [empty, broken] = [w.store.put(KEY, spec({})), w.store.put(KEY, BROKEN)];
  await expect(intakeObjectEvent(dyingIn(w), broken)).rejects.toThrow("killed");
  await expect(intakeObjectEvent(w, empty)).rejects.toThrow("that result must be published first");
  await intakeObjectEvent(w, broken);
  await intakeObjectEvent(w, empty);
  expect(told(w.published)).toEqual(["SpecRejected 1", "ApplyUnchanged 2"]);
});

test("rejected revisions, told or overtaken, do not take the result of the one in force that asks nothing", async () => {
  const w = world();
  await expect(intakeObjectEvent(dyingIn(w), w.store.put(KEY, spec({})))).rejects.toThrow("killed");
  await expect(intakeObjectEvent(dyingIn(w), w.store.put(KEY, BROKEN))).rejects.toThrow("killed");
  await intakeObjectEvent(w, w.store.put(KEY, BROKEN));
  expect(told(w.published)).toEqual(["ApplyUnchanged 1", "SpecSuperseded 2", "SpecRejected 3"]);
});

test("an overtaken document that asks nothing waits for the newer one that was rejected before it came in", async () => {
  const w = world();
  const [empty, newer, broken] = [w.store.put(KEY, spec({})), w.store.put(KEY, ONE), w.store.put(KEY, BROKEN)];
  await expect(intakeObjectEvent(dyingIn(w), broken)).rejects.toThrow("killed");
  await expect(intakeObjectEvent(w, empty)).rejects.toThrow("that result must be published first");
  await expect(intakeObjectEvent(w, newer)).rejects.toThrow("that result must be published first");
  await intakeObjectEvent(w, broken);
  await intakeObjectEvent(w, newer);
  expect(told(w.published)).toEqual(["SpecRejected 1", "SpecSuperseded 2"]);
});

test("a late repeat of a document that asked nothing does not speak for the one in force", async () => {
  const w = world();
  const [empty, newer] = [w.store.put(KEY, spec({})), w.store.put(KEY, ONE)];
  await expect(intakeObjectEvent(dyingIn(w), empty)).rejects.toThrow("killed");
  await expect(intakeObjectEvent(dyingIn(w), newer)).rejects.toThrow("killed");
  await intakeObjectEvent(w, empty);
  expect(told(w.published)).toEqual(["SpecSuperseded 1"]);
});
