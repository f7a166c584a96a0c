import type { RateLimits } from "@specdrop/engine";
import type { ClientSettings } from "./clients.ts";
import type { Config } from "./config.ts";
import { intakeWiring } from "./dependencies/intake.ts";
import { notifyWiring } from "./dependencies/notify.ts";
import { reconcileWiring } from "./dependencies/reconcile.ts";
import { createIntake } from "./intake.ts";
import type { Telemetry } from "./lambda.ts";
import { createNotify } from "./notify.ts";
import { createReconcile } from "./reconcile.ts";

export interface PipelineOptions {
  readonly config: Config;
  readonly settings: ClientSettings;
  readonly telemetry: (functionName: "intake" | "reconcile" | "notify") => Telemetry;
  /** Milliseconds a lease outlives a killed run by. */
  readonly leaseTtlMs?: number;
  /** What the account's control plane takes; without it requests are not held back. */
  readonly rateLimits?: RateLimits;
}

/** All functions in one process, for who runs them outside of Lambda. Deployed, each has its own bundle. */
export function pipeline({ config, settings, telemetry, leaseTtlMs, rateLimits }: PipelineOptions) {
  const lease = leaseTtlMs === undefined ? {} : { leaseTtlMs };
  return {
    intake: createIntake(intakeWiring(config, settings), telemetry("intake")),
    reconcile: createReconcile({ ...reconcileWiring(config, settings, rateLimits), ...lease }, telemetry("reconcile")),
    notify: createNotify(notifyWiring(config), telemetry("notify")),
  };
}
