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
export const API_GATEWAY_LIMITS: RateLimits = { rate: 9.5, burst: 36 };

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
  /** When AWS throttled us last, in epoch milliseconds. For some time after that, questions about a status count too. */
  readonly throttledAt?: number;
}

/** Additive increase: requests per second gained in each second without throttling. */
const RECOVERY = 0.1;
/** Multiplicative decrease at each throttling, down to the least rate that still gets anything done. */
const DECREASE = 0.5;
const LEAST_RATE = 0.5;
/** One overload throttles many requests at once: those of one second count as one. */
const SAME_OVERLOAD_MS = 1000;
/** How long questions about a status count after a throttling: long enough not to find that out again at every turn. */
const STATUS_COUNTS_MS = 600_000;

/** What a wait may be longer than the burst takes at the present rate, where others have booked. */
const OTHERS_MS = 30_000;

function presentRate(state: RateState | undefined, limits: RateLimits, now: number): number {
  if (state === undefined) return limits.rate;
  return Math.min(limits.rate, state.rate + (Math.max(0, now - state.since) / 1000) * RECOVERY);
}

/**
 * How long the booked requests will still take, in milliseconds. Only differences between times of one clock count: who
 * wrote `since` wrote `bookedUntil` too, and where that was in our future, its clock is fast and no time has passed.
 */
function backlogMs(state: RateState | undefined, now: number): number {
  if (state === undefined) return 0;
  return Math.max(0, state.bookedUntil - state.since - Math.max(0, now - state.since));
}

/**
 * What another process wrote, by our clock. However wrong its clock is, nobody waits for longer than the burst takes at
 * the present rate, and half a minute for those who booked before.
 */
export function believed(state: RateState, limits: RateLimits, now: number): RateState {
  const rate = presentRate(state, limits, now);
  const longestMs = (2 * limits.burst * 1000) / rate + OTHERS_MS;
  const { throttledAt } = state;
  return {
    bookedUntil: now + Math.min(backlogMs(state, now), longestMs),
    rate,
    since: now,
    ...(throttledAt === undefined ? {} : { throttledAt: Math.min(throttledAt, now) }),
  };
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
  const bookedUntil = now + backlogMs(state, now) + requests * interval;
  const waitMs = Math.max(0, bookedUntil - limits.burst * interval - now);
  return { state: { ...state, bookedUntil, rate, since: now }, waitMs };
}

/**
 * Whether questions about a request's status take their turn. API Gateway does not see them, so that by its quota they
 * are free; what throttles us all the same may count them.
 */
export function statusCounts(state: RateState | undefined, now: number): boolean {
  return state?.throttledAt !== undefined && now - state.throttledAt < STATUS_COUNTS_MS;
}

/**
 * Slows everybody down after AWS has throttled one of us. The burst is used up by then. The first time it may be that
 * only the questions about a status were too many: from then on they count, and the rate stays.
 */
export function slowDown(state: RateState | undefined, limits: RateLimits, now: number): RateState {
  const rate = presentRate(state, limits, now);
  if (state?.throttledAt !== undefined && Math.abs(now - state.throttledAt) < SAME_OVERLOAD_MS) return state;
  const slower = statusCounts(state, now) ? Math.max(Math.min(LEAST_RATE, limits.rate), rate * DECREASE) : rate;
  const bookedUntil = now + Math.max(backlogMs(state, now), (limits.burst * 1000) / slower);
  return { rate: slower, since: now, bookedUntil, throttledAt: now };
}

/** A rate for one process that shares it with nobody. */
export function processRequestRate(clock: Pick<Clock, "now">, limits: RateLimits = API_GATEWAY_LIMITS): RequestRate {
  let state: RateState | undefined;
  const take = (requests: number): number => {
    const booked = book(state, requests, limits, clock.now());
    state = booked.state;
    return booked.waitMs;
  };
  return {
    book: async (requests) => take(requests),
    bookStatus: async () => (statusCounts(state, clock.now()) ? take(1) : 0),
    async throttled() {
      state = slowDown(state, limits, clock.now());
    },
  };
}
