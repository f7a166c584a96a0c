import { DynamoDBClient, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Invocation, World } from "../world.ts";
import { type Placeholders, ValidationError } from "./expressions.ts";
import { measured } from "./item-size.ts";
import { cancelled, type Table, type Written } from "./table.ts";

/** The SDK's pages ask for one of these; nothing goes out through it. */
const BASE = DynamoDBDocumentClient.from(
  new DynamoDBClient({ region: "eu-west-1", credentials: { accessKeyId: "none", secretAccessKey: "none" } }),
);

interface Command {
  readonly input: Placeholders & {
    readonly Key?: Readonly<Record<string, unknown>>;
    readonly Item?: Readonly<Record<string, unknown>>;
    readonly TransactItems?: readonly Readonly<Record<string, Placeholders>>[];
  };
}

/**
 * The DocumentClient of one invocation. Every request is a step of its own: it may be refused, its answer may get lost
 * (and half the time the SDK then sends it again by itself), and others may write between any two. `label` says what for.
 */
export function tableClient(
  world: World,
  table: Table,
  invocation: Invocation,
  label: string,
  tell: (written: Written) => void,
): DynamoDBDocumentClient {
  const { scheduler, faults, trace } = world;

  async function send(command: Command): Promise<object> {
    const name = command.constructor.name;
    const { input } = command;
    checkPlaceholders(input);
    const what = `${label} (${name.replace("Command", "")})`;
    const conflicts = isInTransactions(command) && faults.profile.dynamodb?.conflicts;
    await scheduler.step(invocation, what);
    if (faults.happens(faults.profile.refused)) {
      trace.write(invocation.name, what, "refused");
      throw throttled();
    }
    if (conflicts && faults.happens(conflicts)) {
      trace.write(invocation.name, what, "conflicts with another transaction");
      throw conflict(command);
    }
    const first = attempted(() => table.perform(name, input as never, tell));
    trace.write(invocation.name, what, "error" in first ? String(first.error).slice(0, 100) : undefined);
    await scheduler.step(invocation, `answer of ${what}`);
    if (!faults.happens(faults.profile.lostReply)) return ended(first);
    if (faults.happens(0.5)) {
      trace.write(invocation.name, what, "its answer is lost");
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
    }
    trace.write(invocation.name, what, "its answer is lost, and the SDK sends it again");
    // What a transaction came to is known by its token.
    if (input.TransactItems !== undefined && !("error" in first)) return ended(first);
    return ended(attempted(() => table.perform(name, input as never, tell)));
  }

  return Object.create(BASE, { send: { value: send } });
}

type Attempt = { readonly value: object } | { readonly error: unknown };

function attempted(work: () => object): Attempt {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function ended(attempt: Attempt): object {
  if ("error" in attempt) throw attempt.error;
  return attempt.value;
}

/** DynamoDB refuses a request with a placeholder that no expression uses. */
function checkPlaceholders(input: Command["input"]): void {
  for (const part of [input, ...(input.TransactItems ?? []).flatMap((item) => Object.values(item))]) {
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {}, ...rest } = part;
    measured(values);
    const used = new Set(
      Object.entries(rest).flatMap(([member, text]) =>
        member.endsWith("Expression") ? (String(text).match(/[#:]\w+/g) ?? []) : [],
      ),
    );
    for (const placeholder of [...Object.keys(names), ...Object.keys(values)]) {
      if (!used.has(placeholder)) throw new ValidationError(`Value provided is unused in expressions: ${placeholder}`);
    }
  }
}

/** What belongs to an API is written in transactions that look at its lease. */
function isInTransactions(command: Command): boolean {
  const { input } = command;
  if (input.TransactItems !== undefined) return true;
  return command.constructor.name === "UpdateCommand" && String(input.Key?.["pk"]).startsWith("api#");
}

function conflict({ input }: Command): Error {
  if (input.TransactItems !== undefined) {
    return cancelled(input.TransactItems.map((_, index) => (index === 0 ? "TransactionConflict" : "None")));
  }
  return new TransactionConflictException({
    message: "Transaction is ongoing for the item",
    $metadata: {},
  });
}

export function throttled(): Error {
  return Object.assign(new Error("The level of configured provisioned throughput for the table was exceeded."), {
    name: "ProvisionedThroughputExceededException",
  });
}
