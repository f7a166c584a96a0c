import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openDynamoDb } from "@specdrop/local/dynamodb";
import { readRequest } from "@specdrop/local/http";

/** A DynamoDB of one's own, in memory. */
export async function startDynalite() {
  const dynamoDb = openDynamoDb(undefined);
  const server = createServer((request, response) => {
    void readRequest(request).then((read) => dynamoDb.handle(read, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const newClient = () =>
    new DynamoDBClient({
      endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const client = newClient();
  return {
    client,
    newClient,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dynamoDb.close();
    },
  };
}
