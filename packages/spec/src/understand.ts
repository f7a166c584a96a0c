import { DIAGNOSTICS } from "./catalogue.ts";
import { isTemplate, readTemplate } from "./cloudformation.ts";
import { controlIn, decode } from "./decode.ts";
import { type Diagnostic, MAX_DIAGNOSTICS, type Range } from "./diagnostic.ts";
import type { DesiredResource, ParseResult, SpecDocument } from "./document.ts";
import type { Draft, Drafted } from "./draft.ts";
import { draftPlain } from "./draft-plain.ts";
import type { ExpectationResult } from "./expectations/expectation.ts";
import { lineStartsOf, rangeIn } from "./lines.ts";
import { checkMeaning, propertiesOf } from "./meaning.ts";
import { type LocatedNode, type Reading, type ReadingFinding, report, type Span } from "./node.ts";
import { otherFormatOf, reportOtherFormat } from "./other-formats.ts";
import { isFunctionName } from "./quotable.ts";
import { readJson } from "./read-json.ts";
import { readSpecDocument } from "./spec-document.ts";
import type { KnownValues } from "./template-scope.ts";
import { wrongType } from "./values.ts";
import { reportYaml } from "./yaml-in-json.ts";

/** What came of reading a CloudFormation template with values for its functions. */
export interface EvaluatedTemplate extends ParseResult {
  /** Absent where the text is not a template, or cannot be read. */
  readonly template?: {
    /** Its parameters, and its resources with their types. */
    readonly parameters: ReadonlySet<string>;
    readonly resources: ReadonlyMap<string, string>;
    /** Every name that a function of an integration response was asked for. */
    readonly referred: ReadonlySet<string>;
  };
}

/** A text whose values are still to be located, where it is YAML; what stands in it, where it is JSON. */
export type Begun =
  | { readonly format: "yaml"; readonly reading: Reading }
  | { readonly format: "json"; readonly reading: Reading; readonly drafted: Drafted | undefined };

/** Reads a text as far as it goes without a YAML parser. With what is known, functions are evaluated. */
export function beginReading(input: string | Uint8Array, file: string, known?: KnownValues): Begun {
  const decoded = decode(input);
  const { text } = decoded;
  const format = looksLikeJson(text, file) ? "json" : "yaml";
  const problem = decoded.problem;
  const plain = format === "json" && problem === undefined ? plainDocument(text) : undefined;
  if (plain !== undefined) return { format: "json", ...plain };
  const reading = readingOf(text, format);
  const unreadable = problem ?? controlIn(text);
  if (unreadable !== undefined) {
    const { start, end, ...said } = unreadable;
    report(reading, { start, end }, { ...said, pointer: "" });
    return { format: "json", reading, drafted: undefined };
  }
  if (format === "yaml") return { format, reading };
  const root = readJson(reading);
  const isFlowYaml = root === undefined && /\.ya?ml$/i.test(file);
  if (isFlowYaml) return { format: "yaml", reading: readingOf(text, "yaml") };
  if (root === undefined) reportYaml(reading);
  return { format, reading, drafted: understand(reading, root, known) };
}

/** What is in a JSON spec document, where its values are enough to tell: in most they are. */
function plainDocument(text: string): { readonly reading: Reading; readonly drafted: Drafted } | undefined {
  const reading = readingOf(text, "json");
  const drafted = draftPlain(reading);
  if (drafted === undefined) return undefined;
  checkMeaning(reading, drafted);
  return { reading, drafted };
}

/** Makes a draft of what was read, and says what is wrong with it. */
export function understand(reading: Reading, root: LocatedNode | undefined, known?: KnownValues): Drafted | undefined {
  const drafted = root && draft(reading, root, known);
  if (drafted !== undefined) checkMeaning(reading, drafted);
  return drafted;
}

/** What `parse` returns of it. */
export function withoutTemplate({ template: _, ...result }: EvaluatedTemplate): ParseResult {
  return result;
}

function draft(reading: Reading, root: LocatedNode, known: KnownValues | undefined): Drafted | undefined {
  const other = otherFormatOf(root);
  if (other !== undefined) return reportOtherFormat(reading, other);
  if (root.kind === "map" && isTemplate(root)) return readTemplate(reading, root, known);
  for (const { node, pointer } of reading.tags) {
    report(reading, node, {
      code: "SD1011",
      message: `${isFunctionName(node.tag) ? `The tag ${node.tag}` : "This tag"} has no meaning in a spec document`,
      pointer,
      help: "Write the value itself, without a tag; text that starts with ! needs quotes.",
    });
  }
  if (root.kind === "map") return readSpecDocument({ reading }, root);
  return wrongType({ reading }, { name: "The document", node: root, pointer: "", guarded: true }, "a map");
}

function readingOf(text: string, format: Reading["format"]): Reading {
  return { text, lineStarts: lineStartsOf(text), format, findings: [], reported: new Map(), omitted: 0, tags: [] };
}

function looksLikeJson(text: string, file: string): boolean {
  return /\.json$/i.test(file) || /^[ \t\r\n]*\{/.test(text);
}

/** The document and everything found, with lines and columns. */
export function resultOf(
  reading: Reading,
  file: string,
  drafted: Drafted | undefined,
  expectations: readonly ExpectationResult[] = [],
): EvaluatedTemplate {
  const found = reading.findings.sort((a, b) => a.start - b.start || rank(a) - rank(b) || a.end - b.end);
  const diagnostics = listed(found).map((finding) => diagnosticOf(reading, file, finding));
  const omitted = reading.omitted + found.length - diagnostics.length;
  const wrong = found.some(({ code }) => DIAGNOSTICS[code].severity === "error");
  const template = drafted?.template && { template: drafted.template };
  const tested = expectations.length === 0 ? {} : { expectations };
  if (drafted === undefined || wrong) return { ...template, diagnostics, omitted, ...tested };
  return { ...template, document: documentOf(reading, drafted), diagnostics, omitted, ...tested };
}

/** The first of them; where there are more than are listed, errors before warnings, each where it stands. */
function listed(found: readonly ReadingFinding[]): readonly ReadingFinding[] {
  if (found.length <= MAX_DIAGNOSTICS) return found;
  const first = found.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_DIAGNOSTICS);
  const chosen = new Set(first);
  return found.filter((finding) => chosen.has(finding));
}

/** Errors come before warnings. */
function rank({ code }: ReadingFinding): number {
  return DIAGNOSTICS[code].severity === "error" ? 0 : 1;
}

function diagnosticOf(reading: Reading, file: string, { start, end, code, ...said }: ReadingFinding): Diagnostic {
  const range = rangeIn(reading.lineStarts, start, end);
  return { code, severity: DIAGNOSTICS[code].severity, file, range, ...said };
}

function rangeOf({ lineStarts }: Reading, { start, end }: Span): Range {
  return rangeIn(lineStarts, start, end);
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
  const resource = {
    logicalId,
    ApiId: String(each.ApiId?.text),
    IntegrationId: String(each.IntegrationId?.text),
    IntegrationResponseKey: String(each.IntegrationResponseKey?.text),
    properties: propertiesOf(each),
    adopt,
    pointer,
    apiIdPointer: String(each.ApiId?.pointer),
    range: rangeOf(reading, name),
  };
  return deletionPolicy === undefined ? resource : { ...resource, deletionPolicy };
}
