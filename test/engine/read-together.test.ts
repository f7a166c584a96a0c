import { setImmediate as turn } from "node:timers/promises";
import { type ControlPlane, ControlPlaneError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { desired, world } from "./world.ts";

/** A control plane whose lists take a while, and how many of them are under way. */
function slowLists(plane: ControlPlane, fails: (integrationId: string) => boolean = () => false) {
  const seen = { underWay: 0, most: 0, lists: 0 };
  const controlPlane: ControlPlane = {
    routeResponses: plane.routeResponses,
    list: async (parent) => {
      seen.lists += 1;
      seen.underWay += 1;
      seen.most = Math.max(seen.most, seen.underWay);
      try {
        if (fails(parent.IntegrationId)) throw new ControlPlaneError("AccessDenied", "No.", { retryable: false });
        for (let waited = 0; waited < 3; waited++) await turn();
        return await plane.list(parent);
      } finally {
        seen.underWay -= 1;
      }
    },
    get: (identifier) => plane.get(identifier),
    create: (...args) => plane.create(...args),
    update: (...args) => plane.update(...args),
    delete: (...args) => plane.delete(...args),
    followCreate: (...args) => plane.followCreate(...args),
    followWrite: (...args) => plane.followWrite(...args),
    untilQuiet: (...args) => plane.untilQuiet(...args),
    time: () => plane.time(),
  };
  return { controlPlane, seen };
}

const onMany = (count: number) =>
  Array.from({ length: count }, (_, n) => desired("$default", {}, { IntegrationId: `int${n}`, logicalId: `r${n}` }));

test("the lists of many integrations are read ten at a time, each in a turn of the account's rate", async () => {
  const { run, plane } = world();
  const { controlPlane, seen } = slowLists(plane);
  const booked: number[] = [];
  const requestRate = {
    book: async (requests: number) => {
      booked.push(requests);
      return 0;
    },
    throttled: async () => {},
  };
  expect((await run(onMany(25), {}, {}, { controlPlane, requestRate })).status).toBe("succeeded");
  expect(seen).toEqual({ underWay: 0, most: 10, lists: 25 });
  expect(booked.slice(0, 3)).toEqual([10, 10, 5]);
});

test("where one of them fails, it fails when those beside it have come to their ends", async () => {
  const { run, plane } = world();
  const { controlPlane, seen } = slowLists(plane, (integrationId) => integrationId === "int3");
  expect((await run(onMany(25), {}, {}, { controlPlane })).status).toBe("failed");
  expect(seen).toMatchObject({ underWay: 0, lists: 10 });
});
