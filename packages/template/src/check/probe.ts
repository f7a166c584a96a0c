import { Unproven } from "../errors.ts";
import { render } from "../render.ts";
import type { Reference, Template } from "../syntax/nodes.ts";
import { CONTEXT_NAMES } from "../variables/context.ts";
import type { Finding } from "./finding.ts";
import { looksLikeJson } from "./json.ts";
import { plainText, walk } from "./walk.ts";

const LIMITS = { steps: 20_000, output: 65_536, depth: 32 };
/** Kinds of values that a reply may have where a template reads one. */
const KINDS: readonly unknown[] = ["x", 1, true, ["x"], [{ x: "x" }], { x: "x" }, []];

/** Renders the template with several invented replies: JSON that no reply makes valid cannot be meant. */
export function probeJson(template: Template): readonly Finding[] {
  if (!looksLikeJson(template.nodes)) return [];
  const { paths, stageVariables } = readsOf(template);
  const context = Object.fromEntries([...CONTEXT_NAMES, "authorizer.x"].map((name) => [name, "1"]));
  let rendered = 0;
  for (const kind of KINDS) {
    const text = attempt(template, JSON.stringify(replyWith(paths, kind)), context, stageVariables);
    // What cannot be told may be JSON on AWS.
    if (text === undefined) return [];
    rendered += 1;
    if (isJson(text)) return [];
  }
  if (rendered === 0) return [];
  const message = "The template begins like JSON, and prints none for any of the replies that were tried.";
  const help = "Look at it with: specdrop preview DOCUMENT --reply '{…}'";
  return [{ code: "SD3517", severity: "warning", message, start: 0, end: template.source.length, help }];
}

function attempt(
  template: Template,
  body: string,
  context: Readonly<Record<string, string>>,
  stageVariables: Readonly<Record<string, string>>,
): string | undefined {
  try {
    return render(template, { body, context, stageVariables }, LIMITS);
  } catch (error) {
    if (error instanceof Unproven) return undefined;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readsOf({ nodes }: Template): {
  readonly paths: readonly string[];
  readonly stageVariables: Readonly<Record<string, string>>;
} {
  const paths: string[] = [];
  const stageVariables: Record<string, string> = {};
  walk(nodes, {
    reference(reference) {
      const path = pathOf(reference);
      if (path !== undefined) paths.push(path);
      const [first] = reference.path;
      if (reference.name === "stageVariables" && first?.kind === "property") stageVariables[first.name] = "1";
    },
  });
  return { paths, stageVariables };
}

function pathOf({ name, path: [first] }: Reference): string | undefined {
  if (name !== "input" || first?.kind !== "method") return undefined;
  return plainText(first.args[0]);
}

/** A reply that has a value of this kind wherever a plain path leads. */
function replyWith(paths: readonly string[], kind: unknown): unknown {
  const reply: Record<string, unknown> = Object.create(null);
  for (const path of paths) {
    const names = /^\$((?:\.[A-Za-z0-9_-]+)+)$/.exec(path)?.[1]?.split(".").slice(1);
    if (names === undefined) continue;
    let at = reply;
    for (const name of names.slice(0, -1)) {
      const inner = at[name];
      const next: Record<string, unknown> = isPlain(inner) ? inner : Object.create(null);
      at[name] = next;
      at = next;
    }
    const last = names.at(-1) ?? "";
    if (!isPlain(at[last])) at[last] = kind;
  }
  return reply;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === null;
}
