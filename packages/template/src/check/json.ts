import type { Node, Reference } from "../syntax/nodes.ts";
import type { Finding } from "./finding.ts";
import { plainText, walk } from "./walk.ts";

/** Whether a template is meant to print JSON: its text begins like it. */
export function looksLikeJson(nodes: readonly Node[]): boolean {
  const first = nodes.find((node) => node.kind === "plain" && node.text.trim() !== "");
  return first?.kind === "plain" && /^\s*[{[]/.test(first.text);
}

/** What breaks the JSON that a template is meant to print. */
export function checkJson(nodes: readonly Node[]): readonly Finding[] {
  return looksLikeJson(nodes) ? [...commas(nodes), ...mapsPrinted(nodes)] : [];
}

function commas(nodes: readonly Node[]): readonly Finding[] {
  const findings: Finding[] = [];
  const visit = (siblings: readonly Node[]) => {
    for (const [index, node] of siblings.entries()) {
      if (node.kind === "foreach") {
        const found = trailingComma(node, siblings[index + 1]);
        if (found !== undefined) findings.push(found);
      }
      for (const body of bodiesOf(node)) visit(body);
    }
  };
  visit(nodes);
  return findings;
}

function bodiesOf(node: Node): readonly (readonly Node[])[] {
  if (node.kind === "foreach" || node.kind === "define") return [node.body];
  if (node.kind !== "if") return [];
  return [...node.branches.map(({ body }) => body), ...(node.otherwise === undefined ? [] : [node.otherwise.body])];
}

function trailingComma({ body }: Node & { readonly kind: "foreach" }, next: Node | undefined): Finding | undefined {
  const last = body.at(-1);
  if (last?.kind !== "plain" || !/,\s*$/.test(last.text)) return undefined;
  if (next !== undefined && !(next.kind === "plain" && /^\s*[\]}]/.test(next.text))) return undefined;
  const at = last.start + last.text.lastIndexOf(",");
  return {
    code: "SD3515",
    severity: "warning",
    message: "Each round prints a comma, so there is one after the last item; JSON does not allow that.",
    start: at,
    end: at + 1,
    suggestion: "#if($foreach.hasNext),#end",
  };
}

/** Maps that print into the text: literals, what `$util.parseJson` gives, and what the template reads a name of elsewhere. */
function mapsPrinted(nodes: readonly Node[]): readonly Finding[] {
  const literals = new Set<string>();
  const read = new Set<string>();
  walk(nodes, {
    node(node) {
      if (node.kind === "set" && node.target.path.length === 0 && node.value.kind === "map")
        literals.add(node.target.name);
    },
    reference(reference) {
      for (const holder of holdersOf(reference)) read.add(holder);
    },
  });
  const findings: Finding[] = [];
  walk(nodes, {
    reference(reference, isPrinted) {
      if (!isPrinted) return;
      const isLiteral = reference.path.length === 0 && literals.has(reference.name);
      const isParsed = reference.name === "util" && reference.path.length === 1 && isMethod(reference, "parseJson");
      const isRead = nameOf(reference) === "$input.path($)" || read.has(nameOf(reference) ?? "");
      if (!isLiteral && !isParsed && !isRead) return;
      const message = "A map prints as {key=value} here, which is not JSON.";
      const help = "Write $input.json with the same path: it prints JSON.";
      const place = pathCall(reference) ?? { start: reference.start, end: reference.end };
      findings.push({ code: "SD3516", severity: "warning", message, help, ...place });
    },
  });
  return findings;
}

function isMethod({ path: [first] }: Reference, name: string): boolean {
  return first?.kind === "method" && first.name === name;
}

/** The path that `$input.path('…')` reads, where it is a plain text. */
export function inputPath(reference: Reference): string | undefined {
  if (reference.name !== "input") return undefined;
  const [first] = reference.path;
  if (first?.kind !== "method" || first.name !== "path") return undefined;
  return plainText(first.args[0]);
}

/** The name `path` in `$input.path(…)` alone, and what to write for it: a suggestion repeats nothing of the template. */
function pathCall(reference: Reference): Pick<Finding, "start" | "end" | "suggestion"> | undefined {
  const [first, ...rest] = reference.path;
  if (inputPath(reference) === undefined || first === undefined || rest.length > 0) return undefined;
  return { start: first.start + 1, end: first.start + 1 + "path".length, suggestion: "json" };
}

/** A name for what a reference reads, alike for `$input.path('$.a.b')` and `$input.path('$.a').b`; none for what a method gives. */
function nameOf(reference: Reference): string | undefined {
  const path = inputPath(reference);
  const steps = path === undefined ? reference.path : reference.path.slice(1);
  if (!steps.every(({ kind }) => kind === "property")) return undefined;
  const names = steps.flatMap((step) => (step.kind === "property" ? [step.name] : []));
  return path === undefined ? [reference.name, ...names].join(".") : `$input.path(${[path, ...names].join(".")})`;
}

const HOSTS = new Set(["input", "context", "stageVariables", "util", "foreach"]);

/** What a reference shows to be maps: `$.a` where `$.a.b` is read, `$m` where `$m.name` is. */
function holdersOf(reference: Reference): readonly string[] {
  const path = inputPath(reference);
  if (path === undefined && HOSTS.has(reference.name)) return [];
  const first = reference.path.findIndex(({ kind }) => kind !== "property");
  const properties =
    path === undefined ? reference.path.slice(0, first < 0 ? undefined : first) : reference.path.slice(1);
  const names = [
    ...(path === undefined ? [reference.name] : path.split(".")),
    ...properties.flatMap((step) => (step.kind === "property" && !OF_ANY.has(step.name) ? [step.name] : [])),
  ];
  return names.slice(1).map((_, index) => {
    const holder = names.slice(0, index + 1).join(".");
    return path === undefined ? holder : `$input.path(${holder})`;
  });
}

/** Properties that texts and lists have. */
const OF_ANY = new Set(["empty", "class"]);
