import { type CST, Lexer } from "yaml";
import type { DiagnosticCode } from "./catalogue.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { pointerTo } from "./node.ts";

/** What a text has too much of, and where: reading ends there. */
export interface Excess {
  readonly at: number;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly pointer?: string;
  readonly help: string;
}

/** What the lexer says between the pieces of the text: a document begins, a flow collection ends, a scalar follows. */
const MARKS: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001f"]);

/** How many pieces are handed out as they are cut: what is wrong with the beginning of a text is known at once. */
const BEGINNING = 1_000;

/**
 * The text in pieces, or what it has too much of. Cutting is a quarter of the work of reading, so behind its beginning
 * a text is cut to the end before anything else is done with it.
 */
export function* lexemesOf(text: string): Iterable<string | Excess> {
  const rest: string[] = [];
  let count = 0;
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > SPEC_LIMITS.tokens) return yield tooManyLexemes(at);
    if (count <= BEGINNING) yield lexeme;
    else rest.push(lexeme);
    if (!MARKS.has(lexeme)) at += lexeme.length;
  }
  yield* rest;
}

function tooManyLexemes(at: number): Excess {
  const message = `The document has more than ${SPEC_LIMITS.tokens} words, punctuation marks and line breaks, the most that a document can have`;
  return { at, code: "SD1018", message, help: "Split the document, or write it as JSON." };
}

type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

/** What the innermost of the open collections has too much of: levels above it, or entries. */
export function excessOf(stack: readonly CST.Token[]): Excess | undefined {
  const innermost = stack.at(-1);
  if (isCollection(innermost) && innermost.items.length > SPEC_LIMITS.entries) return tooManyEntries(stack, innermost);
  if (stack.length <= SPEC_LIMITS.depth) return undefined;
  const tooDeep = stack.filter(isCollection)[SPEC_LIMITS.depth];
  if (tooDeep === undefined) return undefined;
  const message = `Maps and lists are nested more than ${SPEC_LIMITS.depth} levels deep`;
  return { at: tooDeep.offset, code: "SD1006", message, help: "No property of a document is nested that deep." };
}

function isCollection(token: CST.Token | undefined): token is Collection {
  return token?.type === "block-map" || token?.type === "block-seq" || token?.type === "flow-collection";
}

/** The last item may be the comments and line breaks behind the last entry. */
function tooManyEntries(stack: readonly CST.Token[], collection: Collection): Excess | undefined {
  const entry = collection.items.at(-1);
  const begins = entry?.key ?? entry?.value;
  if (!begins) return undefined;
  const at = begins.offset;
  const property = propertyHolding(stack);
  if (property === "IntegrationResponses" || property === "Resources") {
    const message = `This is resource ${SPEC_LIMITS.resources + 1}; a document can have at most ${SPEC_LIMITS.resources}`;
    const pointer = pointerTo(`/${property}`, sourceOf(begins));
    return { at, code: "SD1007", message, pointer, help: "Split the document, for instance by API." };
  }
  const message = `This is entry ${SPEC_LIMITS.entries + 1} of a map or list; no property takes that many`;
  return { at, code: "SD1018", message, help: "Check that this is the right file." };
}

/** The property at the top whose value the innermost collection is. */
function propertyHolding([, top, ...below]: readonly CST.Token[]): string | undefined {
  return isCollection(top) && below.length === 1 ? sourceOf(top.items.at(-1)?.key) : undefined;
}

/** A name without its quotes; empty where it is no text. */
function sourceOf(key: CST.Token | null | undefined): string {
  return key && "source" in key ? key.source.replace(/^(["'])(.*)\1$/s, "$2") : "";
}
