import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll, expect, test } from "vitest";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints();
});
afterAll(() => endpoints.close());

test("a table that is not there is named, with its service, whatever is asked of it", async () => {
  const client = new DynamoDBClient(endpoints.clientSettings);
  const ledger = dynamoLedger(client, "no-such-ledger");
  const other = dynamoLedger(client, "another");
  const asked = [
    ledger.readDocument("s3://specs/a.json"),
    ledger.acquireLease("api1", "me", 1_000, 0),
    ledger.listOwned("api1"),
    ledger.claim({ documentId: "a" } as never, 1),
    ledger.listDocuments()[Symbol.asyncIterator]().next(),
  ];
  for (const one of asked) {
    await expect(one).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: expect.stringMatching(/^DynamoDB has no table no-such-ledger in this account and region \(/),
    });
  }
  await expect(other.readDocument("s3://specs/a.json")).rejects.toThrow("has no table another in");
  client.destroy();
});
