import { ControlPlaneError, converge, planChanges } from "@specdrop/engine";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { reconcile } from "@specdrop/service/reconcile";
import { expect, test } from "vitest";
import { FakeControlPlane } from "../../engine/fake-control-plane.ts";
import { told, type World, world } from "../builders.ts";

const KEY = "a.json";

/** A document that has each logical id on an API of its own. */
const document = (places: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    IntegrationId: "int0001",
    IntegrationResponses: Object.fromEntries(
      Object.entries(places).map(([logicalId, ApiId]) => [
        logicalId,
        { ApiId, IntegrationResponseKey: `/${logicalId}/` },
      ]),
    ),
  });

function moving() {
  const plane = new FakeControlPlane();
  return { ...world({ converge, plan: planChanges, controlPlane: plane }), plane };
}

/** Delivers what is in the queue, last in first out where told so, until it is empty. */
async function deliver(w: World, next: "first" | "last"): Promise<readonly string[]> {
  const before = w.published.length;
  for (let runs = 0; w.signals.length > 0; runs++) {
    expect(runs).toBeLessThan(20);
    const signal = next === "first" ? w.signals.shift() : w.signals.pop();
    if (signal !== undefined) await reconcile(w, signal, { deadline: Number.POSITIVE_INFINITY, owner: "run" });
  }
  return [...told(w.published.slice(before))].sort();
}

async function drop(w: World, places: Readonly<Record<string, string>>, next: "first" | "last") {
  await intakeObjectEvent(w, w.store.put(KEY, document(places)));
  return deliver(w, next);
}

const live = (plane: FakeControlPlane) =>
  [...plane.live.values()].map(({ ApiId, IntegrationResponseKey }) => `${ApiId} ${IntegrationResponseKey}`).sort();

test.each(["first", "last"] as const)("a resource moves to another API: it is never gone (%s)", async (next) => {
  const w = moving();
  await drop(w, { a: "api1", b: "api1" }, next);
  expect(await drop(w, { a: "api2", b: "api1" }, next)).toEqual(["ApplySucceeded 2 api1", "ApplySucceeded 2 api2"]);
  expect(live(w.plane)).toEqual(["api1 /b/", "api2 /a/"]);
  const [create, remove] = w.plane.writes().slice(-2);
  expect([create?.operation, remove?.operation]).toEqual(["create", "delete"]);
});

test.each(["first", "last"] as const)("to an API that is not there: the old one stays (%s)", async (next) => {
  const w = moving();
  await drop(w, { a: "api1" }, next);
  w.plane.faults.create = [new ControlPlaneError("NotFound", "no such API", { retryable: false, completed: true })];
  expect(await drop(w, { a: "typo" }, next)).toEqual(["ApplyFailed 2 api1", "ApplyFailed 2 typo"]);
  expect(live(w.plane)).toEqual(["api1 /a/"]);
  const kept = w.published.find((event) => event.detail.data.apiId === "api1" && event.detailType === "ApplyFailed");
  expect(kept?.detail.data.changes).toMatchObject([{ action: "delete", status: "failed", error: { code: "SD5006" } }]);

  expect(await drop(w, { a: "api2" }, next)).toEqual([
    ...["ApplySucceeded 3 api1", "ApplySucceeded 3 api2", "ApplyUnchanged 3 typo"],
  ]);
  expect(live(w.plane)).toEqual(["api2 /a/"]);
});

test.each(["first", "last"] as const)(
  "resources that change places wait for one another, not for ever (%s)",
  async (next) => {
    const w = moving();
    await drop(w, { a: "api1", b: "api2", c: "api3" }, next);
    expect(await drop(w, { a: "api2", b: "api3", c: "api1" }, next)).toHaveLength(3);
    expect(live(w.plane)).toEqual(["api1 /c/", "api2 /a/", "api3 /b/"]);

    const create = w.plane.create.bind(w.plane);
    w.plane.create = async (model, token) => {
      if (model.ApiId !== "api3") return await create(model, token);
      throw new ControlPlaneError("InvalidRequest", "no", { retryable: false, completed: true });
    };
    const results = await drop(w, { a: "api3", b: "api1", c: "api2" }, next);
    expect(results).toHaveLength(3);
    expect(results.filter((result) => result.startsWith("ApplyFailed"))).toHaveLength(2);
    expect(live(w.plane)).toHaveLength(3);
  },
);
