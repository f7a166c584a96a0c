import { Composer, type CST, Lexer, type ParsedNode, Parser, Schema } from "yaml";
import type { DiagnosticCode } from "./catalogue.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { type LocatedNode, type Reading, report } from "./node.ts";
import { LOCAL_ERRORS, reportYamlError, type YamlError } from "./yaml-errors.ts";
import { locate } from "./yaml-nodes.ts";

/** The YAML 1.2 core schema and nothing more, even under a `%YAML 1.1` directive. */
const SCHEMA = new Schema({ schema: "core", merge: false, resolveKnownTags: false });

const COLLECTIONS: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

/** Reads one YAML document with positions; undefined when it cannot be read as its author wrote it. */
export function readYaml(reading: Reading): LocatedNode | undefined {
  const errors: YamlError[] = [];
  const tokens = parseTokens(reading, errors);
  if (tokens === undefined) return undefined;
  const contents = compose(tokens, errors);
  for (const error of errors) reportYamlError(reading, error);
  if (errors.some(({ code }) => !LOCAL_ERRORS.has(code))) return undefined;
  if (contents !== undefined) return locate(reading, contents);
  const help = "A document that is to hold no responses says so: IntegrationResponses: {}";
  return giveUp(reading, 0, "SD1015", "There is nothing in this document", help);
}

/** Parses without recursion, and stops as soon as a limit is passed: nothing deep or endless is ever composed. */
function parseTokens(reading: Reading, errors: YamlError[]): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  function keep(found: Iterable<CST.Token>): void {
    for (const token of found) {
      if (token.type === "error") errors.push({ place: token, code: "UNEXPECTED_TOKEN", message: token.message });
      else tokens.push(token);
    }
  }
  for (const lexeme of new Lexer().lex(reading.text)) {
    keep(parser.next(lexeme));
    if (++lexemes > SPEC_LIMITS.tokens) {
      const message = `Up to here there are ${SPEC_LIMITS.tokens} words, marks and line breaks, more than a document may have`;
      return giveUp(reading, parser.offset, "SD1018", message, "Split the document, or write it as JSON.");
    }
    if (parser.stack.length <= SPEC_LIMITS.depth) continue;
    const tooDeep = parser.stack.filter(({ type }) => COLLECTIONS.has(type))[SPEC_LIMITS.depth];
    if (tooDeep === undefined) continue;
    const message = `Maps and lists are nested more than ${SPEC_LIMITS.depth} deep`;
    return giveUp(reading, tooDeep.offset, "SD1006", message, "No property of a document goes that deep.");
  }
  keep(parser.end());
  const second = tokens.filter(({ type }) => type === "document")[1];
  if (second === undefined) return tokens;
  return giveUp(
    reading,
    second.offset,
    "SD1010",
    "A second YAML document begins here",
    "Put it into a file of its own.",
  );
}

/** The contents of the only document, if it has any. Errors are collected without the cost of an Error for each. */
function compose(tokens: CST.Token[], errors: YamlError[]): ParsedNode | undefined {
  const composer = new Composer({ schema: SCHEMA, uniqueKeys: false });
  Object.assign(composer, {
    onError(place: YamlError["place"], code: string, message: string, warning = false): void {
      if (!warning) errors.push({ place, code, message });
    },
  });
  const [document] = composer.compose(tokens);
  const contents = document?.contents ?? undefined;
  const empty = contents?.range[0] === contents?.range[1] && contents?.tag === undefined;
  return empty ? undefined : contents;
}

function giveUp(reading: Reading, at: number, code: DiagnosticCode, message: string, help: string): undefined {
  report(reading, { start: at, end: at }, { code, message, pointer: "", help });
}
