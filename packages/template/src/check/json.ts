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
    message: "Each round prints a comma, so one follows the last item, and JSON has none there.",
    start: at,
    end: at + 1,
    suggestion: "#if($foreach.hasNext),#end",
  };
}

function mapsPrinted(nodes: readonly Node[]): readonly Finding[] {
  const maps = new Set<string>();
  const paths = new Set<string>();
  walk(nodes, {
    node(node) {
      if (node.kind === "set" && node.target.path.length === 0 && node.value.kind === "map") maps.add(node.target.name);
    },
    reference(reference) {
      const path = inputPath(reference);
      if (path !== undefined) for (const prefix of prefixesOf(path)) paths.add(prefix);
    },
  });
  const findings: Finding[] = [];
  walk(nodes, {
    reference(reference, isPrinted) {
      if (!isPrinted) return;
      const path = inputPath(reference);
      const isMap =
        path === undefined
          ? maps.has(reference.name) && reference.path.length === 0
          : reference.path.length === 1 && (path === "$" || paths.has(path));
      const isParsed = reference.name === "util" && reference.path.length === 1 && isMethod(reference, "parseJson");
      if (!isMap && !isParsed) return;
      const { start, end } = reference;
      const message = "A map prints as {key=value} here, which is no JSON.";
      const help = "Write $input.json with the same path: it prints JSON.";
      findings.push({ code: "SD3516", severity: "warning", message, start, end, help });
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

/** Paths that a longer one shows to be maps: `$.a` where `$.a.b` is read. */
function prefixesOf(path: string): readonly string[] {
  const names = path.split(".");
  return names
    .slice(1)
    .map((_, index) => names.slice(0, index + 1).join("."))
    .filter((prefix) => prefix !== "$");
}
