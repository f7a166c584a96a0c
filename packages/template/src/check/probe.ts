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
  for (const kinds of mixtures(paths.length)) {
    const text = attempt(template, JSON.stringify(replyWith(paths, kinds)), context, stageVariables);
    // What cannot be told may be JSON on AWS.
    if (text === undefined || isJson(text)) return [];
  }
  const message =
    "The template starts like JSON, but printed no valid JSON for any of the replies that specdrop tried.";
  const help = "Check it with: specdrop preview DOCUMENT --reply '{…}'";
  return [{ code: "SD3517", severity: "warning", message, start: 0, end: template.source.length, help }];
}

/** For each path a kind: the same for all first, then such that any two paths meet in every pair of kinds. */
function* mixtures(paths: number): Generator<(index: number) => unknown> {
  for (let turn = 0; turn < (paths > 1 ? KINDS.length : 1); turn++) {
    for (let first = 0; first < KINDS.length; first++) {
      yield (index) => KINDS[(first + turn * index) % KINDS.length];
    }
  }
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
  const paths = new Set<string>();
  const stageVariables: Record<string, string> = Object.create(null);
  walk(nodes, {
    reference(reference) {
      const path = pathOf(reference);
      if (path !== undefined) paths.add(path);
      const [first] = reference.path;
      if (reference.name !== "stageVariables" || first === undefined) return;
      const name = first.kind === "property" ? first.name : first.kind === "index" ? plainText(first.index) : undefined;
      if (name !== undefined) stageVariables[name] = "1";
    },
  });
  return { paths: [...paths], stageVariables };
}

function pathOf({ name, path: [first] }: Reference): string | undefined {
  if (name !== "input" || first?.kind !== "method") return undefined;
  return plainText(first.args[0]);
}

/** A reply that has a value of some kind wherever a plain path leads. */
function replyWith(paths: readonly string[], kindOf: (index: number) => unknown): unknown {
  const reply: Record<string, unknown> = Object.create(null);
  for (const [index, path] of paths.entries()) {
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
    if (!isPlain(at[last])) at[last] = kindOf(index);
  }
  return reply;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === null;
}
