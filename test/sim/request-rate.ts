import { book, type RateState, type RequestRate, slowDown, statusCounts } from "@specdrop/engine";
import { call, type Invocation, type World } from "./world.ts";

/** The rate that all invocations share, or none, as the seed has it. */
export function createRequestRate(world: World): (invocation: Invocation) => { readonly requestRate?: RequestRate } {
  const { scheduler, faults } = world;
  const limits = faults.profile.requestRate;
  let state: RateState | undefined;
  if (limits === null) return () => ({});

  const take = (invocation: Invocation, requests: number): number => {
    const booked = book(state, requests, limits, scheduler.now());
    state = booked.state;
    invocation.booked.requests += requests;
    invocation.booked.mayGoAt = scheduler.now() + booked.waitMs;
    return booked.waitMs;
  };
  return (invocation) => ({
    requestRate: {
      book: (requests) => call(world, invocation, `rate.book ${requests}`, () => take(invocation, requests), throttled),
      bookStatus: async () => (statusCounts(state, scheduler.now()) ? take(invocation, 1) : 0),
      throttled: async () => {
        state = slowDown(state, limits, scheduler.now());
      },
    },
  });
}

function throttled(): Error {
  return Object.assign(new Error("The level of configured provisioned throughput for the table was exceeded."), {
    name: "ProvisionedThroughputExceededException",
  });
}
