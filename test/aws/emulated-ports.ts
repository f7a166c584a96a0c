import type { CloudControlApi } from "@specdrop/aws/cloud-control/api";
import { type ControlPlaneOptions, controlPlane } from "@specdrop/aws/cloud-control/control-plane";
import { gatewayOf } from "@specdrop/aws/cloud-control/gateway";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { virtualClock } from "./virtual-clock.ts";

/** The ports on the emulator without HTTP, in time that passes only while somebody sleeps. */
export function emulatedPorts(faults: object = {}, more: Partial<ControlPlaneOptions> = {}) {
  const clock = virtualClock();
  const emulator = createCloudControl({ now: clock.now, random: Math.random });
  emulator.changeFaults({ settleMs: 0, quirks: { impliedParents: false } });
  emulator.changeFaults(faults);
  const reads: string[] = [];
  /** As the Date header has it: in whole seconds. */
  const dated = <Event>(event: Event) => ({ ...event, repliedAt: Math.floor(clock.now() / 1_000) * 1_000 });
  const api: CloudControlApi = {
    create: async (request) => dated(emulator.createResource(request).ProgressEvent),
    update: async (request) => dated(emulator.updateResource(request).ProgressEvent),
    delete: async (request) => dated(emulator.deleteResource(request).ProgressEvent),
    async get(request) {
      reads.push(`get ${request.TypeName.split("::")[2]}`);
      return emulator.getResource(request).ResourceDescription;
    },
    async list(request) {
      reads.push(`list ${request.TypeName.split("::")[2]}`);
      return emulator.listResources(request);
    },
    status: async (request) => emulator.getResourceRequestStatus(request).ProgressEvent,
    requests: async (request) => emulator.listResourceRequests(request),
  };
  const options = { clock, random: () => 0.5, ...more };
  return { controlPlane: controlPlane(api, options), gateway: gatewayOf(api, options), api, emulator, clock, reads };
}
