import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ledgerContract, owned, resultEvent, revision } from "../../contract/ledger.ts";
import { startDynalite } from "../dynalite.ts";
import { openLedger } from "./open-ledger.ts";

let dynamo: Awaited<ReturnType<typeof startDynalite>>;
let tables = 0;

beforeAll(async () => {
  dynamo = await startDynalite();
});
afterAll(() => dynamo.close());

async function newTable(): Promise<string> {
  tables += 1;
  const name = `ledger-${tables}`;
  await createLedgerTable(dynamo.client, name);
  return name;
}

ledgerContract("DynamoDB", async () => openLedger(dynamo.newClient(), await newTable()));

test("a table that is there already is fine, and so is a document client", async () => {
  const name = await newTable();
  await createLedgerTable(dynamo.client, name);
  const ledger = dynamoLedger(DynamoDBDocumentClient.from(dynamo.client), name);
  await ledger.claim(owned(), 1);
  expect(await ledger.listOwned(owned().ApiId)).toEqual([owned()]);
});

test("the items stand under the keys that are documented", async () => {
  const name = await newTable();
  const ledger = dynamoLedger(dynamo.client, name);
  await ledger.recordRevision("s3://b/k.yaml", revision());
  await ledger.beginRun("s3://b/k.yaml", "api1", 1, 1, "run");
  await ledger.claim(owned({ ApiId: "api1", IntegrationResponseKey: "$default" }), 1);
  await ledger.claim(owned({ ApiId: "api1", IntegrationResponseKey: "ä".repeat(600) }), 1);
  await ledger.acquireLease("api1", "one", 1, 1);
  await ledger.recordRevision(`s3://b/${"k".repeat(2100)}`, revision());
  const { Items } = await DynamoDBDocumentClient.from(dynamo.client).send(new ScanCommand({ TableName: name }));
  expect(Items?.map(({ pk, sk, kind }) => `${kind}: ${pk} ${sk}`).sort()).toEqual([
    "changeSet: doc#s3://b/k.yaml api#api1",
    "document: doc#s3://b/k.yaml document",
    expect.stringMatching(/^document: doc\/sha256#[0-9a-f]{64} document$/),
    "lease: api#api1 lease",
    "response: api#api1 response#abc1234|$default",
    expect.stringMatching(/^response: api#api1 response\/sha256#[0-9a-f]{64}$/),
  ]);
});

test("a write whose answer was lost is not taken for somebody else's", async () => {
  const client = dynamo.newClient();
  let loses = false;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (!loses || context.commandName !== "UpdateItemCommand") return answer;
      loses = false;
      throw Object.assign(new Error("The connection broke."), { name: "TimeoutError" });
    },
    { step: "deserialize", priority: "low" },
  );
  const ledger = dynamoLedger(client, await newTable());
  loses = true;
  const { outcome, record } = await ledger.recordRevision("s3://b/k.yaml", revision());
  expect(loses).toBe(false);
  loses = true;
  expect({ outcome, sequence: record.head.sequence }).toEqual({ outcome: "recorded", sequence: 1 });
  expect(await ledger.settle("s3://b/k.yaml", "api1", 1, resultEvent(1))).toBe(true);
  expect(loses).toBe(false);
  expect(await ledger.readChangeSet("s3://b/k.yaml", "api1")).toMatchObject({ epoch: 1 });
  client.destroy();
});

test("what DynamoDB refuses for other reasons is thrown", async () => {
  const ledger = dynamoLedger(dynamo.client, "no-such-table");
  await expect(ledger.claim(owned(), 1)).rejects.toThrow("resource not found");
  await expect(ledger.settle("d", "a", 1, resultEvent(1))).rejects.toThrow("resource not found");
});
