import { submittingAccount } from "../documents/keys.ts";

/** Which APIs documents may name: lists of ids, or `*` for any. */
export interface AllowedApis {
  /** By how a document's key begins. The longest that matches decides; keys under `events/` are not asked here. */
  readonly prefixes: ReadonlyMap<string, readonly string[]>;
  /** By the account whose event brought the document. */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
}

const ANY = "*";

/** Whether the document at `key` may name the API. Without rules it may; with rules, only what one of them allows. */
export function isAllowed(allowed: AllowedApis | undefined, key: string, apiId: string): boolean {
  if (allowed === undefined) return true;
  const apis = rulesFor(allowed, key);
  return apis.includes(ANY) || apis.includes(apiId);
}

function rulesFor({ prefixes, accounts }: AllowedApis, key: string): readonly string[] {
  const account = submittingAccount(key);
  if (account !== undefined) return accounts.get(account) ?? [];
  const matching = [...prefixes].filter(([prefix]) => key.startsWith(prefix));
  const [, apis = []] = matching.sort(([one], [other]) => other.length - one.length)[0] ?? [];
  return apis;
}

/**
 * Reads the rules from JSON: `{"prefixes": {"team-a/": ["a1b2c3d4e5"]}, "accounts": {"111122223333": ["*"]}}`.
 * Throws an Error that says what is wrong, and where.
 */
export function parseAllowedApis(text: string): AllowedApis {
  const rules = objectAt("it", parseJson(text));
  const unknown = Object.keys(rules).find((name) => name !== "prefixes" && name !== "accounts");
  if (unknown !== undefined) throw new Error(`it has ${quoted(unknown)}; valid names are "prefixes" and "accounts"`);
  return {
    prefixes: tableAt("prefixes", rules["prefixes"], checkPrefix),
    accounts: tableAt("accounts", rules["accounts"], checkAccount),
  };
}

function parseJson(text: string): unknown {
  if (text.trim() === "") throw new Error("it is empty; leave it unset to allow every API");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`it is not JSON (${cause instanceof Error ? cause.message : cause})`, { cause });
  }
}

function tableAt(
  name: string,
  value: unknown,
  check: (key: string, place: string) => void,
): ReadonlyMap<string, readonly string[]> {
  if (value === undefined) return new Map();
  const entries = Object.entries(objectAt(name, value)).map(([key, apis]) => {
    const place = `${name}[${quoted(key)}]`;
    check(key, place);
    return [key, apisAt(place, apis)] as const;
  });
  return new Map(entries);
}

function checkPrefix(prefix: string, place: string): void {
  if (prefix.startsWith("/")) throw new Error(`${place} matches nothing: object keys do not begin with a slash`);
  if (submittingAccount(prefix) !== undefined) {
    throw new Error(`${place} matches nothing: "accounts" decides about keys under events/`);
  }
}

function checkAccount(account: string, place: string): void {
  if (!/^\d{12}$/.test(account)) throw new Error(`${place} is not an AWS account id of twelve digits`);
}

function apisAt(place: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`${place} is not a list of API ids`);
  for (const [index, api] of value.entries()) {
    if (typeof api !== "string" || !/^(?:\*|[A-Za-z0-9]+)$/.test(api)) {
      throw new Error(`${place}[${index}] is ${quoted(api)}, which is neither an API id nor "*"`);
    }
  }
  return value as readonly string[];
}

function objectAt(place: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${place} is not a JSON object`);
}

function quoted(value: unknown): string {
  return JSON.stringify(value);
}
