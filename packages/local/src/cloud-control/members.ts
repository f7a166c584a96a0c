import { CloudControlError } from "./errors.ts";

interface Constraint {
  readonly required?: true;
  readonly length?: readonly [number, number];
  readonly pattern?: RegExp;
  readonly range?: readonly [number, number];
}

const TYPE_NAME: Constraint = {
  required: true,
  length: [10, 196],
  pattern: /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$/,
};
const IDENTIFIER: Constraint = { required: true, length: [1, 1024] };
const MODEL: Constraint = { length: [1, 262_144] };
const REQUIRED_MODEL: Constraint = { ...MODEL, required: true };
const CLIENT_TOKEN: Constraint = { length: [1, 128], pattern: /^[-A-Za-z0-9+/=]+$/ };
const REQUEST_TOKEN: Constraint = { ...CLIENT_TOKEN, required: true };
const MAX_RESULTS: Constraint = { range: [1, 100] };

/** Constraints on each operation's members, from the service model. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, Constraint>>>> = {
  CreateResource: { TypeName: TYPE_NAME, DesiredState: REQUIRED_MODEL, ClientToken: CLIENT_TOKEN },
  UpdateResource: {
    TypeName: TYPE_NAME,
    Identifier: IDENTIFIER,
    PatchDocument: REQUIRED_MODEL,
    ClientToken: CLIENT_TOKEN,
  },
  DeleteResource: { TypeName: TYPE_NAME, Identifier: IDENTIFIER, ClientToken: CLIENT_TOKEN },
  GetResource: { TypeName: TYPE_NAME, Identifier: IDENTIFIER },
  ListResources: {
    TypeName: TYPE_NAME,
    ResourceModel: MODEL,
    MaxResults: MAX_RESULTS,
    NextToken: { length: [1, 4096] },
  },
  GetResourceRequestStatus: { RequestToken: REQUEST_TOKEN },
  ListResourceRequests: { MaxResults: MAX_RESULTS, NextToken: { length: [1, 2048] } },
  CancelResourceRequest: { RequestToken: REQUEST_TOKEN },
};

/** Throws a ValidationException that names every member out of bounds. */
export function checkMembers(operation: string, input: object): void {
  const found = Object.entries(MEMBERS[operation] ?? {}).flatMap(([name, constraint]) => {
    const value: unknown = (input as Record<string, unknown>)[name];
    const complaint = violation(constraint, value);
    if (complaint === undefined) return [];
    const shown = value === undefined ? "null" : `'${String(value).slice(0, 100)}'`;
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    return [`Value ${shown} at '${member}' failed to satisfy constraint: ${complaint}`];
  });
  if (found.length === 0) return;
  const count = `${found.length} validation error${found.length === 1 ? "" : "s"} detected`;
  throw new CloudControlError("ValidationException", `${count}: ${found.join("; ")}`);
}

function violation({ required, length, pattern, range }: Constraint, value: unknown): string | undefined {
  if (value === undefined || value === null) return required ? "Member must not be null" : undefined;
  if (range !== undefined) {
    const [low, high] = range;
    return typeof value === "number" && value >= low && value <= high
      ? undefined
      : `Member must have value between ${low} and ${high}`;
  }
  if (typeof value !== "string") return "Member must be a string";
  if (length !== undefined && value.length < length[0])
    return `Member must have length greater than or equal to ${length[0]}`;
  if (length !== undefined && value.length > length[1])
    return `Member must have length less than or equal to ${length[1]}`;
  if (pattern !== undefined && !pattern.test(value))
    return `Member must satisfy regular expression pattern: ${pattern.source}`;
  return undefined;
}
