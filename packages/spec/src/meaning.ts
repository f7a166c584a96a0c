import { checkConversion } from "./conversion.ts";
import type { WritableProperties } from "./document.ts";
import type { Draft, Drafted } from "./draft.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { lineOf, type Reading, report } from "./node.ts";
import { checkParameters } from "./parameters.ts";
import { checkResponseKey } from "./response-key.ts";
import { checkSelection } from "./selection.ts";
import { checkStatusKeys } from "./status-keys.ts";
import { checkTemplateChoice } from "./template-choice.ts";
import { checkUnseen } from "./unseen.ts";
import type { TextEntry } from "./values.ts";
import { characters, longerThan, shown, utf8Bytes } from "./words.ts";
import { written } from "./written.ts";

/** Checks what AWS would refuse and what it would take but not do as meant. */
export function checkMeaning(reading: Reading, { drafts, settings }: Pick<Drafted, "drafts" | "settings">): void {
  for (const draft of drafts) {
    checkResponse(reading, draft);
    checkUnseen(reading, draft);
  }
  checkApiIds(reading, drafts);
  checkStatusKeys(reading, drafts, settings.backend);
  checkNaturalKeys(reading, drafts);
  checkDefaults(reading, drafts);
}

function checkResponse(reading: Reading, draft: Draft): void {
  const { IntegrationResponseKey: key, TemplateSelectionExpression: expression } = draft;
  if (key !== undefined) checkResponseKey(reading, key);
  if (expression !== undefined) checkSelection(reading, expression, draft.ResponseTemplates);
  checkTemplateChoice(reading, draft);
  checkTemplates(reading, draft.ResponseTemplates ?? []);
  checkParameters(reading, draft.ResponseParameters ?? []);
  checkConversion(reading, draft);
  checkModel(reading, draft);
}

function checkTemplates(reading: Reading, templates: readonly TextEntry[]): void {
  for (const { key, value } of templates) {
    if (key.text === "\\$default") {
      report(reading, key.node, {
        code: "SD3104",
        message: "The backslash belongs in the selection expression; the key of the template is $default",
        pointer: key.pointer,
        suggestion: written(reading, key.node.plain, "$default"),
      });
    }
    if (value !== undefined && longerThan(value.text, SPEC_LIMITS.template)) {
      const message = `The template has ${characters(value.text)} characters; a template can have at most ${SPEC_LIMITS.template}`;
      report(reading, value.node, { code: "SD3002", message, pointer: value.pointer });
    }
  }
}

function checkModel(reading: Reading, draft: Draft): void {
  if (longestModel(draft) <= SPEC_LIMITS.model) return;
  const { ApiId, IntegrationId, IntegrationResponseKey } = draft;
  const ids = {
    ApiId: ApiId?.text,
    IntegrationId: IntegrationId?.text,
    IntegrationResponseKey: IntegrationResponseKey?.text,
  };
  const json = JSON.stringify({ ...ids, ...propertiesOf(draft) });
  const bytes = utf8Bytes(json) + utf8Bytes(ids.IntegrationResponseKey ?? "");
  if (json.length <= SPEC_LIMITS.model && bytes <= SPEC_LIMITS.modelBytes) return;
  const message =
    json.length > SPEC_LIMITS.model
      ? `Resource ${shown(draft.logicalId)} has ${json.length} characters as JSON; Cloud Control accepts at most ${SPEC_LIMITS.model}`
      : `Resource ${shown(draft.logicalId)} has ${bytes} bytes as UTF-8; the ledger accepts at most ${SPEC_LIMITS.modelBytes}`;
  report(reading, draft.name, { code: "SD3004", message, pointer: draft.pointer, help: "Shorten its templates." });
}

/** Reports the first resource with an ApiId that is too much. */
function checkApiIds(reading: Reading, drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { ApiId, name, pointer } of drafts) {
    if (ApiId === undefined || seen.has(ApiId.text)) continue;
    seen.add(ApiId.text);
    bytes += utf8Bytes(ApiId.text);
    if (bytes <= SPEC_LIMITS.apiIds) continue;
    report(reading, name, {
      code: "SD1019",
      message: `The ApiIds up to here have ${bytes} bytes together; those of a document can have at most ${SPEC_LIMITS.apiIds}`,
      pointer,
      help: "Split the document by API.",
    });
    return;
  }
}

/** More characters than a resource's JSON can have: an escape takes six, quotes and marks of an entry too, the names 300. */
function longestModel(draft: Draft): number {
  const { ApiId, IntegrationId, IntegrationResponseKey, TemplateSelectionExpression } = draft;
  const { ResponseTemplates = [], ResponseParameters = [] } = draft;
  let characters = 0;
  for (const text of [ApiId, IntegrationId, IntegrationResponseKey, TemplateSelectionExpression]) {
    characters += text?.text.length ?? 0;
  }
  for (const entries of [ResponseTemplates, ResponseParameters]) {
    for (const { key, value } of entries) characters += key.text.length + (value?.text.length ?? 0) + 1;
  }
  return 6 * characters + 300;
}

/** What a draft asks of AWS beyond its key. Every name of a map is an own property, `__proto__` too. */
export function propertiesOf(draft: Draft): WritableProperties {
  const { ContentHandlingStrategy, ResponseParameters, ResponseTemplates, TemplateSelectionExpression } = draft;
  const properties: { -readonly [P in keyof WritableProperties]: WritableProperties[P] } = {};
  if (ContentHandlingStrategy) properties.ContentHandlingStrategy = ContentHandlingStrategy.text;
  if (ResponseParameters) properties.ResponseParameters = textsOf(ResponseParameters);
  if (ResponseTemplates) properties.ResponseTemplates = textsOf(ResponseTemplates);
  if (TemplateSelectionExpression) properties.TemplateSelectionExpression = TemplateSelectionExpression.text;
  return properties;
}

function textsOf(entries: readonly TextEntry[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { key, value } of entries) {
    if (value === undefined) continue;
    if (key.text === "__proto__") Object.defineProperty(texts, key.text, { ...OWN, value: value.text });
    else texts[key.text] = value.text;
  }
  return texts;
}

const OWN = { enumerable: true, configurable: true, writable: true };

function checkNaturalKeys(reading: Reading, drafts: readonly Draft[]): void {
  const first = new Map<string, Draft>();
  for (const draft of drafts) {
    const { ApiId, IntegrationId, IntegrationResponseKey } = draft;
    if (!ApiId || !IntegrationId || !IntegrationResponseKey) continue;
    const naturalKey = `${ApiId.text}|${IntegrationId.text}|${IntegrationResponseKey.text}`;
    const other = first.get(naturalKey);
    if (other === undefined) {
      first.set(naturalKey, draft);
      continue;
    }
    const line = lineOf(reading, other.name.start);
    report(reading, draft.name, {
      code: "SD1013",
      message: `Resource ${shown(draft.logicalId)} is the same response as ${shown(other.logicalId)} on line ${line}: ${shown(naturalKey)}`,
      pointer: draft.pointer,
      help: "A key is unique within its integration: change one of the two keys, or remove one of the two resources.",
    });
  }
}

function checkDefaults(reading: Reading, drafts: readonly Draft[]): void {
  const lacking = new Map<string, Draft>();
  for (const draft of drafts) {
    const integration = hasDefaultKey(draft) ? undefined : integrationOf(draft);
    if (integration !== undefined && !lacking.has(integration)) lacking.set(integration, draft);
  }
  if (lacking.size === 0) return;
  for (const draft of drafts) {
    if (hasDefaultKey(draft)) lacking.delete(String(integrationOf(draft)));
  }
  // One for each API, so that each API's result has its own.
  const byApi = new Map<string | undefined, { readonly first: Draft; others: number }>();
  for (const draft of lacking.values()) {
    const onApi = byApi.get(draft.ApiId?.text);
    if (onApi === undefined) byApi.set(draft.ApiId?.text, { first: draft, others: 0 });
    else onApi.others += 1;
  }
  for (const { first, others } of byApi.values()) {
    const more = others === 0 ? "" : `, and ${others} more ${others === 1 ? "has" : "have"} none either`;
    report(reading, first.name, {
      code: "SD3107",
      message: `Integration ${shown(String(first.IntegrationId?.text))} has no $default response in this document${more}`,
      pointer: first.pointer,
      help: "A result that no key matches is then an error for the client. Ignore this if another document has the $default response.",
    });
  }
}

/** A key that is missing, or has a backslash too many, may have been meant as one. */
function hasDefaultKey({ IntegrationResponseKey: key }: Draft): boolean {
  return key === undefined || key.text === "$default" || key.text === "\\$default";
}

function integrationOf({ ApiId, IntegrationId }: Draft): string | undefined {
  return ApiId && IntegrationId && `${ApiId.text}|${IntegrationId.text}`;
}
