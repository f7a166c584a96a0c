import type { RateLimits } from "@specdrop/engine";
import type { AllowedApis } from "@specdrop/service";
import type { ClientSettings } from "./clients.ts";
import type { Config } from "./config.ts";
import { intakeWiring } from "./dependencies/intake.ts";
import { notifyWiring } from "./dependencies/notify.ts";
import { reconcileWiring } from "./dependencies/reconcile.ts";
import { sweepWiring } from "./dependencies/sweep.ts";
import { createIntake } from "./intake.ts";
import type { Telemetry } from "./lambda.ts";
import { createNotify } from "./notify.ts";
import { createReconcile } from "./reconcile.ts";
import { createSweep } from "./sweep.ts";

export type FunctionName = "intake" | "reconcile" | "notify" | "sweep";

export interface PipelineOptions {
  readonly config: Config;
  readonly settings: ClientSettings;
  readonly telemetry: (functionName: FunctionName) => Telemetry;
  /** Milliseconds a lease outlives a killed run by. */
  readonly leaseTtlMs?: number;
  /** What the account's control plane takes; without it requests are not held back. */
  readonly rateLimits?: RateLimits;
  /** Every API is allowed without it. */
  readonly allowedApis?: AllowedApis;
  /** Milliseconds the sweep leaves others to finish what they are at. */
  readonly graceMs?: number;
}

/** All functions in one process, for who runs them outside of Lambda. Deployed, each has its own bundle. */
export function pipeline({ config, settings, telemetry, rateLimits, ...options }: PipelineOptions) {
  const { leaseTtlMs, allowedApis, graceMs } = options;
  const shared = {
    ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }),
    ...(allowedApis === undefined ? {} : { allowedApis }),
  };
  const grace = graceMs === undefined ? {} : { graceMs };
  return {
    intake: createIntake({ ...intakeWiring(config, settings), ...shared }, telemetry("intake")),
    reconcile: createReconcile({ ...reconcileWiring(config, settings, rateLimits), ...shared }, telemetry("reconcile")),
    notify: createNotify(notifyWiring(config), telemetry("notify")),
    sweep: createSweep({ ...sweepWiring(config, settings, rateLimits), ...shared, ...grace }, telemetry("sweep")),
  };
}
