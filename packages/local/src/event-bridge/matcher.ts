import { BlockList, isIP } from "node:net";
import { isRecord } from "../json.ts";

type Test = (operand: unknown, value: unknown) => boolean;
type Complaint = (operand: unknown) => string | undefined;

interface MatchOperator {
  /** What is wrong with the operand, if anything. */
  readonly problem: Complaint;
  readonly test: Test;
}

const text: Complaint = (operand) => (typeof operand === "string" ? undefined : "a string is expected");

const affix =
  (fits: (value: string, part: string) => boolean): Test =>
  (operand, value) => {
    if (typeof value !== "string") return false;
    if (typeof operand === "string") return fits(value, operand);
    const part = (operand as Record<string, string>)["equals-ignore-case"];
    return part !== undefined && fits(value.toLowerCase(), part.toLowerCase());
  };

const affixProblem: Complaint = (operand) =>
  typeof operand === "string" || text((operand as Record<string, unknown> | null)?.["equals-ignore-case"]) === undefined
    ? undefined
    : "a string or {equals-ignore-case: string} is expected";

const prefix: MatchOperator = { problem: affixProblem, test: affix((value, part) => value.startsWith(part)) };
const suffix: MatchOperator = { problem: affixProblem, test: affix((value, part) => value.endsWith(part)) };

const equalsIgnoreCase: MatchOperator = {
  problem: text,
  test: (operand, value) => typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase(),
};

const wildcard: MatchOperator = {
  problem: (operand) => {
    if (typeof operand !== "string") return "a string is expected";
    if (/(^|[^\\])(\\\\)*\*\*/.test(operand)) return "consecutive wildcards are not allowed";
    return /^(?:[^\\]|\\[\\*])*$/s.test(operand)
      ? undefined
      : "a backslash may only stand before * or another backslash";
  },
  test: (operand, value) => typeof value === "string" && wildcardPattern(String(operand)).test(value),
};

function wildcardPattern(operand: string): RegExp {
  const parts = operand.match(/\\[\\*]|[\s\S]/gu) ?? [];
  const source = parts.map((part) =>
    part === "*" ? ".*" : literal(part.length === 2 && part.startsWith("\\") ? part.slice(1) : part),
  );
  return new RegExp(`^${source.join("")}$`, "su");
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

const numeric: MatchOperator = {
  problem: (operand) => {
    const shaped =
      Array.isArray(operand) &&
      (operand.length === 2 || operand.length === 4) &&
      operand.every((part, index) =>
        index % 2 === 0 ? Object.hasOwn(COMPARISONS, String(part)) : typeof part === "number",
      );
    return shaped ? undefined : 'one or two comparisons such as [">", 0, "<=", 5] are expected';
  },
  test: (operand, value) => {
    if (typeof value !== "number") return false;
    const [first, low, second, high] = operand as [string, number, string?, number?];
    const fits = (name: string, bound: number) => COMPARISONS[name]?.(value, bound) === true;
    return fits(first, low) && (second === undefined || high === undefined || fits(second, high));
  },
};

const cidr: MatchOperator = {
  problem: (operand) =>
    typeof operand === "string" && blockOf(operand) !== undefined ? undefined : "an address block is expected",
  test: (operand, value) => {
    const family = typeof value === "string" ? isIP(value) : 0;
    return family !== 0 && blockOf(String(operand))?.check(value as string, family === 6 ? "ipv6" : "ipv4") === true;
  },
};

function blockOf(block: string): BlockList | undefined {
  const [address = "", bits = "", ...rest] = block.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32))
    return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 6 ? "ipv6" : "ipv4");
  return list;
}

const anythingBut: MatchOperator = {
  problem: (operand) => {
    if (!isRecord(operand)) {
      const plain = (value: unknown) => typeof value === "string" || typeof value === "number" || value === null;
      return listOf(operand).every(plain) && listOf(operand).length > 0 ? undefined : "strings or numbers are expected";
    }
    const [name = "", part] = Object.entries(operand)[0] ?? [];
    const inner = Object.hasOwn(NEGATABLE, name) ? NEGATABLE[name] : undefined;
    if (inner === undefined || Object.keys(operand).length !== 1)
      return `anything-but cannot hold ${name || "nothing"}`;
    return listOf(part)
      .map(inner.problem)
      .find((found) => found !== undefined);
  },
  test: (operand, value) => {
    if (!isRecord(operand)) return !listOf(operand).includes(value);
    const [name = "", part] = Object.entries(operand)[0] ?? [];
    return !listOf(part).some((one) => NEGATABLE[name]?.test(one, value) === true);
  },
};

const NEGATABLE: Readonly<Record<string, MatchOperator>> = {
  prefix,
  suffix,
  wildcard,
  "equals-ignore-case": equalsIgnoreCase,
};

const exists: MatchOperator = {
  problem: (operand) => (typeof operand === "boolean" ? undefined : "true or false is expected"),
  test: (operand) => operand === true,
};

const OPERATORS: Readonly<Record<string, MatchOperator>> = {
  ...NEGATABLE,
  "anything-but": anythingBut,
  numeric,
  cidr,
  exists,
};

/** What is wrong with one matcher of a pattern's array, if anything. */
export function matcherProblem(matcher: unknown): string | undefined {
  if (Array.isArray(matcher)) return "a nested array is not a matcher";
  if (!isRecord(matcher)) return undefined;
  const [name = "", ...more] = Object.keys(matcher);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined || more.length > 0) return `unrecognized match type ${[name, ...more].join(", ") || "{}"}`;
  const problem = operator.problem(matcher[name]);
  return problem === undefined ? undefined : `${name}: ${problem}`;
}

/** Whether one leaf of an event fits one matcher: a plain value, or an object with one operator. */
export function matches(matcher: unknown, value: unknown): boolean {
  if (!isRecord(matcher)) return matcher === value;
  const [name = "", operand] = Object.entries(matcher)[0] ?? [];
  return OPERATORS[name]?.test(operand, value) === true;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
