import type { Statement } from "./infrastructure.ts";

/** A call as IAM sees it; a key without values is absent from the request. */
export interface Request {
  /** ARN of the account that calls, as `arn:aws:iam::111122223333:root`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** Whether a resource's policy lets another account do it. Throws on what these policies have no need of. */
export function allows(statements: readonly Statement[], request: Request): boolean {
  return statements.some(({ Effect, Principal, Action, Resource, Condition = {} }) => {
    if (Effect !== "Allow") throw new Error(`no evaluation of ${Effect}`);
    return (
      principalsOf(Principal).some((principal) => principal === "*" || principal === request.principal) &&
      Action.includes(request.action) &&
      Resource.includes(request.resource) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => holds(operator, request.context[key] ?? [], values)),
      )
    );
  });
}

/** Whether a resource's policy denies a call to everybody it is true of. Throws on what these policies have no need of. */
export function denies(
  statements: readonly Statement[],
  { action, resource, context }: Omit<Request, "principal">,
): boolean {
  return statements.some(({ Effect, Principal, Action, Resource, Condition = {} }) => {
    if (Effect !== "Deny") throw new Error(`no evaluation of ${Effect}`);
    if (!principalsOf(Principal).includes("*")) throw new Error("no evaluation of a deny to some");
    return (
      Action.some((pattern) => isLike(pattern, action)) &&
      Resource.some((pattern) => isLike(pattern, resource)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => holds(operator, context[key] ?? [], values)),
      )
    );
  });
}

/** An asterisk stands for any characters, slashes too. */
function isLike(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function principalsOf(principal: unknown): readonly string[] {
  return Object.values(principal as Readonly<Record<string, readonly string[]>>).flat();
}

function holds(operator: string, actual: readonly string[], expected: readonly string[]): boolean {
  switch (operator) {
    case "Null":
      return expected.includes(String(actual.length === 0));
    case "Bool":
    case "StringEquals":
      return actual.length === 1 && expected.includes(actual.join());
    case "ArnNotEquals":
      if (expected.some((arn) => /[*?]/.test(arn))) throw new Error("no evaluation of ARNs with wildcards");
      // True of a key that is absent, such as of an anonymous call.
      return !actual.some((value) => expected.includes(value));
    case "ForAllValues:StringEquals":
      return actual.every((value) => expected.includes(value));
    case "ForAllValues:StringNotEquals":
      return actual.every((value) => !expected.includes(value));
    default:
      throw new Error(`no evaluation of ${operator}`);
  }
}
