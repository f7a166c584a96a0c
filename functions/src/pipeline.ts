import type { RateLimits } from "@specdrop/engine";
import { type AllowedApis, type BreakerLimits, DEFAULT_BREAKER_LIMITS } from "@specdrop/service/policy";
import type { ChannelPace } from "@specdrop/slack";
import type { Config } from "./config/environment.ts";
import type { SlackConfig } from "./config/slack.ts";
import { createIntake } from "./intake.ts";
import { createNotify } from "./notify.ts";
import { createReconcile } from "./reconcile.ts";
import type { Telemetry } from "./runtime/lambda.ts";
import { createSweep } from "./sweep.ts";
import type { ClientSettings } from "./wiring/clients.ts";
import { intakeWiring } from "./wiring/intake.ts";
import { notifyWiring } from "./wiring/notify.ts";
import { progressWiring, reconcileWiring } from "./wiring/reconcile.ts";
import { sweepWiring } from "./wiring/sweep.ts";

export { API_GATEWAY_LIMITS } from "@specdrop/engine";

export type FunctionName = "intake" | "reconcile" | "notify" | "sweep";

export interface PipelineOptions {
  readonly config: Config;
  readonly slack: SlackConfig;
  /** What Slack takes; its own pace without it. */
  readonly slackPace?: ChannelPace;
  /** After how many seconds what could not be told is tried again; a growing delay without it. */
  readonly notifyAgainSeconds?: number;
  /** After how many seconds a signal that failed is delivered again; a growing delay without it. */
  readonly signalAgainSeconds?: number;
  readonly settings: ClientSettings;
  readonly telemetry: (functionName: FunctionName) => Telemetry;
  /** For how many milliseconds a lease has to be seen unchanged before another run takes it. */
  readonly leaseTtlMs?: number;
  /** What the account's control plane takes; without it requests are not held back. */
  readonly rateLimits?: RateLimits;
  /** Every API is allowed without it. */
  readonly allowedApis?: AllowedApis;
  /** How many withdrawals are too many; the default without it. */
  readonly breaker?: BreakerLimits;
  /** Milliseconds after its event in which a change deletes nothing; 0 without it. */
  readonly withdrawAfterMs?: number;
  /** Milliseconds the sweep leaves others to finish what they are at. */
  readonly graceMs?: number;
}

/** All functions in one process, for who runs them outside of Lambda. Deployed, each has its own bundle. */
export function pipeline({ config, slack, settings, telemetry, rateLimits, ...options }: PipelineOptions) {
  const {
    leaseTtlMs,
    allowedApis,
    breaker = DEFAULT_BREAKER_LIMITS,
    graceMs,
    slackPace,
    notifyAgainSeconds,
    signalAgainSeconds,
    withdrawAfterMs,
  } = options;
  const shared = {
    breaker,
    ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }),
    ...(allowedApis === undefined ? {} : { allowedApis }),
  };
  const grace = graceMs === undefined ? {} : { graceMs };
  const progress = slack.access.mode === "bot" ? progressWiring(config, settings) : {};
  const again = notifyAgainSeconds === undefined ? {} : { retryAfterSeconds: () => notifyAgainSeconds };
  const signalAgain = signalAgainSeconds === undefined ? {} : { retryAfterSeconds: () => signalAgainSeconds };
  return {
    intake: createIntake(
      { ...intakeWiring(config, settings), ...shared, ...(withdrawAfterMs === undefined ? {} : { withdrawAfterMs }) },
      telemetry("intake"),
    ),
    reconcile: createReconcile(
      { ...reconcileWiring(config, settings, rateLimits), ...shared, ...progress, ...signalAgain },
      telemetry("reconcile"),
    ),
    notify: createNotify({ ...notifyWiring(config, slack, settings, slackPace), ...again }, telemetry("notify")),
    sweep: createSweep({ ...sweepWiring(config, settings, rateLimits), ...shared, ...grace }, telemetry("sweep")),
  };
}
