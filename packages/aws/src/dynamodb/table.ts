import { setTimeout as sleep } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { BACKOFF, backoffMs } from "@specdrop/engine/backoff";
import { LEDGER_FORMAT, RecordTooLargeError } from "@specdrop/ledger/records/checked"; // notify loads this, and not the engine.
import type { DynamoExpression } from "./expression.ts";
import { assertReadable, type StoredItem } from "./ledger/items.ts";
import type { ItemKey } from "./ledger/keys.ts";
import { nameTable } from "./name-table.ts";

/** What must hold of another item at the very moment of a write. */
export interface Guard {
  readonly key: ItemKey;
  readonly condition: DynamoExpression;
}

/** What came of a guarded write; nothing is written but where it says so. `contended`: try again. */
export type Guarded = "written" | "refused" | "guardRefused" | "contended";

/** How a writer waits for its next try: real time and chance, unless a simulator owns them. */
export interface Pauses {
  sleep(milliseconds: number): Promise<unknown>;
  /** Uniform in [0, 1). */
  random(): number;
}

const REAL: Pauses = { sleep, random: Math.random };

/**
 * One DynamoDB table: reads are strongly consistent, writes conditional, and lists paged. An item of a newer format is
 * neither read nor updated: a `NewerLedgerError` is thrown. What DynamoDB refuses for its size is a `RecordTooLargeError`.
 */
export interface LedgerTable {
  readonly name: string;
  /**
   * Reads and writes again for as long as another writer gets in between. In every round one of them succeeds, so only
   * a crowd gets to the end of the rounds; then it throws. `attempt` resolves to `undefined` where it was refused.
   */
  retryOnConflict<Outcome>(
    subject: string,
    attempt: () => Promise<{ readonly outcome: Outcome } | undefined>,
  ): Promise<Outcome>;
  get<Item>(key: ItemKey): Promise<Item | undefined>;
  /** `false`, and nothing written, where the condition does not hold. */
  put(item: ItemKey & Readonly<Record<string, unknown>>, condition: DynamoExpression): Promise<boolean>;
  /** An update in one transaction with a look at other items. What `others` refuse counts as refused by the item itself. */
  updateGuarded(
    key: ItemKey,
    change: DynamoExpression,
    condition: DynamoExpression,
    guard: Guard,
    ...others: readonly Guard[]
  ): Promise<Guarded>;
  /** Does nothing where the condition does not hold. */
  delete(key: ItemKey, condition: DynamoExpression): Promise<void>;
  deleteGuarded(key: ItemKey, condition: DynamoExpression, guard: Guard): Promise<Guarded>;
  /** `undefined`, and nothing written, where the condition does not hold. */
  update<Item>(key: ItemKey, change: DynamoExpression, condition: DynamoExpression): Promise<Updated<Item> | undefined>;
  query<Item>(pk: string, prefix: string): AsyncIterable<Item>;
  /** All items whose `kind` is this, by reading the whole table. */
  scan<Item>(kind: string): AsyncIterable<Item>;
}

/** An item as it was before the update; absent where the update made it. */
export interface Updated<Item> {
  readonly before: Item | undefined;
}

export function ledgerTable(
  client: DynamoDBDocumentClient | DynamoDBClient,
  TableName: string,
  pauses = REAL,
): LedgerTable {
  const documents = client instanceof DynamoDBClient ? DynamoDBDocumentClient.from(client) : client;
  nameTable(documents, TableName);

  async function guarded(
    guards: readonly Guard[],
    write: NonNullable<TransactWriteCommandInput["TransactItems"]>[number],
  ): Promise<Guarded> {
    const checks = guards.map(({ key: Key, condition }) => ({
      ConditionCheck: { TableName, Key, ...conditionOn(condition) },
    }));
    try {
      await documents.send(new TransactWriteCommand({ TransactItems: [...checks, write] }));
      return "written";
    } catch (error) {
      return reasonOf(error);
    }
  }

  async function get<Item>(Key: ItemKey): Promise<Item | undefined> {
    const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (Item !== undefined) assertReadable(Item as StoredItem, TableName);
    return Item as Item | undefined;
  }

  /** Where an update was refused: not for a condition of ours, maybe. AWS sends the item with the refusal. */
  async function refuseNewer(Key: ItemKey, refused: ConditionalCheckFailedException): Promise<void> {
    const format = refused.Item?.["format"]?.N;
    if (format !== undefined) return assertReadable({ ...Key, format: Number(format) }, TableName);
    await get(Key);
  }

  return {
    name: TableName,
    retryOnConflict: (subject, attempt) => retryOnConflict(pauses, subject, attempt),
    get,
    async put(Item, condition) {
      const command = new PutCommand({ TableName, Item, ...conditionOn(condition) });
      return await retryOnConflict(pauses, `${Item.pk} ${Item.sk}`, async () => {
        const written = await unlessRefused(documents.send(command));
        return written === "contended" ? undefined : { outcome: written !== undefined };
      });
    },
    updateGuarded: (Key, change, condition, ...guards) =>
      guarded(guards, { Update: { TableName, Key, ...updating(numbered(change), ofKnownFormat(condition)) } }),
    async delete(Key, condition) {
      const command = new DeleteCommand({ TableName, Key, ...conditionOn(ofKnownFormat(condition)) });
      await documents.send(command).catch(refusal);
    },
    deleteGuarded: (Key, condition, guard) =>
      guarded([guard], { Delete: { TableName, Key, ...conditionOn(ofKnownFormat(condition)) } }),
    async update<Item>(Key: ItemKey, change: DynamoExpression, condition: DynamoExpression) {
      const command = new UpdateCommand({
        TableName,
        Key,
        ...updating(numbered(change), ofKnownFormat(condition)),
        ReturnValues: "ALL_OLD",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return await retryOnConflict(pauses, `${Key.pk} ${Key.sk}`, async () => {
        const written = await unlessRefused(documents.send(command), (refused) => refuseNewer(Key, refused));
        if (written === "contended") return undefined;
        return { outcome: written && { before: written.Attributes as Item | undefined } };
      });
    },
    async *query<Item>(pk: string, prefix: string) {
      const condition: DynamoExpression = {
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
      const filter: DynamoExpression = { text: "#kind = :kind", values: { ":kind": kind } };
      const pages = paginateScan(
        { client: documents },
        { TableName, ConsistentRead: true, FilterExpression: filter.text, ...namesAndValues(filter) },
      );
      for await (const page of pages) yield* (page.Items ?? []) as Item[];
    },
  };
}

/** With the format of what is written now. */
function numbered({ text, values, ...rest }: DynamoExpression): DynamoExpression {
  const format = "SET #format = :format";
  return {
    ...rest,
    text: text.startsWith("SET ") ? `${format}, ${text.slice("SET ".length)}` : `${format} ${text}`,
    values: { ...values, ":format": LEDGER_FORMAT },
  };
}

function ofKnownFormat({ text, values }: DynamoExpression): DynamoExpression {
  return {
    text: `(${text}) AND (attribute_not_exists(#format) OR #format <= :format)`,
    values: { ...values, ":format": LEDGER_FORMAT },
  };
}

function updating(change: DynamoExpression, condition: DynamoExpression) {
  return {
    UpdateExpression: change.text,
    ConditionExpression: condition.text,
    ...namesAndValues(change, condition),
  };
}

function conditionOn(condition: DynamoExpression) {
  return { ConditionExpression: condition.text, ...namesAndValues(condition) };
}

function namesAndValues(...expressions: readonly DynamoExpression[]) {
  const names = expressions.flatMap(({ text }) => text.match(/#\w+/g) ?? []);
  const values = Object.assign({}, ...expressions.map((expression) => expression.values));
  return {
    ExpressionAttributeNames: Object.assign(
      Object.fromEntries(names.map((name) => [name, name.slice(1)])),
      ...expressions.map((expression) => expression.names),
    ),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values as Record<string, unknown> }),
  };
}

/** The transaction's reasons stand in the order of its items: the guard's first. Other errors are thrown. */
function reasonOf(error: unknown): Guarded {
  if (!(error instanceof TransactionCanceledException)) throw error;
  if (error.CancellationReasons?.some(({ Message }) => isAboutSize(Message))) throw tooLarge(error);
  const [guard, ...others] = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  if (guard === "ConditionalCheckFailed") return "guardRefused";
  if (others.includes("ConditionalCheckFailed")) return "refused";
  if (guard === "TransactionConflict" || others.includes("TransactionConflict")) return "contended";
  throw error;
}

/** `contended` where the item is part of a transaction at the moment: the SDK does not try that again by itself. */
async function unlessRefused<Output>(
  sent: Promise<Output>,
  onRefused?: (refused: ConditionalCheckFailedException) => Promise<void>,
): Promise<Output | "contended" | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof TransactionConflictException) return "contended";
    if (error instanceof ConditionalCheckFailedException) await onRefused?.(error);
    return refusal(error);
  }
}

function refusal(error: unknown): undefined {
  if (error instanceof ConditionalCheckFailedException) return undefined;
  throw error instanceof Error && error.name === "ValidationException" && isAboutSize(error.message)
    ? tooLarge(error)
    : error;
}

/** "Item size has exceeded the maximum allowed size", or in an update "Item size to update has …". */
function isAboutSize(message = ""): boolean {
  return /item size .*exceeded the maximum allowed size/i.test(message);
}

function tooLarge(cause: Error): RecordTooLargeError {
  return new RecordTooLargeError("A record of the ledger would be larger than DynamoDB's limit of 400 KB.", {
    cause,
  });
}

const ROUNDS = 50;

async function retryOnConflict<Outcome>(
  { sleep: wait, random }: Pauses,
  subject: string,
  attempt: () => Promise<{ readonly outcome: Outcome } | undefined>,
): Promise<Outcome> {
  for (let round = 1; round <= ROUNDS; round++) {
    const done = await attempt();
    if (done !== undefined) return done.outcome;
    await wait(backoffMs(BACKOFF.ledgerWrite, round, random));
  }
  throw new Error(`Too many other runs write to the ledger's record of ${subject}: gave up after ${ROUNDS} rounds.`);
}
