import { connect } from "node:net";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control";
import type { ControlPlane, Gateway } from "@specdrop/engine";
import { clock } from "./clock.ts";
import { Failure } from "./failure.ts";

export interface OpenControlPlane {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  close(): void;
}

/**
 * Cloud Control where the SDK's environment says it is. Throws at once where region or credentials are missing, or
 * nothing listens at the endpoint: later such an error would be one of many to be retried.
 */
export async function openControlPlane(): Promise<OpenControlPlane> {
  const client = cloudControlClient();
  await client.config.region();
  await client.config.credentials();
  await assertListening(process.env["AWS_ENDPOINT_URL_CLOUDCONTROL"] ?? process.env["AWS_ENDPOINT_URL"]);
  return {
    controlPlane: cloudControl(client, { clock }),
    gateway: gateway(client, { clock }),
    close: () => client.destroy(),
  };
}

async function assertListening(endpoint: string | undefined): Promise<void> {
  if (endpoint === undefined) return;
  if (!URL.canParse(endpoint)) throw new Failure(`AWS_ENDPOINT_URL is ${endpoint}, which is not an address`);
  const { hostname, port, protocol } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.destroy();
}
