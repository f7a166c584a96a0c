import type { CloudControlApi } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import type { ControlPlaneError } from "@specdrop/engine";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { ConnectionLostError } from "@specdrop/local/cloud-control/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { clientTokenContract, controlPlaneContract } from "../../contract/control-plane.ts";
import { virtualClock } from "../virtual-clock.ts";
import { makeIntegrations } from "./integrations.ts";

/** The port on the emulator without HTTP, in time that passes only while somebody sleeps. */
async function emulated(faults: object = {}, seed = 1) {
  const clock = virtualClock();
  const emulator = createCloudControl({ now: clock.now, random: () => 0.5 });
  emulator.changeFaults({ seed, settleMs: 0, quirks: { impliedParents: false } });
  /** As the Date header has it: in whole seconds. */
  const dated = <Event>(event: Event) => ({ ...event, repliedAt: Math.floor(clock.now() / 1_000) * 1_000 });
  const api: CloudControlApi = {
    create: async (request) => onWire(() => dated(emulator.createResource(request).ProgressEvent)),
    update: async (request) => onWire(() => dated(emulator.updateResource(request).ProgressEvent)),
    delete: async (request) => onWire(() => dated(emulator.deleteResource(request).ProgressEvent)),
    get: async (request) => onWire(() => emulator.getResource(request).ResourceDescription),
    list: async (request) => onWire(() => emulator.listResources(request)),
    status: async (request) => onWire(() => emulator.getResourceRequestStatus(request).ProgressEvent),
    requests: async (request) => onWire(() => emulator.listResourceRequests(request)),
  };
  const integrations = await makeIntegrations(api);
  emulator.changeFaults(faults);
  return { controlPlane: controlPlane(api, { clock, random: () => 0.5 }), ...integrations, emulator, clock };
}

/** A connection that the emulator wants broken, as the client sees it. */
function onWire<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error;
    throw Object.assign(new Error("read ECONNRESET", { cause: error }), { code: "ECONNRESET" });
  }
}

const QUICK = { settleMs: 0 };
const SLOW = { settleMs: 1_700, retryAfterMs: 400 };
const PARTIAL = { settleMs: 300, quirks: { partialLists: true, eventsWithoutModel: true } };
controlPlaneContract("the port on a quick emulator", () => emulated(QUICK));
controlPlaneContract("the port on a slow emulator", () => emulated(SLOW));
controlPlaneContract("the port on a taciturn emulator", () => emulated(PARTIAL));
clientTokenContract("the port on the emulator", () => emulated(QUICK));

test("whatever goes wrong, asking again as told ends in one response", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const faults = { settleMs: 900, errorRate: 0.3, lostReplies: 0.2, rps: 20, burst: 5 };
      const { controlPlane: plane, integration, emulator, clock } = await emulated(faults, seed);
      const model = { ...integration, IntegrationResponseKey: "$default" };
      let identifier: string | undefined;
      for (let attempt = 0, tries = 0; identifier === undefined; tries += 1) {
        expect(tries).toBeLessThan(60);
        const outcome = await plane.create(model, `token-${attempt}`).catch((error: ControlPlaneError) => error);
        if (!(outcome instanceof Error)) identifier = outcome.identifier;
        else if (!outcome.retryable) throw outcome;
        else if (outcome.completed) attempt += 1;
        await clock.sleep(500);
      }
      emulator.resetFaults();
      expect((await plane.list(integration)).map((live) => live.identifier)).toEqual([identifier]);
    }),
    { numRuns: 50 },
  );
});
