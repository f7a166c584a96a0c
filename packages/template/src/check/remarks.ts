import type { Node, Template } from "../syntax/nodes.ts";
import { looksLikeJson } from "./json.ts";

/** What a preview says of a template beside its frame: what some other reply would break. */
export function remarksOn({ nodes }: Template, frame?: string): readonly string[] {
  if (!looksLikeJson(nodes)) return [];
  const remarks = new Set<string>();
  if (frame !== undefined) {
    const why = notJson(frame);
    if (why !== undefined) remarks.add(`The frame starts like JSON but is not valid JSON: ${why}.`);
  }
  visit(nodes, false, remarks);
  return [...remarks];
}

function notJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "it cannot be read";
  }
}

/** Goes through what prints, keeping count of quotes. Returns whether a quote is open at the end. */
function visit(nodes: readonly Node[], isOpen: boolean, remarks: Set<string>): boolean {
  let open = isOpen;
  for (const node of nodes) {
    if (node.kind === "plain") open = afterText(node.text, open);
    else if (node.kind === "reference") remark(node, open, remarks);
    else if (node.kind === "foreach") open = visit(node.body, open, remarks);
    else if (node.kind === "if") {
      for (const { body } of node.branches) visit(body, open, remarks);
      visit(node.otherwise?.body ?? [], open, remarks);
    }
  }
  return open;
}

function afterText(text: string, open: boolean): boolean {
  const quotes = text.replace(/\\./g, "").split('"').length - 1;
  return quotes % 2 === 0 ? open : !open;
}

function remark(node: Node & { readonly kind: "reference" }, isQuoted: boolean, remarks: Set<string>): void {
  const [first] = node.path;
  if (node.name !== "input" || first?.kind === "index" || first === undefined) return;
  if (first.name === "path" && node.path.length === 1) {
    remarks.add(
      isQuoted
        ? "A value of $input.path is in quotes but not escaped: a quote or line break in the reply breaks the frame. $util.escapeJavaScript escapes it."
        : "A value of $input.path has no quotes: a text in the reply breaks the frame. $input.json writes it as JSON.",
    );
  }
  if (first.name === "json" && isQuoted) {
    remarks.add("$input.json is in quotes, but it writes the quotes of a text itself: the frame has them twice.");
  }
}
