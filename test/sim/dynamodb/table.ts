import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { holds, type Item, type Placeholders, updated, ValidationError } from "./expressions.ts";
import { measured } from "./item-size.ts";

/** DynamoDB, "Item size": 400 KB. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1024;

/** One write as DynamoDB has made it. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** The members of a command's input that are looked at. */
interface Input extends Placeholders {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ConsistentRead?: boolean;
  readonly ReturnValues?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly TransactItems?: readonly Readonly<Record<string, Input>>[];
  readonly ScanIndexForward?: boolean;
}

export interface TableOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How old what a read shows may be that does not ask for consistency: milliseconds, drawn for each read. */
  readonly lagMs: () => number;
  /** Items that a page of a query or scan is cut off after. */
  readonly pageSize: number;
}

interface State {
  readonly at: number;
  readonly item: Item | undefined;
}

/** Enough to tell what a read saw a few seconds ago. */
const KEPT_STATES = 8;

export type Table = ReturnType<typeof createTable>;

/**
 * One table with `pk` and `sk`, in memory: conditions, updates, transactions, pages and sizes as DynamoDB has them.
 * `perform` is atomic. It throws the SDK's exceptions, and a `TypeError` for what it does not know.
 */
export function createTable({ now, lagMs, pageSize }: TableOptions) {
  let items = new Map<string, State[]>();
  const nameOf = ({ pk, sk }: Item) => `${pk}\u0000${sk}`;
  const current = (name: string) => items.get(name)?.at(-1)?.item;

  /** As it is, or as a read that is not consistent may still see it. */
  function seen(states: readonly State[], isConsistent: boolean | undefined, asOf: number): Item | undefined {
    if (isConsistent) return states.at(-1)?.item;
    return states.findLast(({ at }) => at <= asOf)?.item;
  }

  function store(key: Item, item: Item | undefined): void {
    const name = nameOf(key);
    const states = items.get(name);
    const state = { at: now(), item };
    if (states === undefined) items.set(name, [state]);
    else {
      states.push(state);
      if (states.length > KEPT_STATES) states.shift();
    }
  }

  function checked(item: Item): Item {
    const { copy, bytes } = measured(item);
    if (bytes > MAX_ITEM_BYTES) throw new ValidationError("Item size has exceeded the maximum allowed size");
    return copy;
  }

  /** What one write would make of its item; `undefined` where its condition does not hold. */
  function prepare(kind: string, input: Input): { readonly key: Item; readonly written: Written } | undefined {
    const key = input.Key ?? keyOf(input.Item);
    const before = current(nameOf(key));
    if (!holds(input.ConditionExpression, before, input)) return undefined;
    switch (kind) {
      case "ConditionCheck":
        return { key, written: { before, after: before } };
      case "Put":
        return { key, written: { before, after: checked(input.Item as Item) } };
      case "Delete":
        return { key, written: { before, after: undefined } };
      case "Update":
        return { key, written: { before, after: checked(updated(input.UpdateExpression ?? "", key, before, input)) } };
      default:
        throw new TypeError(`The simulated table knows no ${kind}`);
    }
  }

  function carryOut(
    prepared: readonly { readonly key: Item; readonly written: Written }[],
    tell: (written: Written) => void,
  ): void {
    for (const { key, written } of prepared) {
      if (written.before === written.after) continue;
      store(key, written.after);
      tell(written);
    }
  }

  function write(kind: string, input: Input, tell: (written: Written) => void): object {
    const prepared = prepare(kind, input);
    if (prepared === undefined) {
      throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {} });
    }
    carryOut([prepared], tell);
    const { ReturnValues: wanted = "NONE" } = input;
    const { before, after } = prepared.written;
    if (wanted === "NONE") return {};
    if (wanted !== "ALL_OLD" && wanted !== "ALL_NEW") throw new TypeError(`The simulated table returns no ${wanted}`);
    const Attributes = wanted === "ALL_OLD" ? before : after;
    return Attributes === undefined ? {} : { Attributes };
  }

  function transact({ TransactItems = [] }: Input, tell: (written: Written) => void): object {
    const parts = TransactItems.map((part) => Object.entries(part)[0] as [string, Input]);
    const names = parts.map(([, { Key, Item }]) => nameOf(Key ?? keyOf(Item)));
    if (new Set(names).size < names.length) {
      throw new ValidationError("Transaction request cannot include multiple operations on one item");
    }
    const prepared = parts.map(([kind, input]) => prepare(kind, input));
    if (prepared.some((one) => one === undefined)) {
      throw cancelled(prepared.map((one) => (one === undefined ? "ConditionalCheckFailed" : "None")));
    }
    carryOut(prepared as Exclude<(typeof prepared)[number], undefined>[], tell);
    return {};
  }

  function list(input: Input): object {
    const asOf = now() - lagMs();
    const found = [...items.values()]
      .map((states) => seen(states, input.ConsistentRead, asOf))
      .filter((item) => item !== undefined)
      .filter((item) => holds(input.KeyConditionExpression, item, input))
      .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    if (input.ScanIndexForward === false) found.reverse();
    const start = input.ExclusiveStartKey && nameOf(input.ExclusiveStartKey);
    const isBackward = input.ScanIndexForward === false;
    const rest = found.filter(
      (item) => start === undefined || (isBackward ? nameOf(item) < start : nameOf(item) > start),
    );
    const page = rest.slice(0, Math.min(input.Limit ?? pageSize, pageSize));
    const last = page.at(-1);
    return {
      Items: page.filter((item) => holds(input.FilterExpression, item, input)),
      ...(page.length < rest.length && last !== undefined && { LastEvaluatedKey: keyOf(last) }),
    };
  }

  return {
    /** Carries out a command of the DocumentClient. `tell` hears of every item that it changes. */
    perform(command: string, input: Input, tell: (written: Written) => void): object {
      switch (command) {
        case "GetCommand": {
          const Item = seen(items.get(nameOf(input.Key as Item)) ?? [], input.ConsistentRead, now() - lagMs());
          return Item === undefined ? {} : { Item };
        }
        case "QueryCommand":
        case "ScanCommand":
          return list(input);
        case "TransactWriteCommand":
          return transact(input, tell);
        case "PutCommand":
        case "UpdateCommand":
        case "DeleteCommand":
          return write(command.replace("Command", ""), input, tell);
        default:
          throw new TypeError(`The simulated table knows no ${command}`);
      }
    },

    /** Everything in it. */
    items: (): readonly Item[] =>
      [...items.values()].map((states) => states.at(-1)?.item).filter((item) => item !== undefined),

    /** Another table takes its place, as where a backup is restored. */
    restore(backup: readonly Item[]): void {
      items = new Map(backup.map((item) => [nameOf(item), [{ at: Number.NEGATIVE_INFINITY, item }]]));
    },
  };
}

function keyOf(item: Item | undefined): Item {
  const { pk, sk } = item ?? {};
  return { pk, sk };
}

export function cancelled(codes: readonly string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
    $metadata: {},
  });
}
