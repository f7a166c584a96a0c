import { Composer, type CST, type ParsedNode, Parser, Schema } from "yaml";
import { MAX_DIAGNOSTICS } from "./diagnostic.ts";
import { type LocatedNode, type Reading, report } from "./node.ts";
import { otherFormatOf } from "./other-formats.ts";
import { LOCAL_ERRORS, reportEscape, reportYamlErrors, type YamlError } from "./yaml-errors.ts";
import { type Excess, excessOf, lexemesOf } from "./yaml-limits.ts";
import { locate } from "./yaml-nodes.ts";

/** The YAML 1.2 core schema and nothing more, even under a `%YAML 1.1` directive. */
const SCHEMA = new Schema({ schema: "core", merge: false, resolveKnownTags: false });

/** Reads one YAML document with positions; undefined when it cannot be read as its author wrote it. */
export function readYaml(reading: Reading): LocatedNode | undefined {
  const errors: YamlError[] = [];
  const tokens = parseTokens(reading, errors);
  const second = tokens?.filter(({ type }) => type === "document")[1];
  if (tokens !== undefined && second !== undefined)
    return firstOfAnotherTool(reading, tokens) ?? isSecond(reading, second);
  const contents = tokens && compose(reading, tokens, errors);
  reportYamlErrors(reading, errors);
  if (tokens === undefined || errors.some(({ code }) => !LOCAL_ERRORS.has(code))) return undefined;
  if (contents !== undefined) return locate(reading, contents);
  return giveUp(reading, {
    at: 0,
    code: "SD1015",
    message: "This document is empty",
    help: "For a document without responses, write: IntegrationResponses: {}",
  });
}

/** Parses without recursion, and stops as soon as a limit is passed: nothing deep, wide or endless is ever composed. */
function parseTokens(reading: Reading, errors: YamlError[]): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  function keep(found: Iterable<CST.Token>): void {
    for (const token of found) {
      if (token.type === "error") errors.push({ place: token, code: "UNEXPECTED_TOKEN", message: token.message });
      else tokens.push(token);
    }
  }
  for (const lexeme of lexemesOf(reading.text)) {
    if (typeof lexeme !== "string") return giveUp(reading, lexeme);
    keep(parser.next(lexeme));
    if (errors.length > MAX_DIAGNOSTICS) return undefined;
    const excess = excessOf(parser.stack);
    if (excess !== undefined) return giveUp(reading, excess);
  }
  keep(parser.end());
  return tokens;
}

/** A file of another tool may hold several documents: what it is, is more to the point. */
function firstOfAnotherTool(reading: Reading, tokens: CST.Token[]): LocatedNode | undefined {
  const scratch: Reading = { ...reading, findings: [], reported: new Map(), tags: [] };
  const contents = compose(scratch, tokens, []);
  const root = contents && locate(scratch, contents);
  return otherFormatOf(root) === undefined ? undefined : root;
}

function isSecond(reading: Reading, { offset }: CST.Token): undefined {
  return giveUp(reading, {
    at: offset,
    code: "SD1010",
    message: "A second YAML document starts here",
    help: "Put it into its own file.",
  });
}

/** The contents of the only document, if it has any. Errors are collected without the cost of an Error for each. */
function compose(reading: Reading, tokens: CST.Token[], errors: YamlError[]): ParsedNode | undefined {
  const composer = new Composer({ schema: SCHEMA, uniqueKeys: false });
  Object.assign(composer, {
    onError(place: YamlError["place"], code: string, message: string, warning = false): void {
      if (warning) return;
      // A text may have half a million of these.
      if (code === "BAD_DQ_ESCAPE") reportEscape(reading, place);
      else errors.push({ place, code, message });
    },
  });
  const [document] = composer.compose(tokens);
  const contents = document?.contents ?? undefined;
  const empty = contents?.range[0] === contents?.range[1] && contents?.tag === undefined;
  return empty ? undefined : contents;
}

function giveUp(reading: Reading, { at, ...said }: Excess): undefined {
  report(reading, { start: at, end: at }, { pointer: "", ...said });
}
