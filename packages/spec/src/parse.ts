import { LineCounter } from "yaml";
import { DIAGNOSTICS } from "./catalogue.ts";
import { isTemplate, readTemplate } from "./cloudformation.ts";
import { decode } from "./decode.ts";
import { type Diagnostic, MAX_DIAGNOSTICS, type Range } from "./diagnostic.ts";
import type { DesiredResource, ParseResult, SpecDocument } from "./document.ts";
import type { Draft, Drafted } from "./draft.ts";
import { checkMeaning, propertiesOf } from "./meaning.ts";
import { type Finding, type LocatedNode, type Reading, report, type Span } from "./node.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { readSpecDocument } from "./spec-document.ts";
import { wrongType } from "./values.ts";
import { shown } from "./words.ts";

/**
 * Reads a spec document or CloudFormation template, as YAML or JSON. Whatever the input, it returns: what is wrong
 * is in the diagnostics, and takes time in proportion to the input's size to find.
 */
export function parse(input: string | Uint8Array, file: string): ParseResult {
  const decoded = decode(input);
  const reading = readingOf(decoded.text, looksLikeJson(decoded.text, file) ? "json" : "yaml");
  if (decoded.problem !== undefined) {
    const { start, end, ...problem } = decoded.problem;
    report(reading, { start, end }, { ...problem, pointer: "" });
    return resultOf(reading, file, undefined);
  }
  return parseText(reading, file);
}

function parseText(reading: Reading, file: string): ParseResult {
  if (reading.format === "yaml") return understand(reading, file, readYaml(reading));
  const root = readJson(reading);
  const flowYaml = root === undefined && /\.ya?ml$/i.test(file);
  return flowYaml ? parseText(readingOf(reading.text, "yaml"), file) : understand(reading, file, root);
}

function understand(reading: Reading, file: string, root: LocatedNode | undefined): ParseResult {
  const drafted = root && draft(reading, root);
  if (drafted !== undefined) checkMeaning(reading, drafted.drafts);
  return resultOf(reading, file, drafted);
}

function draft(reading: Reading, root: LocatedNode): Drafted | undefined {
  if (root.kind === "map" && isTemplate(root)) return readTemplate(reading, root);
  for (const { node, pointer } of reading.tags) {
    report(reading, node, {
      code: "SD1011",
      message: `The tag ${shown(node.tag)} has no meaning in a spec document`,
      pointer,
      help: "Write the value itself, without a tag; text that begins with ! needs quotes.",
    });
  }
  if (root.kind === "map") return readSpecDocument({ reading }, root);
  return wrongType({ reading }, { name: "The document", node: root, pointer: "" }, "a map");
}

function readingOf(text: string, format: Reading["format"]): Reading {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return { text, lines, format, findings: [], reported: new Map(), omitted: 0, tags: [] };
}

function looksLikeJson(text: string, file: string): boolean {
  return /\.json$/i.test(file) || /^[ \t\r\n]*\{/.test(text);
}

function resultOf(reading: Reading, file: string, drafted: Drafted | undefined): ParseResult {
  const found = reading.findings.sort((a, b) => a.start - b.start || a.end - b.end);
  const diagnostics = found.slice(0, MAX_DIAGNOSTICS).map((finding) => diagnosticOf(reading, file, finding));
  const omitted = reading.omitted + found.length - diagnostics.length;
  const wrong = found.some(({ code }) => DIAGNOSTICS[code].severity === "error");
  if (drafted === undefined || wrong) return { diagnostics, omitted };
  return { document: documentOf(reading, drafted), diagnostics, omitted };
}

function diagnosticOf(reading: Reading, file: string, { start, end, code, ...said }: Finding): Diagnostic {
  const range = { start: positionOf(reading, start), end: positionOf(reading, end) };
  return { code, severity: DIAGNOSTICS[code].severity, file, range, ...said };
}

function rangeOf(reading: Reading, { start, end }: Span): Range {
  return { start: positionOf(reading, start), end: positionOf(reading, end) };
}

function positionOf({ lines }: Reading, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function documentOf(reading: Reading, { settings: { stage, ...settings }, drafts }: Drafted): SpecDocument {
  return {
    ...settings,
    ...(stage === undefined ? {} : { deploy: { stageName: stage.text, range: rangeOf(reading, stage.node) } }),
    resources: drafts.map((each) => resourceOf(reading, each)),
  };
}

function resourceOf(reading: Reading, each: Draft): DesiredResource {
  const { logicalId, name, pointer, adopt, deletionPolicy } = each;
  return {
    logicalId,
    ApiId: String(each.ApiId?.text),
    IntegrationId: String(each.IntegrationId?.text),
    IntegrationResponseKey: String(each.IntegrationResponseKey?.text),
    properties: propertiesOf(each),
    adopt,
    ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    pointer,
    apiIdPointer: String(each.ApiId?.pointer),
    range: rangeOf(reading, name),
  };
}
