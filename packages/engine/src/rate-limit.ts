import type { Clock, RequestRate } from "./ports.ts";

/** What an account's control plane takes. */
export interface RateLimits {
  /** Requests per second that are never exceeded on average. */
  readonly rate: number;
  /** Requests that may go out at once after a quiet time. */
  readonly burst: number;
}

/**
 * API Gateway: "10 requests per second with a burst quota of 40 requests per second" per account, for all management
 * operations together, not adjustable (API Gateway developer guide, quotas). Others use it too, so a little is left.
 */
export const API_GATEWAY_LIMITS: RateLimits = { rate: 9, burst: 30 };

/** API Gateway: "1 request every 5 seconds per account" for CreateDeployment, not adjustable (the same page). */
export const DEPLOYMENT_LIMITS: RateLimits = { rate: 0.2, burst: 1 };

/** How far the account's requests are booked, and how fast they may go at present. Shared by every writer. */
export interface RateState {
  /** Epoch milliseconds: when the booked requests will all have gone out at the present rate. */
  readonly bookedUntil: number;
  /** Requests per second, as of `since`; from then on it recovers. */
  readonly rate: number;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Additive increase: requests per second gained in each second without throttling. */
const RECOVERY = 0.1;
/** Multiplicative decrease at each throttling, down to the least rate that still gets anything done. */
const DECREASE = 0.5;
const LEAST_RATE = 0.5;
/** One overload throttles many requests at once: those of one second count as one. */
const SAME_OVERLOAD_MS = 1000;

function presentRate(state: RateState | undefined, limits: RateLimits, now: number): number {
  if (state === undefined) return limits.rate;
  return Math.min(limits.rate, state.rate + (Math.max(0, now - state.since) / 1000) * RECOVERY);
}

/** Books `requests`; they may go out after `waitMs`. In any span of t seconds at most `burst + rate · t` do. */
export function book(
  state: RateState | undefined,
  requests: number,
  limits: RateLimits,
  now: number,
): { readonly state: RateState; readonly waitMs: number } {
  const rate = presentRate(state, limits, now);
  const interval = 1000 / rate;
  const bookedUntil = Math.max(state?.bookedUntil ?? 0, now) + requests * interval;
  const waitMs = Math.max(0, bookedUntil - limits.burst * interval - now);
  return { state: { bookedUntil, rate, since: now }, waitMs };
}

/** Slows everybody down after AWS has throttled one of us. The burst is used up by then. */
export function slowDown(state: RateState | undefined, limits: RateLimits, now: number): RateState {
  const rate = presentRate(state, limits, now);
  const booked = Math.max(state?.bookedUntil ?? 0, now);
  if (state !== undefined && state.rate < limits.rate && now - state.since < SAME_OVERLOAD_MS) return state;
  const slower = Math.max(Math.min(LEAST_RATE, limits.rate), rate * DECREASE);
  return { rate: slower, since: now, bookedUntil: Math.max(booked, now + (limits.burst * 1000) / slower) };
}

/** A rate for one process that shares it with nobody. */
export function processRequestRate(clock: Pick<Clock, "now">, limits: RateLimits = API_GATEWAY_LIMITS): RequestRate {
  let state: RateState | undefined;
  return {
    async book(requests) {
      const booked = book(state, requests, limits, clock.now());
      state = booked.state;
      return booked.waitMs;
    },
    async throttled() {
      state = slowDown(state, limits, clock.now());
    },
  };
}
