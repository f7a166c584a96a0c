import { type Infrastructure, type Inputs, type Resource, type Statement, TYPES } from "./infrastructure.ts";

/** Breaks a setting in what a stage comes to, in place. Returns how many settings it has changed. */
export type Breaking = (infrastructure: Infrastructure) => number;

type Change = (value: unknown) => unknown;
type Type = keyof typeof TYPES | `aws:${string}`;

/**
 * Sets an input of a resource. A path is dotted, and goes into JSON texts as if they were objects. `to` is the value, or
 * what makes it of the old one; undefined takes it away. An asterisk at the end of a name stands for any letters.
 */
export function set(type: Type, name: string, path: string, to: unknown | Change): Breaking {
  return ({ resources }) => {
    const found = resources.filter((resource) => isCalled(resource, type, name));
    return found.filter((resource) => setIn(resource, path.split("."), to)).length;
  };
}

/** Sets it in all resources of a type. */
export function setAll(type: Type, path: string, to: unknown | Change): Breaking {
  return set(type, "*", path, to);
}

export function drop(type: Type, name: string): Breaking {
  return ({ resources }) => {
    const kept = resources.filter((resource) => !isCalled(resource, type, name));
    const dropped = resources.length - kept.length;
    (resources as Resource[]).splice(0, resources.length, ...kept);
    return dropped;
  };
}

/** Changes the grant of a function's role that names the action and a resource like this. */
export function grant(
  id: string,
  action: string,
  resource: RegExp,
  change: (statement: Statement) => object,
): Breaking {
  return statements("role", `${id}Role`, "inlinePolicies.0.policy", (statement) =>
    statement.Action.includes(action) && statement.Resource.some((arn) => resource.test(arn))
      ? [{ ...statement, ...change(statement) }]
      : [statement],
  );
}

/** Grants a function more. The resource is that of its first grant that names something like it. */
export function grantMore(id: string, actions: readonly string[], resource: string): Breaking {
  return set("role", `${id}Role`, "inlinePolicies.0.policy.Statement", (old: unknown) => [
    ...(old as Statement[]),
    { Effect: "Allow", Action: actions, Resource: [resource] },
  ]);
}

/** Takes away the grant that names the action and a resource like this. */
export function revoke(id: string, action: string, resource: RegExp): Breaking {
  return statements("role", `${id}Role`, "inlinePolicies.0.policy", (statement) =>
    statement.Action.includes(action) && statement.Resource.some((arn) => resource.test(arn)) ? [] : [statement],
  );
}

/** Changes each statement of a policy. */
export function statements(
  type: Type,
  name: string,
  path: string,
  change: (statement: Statement) => readonly object[],
): Breaking {
  return set(type, name, `${path}.Statement`, (old: unknown) => (old as Statement[]).flatMap(change));
}

/** Sets what SST is told of a function, or of the app. */
export function build(id: string, path: string, to: unknown | Change): Breaking {
  return ({ builds }) => builds.filter((each) => each.functionID === id && setPath(each, path.split("."), to)).length;
}

export function app(path: string, to: unknown): Breaking {
  return (infrastructure) => Number(setPath(infrastructure.app, path.split("."), to));
}

export function all(...breakings: readonly Breaking[]): Breaking {
  return (infrastructure) => breakings.reduce((sum, breaking) => sum + breaking(infrastructure), 0);
}

function isCalled(resource: Resource, type: Type, name: string): boolean {
  if (resource.type !== (type in TYPES ? TYPES[type as keyof typeof TYPES] : type)) return false;
  return name.endsWith("*") ? resource.name.startsWith(name.slice(0, -1)) : resource.name === name;
}

/** Outputs of a resource repeat its inputs. */
function setIn({ inputs, state }: Resource, path: readonly string[], to: unknown | Change): boolean {
  const isChanged = setPath(inputs, path, to);
  setPath(state, path, to);
  return isChanged;
}

function setPath(target: Inputs, [key = "", ...rest]: readonly string[], to: unknown | Change): boolean {
  const before = JSON.stringify(target[key]);
  if (rest.length === 0) {
    const value = typeof to === "function" ? to(target[key]) : to;
    if (value === undefined) delete target[key];
    else target[key] = value;
  } else if (typeof target[key] === "string") {
    const parsed: Inputs = JSON.parse(target[key]);
    setPath(parsed, rest, to);
    target[key] = JSON.stringify(parsed);
  } else {
    if (typeof target[key] !== "object" || target[key] === null) return false;
    setPath(target[key], rest, to);
  }
  return JSON.stringify(target[key]) !== before;
}
