import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  API_GATEWAY_LIMITS,
  believed,
  book,
  type Clock,
  type RateLimits,
  type RateState,
  type RequestRate,
  slowDown,
  statusCounts,
} from "@specdrop/engine";
import { ledgerTable, type Pauses } from "./table.ts";

/** What a rate is about; each has its own item. */
export type RateName = "apigateway" | "apigateway-deployments";

interface RateItem extends RateState {
  /** Counts the writes: a write is refused unless it is based on the latest. */
  readonly version: number;
}

/**
 * The account's request rate, in one item of the ledger's table: however many functions run, together they stay within
 * the limits. One read and one conditional write per booking, at no more than the rate itself.
 */
export function sharedRequestRate(
  client: DynamoDBDocumentClient | DynamoDBClient,
  tableName: string,
  clock: Pick<Clock, "now">,
  limits: RateLimits = API_GATEWAY_LIMITS,
  name: RateName = "apigateway",
  pauses?: Pauses,
): RequestRate {
  const table = ledgerTable(client, tableName, pauses);
  let seen: RateState | undefined;
  /** The version that this process wrote last: by its own clock. */
  let ours: number | undefined;
  const key = { pk: `rate#${name}`, sk: "rate" };

  function change<Outcome>(
    next: (state: RateState | undefined) => { readonly state: RateState; readonly outcome: Outcome },
  ): Promise<Outcome> {
    return table.retryOnConflict("the account's request rate", async () => {
      const held = await table.get<RateItem>(key);
      const isOurs = held === undefined || held.version === ours;
      const { state, outcome } = next(isOurs ? held : believed(held, limits, clock.now()));
      const version = (held?.version ?? 0) + 1;
      const written = await table.put(
        { ...key, kind: "rate", ...state, version },
        held === undefined
          ? { text: "attribute_not_exists(#pk)" }
          : { text: "#version = :version", values: { ":version": held.version } },
      );
      if (!written) return undefined;
      seen = state;
      ours = version;
      return { outcome };
    });
  }

  const take = (requests: number): Promise<number> =>
    change((held) => {
      const { state, waitMs } = book(held, requests, limits, clock.now());
      return { state, outcome: waitMs };
    });

  return {
    book: take,
    // As far as this process knows: it has booked the write that is asked about.
    bookStatus: async () => (statusCounts(seen, clock.now()) ? await take(1) : 0),
    throttled: () => change((held) => ({ state: slowDown(held, limits, clock.now()), outcome: undefined })),
  };
}
