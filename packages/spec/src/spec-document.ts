import { type Draft, type Drafted, deletionPolicyOf, type Settings } from "./draft.ts";
import { readExpectations } from "./expectations/read.ts";
import { type MapEntry, type MapNode, pointerTo, type Scalar } from "./node.ts";
import { DEPLOY_PROPERTIES, DOCUMENT_PROPERTIES, RESOURCE_PROPERTIES } from "./properties.ts";
import { asMap, checkLogicalId, readProperties, type Values } from "./shape.ts";
import { isStageName, type Scope, type Text, wrongType } from "./values.ts";
import { shown } from "./words.ts";
import { written } from "./written.ts";

const TOP_HINTS = {
  Resources: "Resources belong to a CloudFormation template; here, write them under IntegrationResponses.",
  AWSTemplateFormatVersion: "This belongs in a CloudFormation template, which has Resources, not IntegrationResponses.",
};

const RESOURCE_HINTS = {
  Type: "Only a CloudFormation template has types; here everything is an integration response.",
  Properties: "Only a CloudFormation template has this level; write the properties directly under the logical id.",
};

/** Reads the shape of a spec document. */
export function readSpecDocument(scope: Scope, root: MapNode): Drafted {
  const at = { start: root.start, end: root.start };
  const top = readProperties(scope, root, DOCUMENT_PROPERTIES, {
    name: "The document",
    at,
    pointer: "",
    hints: TOP_HINTS,
  });
  const written = new Set(root.entries.map(({ key }) => key));
  const drafts: Draft[] = [];
  const pointer = "/IntegrationResponses";
  const responses = top.IntegrationResponses && asMap(scope, top.IntegrationResponses, "IntegrationResponses", pointer);
  for (const entry of responses?.entries ?? []) {
    if (!checkLogicalId(scope, entry, drafts.length + 1, pointerTo(pointer, entry.key))) break;
    drafts.push(readResource(scope, entry, pointerTo(pointer, entry.key), top, written));
  }
  const expectations = top.Expectations && readExpectations(scope, top.Expectations);
  return {
    settings: settingsOf(top, stageOf(scope, top)),
    drafts,
    defaults: defaultsOf(top),
    ...(expectations === undefined ? {} : { expectations }),
  };
}

/** The ids that hold for every resource and expectation without its own. */
export function defaultsOf({
  ApiId,
  IntegrationId,
}: Values<typeof DOCUMENT_PROPERTIES>): NonNullable<Drafted["defaults"]> {
  return {
    ...(ApiId === undefined ? {} : { ApiId: ApiId.text }),
    ...(IntegrationId === undefined ? {} : { IntegrationId: IntegrationId.text }),
  };
}

/** Reads the shape of one resource; `top` is what stands at the top of the document, `inherited` its names. */
export function readResource(
  scope: Scope,
  entry: MapEntry,
  pointer: string,
  top: Values<typeof DOCUMENT_PROPERTIES>,
  inherited: ReadonlySet<string>,
): Draft {
  const name = `Resource ${shown(entry.key)}`;
  const base = { logicalId: entry.key, name: entry, pointer, ApiId: top.ApiId, IntegrationId: top.IntegrationId };
  const map = asMap(scope, entry.value, name, pointer);
  if (map === undefined) return { ...base, adopt: false };
  const owner = { name, at: entry, pointer, hints: RESOURCE_HINTS, inherited };
  const { DeletionPolicy, adopt = false, ...own } = readProperties(scope, map, RESOURCE_PROPERTIES, owner);
  return { ...base, ...own, adopt, ...deletionPolicyOf(DeletionPolicy) };
}

function stageOf(scope: Scope, { Deploy }: Values<typeof DOCUMENT_PROPERTIES>): Text | undefined {
  const pointer = "/Deploy";
  if (Deploy?.kind === "scalar") {
    const named = { name: "Deploy", node: Deploy, pointer, guarded: true };
    return wrongType(
      scope,
      named,
      "a map",
      "Name the stage: Deploy: { StageName: prod }",
      deployOf(scope, Deploy.value),
    );
  }
  const deploy = Deploy && asMap(scope, Deploy, "Deploy", pointer);
  return deploy && readProperties(scope, deploy, DEPLOY_PROPERTIES, { name: "Deploy", at: deploy, pointer }).StageName;
}

/** The map that was meant where the name of a stage stands alone. */
function deployOf({ reading }: Scope, stage: Scalar): string | undefined {
  if (typeof stage !== "string" || !isStageName(stage)) return undefined;
  return reading.format === "json"
    ? JSON.stringify({ StageName: stage })
    : `{ StageName: ${written(reading, true, stage)} }`;
}

/** The settings at the top of a document; `stage` is the name of the one to deploy to. */
export function settingsOf(top: Values<typeof DOCUMENT_PROPERTIES>, stage?: Text): Settings {
  const { DryRun, AllowDeletions, OnDrift, TwoWay, Backend } = top;
  return {
    ...(stage === undefined ? {} : { stage }),
    dryRun: DryRun === true,
    ...(AllowDeletions === undefined ? {} : { allowDeletions: AllowDeletions }),
    ...(TwoWay === true ? { twoWay: true } : {}),
    ...(Backend === undefined ? {} : { backend: Backend.text as NonNullable<Settings["backend"]> }),
    onDrift: OnDrift?.text === "repair" ? "repair" : "report",
  };
}
