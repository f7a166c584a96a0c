import { INVISIBLE, TYPOGRAPHIC_QUOTES } from "./invisible.ts";
import { SPEC_LIMITS } from "./limits.ts";

/** What a property may hold. */
export type RuleKind =
  /** An id that AWS gave: not empty, none of `ID_PATTERN`'s impossible characters. */
  | "id"
  /** Text that is not empty. */
  | "name"
  /** The name of a stage, as `STAGE_PATTERN` has it. */
  | "stage"
  | "text"
  /** A map of texts under names that are not empty. */
  | "texts"
  | "flag"
  /** A whole number, 0 or more. */
  | "count"
  | "choice"
  | "deploy"
  | "resources"
  | "expectations"
  /** A map with a table of its own. */
  | "map"
  /** Any value. */
  | "any";

interface Rule<K extends RuleKind> {
  readonly kind: K;
  /** What an editor shows. */
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly required?: true;
  /** What the property is when it is left out. */
  readonly default?: unknown;
}

/** What a schema can say of a text; lengths are in characters. */
export interface TextLimits {
  readonly pattern?: string;
  /** What an editor shows where the pattern does not match. */
  readonly patternErrorMessage?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface TextsRule extends Rule<"texts"> {
  readonly names?: TextLimits;
  readonly values: TextLimits;
}

export interface ChoiceRule extends Rule<"choice"> {
  readonly choices: readonly string[];
  /** What to write instead of values that people bring from elsewhere. */
  readonly instead?: Readonly<Record<string, string>>;
}

export interface MapRule extends Rule<"map"> {
  readonly table: PropertyTable;
}

export type PropertyRule = ChoiceRule | TextsRule | MapRule | Rule<Exclude<RuleKind, "choice" | "texts" | "map">>;

export type PropertyTable = Readonly<Record<string, PropertyRule>>;

/** AWS leaves its ids unconstrained, but these would break identifiers, paths and natural keys, or stand for an id to come. */
export const ID_PATTERN = `^(?!__)[^|/\\s\\u0000-\\u001f\\u007f${INVISIBLE}${TYPOGRAPHIC_QUOTES}"'\`{}<>%$@#()[\\]]+$`;

export const ID_PATTERN_ERROR =
  "No id of AWS has white space, quotes, two _ in front, or any of / | $ { } < > % @ # ( ) [ ].";

/** "Stage names can contain only alphanumeric characters, hyphens, and underscores, or be $default" (API reference, Stage). */
export const STAGE_PATTERN = `^(?:[A-Za-z0-9_-]{1,${SPEC_LIMITS.stage}}|\\$default)$`;

export const STAGE_PATTERN_ERROR = "A stage has letters, digits, - and _ in its name, or is called $default.";

/** A header's name: a token as RFC 7230 has it. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z\\-]+";

/** A key of ResponseParameters, as the API's reference has it. */
export const PARAMETER_KEY_PATTERN = `^method\\.response\\.header\\.${TOKEN}$`;

/** A static value of ResponseParameters, in single quotes. */
const STATIC = "'[\\s\\S]*'";

/** Values of ResponseParameters that are documented for requests only. */
const UNVERIFIED = `(?:context|stageVariables)\\.[\\s\\S]+|integration\\.response\\.multivalueheader\\.${TOKEN}`;

/** A value of ResponseParameters that AWS may take. */
export const PARAMETER_VALUE_PATTERN = `^(?:${STATIC}|integration\\.response\\.(?:header\\.${TOKEN}|body(?:\\.[\\s\\S]+)?)|${UNVERIFIED})$`;

/** Those of them that nobody has seen AWS take. */
export const UNVERIFIED_VALUE_PATTERN = `^(?:${UNVERIFIED})$`;

/** Values of ContentHandlingStrategy, from the API's reference. */
export const STRATEGIES = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"] as const;

export const API_ID = {
  kind: "id",
  description: "The id of the WebSocket API. At the top of a document, it is the default for every resource.",
  examples: ["a1b2c3d4e5"],
} as const satisfies PropertyRule;

export const INTEGRATION_ID = {
  kind: "id",
  description: "The id of the integration. At the top of a document, it is the default for every resource.",
  examples: ["abc1234"],
} as const satisfies PropertyRule;

/** The properties of an integration response, under CloudFormation's names. */
export const RESPONSE_PROPERTIES = {
  ApiId: { ...API_ID, required: true },
  IntegrationId: { ...INTEGRATION_ID, required: true },
  IntegrationResponseKey: {
    kind: "name",
    description:
      "The results of the integration that this response is for: $default, or a regular expression between slashes. Unique within its integration.",
    examples: ["$default", "/200/", "/4\\d\\d/"],
    required: true,
  },
  ResponseTemplates: {
    kind: "texts",
    description:
      "Mapping templates by selection key: a content type, a value of the selection expression, or $default.",
    examples: [{ $default: '{"ok":true}' }],
    values: { maxLength: SPEC_LIMITS.template },
  },
  ResponseParameters: {
    kind: "texts",
    description:
      "Headers to set, as method.response.header.NAME: a static value in single quotes, integration.response.header.NAME or integration.response.body.EXPRESSION.",
    examples: [{ "method.response.header.Content-Type": "'application/json'" }],
    names: { pattern: PARAMETER_KEY_PATTERN, patternErrorMessage: "Write a header as method.response.header.NAME." },
    values: {
      minLength: 1,
      maxLength: SPEC_LIMITS.parameterValue,
      pattern: PARAMETER_VALUE_PATTERN,
      patternErrorMessage:
        "Write integration.response.header.NAME, integration.response.body.EXPRESSION, or static text in single quotes of its own: \"'text'\".",
    },
  },
  TemplateSelectionExpression: {
    kind: "text",
    description: "Selects the template: static text, or variables such as $request.body.action.",
    examples: ["\\$default", "$integration.response.statuscode", "$request.body.action"],
  },
  ContentHandlingStrategy: {
    kind: "choice",
    choices: STRATEGIES,
    description:
      "CONVERT_TO_BINARY decodes Base64 text to bytes, CONVERT_TO_TEXT encodes bytes as Base64 text. Without it, the payload passes unchanged.",
    examples: ["CONVERT_TO_TEXT"],
  },
} as const satisfies PropertyTable;

/** What happens to a response that its document no longer declares. */
export const DELETION_POLICY = {
  kind: "choice",
  choices: ["Delete", "Retain"],
  description:
    "Decides about this response when the document no longer declares it. Without it, specdrop deletes the response if it created it, and keeps it if it adopted it.",
  examples: ["Retain"],
  instead: {
    RetainExceptOnCreate: "Write Retain: a response whose creation failed is never kept.",
    Snapshot: "There is nothing to take a snapshot of; write Delete or Retain.",
  },
} as const satisfies PropertyRule;

/** What CloudFormation does with the old response when a new one takes its place. */
export const UPDATE_REPLACE_POLICY = {
  ...DELETION_POLICY,
  instead: { Snapshot: DELETION_POLICY.instead.Snapshot },
} as const satisfies PropertyRule;

export const ADOPT = {
  kind: "flag",
  description:
    "Adopt a live response that has the same key and that no document owns. Without it, such a response is a conflict.",
  examples: [true],
  default: false,
} as const satisfies PropertyRule;

/** The properties of a resource in a spec document. */
export const RESOURCE_PROPERTIES = {
  ...RESPONSE_PROPERTIES,
  adopt: ADOPT,
  DeletionPolicy: DELETION_POLICY,
} as const satisfies PropertyTable;

export const DEPLOY_PROPERTIES = {
  StageName: {
    kind: "stage",
    description: "The stage to deploy the API to once every change has succeeded.",
    examples: ["prod"],
    required: true,
  },
} as const satisfies PropertyTable;

/** What answers behind an integration. */
export const BACKEND = {
  kind: "choice",
  choices: ["lambda", "http", "aws", "mock"],
  description:
    "The kind of backend behind the integrations; it decides what AWS matches response keys to. Checked against AWS before applying.",
  examples: ["lambda"],
} as const satisfies PropertyRule;

/** The properties at the top of a spec document. */
export const DOCUMENT_PROPERTIES = {
  $schema: { kind: "text", description: "For editors; specdrop ignores it.", examples: ["./specdrop.schema.json"] },
  ApiId: API_ID,
  IntegrationId: INTEGRATION_ID,
  Deploy: {
    kind: "deploy",
    description: "Deploy the API after the changes: a WebSocket API's changes are not live until then.",
    examples: [{ StageName: "prod" }],
  },
  DryRun: {
    kind: "flag",
    description: "Only plan and report the plan; change nothing.",
    examples: [true],
    default: false,
  },
  AllowDeletions: {
    kind: "count",
    description: "How many responses this document may delete at once, above the default limit.",
    examples: [20],
  },
  OnDrift: {
    kind: "choice",
    choices: ["report", "repair"],
    description: "What to do when a live response differs from the document.",
    examples: ["repair"],
    default: "report",
  },
  TwoWay: {
    kind: "flag",
    description:
      "Keep a $default route response on every route that leads to these integrations: without one, no reply of an integration reaches a client. $connect and $disconnect are not changed.",
    examples: [true],
    default: false,
  },
  Backend: BACKEND,
  Expectations: {
    kind: "expectations",
    description: "Tests of this document: given a backend's reply, what the client gets. Never sent to AWS.",
    examples: [[{ name: "a reply", given: { reply: { status: 200 } }, expect: { response: "chatOk" } }]],
  },
  IntegrationResponses: {
    kind: "resources",
    description:
      "The integration responses, by logical id. An empty map removes everything that the document declared before.",
    examples: [{ chatOk: { IntegrationResponseKey: "/200/" } }],
    required: true,
  },
} as const satisfies PropertyTable;

const REQUIRED = new WeakMap<PropertyTable, readonly string[]>();

/** The properties that a table requires; found out once, as it is asked for every resource. */
export function requiredIn(table: PropertyTable): readonly string[] {
  const known = REQUIRED.get(table);
  if (known !== undefined) return known;
  const required = Object.keys(table).filter((name) => table[name]?.required);
  REQUIRED.set(table, required);
  return required;
}
