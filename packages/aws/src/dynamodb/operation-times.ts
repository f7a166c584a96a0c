import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { OperationTimes } from "../cloud-control/operation-times.ts";
import type { Learnt } from "../cloud-control/pace.ts";
import { ledgerTable } from "./table.ts";

const KEY = { pk: "pace#cloudcontrol", sk: "pace" };

/** In one item of the ledger's table: read once by a process, written when something has changed. The last to write wins. */
export function sharedOperationTimes(
  client: DynamoDBDocumentClient | DynamoDBClient,
  tableName: string,
): OperationTimes {
  const table = ledgerTable(client, tableName);
  return {
    read: async () => (await table.get<{ readonly learnt: Learnt }>(KEY))?.learnt,
    async write(learnt) {
      await table.put({ ...KEY, kind: "pace", learnt }, { text: "attribute_not_exists(#pk) OR attribute_exists(#pk)" });
    },
  };
}
