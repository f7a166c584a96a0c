import type { IntegrationResponseModel, LiveIntegrationResponse } from "@specdrop/engine";
import type { ResourceDescription } from "./api.ts";
import { partsOf } from "./identifier.ts";

type WritableModel = LiveIntegrationResponse["properties"];

const RESPONSE = ["ApiId", "IntegrationId", "IntegrationResponseId"] as const;

/** The resource a description or an event speaks of, where it says more than which one it is. */
export function readResource({ Identifier, Properties }: ResourceDescription): LiveIntegrationResponse | undefined {
  const resource = readPartialResource({ Identifier, Properties });
  return resource !== undefined && Object.keys(resource.properties).length > 0 ? resource : undefined;
}

/** Likewise, but a resource without a single writable property will do: `GetResource` leaves nothing out. */
export function readPartialResource({
  Identifier,
  Properties,
}: ResourceDescription): LiveIntegrationResponse | undefined {
  const model = parseObject(Properties);
  const key = model?.["IntegrationResponseKey"];
  const identifier = Identifier ?? identifierOf(model, RESPONSE);
  if (model === undefined || identifier === undefined || typeof key !== "string") return undefined;
  const [ApiId = "", IntegrationId = ""] = partsOf(identifier, RESPONSE);
  return { identifier, ApiId, IntegrationId, IntegrationResponseKey: key, properties: writable(model) };
}

/** The same text for the same model, whatever order it was put together in: AWS compares what comes with a ClientToken. */
export function desiredState(model: IntegrationResponseModel): string {
  const { ApiId, IntegrationId, IntegrationResponseKey, ...properties } = model;
  const sorted = Object.entries(properties).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ ApiId, IntegrationId, IntegrationResponseKey, ...Object.fromEntries(sorted) });
}

/** The identifier that a model amounts to, where nothing else says it. */
export function identifierOf(
  model: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): string | undefined {
  const parts = names.map((name) => model?.[name]);
  return parts.every((part) => typeof part === "string") ? parts.join("|") : undefined;
}

/** The JSON object that a text holds; `undefined` for any other text. */
export function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function writable(model: Readonly<Record<string, unknown>>): WritableModel {
  const { ContentHandlingStrategy, ResponseParameters, ResponseTemplates, TemplateSelectionExpression } = model;
  return {
    ...(typeof ContentHandlingStrategy === "string" && { ContentHandlingStrategy }),
    ...(isObject(ResponseParameters) && { ResponseParameters: texts(ResponseParameters) }),
    ...(isObject(ResponseTemplates) && { ResponseTemplates: texts(ResponseTemplates) }),
    ...(typeof TemplateSelectionExpression === "string" && { TemplateSelectionExpression }),
  };
}

/** The registry schema says only that these maps are objects; the service behind them has strings. */
function texts(map: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
