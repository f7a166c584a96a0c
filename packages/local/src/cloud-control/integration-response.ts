import { isRecord } from "../json.ts";
import { HandlerFailure } from "./errors.ts";
import type { Model } from "./state.ts";
import { type EmulatedType, INTEGRATION_RESPONSE } from "./types.ts";

const PARAMETER_KEY = /^method\.response\.header\.[^\s]+$/;
const PARAMETER_VALUE = /^(integration\.response\.(header\.[^\s]+|multivalueheader\.[^\s]+|body(\..+)?)|'.*')$/s;
/** Lengths of the apigatewayv2 model: IntegrationParameters values, TemplateMap values. */
const MAX_PARAMETER = 512;
const MAX_TEMPLATE = 32_768;

/** What API Gateway checks beyond the schema. Throws a `HandlerFailure`. */
export function checkIntegrationResponse(model: Model): void {
  if (model["IntegrationResponseKey"] === "") throw invalid("IntegrationResponseKey must not be empty.");
  const strategy = model["ContentHandlingStrategy"];
  if (strategy !== undefined && strategy !== "CONVERT_TO_BINARY" && strategy !== "CONVERT_TO_TEXT") {
    throw invalid(
      `Invalid ContentHandlingStrategy specified: ${String(strategy)}. Must be one of [CONVERT_TO_BINARY, CONVERT_TO_TEXT]`,
    );
  }
  // Seen live on the sibling property of Integration.
  if (/(^|[^\\])\$default/.test(String(model["TemplateSelectionExpression"] ?? ""))) {
    throw invalid(`Unexpected variable in selection expression: ${String(model["TemplateSelectionExpression"])}`);
  }
  for (const [name, value] of entries(model["ResponseParameters"])) checkParameter(name, value);
  for (const [name, value] of entries(model["ResponseTemplates"])) {
    if (typeof value !== "string") throw invalid(`ResponseTemplates[${name}] must be a string.`);
    if (value.length > MAX_TEMPLATE)
      throw invalid(`ResponseTemplates[${name}] must be at most ${MAX_TEMPLATE} characters long.`);
  }
}

function checkParameter(name: string, value: unknown): void {
  if (!PARAMETER_KEY.test(name)) throw invalid(`Invalid mapping expression parameter specified: ${name}`);
  if (typeof value !== "string") throw invalid(`ResponseParameters[${name}] must be a string.`);
  if (value.length < 1 || value.length > MAX_PARAMETER) {
    throw invalid(`ResponseParameters[${name}] must be 1 to ${MAX_PARAMETER} characters long.`);
  }
  if (!PARAMETER_VALUE.test(value)) throw invalid(`Invalid mapping expression specified: ${value}`);
}

function entries(value: unknown): readonly [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** An empty TemplateSelectionExpression clears the property (seen live: cdk-real-drift#1567). */
export function withoutClearedExpression(type: EmulatedType, model: Model): Model {
  if (type.typeName !== INTEGRATION_RESPONSE || model["TemplateSelectionExpression"] !== "") return model;
  const { TemplateSelectionExpression: _cleared, ...rest } = model;
  return rest;
}

function invalid(message: string): HandlerFailure {
  return new HandlerFailure("InvalidRequest", message);
}
