type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** One request to DynamoDB and its answer, as JSON. */
export type Ask = (operation: string, input: Json) => Promise<Answer>;

/** What a write is about: `Key`, or in a put `Item`, says which item. */
interface ItemPlace {
  readonly TableName?: string;
  readonly Key?: Json;
  readonly Item?: Json;
}

const WRITES: Readonly<Record<string, string>> = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem" };

export function isWrite(operation: string): boolean {
  return operation === "TransactWriteItems" || Object.values(WRITES).includes(operation);
}

/**
 * TransactWriteItems for a DynamoDB that has none: any number of condition checks and one write, which is what never
 * has to be undone. The items it is about stay as they are until it is through, since every write takes its turn.
 */
export function createTransactions() {
  const turns = new Map<string, Promise<void>>();
  const keyNames = new Map<string, readonly string[]>();

  /** One after the other for each item, in the order of asking. */
  async function inTurn<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.map((name) => turns.get(name) ?? Promise.resolve());
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const name of names) turns.set(name, promise);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      resolve();
      for (const name of names) if (turns.get(name) === promise) turns.delete(name);
    }
  }

  async function nameOf(ask: Ask, { TableName = "", Key, Item }: ItemPlace): Promise<string> {
    const key = Key ?? Object.fromEntries((await keyNamesOf(ask, TableName)).map((name) => [name, Item?.[name]]));
    return JSON.stringify([TableName, Object.entries(key).sort(([one], [other]) => (one < other ? -1 : 1))]);
  }

  async function keyNamesOf(ask: Ask, TableName: string): Promise<readonly string[]> {
    const known = keyNames.get(TableName);
    if (known !== undefined) return known;
    const { body } = await ask("DescribeTable", { TableName });
    const { KeySchema = [] } = (body["Table"] ?? {}) as { KeySchema?: readonly { AttributeName: string }[] };
    const names = KeySchema.map(({ AttributeName }) => AttributeName);
    // A table that is not there may still come.
    if (names.length > 0) keyNames.set(TableName, names);
    return names;
  }

  return {
    /** Does a write of one item when it is its turn. */
    async hold<T>(ask: Ask, input: Json, write: () => Promise<T>): Promise<T> {
      return inTurn([await nameOf(ask, input)], write);
    },

    async transact(ask: Ask, { TransactItems = [] }: { readonly TransactItems?: unknown }): Promise<Answer> {
      const parts = (TransactItems as readonly Readonly<Record<string, ItemPlace>>[]).map((item) => {
        const [kind = "", place = {}] = Object.entries(item)[0] ?? [];
        return { kind, place };
      });
      const [write, ...more] = parts.filter(({ kind }) => kind !== "ConditionCheck");
      const operation = WRITES[write?.kind ?? ""];
      if (write === undefined || operation === undefined || more.length > 0) {
        return refused("ValidationException", "Only condition checks and one write are taken in a transaction here.");
      }
      const names = new Set(await Promise.all(parts.map(({ place }) => nameOf(ask, place))));
      return inTurn([...names], async () => {
        const unmet = new Set<object>();
        for (const { kind, place } of parts) {
          const answer = kind === "ConditionCheck" ? await check(ask, place) : OK;
          if (isUnmet(answer)) unmet.add(place);
          else if (answer.status !== 200) return answer;
        }
        if (unmet.size === 0) {
          const answer = await ask(operation, write.place as Json);
          if (answer.status === 200) return OK;
          if (isTooLarge(answer)) return canceled(parts.map(({ place }) => (place === write.place ? TOO_LARGE : NONE)));
          if (!isUnmet(answer)) return answer;
          unmet.add(write.place);
        }
        return canceled(parts.map(({ place }) => (unmet.has(place) ? { Code: "ConditionalCheckFailed" } : NONE)));
      });
    },
  };
}

const OK: Answer = { status: 200, body: {} };

/** Whether a condition holds, by a write that changes nothing: an empty update of what is there, or deleting what is not. */
async function check(ask: Ask, { TableName, Key = {}, ...condition }: ItemPlace): Promise<Answer> {
  const { ConditionExpression, ExpressionAttributeNames = {}, ...values } = condition as Readonly<Record<string, Json>>;
  const askIf = (operation: string, presence: string) =>
    ask(operation, {
      TableName,
      Key,
      ConditionExpression: `${presence}(#presence) AND (${ConditionExpression})`,
      ExpressionAttributeNames: { ...ExpressionAttributeNames, "#presence": Object.keys(Key)[0] },
      ...values,
    });
  const answer = await askIf("UpdateItem", "attribute_exists");
  return answer.status === 200 ? answer : askIf("DeleteItem", "attribute_not_exists");
}

function isUnmet({ body }: Answer): boolean {
  return String(body["__type"]).endsWith("#ConditionalCheckFailedException");
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
}

const NONE: Reason = { Code: "None" };
const TOO_LARGE: Reason = {
  Code: "ValidationError",
  Message: "Item size to update has exceeded the maximum allowed size",
};

function isTooLarge({ body }: Answer): boolean {
  return /^Item size .*exceeded the maximum allowed size$/.test(String(body["message"]));
}

function canceled(reasons: readonly Reason[]): Answer {
  const { status, body } = refused(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
  );
  return { status, body: { ...body, CancellationReasons: reasons } };
}

function refused(type: string, message: string): Answer {
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message } };
}
