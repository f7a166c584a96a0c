import type { TryDefinition } from "../state.ts";

/** The responses of a document that somebody pasted as JSON, for one integration; or why it cannot be read. */
export function pastedDefinitions(
  text: string,
  integrationId: string,
): readonly TryDefinition[] | { readonly problem: string } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: "This is no JSON. Paste the document as JSON." };
  }
  const responses = isMap(document) ? document["IntegrationResponses"] : undefined;
  if (!isMap(document) || !isMap(responses)) return { problem: "This document has no IntegrationResponses." };
  const definitions = Object.entries(responses).flatMap(([logicalId, response]) => {
    const id = isMap(response) ? (response["IntegrationId"] ?? document["IntegrationId"]) : undefined;
    return isMap(response) && (id === undefined || id === integrationId) ? [definitionOf(logicalId, response)] : [];
  });
  return definitions.length > 0
    ? definitions
    : { problem: `This document has no response of integration ${integrationId}.` };
}

function definitionOf(logicalId: string, response: Readonly<Record<string, unknown>>): TryDefinition {
  const text = (name: "TemplateSelectionExpression" | "ContentHandlingStrategy") => {
    const value = response[name];
    return typeof value === "string" ? { [name]: value } : {};
  };
  const templates = response["ResponseTemplates"];
  return {
    logicalId,
    IntegrationResponseKey: String(response["IntegrationResponseKey"] ?? ""),
    ...text("TemplateSelectionExpression"),
    ...text("ContentHandlingStrategy"),
    ...(isMap(templates)
      ? { ResponseTemplates: Object.fromEntries(Object.entries(templates).map(([key, value]) => [key, String(value)])) }
      : {}),
  };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
