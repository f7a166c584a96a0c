import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { OpenedLedger } from "../../contract/ledger.ts";

/** The ledger on a table, for the contract: something else may happen just before its nth request from now. */
export function openLedger(client: DynamoDBClient, table: string): OpenedLedger {
  let countdown = 0;
  let act: (() => Promise<unknown>) | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (act !== undefined && --countdown === 0) {
        const due = act;
        act = undefined;
        await due();
      }
      return await next(args);
    },
    { step: "finalizeRequest" },
  );
  return {
    ledger: dynamoLedger(client, table),
    before: (nth, deed) => {
      countdown = nth;
      act = deed;
    },
    close: async () => client.destroy(),
  };
}
