import type { CloudControlApi } from "@specdrop/aws/cloud-control/api";
import { controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import { processRequestRate } from "@specdrop/engine";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { prng } from "../../test/sim/prng.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** On the way there, and on the way back. */
export const ONE_WAY_MS = 10;

/** Calls that API Gateway's own quota counts: all but the questions about a status. */
export interface Quota {
  readonly rps: number;
  readonly burst: number;
}

/** An account: the embedded Cloud Control without HTTP, and the product's own ports on it. */
export function virtualAccount(clock: VirtualTime, faults: object, seed: number, quota?: Quota) {
  const random = prng(seed).next;
  const emulator = createCloudControl({ now: clock.now, random });
  emulator.changeFaults(faults);
  const calls: Record<string, number> = {};
  let throttled = 0;

  async function call<T>(name: string, answer: () => T): Promise<T> {
    await clock.sleep(ONE_WAY_MS);
    calls[name] = (calls[name] ?? 0) + 1;
    let reply: { readonly value: T } | { readonly error: unknown };
    try {
      if (quota !== undefined && name !== "status") spend(quota);
      reply = { value: answer() };
    } catch (error) {
      if (error instanceof Error && error.name === "ThrottlingException") throttled++;
      reply = { error };
    }
    await clock.sleep(ONE_WAY_MS);
    if ("error" in reply) throw reply.error;
    return reply.value;
  }

  let tokens = { left: quota?.burst ?? 0, at: clock.now() };
  function spend({ rps, burst }: Quota): void {
    const left = Math.min(burst, tokens.left + ((clock.now() - tokens.at) / 1_000) * rps);
    tokens = { left: left >= 1 ? left - 1 : left, at: clock.now() };
    if (left < 1) throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  }

  /** As the Date header has it: in whole seconds. */
  const dated = <Event>(event: Event) => ({ ...event, repliedAt: Math.floor(clock.now() / 1_000) * 1_000 });
  const api: CloudControlApi = {
    create: (request) => call("create", () => dated(emulator.createResource(request).ProgressEvent)),
    update: (request) => call("update", () => dated(emulator.updateResource(request).ProgressEvent)),
    delete: (request) => call("delete", () => dated(emulator.deleteResource(request).ProgressEvent)),
    get: (request) => call("get", () => emulator.getResource(request).ResourceDescription),
    list: (request) => call("list", () => emulator.listResources(request)),
    status: (request) => call("status", () => emulator.getResourceRequestStatus(request).ProgressEvent),
    requests: (request) => call("requests", () => emulator.listResourceRequests(request)),
  };
  const requestRate = processRequestRate(clock);
  const options = { clock, random, requestRate };
  return {
    ports: { controlPlane: controlPlane(api, options), gateway: gatewayOf(api, options), clock, random, requestRate },
    emulator,
    calls,
    throttled: () => throttled,
  };
}
