import type { Node, Reference } from "../syntax/nodes.ts";
import { CONTEXT_GROUPS, CONTEXT_NAMES, isContextName } from "../variables/context.ts";
import { UTIL_FUNCTIONS } from "../variables/util.ts";
import type { Finding } from "./finding.ts";
import { isOneSlip, nearest } from "./nearest.ts";
import { namesSet, walk } from "./walk.ts";

const ROOTS = ["input", "context", "stageVariables", "util"];
const LOOP_NAMES = new Set(["foreach", "velocityCount", "velocityHasNext"]);

/** What references name and API Gateway does not have. */
export function checkReferences(nodes: readonly Node[]): readonly Finding[] {
  const findings: Finding[] = [];
  const known = namesSet(nodes);
  // `$null` is an idiom: an unset name that everything is compared with.
  const isKnown = (name: string) => name === "null" || ROOTS.includes(name) || LOOP_NAMES.has(name) || known.has(name);
  walk(nodes, {
    node(node) {
      const found = node.kind === "set" && node.target.name === "context" ? checkContext(node.target) : undefined;
      if (found !== undefined) findings.push(found);
    },
    reference(reference) {
      const found = isKnown(reference.name) ? checkMembers(reference) : checkRoot(reference, known);
      if (found !== undefined) findings.push(found);
    },
  });
  return findings;
}

function rootPlace({ isQuiet, isFormal, name, start }: Reference): { readonly start: number; readonly end: number } {
  const begin = start + 1 + (isQuiet ? 1 : 0) + (isFormal ? 1 : 0);
  return { start: begin, end: begin + name.length };
}

function checkRoot(reference: Reference, set: ReadonlySet<string>): Finding | undefined {
  const { name } = reference;
  const place = rootPlace(reference);
  const root = ROOTS.find((one) => isOneSlip(name, one));
  if (root !== undefined) {
    const message = `API Gateway has no such variable, so it prints nothing; did you mean $${root}?`;
    return { code: "SD3507", severity: "error", message, ...place, suggestion: root };
  }
  const [firstPart = ""] = name.split("-");
  if (firstPart !== name && set.has(firstPart)) {
    const message = 'In Velocity, "-" is part of a name: this is one variable, and nothing sets it.';
    const help =
      "To subtract, write spaces around the minus. To print a minus after a variable, put braces around its name.";
    return { code: "SD3513", severity: "warning", message, ...place, help };
  }
  const message = "Nothing sets this variable: it prints nothing.";
  const help = "Set it with #set, or write a backslash before the $ to print it literally.";
  return { code: "SD3508", severity: "warning", message, ...place, help };
}

function checkMembers(reference: Reference): Finding | undefined {
  if (reference.name === "util") return checkUtil(reference);
  if (reference.name === "context") return checkContext(reference);
  return reference.name === "input" ? checkInput(reference) : undefined;
}

/** The name of the first segment, and where it stands. */
function firstName({
  path: [first],
}: Reference): { readonly name: string; readonly start: number; readonly end: number } | undefined {
  if (first === undefined || first.kind === "index") return undefined;
  return { name: first.name, start: first.start + 1, end: first.start + 1 + first.name.length };
}

function checkUtil(reference: Reference): Finding | undefined {
  const first = firstName(reference);
  if (first === undefined || UTIL_FUNCTIONS.includes(first.name)) return undefined;
  const { name, ...place } = first;
  const meant = nearest(name, UTIL_FUNCTIONS);
  const message = `API Gateway has no such function of $util, so it prints nothing${meant === undefined ? "." : `; did you mean $util.${meant}?`}`;
  const suggestion = meant === undefined ? {} : { suggestion: meant };
  const help = `It has ${UTIL_FUNCTIONS.join(", ")}. To print JSON of a reply, write $input.json('$.path').`;
  return { code: "SD3506", severity: "error", message, ...place, ...suggestion, help };
}

function checkContext({ path }: Reference): Finding | undefined {
  const [segment, next] = path;
  if (segment?.kind !== "property") return undefined;
  const first = segment.name;
  const isGroup = CONTEXT_GROUPS.has(first) && next?.kind === "property";
  const place = { start: segment.start + 1, end: isGroup ? next.end : segment.end };
  if (first === "responseOverride" || first === "requestOverride") {
    const message = `$context.${first} is for REST APIs: a WebSocket frame has neither status nor headers.`;
    return {
      code: "SD3509",
      severity: "warning",
      message,
      ...place,
      help: "Remove it, and put the status into the frame itself.",
    };
  }
  const name = isGroup ? `${first}.${next.name}` : first;
  if (isContextName(name)) return undefined;
  const meant = isGroup ? nearestIn(`${first}.`, next.name) : nearest(name, CONTEXT_NAMES);
  const message = `AWS lists no such name of $context for WebSocket APIs: it prints nothing${meant === undefined ? "." : `; did you mean $context.${meant}?`}`;
  const suggestion = meant === undefined ? {} : { suggestion: meant };
  return { code: "SD3509", severity: "warning", message, ...place, ...suggestion };
}

/** The listed name of a group that was probably meant. */
function nearestIn(prefix: string, name: string): string | undefined {
  const names = CONTEXT_NAMES.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const meant = nearest(name, names);
  return meant === undefined ? undefined : prefix + meant;
}

function checkInput(reference: Reference): Finding | undefined {
  const first = firstName(reference);
  if (first === undefined || ["path", "json", "body"].includes(first.name)) return undefined;
  const { name: _, ...place } = first;
  const message = "AWS does not document this use of $input for WebSocket responses: its result is not known.";
  const help =
    "A response reads the reply with $input.path, $input.json and $input.body. It cannot read the client's message.";
  return { code: "SD3510", severity: "warning", message, ...place, help };
}
