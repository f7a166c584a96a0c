import { type Draft, type Drafted, deletionPolicyOf } from "./draft.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { pointerTo, type Span } from "./node.ts";
import { isPlainMap, type PlainMap, readPlain, type Tally } from "./plain-values.ts";
import { DEPLOY_PROPERTIES, DOCUMENT_PROPERTIES, RESOURCE_PROPERTIES } from "./properties.ts";
import { scanJson } from "./scan-json.ts";
import { isLogicalId, type Values } from "./shape.ts";
import { settingsOf } from "./spec-document.ts";

type Ids = Pick<Values<typeof DOCUMENT_PROPERTIES>, "ApiId" | "IntegrationId">;
type Stage = Values<typeof DEPLOY_PROPERTIES>;

/**
 * Reads the shape of a JSON spec document off its values, and the few positions that a document keeps off a scan of its
 * text. Undefined where anything may be wrong: what it is and where is found by reading every value with its position.
 */
export function draftPlain(text: string): Drafted | undefined {
  const scan = scanJson(text);
  const root = scan && parsed(text);
  if (scan === undefined || !isPlainMap(root)) return undefined;
  const { Deploy, IntegrationResponses, ...others } = root;
  const tally = { names: Object.keys(root).length - Object.keys(others).length };
  const top = readPlain(tally, others, DOCUMENT_PROPERTIES, "", { IntegrationResponses });
  const deploy: Stage | undefined =
    Deploy === undefined ? {} : readPlain(tally, Deploy, DEPLOY_PROPERTIES, "/Deploy", {});
  if (top === undefined || deploy === undefined || !isPlainMap(IntegrationResponses)) return undefined;
  const spans = [...scan.inner];
  const isDeployFirst = Object.keys(root).indexOf("Deploy") < Object.keys(root).indexOf("IntegrationResponses");
  const [, at] = Deploy === undefined ? [] : spans.splice(isDeployFirst ? 0 : -2, 2);
  const drafts = draftsOf(tally, IntegrationResponses, top, spans);
  if (drafts === undefined || tally.names !== scan.names) return undefined;
  const stage = deploy.StageName && { ...deploy.StageName, node: { ...deploy.StageName.node, ...at } };
  return { settings: settingsOf(top, stage), drafts };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names that are numbers come first in a map, wherever they stand in the text: of one that has any, nothing is known. */
function draftsOf(tally: Tally, responses: PlainMap, ids: Ids, spans: readonly Span[]): readonly Draft[] | undefined {
  const logicalIds = Object.keys(responses);
  if (logicalIds.length > SPEC_LIMITS.resources || /^\d/.test(logicalIds[0] ?? "")) return undefined;
  tally.names += logicalIds.length;
  const { ApiId, IntegrationId } = ids;
  const drafts: Draft[] = [];
  for (const [index, logicalId] of logicalIds.entries()) {
    if (!isLogicalId(logicalId)) return undefined;
    const pointer = pointerTo("/IntegrationResponses", logicalId);
    const base = { logicalId, name: spans[index] as Span, pointer, adopt: false, ApiId, IntegrationId };
    const draft = readPlain(tally, responses[logicalId], RESOURCE_PROPERTIES, pointer, base);
    if (draft === undefined) return undefined;
    drafts.push(draft.DeletionPolicy ? { ...draft, ...deletionPolicyOf(draft.DeletionPolicy) } : draft);
  }
  return drafts;
}
