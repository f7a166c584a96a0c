/** An item or a part of one, as the DocumentClient takes and gives it. */
export type Item = Readonly<Record<string, unknown>>;

/** What `#name`s and `:value`s stand for. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

type Operand = (item: Item | undefined, given: Placeholders) => unknown;
type Condition = (item: Item | undefined, given: Placeholders) => boolean;
type Path = (given: Placeholders) => readonly string[];
type Edit = (before: Item | undefined, draft: Record<string, unknown>, given: Placeholders) => void;

/** What DynamoDB refuses before it looks at any item. */
export class ValidationError extends Error {
  override readonly name = "ValidationException";
}

const conditions = new Map<string, Condition>();
const updates = new Map<string, Edit>();

/** Whether a condition, a key condition or a filter holds of an item. */
export function holds(text: string | undefined, item: Item | undefined, given: Placeholders): boolean {
  if (text === undefined) return true;
  return remembered(conditions, text, () => parse(text).condition())(item, given);
}

/** The item that an update makes of another, which may not be there. */
export function updated(text: string, key: Item, before: Item | undefined, given: Placeholders): Item {
  const draft = structuredClone({ ...key, ...before });
  remembered(updates, text, () => parse(text).update())(before, draft, given);
  return draft;
}

function remembered<T>(known: Map<string, T>, text: string, make: () => T): T {
  const found = known.get(text) ?? make();
  known.set(text, found);
  return found;
}

/** Reads the expressions of the API reference ("Using expressions in DynamoDB") by recursive descent, as far as we use them. */
function parse(text: string) {
  const tokens = text.match(/[#:]\w+|\w+|<=|>=|<>|[=<>(),.+-]/g) ?? [];
  let at = 0;
  const peek = () => tokens[at]?.toUpperCase();
  const next = () => tokens[at++] ?? wrong();
  const wrong = (): never => {
    throw new ValidationError(`Cannot read ${text} from ${tokens.slice(at - 1).join(" ")}`);
  };
  const takes = (token: string) => {
    if (peek() !== token) return false;
    at += 1;
    return true;
  };
  const expect = (token: string) => void (takes(token) || wrong());

  function list<T>(one: () => T): T[] {
    const all = [one()];
    while (takes(",")) all.push(one());
    return all;
  }

  function path(): Path {
    const parts = [next()];
    while (takes(".")) parts.push(next());
    return ({ ExpressionAttributeNames: names }) =>
      parts.map((part) => (part.startsWith("#") ? (names?.[part] ?? wrong()) : part));
  }

  function operand(): Operand {
    const token = tokens[at] ?? wrong();
    if (token.startsWith(":")) {
      at += 1;
      return (_, { ExpressionAttributeValues: values }) =>
        values !== undefined && token in values ? values[token] : wrong();
    }
    if (takes("SIZE")) return called((value) => sizeOf(value));
    if (takes("IF_NOT_EXISTS")) {
      expect("(");
      const place = path();
      expect(",");
      const other = operand();
      expect(")");
      return (item, given) => valueAt(item, place(given)) ?? other(item, given);
    }
    if (takes("LIST_APPEND")) {
      expect("(");
      const lists = list(operand);
      expect(")");
      return (item, given) => lists.flatMap((one) => one(item, given) as unknown[]);
    }
    const place = path();
    return (item, given) => valueAt(item, place(given));
  }

  function called(what: (value: unknown) => unknown): Operand {
    expect("(");
    const value = operand();
    expect(")");
    return (item, given) => what(value(item, given));
  }

  function primary(): Condition {
    if (takes("(")) {
      const inner = condition();
      expect(")");
      return inner;
    }
    if (takes("ATTRIBUTE_EXISTS")) return truth(called((value) => value !== undefined));
    if (takes("ATTRIBUTE_NOT_EXISTS")) return truth(called((value) => value === undefined));
    for (const [name, test] of Object.entries(TESTS)) {
      if (!takes(name)) continue;
      expect("(");
      const [one, other] = list(operand);
      expect(")");
      return (item, given) => test(one?.(item, given), other?.(item, given));
    }
    const left = operand();
    if (takes("BETWEEN")) {
      const low = operand();
      expect("AND");
      const high = operand();
      return (item, given) => {
        const value = left(item, given);
        return compare(value, ">=", low(item, given)) && compare(value, "<=", high(item, given));
      };
    }
    if (takes("IN")) {
      expect("(");
      const all = list(operand);
      expect(")");
      return (item, given) => all.some((one) => compare(left(item, given), "=", one(item, given)));
    }
    const sign = next();
    const right = operand();
    return (item, given) => compare(left(item, given), sign, right(item, given));
  }

  function negation(): Condition {
    if (!takes("NOT")) return primary();
    const inner = negation();
    return (item, given) => !inner(item, given);
  }

  function conjunction(): Condition {
    const all = [negation()];
    while (takes("AND")) all.push(negation());
    return all.length === 1 ? (all[0] as Condition) : (item, given) => all.every((one) => one(item, given));
  }

  function condition(): Condition {
    const all = [conjunction()];
    while (takes("OR")) all.push(conjunction());
    return all.length === 1 ? (all[0] as Condition) : (item, given) => all.some((one) => one(item, given));
  }

  function assignment(): Edit {
    const place = path();
    expect("=");
    const first = operand();
    const sign = takes("+") ? 1 : takes("-") ? -1 : 0;
    const second = sign === 0 ? undefined : operand();
    return (before, draft, given) => {
      const value = first(before, given);
      const amount = second?.(before, given);
      if (second !== undefined && (typeof value !== "number" || typeof amount !== "number"))
        throw new ValidationError("An operand in the update expression has an incorrect data type");
      const result = second === undefined ? value : (value as number) + sign * (amount as number);
      if (result === undefined)
        throw new ValidationError("The provided expression refers to an attribute that does not exist in the item");
      assign(draft, place(given), result);
    };
  }

  function addition(): Edit {
    const place = path();
    const value = operand();
    return (before, draft, given) => {
      const held = (valueAt(before, place(given)) ?? 0) as number;
      assign(draft, place(given), held + (value(before, given) as number));
    };
  }

  function removal(): Edit {
    const place = path();
    return (_, draft, given) => assign(draft, place(given), undefined);
  }

  function update(): Edit {
    const edits: Edit[] = [];
    while (at < tokens.length) {
      if (takes("SET")) edits.push(...list(assignment));
      else if (takes("REMOVE")) edits.push(...list(removal));
      else if (takes("ADD")) edits.push(...list(addition));
      else wrong();
    }
    return (before, draft, given) => {
      for (const edit of edits) edit(before, draft, given);
    };
  }

  const whole = <T>(read: () => T) => {
    const result = read();
    return at === tokens.length ? result : wrong();
  };
  return { condition: () => whole(condition), update: () => whole(update) };
}

const TESTS: Readonly<Record<string, (one: unknown, other: unknown) => boolean>> = {
  BEGINS_WITH: (one, other) => typeof one === "string" && one.startsWith(other as string),
  CONTAINS: (one, other) => (typeof one === "string" || Array.isArray(one)) && one.includes(other as string),
};

const truth = (operand: Operand): Condition => operand as Condition;

/** An attribute that is not there is less than nothing, more than nothing, and equal to nothing. */
function compare(left: unknown, sign: string, right: unknown): boolean {
  if (sign === "=") return left !== undefined && isEqual(left, right);
  if (sign === "<>") return left === undefined || !isEqual(left, right);
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false;
  const [one, other] = [left, right as typeof left];
  if (sign === "<") return one < other;
  if (sign === "<=") return one <= other;
  if (sign === ">") return one > other;
  if (sign === ">=") return one >= other;
  throw new ValidationError(`There is no comparison ${sign}`);
}

function isEqual(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || left === null) return left === right;
  return JSON.stringify(left) === JSON.stringify(right);
}

function valueAt(item: Item | undefined, path: readonly string[]): unknown {
  let value: unknown = item;
  for (const name of path) value = typeof value === "object" && value !== null ? (value as Item)[name] : undefined;
  return value;
}

/** A path leads through what is there: only its last part may be new. */
function assign(draft: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const parent = path.length === 1 ? draft : valueAt(draft, path.slice(0, -1));
  if (typeof parent !== "object" || parent === null) {
    if (value === undefined) return;
    throw new ValidationError("The document path provided in the update expression is invalid for update");
  }
  const last = path.at(-1) as string;
  if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
}

/** The size function, of what it is used for. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return Buffer.byteLength(value);
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}
