import { type Draft, type Drafted, deletionPolicyOf } from "./draft.ts";
import { SPEC_LIMITS } from "./limits.ts";
import type { LocatedNode, Reading, Span } from "./node.ts";
import { placeAfter, TextPlace } from "./place.ts";
import { isPlainMap, type PlainMap, readPlain, type ValueTally } from "./plain-values.ts";
import { DEPLOY_PROPERTIES, DOCUMENT_PROPERTIES, RESOURCE_PROPERTIES } from "./properties.ts";
import { readJson, readJsonValue } from "./read-json.ts";
import { scanJson } from "./scan-json.ts";
import { isLogicalId, type Values } from "./shape.ts";
import { readResource, settingsOf } from "./spec-document.ts";

type Top = Values<typeof DOCUMENT_PROPERTIES>;

/** The maps that a resource stands in. */
const RESOURCE_DEPTH = 2;

/** A document about to be read off its values. */
interface Plain {
  readonly reading: Reading;
  /** What stands at the top. */
  readonly written: ReadonlySet<string>;
  readonly tally: ValueTally;
}

/**
 * Reads the shape of a JSON spec document off its values, and the few positions that every document needs off a scan of its
 * text; other positions are looked for in the text of a resource when something is to be said of it. A resource whose
 * shape is wrong is read with the position of every value. Undefined where more than resources may be wrong: what it is,
 * and where, is found by reading the whole text so, with another `Reading`.
 */
export function draftPlain(reading: Reading): Drafted | undefined {
  const scan = scanJson(reading.text);
  const root = scan && parsed(reading.text);
  // Where one of the outermost names stands twice, what is within is not where the values have it.
  if (scan === undefined || !isPlainMap(root) || Object.keys(root).length !== scan.outer) return undefined;
  const { Deploy, IntegrationResponses, ...others } = root;
  const names = [...scan.inner];
  const isDeployFirst = Object.keys(root).indexOf("Deploy") < Object.keys(root).indexOf("IntegrationResponses");
  const [stageName] = Deploy === undefined ? [] : names.splice(isDeployFirst ? 0 : -1, 1);
  const written = new Set(Object.keys(root));
  const tally = { names: Object.keys(root).length - Object.keys(others).length };
  const whole = new TextPlace("", () => readJson(reading));
  const top = readPlain(tally, others, DOCUMENT_PROPERTIES, whole, { IntegrationResponses });
  const deploy: Values<typeof DEPLOY_PROPERTIES> | undefined =
    Deploy === undefined ? {} : readPlain(tally, Deploy, DEPLOY_PROPERTIES, deployAt(reading, stageName), {});
  if (top === undefined || deploy === undefined || !isPlainMap(IntegrationResponses)) return undefined;
  const drafts = draftsOf({ reading, written, tally }, IntegrationResponses, top, names);
  if (drafts === undefined || tally.names !== scan.names) return undefined;
  return { settings: settingsOf(top, deploy.StageName), drafts };
}

/** The map under Deploy, which has one name only. */
function deployAt(reading: Reading, name: Span | undefined): TextPlace {
  return new TextPlace("/Deploy", () => {
    const value = name && readJsonValue(reading, name.end, RESOURCE_DEPTH, "/Deploy", "StageName");
    return value && { kind: "map", ...name, entries: [{ ...name, key: "StageName", plain: false, value }] };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names that are numbers come first in a map, wherever they stand in the text: of one that has any, nothing is known. */
function draftsOf(plain: Plain, responses: PlainMap, top: Top, names: readonly Span[]): readonly Draft[] | undefined {
  const logicalIds = Object.keys(responses);
  // As many names as ids: none stands there twice, and each id has its name.
  if (names.length !== logicalIds.length || logicalIds.length > SPEC_LIMITS.resources) return undefined;
  if (/^\d/.test(logicalIds[0] ?? "")) return undefined;
  const { reading, written, tally } = plain;
  tally.names += logicalIds.length;
  const { ApiId, IntegrationId } = top;
  const drafts: Draft[] = [];
  for (const [index, logicalId] of logicalIds.entries()) {
    if (!isLogicalId(logicalId)) return undefined;
    const name = names[index] as Span;
    const place = placeAfter(reading, name.end, RESOURCE_DEPTH, "/IntegrationResponses", logicalId);
    const base = { logicalId, name, pointer: place.pointer, adopt: false, ApiId, IntegrationId };
    const before = tally.names;
    const draft = readPlain(tally, responses[logicalId], RESOURCE_PROPERTIES, place, base);
    if (draft !== undefined) {
      drafts.push(draft.DeletionPolicy ? { ...draft, ...deletionPolicyOf(draft.DeletionPolicy) } : draft);
      continue;
    }
    const value = place.node();
    if (value === undefined) return undefined;
    tally.names = before + namesIn(value);
    const entry = { ...name, key: logicalId, plain: false, value };
    drafts.push(readResource({ reading }, entry, place.pointer, top, written));
  }
  return drafts;
}

function namesIn(node: LocatedNode): number {
  if (node.kind !== "map") return 0;
  return node.entries.reduce((sum, { value }) => sum + namesIn(value), node.entries.length);
}
