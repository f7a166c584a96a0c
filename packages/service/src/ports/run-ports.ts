import type { Clock, ControlPlane, converge, planChanges, Random, RequestRate } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import type { AllowedApis } from "../policy/allowed-apis.ts";
import type { BreakerLimits } from "../policy/breaker-limits.ts";
import type { Every } from "../reconcile/lease.ts";
import type { Log, OperationsBus, ResultBus } from "./ports.ts";
import type { SignalQueue } from "./signals.ts";
import type { SpecStore } from "./spec-store.ts";

/** What a run and the sweep both need. */
export interface RunPorts {
  readonly ledger: Ledger;
  readonly store: SpecStore;
  readonly queue: SignalQueue;
  readonly bus: ResultBus;
  /** Without it nobody is told that applying was suspended or resumed, nor of what waits meanwhile. */
  readonly operations?: OperationsBus;
  readonly controlPlane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  /** The account's, shared with all others who ask API Gateway for anything; without it requests are not held back. */
  readonly requestRate?: RequestRate;
  readonly log: Log;
  /** Milliseconds; `DEFAULT_LEASE_TTL_MS` without it. */
  readonly leaseTtlMs?: number;
  /** Keeps the lease while AWS is slow; without it the lease is extended between changes only. */
  readonly every?: Every;
  /** Every API is allowed without it. */
  readonly allowedApis?: AllowedApis;
  /** How many withdrawals are too many; without it they are not counted. */
  readonly breaker?: BreakerLimits;
  /** The engine's, unless a test brings another. */
  readonly converge?: typeof converge;
  readonly plan?: typeof planChanges;
}
