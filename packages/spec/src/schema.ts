import { EXPECTATION_PROPERTIES } from "./expectations/tables.ts";
import { SPEC_LIMITS } from "./limits.ts";
import {
  DEPLOY_PROPERTIES,
  DOCUMENT_PROPERTIES,
  ID_PATTERN,
  ID_PATTERN_ERROR,
  type PropertyRule,
  type PropertyTable,
  RESOURCE_PROPERTIES,
  STAGE_PATTERN,
  STAGE_PATTERN_ERROR,
} from "./properties.ts";

const RESOURCE_DESCRIPTION =
  "An integration response, under its logical id: your name for it, which plans, events and messages show.";

const EXPECTATION_DESCRIPTION =
  "For a reply of the backend: the response and template that AWS takes, and the frame that the client gets.";

/** What every resource needs unless the top of the document has it. */
const INHERITED = ["ApiId", "IntegrationId"];

/** The JSON Schema (draft-07) of spec documents, from the same tables that `parse` reads by. */
export function documentSchema(): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "specdrop document",
    description: "Integration responses of API Gateway WebSocket APIs, as they should be.",
    ...objectOf(DOCUMENT_PROPERTIES),
    allOf: INHERITED.map((name) => ({
      if: { not: { type: "object", required: [name] } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: {
        properties: {
          IntegrationResponses: { type: "object", additionalProperties: { type: "object", required: [name] } },
        },
      },
    })),
    definitions: {
      resource: { description: RESOURCE_DESCRIPTION, ...objectOf(RESOURCE_PROPERTIES) },
      expectation: { description: EXPECTATION_DESCRIPTION, ...objectOf(EXPECTATION_PROPERTIES) },
    },
  };
}

function objectOf(table: PropertyTable): object {
  const rules = Object.entries(table);
  const required = rules.filter(([name, rule]) => rule.required && !INHERITED.includes(name)).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(rules.map(([name, rule]) => [name, { ...typeOf(rule), ...annotations(rule) }])),
    required,
    additionalProperties: false,
  };
}

function annotations(rule: PropertyRule): object {
  const { description, examples } = rule;
  return { description, ...(rule.default === undefined ? {} : { default: rule.default }), examples };
}

function typeOf(rule: PropertyRule): object {
  switch (rule.kind) {
    case "id":
      return {
        type: "string",
        maxLength: SPEC_LIMITS.id,
        pattern: ID_PATTERN,
        patternErrorMessage: ID_PATTERN_ERROR,
      };
    case "name":
      return { type: "string", minLength: 1 };
    case "stage":
      return { type: "string", pattern: STAGE_PATTERN, patternErrorMessage: STAGE_PATTERN_ERROR };
    case "text":
      return { type: "string" };
    case "texts":
      return {
        type: "object",
        propertyNames: { minLength: 1, ...rule.names },
        additionalProperties: { type: "string", ...rule.values },
      };
    case "flag":
      return { type: "boolean" };
    case "count":
      return { type: "integer", minimum: 0 };
    case "choice":
      return { type: "string", enum: rule.choices };
    case "deploy":
      return objectOf(DEPLOY_PROPERTIES);
    case "map":
      return objectOf(rule.table);
    case "any":
      return {};
    case "expectations":
      return { type: "array", items: { $ref: "#/definitions/expectation" } };
    case "resources":
      return {
        type: "object",
        maxProperties: SPEC_LIMITS.resources,
        propertyNames: { minLength: 1, maxLength: SPEC_LIMITS.logicalId },
        additionalProperties: { $ref: "#/definitions/resource" },
      };
  }
}
