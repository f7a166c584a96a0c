import { S3Client } from "@aws-sdk/client-s3";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import type { RateLimits } from "@specdrop/engine";
import type { SweepPorts } from "@specdrop/service/sweep";
import type { Config } from "../config/environment.ts";
import { type ClientSettings, s3Settings } from "./clients.ts";
import { CONVERGE_CONFIG, convergeWiring } from "./reconcile.ts";

export const SWEEP_CONFIG = CONVERGE_CONFIG;

export type SweepWiring = Omit<SweepPorts, "log">;

/** It reads AWS as reconcile does, but only what documents declare; with `limits` it takes its turn among all others. */
export function sweepWiring(
  config: Pick<Config, (typeof SWEEP_CONFIG)[number]>,
  settings: ClientSettings = {},
  limits?: RateLimits,
): SweepWiring {
  const { gateway: _, deploymentRate: __, ...wiring } = convergeWiring(config, settings, limits);
  const listing = specsBucket(new S3Client(s3Settings(settings)), config.bucket);
  return { ...wiring, listing };
}
