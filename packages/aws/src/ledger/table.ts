import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "./keys.ts";

/** An expression with `#attribute` for every attribute name, and the values of its `:name`s. */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** One DynamoDB table: reads are strongly consistent, writes conditional, and lists paged. */
export interface LedgerTable {
  get<Item>(key: ItemKey): Promise<Item | undefined>;
  /** `false`, and nothing written, where the condition does not hold. */
  put(item: ItemKey & Readonly<Record<string, unknown>>, condition: Expression): Promise<boolean>;
  delete(key: ItemKey, condition: Expression): Promise<boolean>;
  /** `undefined`, and nothing written, where the condition does not hold. */
  update<Item>(key: ItemKey, change: Expression, condition: Expression): Promise<Updated<Item> | undefined>;
  query<Item>(pk: string, prefix: string): AsyncIterable<Item>;
  /** All items whose `kind` is this, by reading the whole table. */
  scan<Item>(kind: string): AsyncIterable<Item>;
}

/** An item as it was before the update; absent where the update made it. */
export interface Updated<Item> {
  readonly before: Item | undefined;
}

export function ledgerTable(client: DynamoDBDocumentClient | DynamoDBClient, TableName: string): LedgerTable {
  const documents = client instanceof DynamoDBClient ? DynamoDBDocumentClient.from(client) : client;
  return {
    async get<Item>(Key: ItemKey) {
      const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item as Item | undefined;
    },
    async put(Item, condition) {
      const command = new PutCommand({ TableName, Item, ...conditionOn(condition) });
      return (await unlessRefused(documents.send(command))) !== undefined;
    },
    async delete(Key, condition) {
      const command = new DeleteCommand({ TableName, Key, ...conditionOn(condition) });
      return (await unlessRefused(documents.send(command))) !== undefined;
    },
    async update<Item>(Key: ItemKey, change: Expression, condition: Expression) {
      const command = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: change.text,
        ConditionExpression: condition.text,
        ...namesAndValues(change, condition),
        ReturnValues: "ALL_OLD",
      });
      const written = await unlessRefused(documents.send(command));
      return written && { before: written.Attributes as Item | undefined };
    },
    async *query<Item>(pk: string, prefix: string) {
      const condition: Expression = {
        text: "#pk = :pk AND begins_with(#sk, :prefix)",
        values: { ":pk": pk, ":prefix": prefix },
      };
      const pages = paginateQuery(
        { client: documents },
        { TableName, ConsistentRead: true, KeyConditionExpression: condition.text, ...namesAndValues(condition) },
      );
      for await (const page of pages) yield* (page.Items ?? []) as Item[];
    },
    async *scan<Item>(kind: string) {
      const filter: Expression = { text: "#kind = :kind", values: { ":kind": kind } };
      const pages = paginateScan(
        { client: documents },
        { TableName, ConsistentRead: true, FilterExpression: filter.text, ...namesAndValues(filter) },
      );
      for await (const page of pages) yield* (page.Items ?? []) as Item[];
    },
  };
}

function conditionOn(condition: Expression) {
  return { ConditionExpression: condition.text, ...namesAndValues(condition) };
}

function namesAndValues(...expressions: readonly Expression[]) {
  const names = expressions.flatMap(({ text }) => text.match(/#\w+/g) ?? []);
  const values = Object.assign({}, ...expressions.map((expression) => expression.values));
  return {
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values as Record<string, unknown> }),
  };
}

async function unlessRefused<Output>(sent: Promise<Output>): Promise<Output | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const ROUNDS = 50;
const LONGEST_PAUSE_MS = 200;

/**
 * Reads and writes again for as long as another writer gets in between. In every round one of them succeeds, so only
 * a crowd gets to the end of the rounds; then it throws. `attempt` resolves to `undefined` where it was refused.
 */
export async function contend<Outcome>(
  subject: string,
  attempt: () => Promise<{ readonly outcome: Outcome } | undefined>,
): Promise<Outcome> {
  for (let round = 1; round <= ROUNDS; round++) {
    const done = await attempt();
    if (done !== undefined) return done.outcome;
    await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 5 * 2 ** round));
  }
  throw new Error(`Too many others write to the ledger's record of ${subject}: gave up after ${ROUNDS} rounds.`);
}
