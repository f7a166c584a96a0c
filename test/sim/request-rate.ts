import { sharedRequestRate } from "@specdrop/aws/dynamodb/request-rate";
import { book, type RateState, type RequestRate, slowDown, statusCounts } from "@specdrop/engine";
import { tableClient, throttled } from "./dynamodb/client.ts";
import type { Table } from "./dynamodb/table.ts";
import { TABLE } from "./ledger.ts";
import { call, type Invocation, type World } from "./world.ts";

/** `apiId` where an invocation works on several APIs side by side. */
type RateOf = (invocation: Invocation, apiId?: string) => { readonly requestRate?: RequestRate };

/** The rate that all invocations share, or none, as the seed has it: in the ledger's table, where it has one. */
export function createRequestRate(world: World, table: Table | undefined): RateOf {
  const limits = world.faults.profile.requestRate;
  if (limits === null) return () => ({});
  const rateOf = table === undefined ? inMemory(world, limits) : onTable(world, table, limits);
  return (invocation, apiId = "") => {
    const rate = rateOf(invocation);
    return {
      requestRate: {
        ...rate,
        book: async (requests) => {
          const waitMs = await rate.book(requests);
          judgeWait(world, invocation, limits, waitMs);
          const before = invocation.booked.get(apiId)?.requests ?? 0;
          invocation.booked.set(apiId, { requests: before + requests, mayGoAt: world.scheduler.now() + waitMs });
          return waitMs;
        },
      },
    };
  };
}

/** At the slowest that anybody goes after throttlings, in requests per second. */
const LEAST_RATE = 0.5;

/** However wrong the clocks of others are: no longer than the burst and what is booked take, and a little for the others. */
function judgeWait({ violate }: World, { name }: Invocation, { burst }: Limits, waitMs: number): void {
  const longestMs = (2 * burst * 1_000) / LEAST_RATE + 60_000;
  if (waitMs > longestMs) violate(`${name} waits ${Math.round(waitMs / 1_000)} s for its turn, which no rate explains`);
}

type Limits = NonNullable<World["faults"]["profile"]["requestRate"]>;

function inMemory(world: World, limits: Limits): (invocation: Invocation) => RequestRate {
  const { scheduler } = world;
  let state: RateState | undefined;
  const take = (requests: number): number => {
    const booked = book(state, requests, limits, scheduler.now());
    state = booked.state;
    return booked.waitMs;
  };
  return (invocation) => ({
    book: (requests) => call(world, invocation, `rate.book ${requests}`, () => take(requests), throttled),
    bookStatus: async () => (statusCounts(state, scheduler.now()) ? take(1) : 0),
    throttled: async () => {
      state = slowDown(state, limits, scheduler.now());
    },
  });
}

function onTable(world: World, table: Table, limits: Limits): (invocation: Invocation) => RequestRate {
  return (invocation) => {
    const clock = world.scheduler.clockOf(invocation);
    const client = tableClient(world, table, invocation, "rate", () => {});
    return sharedRequestRate(client, TABLE, clock, limits, "apigateway", {
      sleep: clock.sleep,
      random: world.random.next,
    });
  };
}
