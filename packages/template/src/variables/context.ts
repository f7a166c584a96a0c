import { Unproven } from "../errors.ts";
import type { HostObject, Value } from "../values/value.ts";

/** The names that AWS lists for WebSocket APIs (developer guide, WebSocket API mapping template reference). */
export const CONTEXT_NAMES: readonly string[] = [
  ...["apiId", "connectedAt", "connectionId", "domainName", "eventType", "extendedRequestId", "messageId", "requestId"],
  ...["requestTime", "requestTimeEpoch", "routeKey", "stage", "status"],
  ...["authorizer.principalId", "error.messageString", "error.validationErrorString"],
  ...["accountId", "apiKey", "apiKeyId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType"].map(
    ofIdentity,
  ),
  ...["cognitoIdentityId", "cognitoIdentityPoolId", "sourceIp", "user", "userAgent", "userArn"].map(ofIdentity),
];

function ofIdentity(name: string): string {
  return `identity.${name}`;
}

const LISTED = new Set(CONTEXT_NAMES);
/** Names that hold other names. */
export const CONTEXT_GROUPS: ReadonlySet<string> = new Set(["authorizer", "error", "identity"]);

/** Whether AWS lists the name, a property of the authorizer included. */
export function isContextName(name: string): boolean {
  return LISTED.has(name) || CONTEXT_GROUPS.has(name) || /^authorizer\.[^.]+$/.test(name);
}

/** Values by dotted name. */
export type ContextValues = ReadonlyMap<string, string>;

/** `$context`: everything prints as text; a listed name without a value is not known, any other is nothing. */
export class Context implements HostObject {
  readonly host = "$context";
  private readonly values: ContextValues;
  private readonly prefix: string;

  constructor(values: ContextValues, prefix = "") {
    this.values = values;
    this.prefix = prefix;
  }

  property(name: string): Value | undefined {
    const full = this.prefix + name;
    const value = this.values.get(full);
    if (!isContextName(full)) return undefined;
    if (value !== undefined) return value;
    if (CONTEXT_GROUPS.has(full)) return new Context(this.values, `${full}.`);
    throw new Unproven(`The value of $context.${full} is not given.`);
  }

  method(name: string, [key, ...rest]: readonly Value[]): Value | undefined {
    if (name === "get" && typeof key === "string" && rest.length === 0) return this.property(key);
    throw new Unproven(`What $context.${name}() does on AWS is not known.`);
  }

  text(): string {
    throw new Unproven("Which names $context holds, and in which order it prints them, is not known.");
  }
}

/** Makes dotted names of nested values; numbers and booleans become texts, as on AWS. */
export function contextValues(given: Readonly<Record<string, unknown>>, prefix = ""): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    if (typeof value === "object") {
      const inner = contextValues(value as Readonly<Record<string, unknown>>, `${prefix}${name}.`);
      for (const [key, text] of inner) values.set(key, text);
    } else values.set(prefix + name, String(value));
  }
  return values;
}
