import { setTimeout as sleep } from "node:timers/promises";
import { cloudControl, cloudControlClient } from "@specdrop/aws/cloud-control/clients";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll } from "vitest";
import { clientTokenContract, controlPlaneContract } from "../../contract/control-plane.ts";
import { makeIntegrations } from "./integrations.ts";

/** Runs twenty times as fast as the machine's, so that polling costs little. */
const SPEED = 20;
const start = Date.now();
const clock = {
  now: () => start + (Date.now() - start) * SPEED,
  async sleep(milliseconds: number) {
    await sleep(milliseconds / SPEED);
  },
};

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  endpoints.cloudControl.changeFaults({ settleMs: 5, quirks: { impliedParents: false } });
});
afterAll(() => endpoints.close());

let harnesses = 0;
async function overHttp() {
  const client = cloudControlClient(endpoints.clientSettings);
  harnesses += 1;
  const prefix = `harness-${harnesses}`;
  const integrations = await makeIntegrations({
    create: async (request) =>
      endpoints.cloudControl.createResource({ ...request, ClientToken: `${prefix}-${request.ClientToken}` })
        .ProgressEvent,
    async status(request) {
      await sleep(1);
      return endpoints.cloudControl.getResourceRequestStatus(request).ProgressEvent;
    },
  });
  const close = async () => client.destroy();
  return { controlPlane: cloudControl(client, { clock }), ...integrations, close };
}

controlPlaneContract("the port over HTTP", overHttp);
clientTokenContract("the port over HTTP", overHttp);
