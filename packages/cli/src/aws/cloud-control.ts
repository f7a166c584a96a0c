import { connect } from "node:net";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import type { ResourcesOptions } from "@specdrop/aws/cloud-control/resources";
import type { ControlPlane, Gateway } from "@specdrop/engine";
import { clock as realClock } from "../converge/clock.ts";
import { wrongUsage } from "../terminal/failure.ts";
import { watchEndpoint } from "./endpoint.ts";

export interface OpenControlPlane {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  readonly region: string;
  /** Where requests went; `undefined` before the first. */
  endpoint(): string | undefined;
  close(): void;
}

/**
 * Cloud Control where the SDK's environment says it is. Throws at once where region or credentials are missing, or
 * nothing listens at the endpoint: later such an error would be one of many to be retried.
 */
export async function openControlPlane({
  requestRate,
  operationTimes,
  clock = realClock,
}: Partial<Pick<ResourcesOptions, "requestRate" | "operationTimes" | "clock">> = {}): Promise<OpenControlPlane> {
  const shared = { ...(requestRate && { requestRate }), ...(operationTimes && { operationTimes }) };
  const client = cloudControlClient();
  const region = await client.config.region();
  await client.config.credentials();
  await assertListening(process.env["AWS_ENDPOINT_URL_CLOUDCONTROL"] ?? process.env["AWS_ENDPOINT_URL"]);
  return {
    controlPlane: cloudControl(client, { clock, ...shared }),
    gateway: gateway(client, { clock, ...shared }),
    region,
    endpoint: watchEndpoint(client),
    close: () => client.destroy(),
  };
}

async function assertListening(endpoint: string | undefined): Promise<void> {
  if (endpoint === undefined || endpoint === "") return;
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw wrongUsage(`AWS_ENDPOINT_URL is ${endpoint}, which is no address. Write one such as http://127.0.0.1:4566`);
  }
  const { hostname, port, protocol } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.destroy();
}
