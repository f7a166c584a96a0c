import { type Mode, RESULT_DETAIL_TYPES, type ResultDetailType, SOURCE } from "./events.ts";
import {
  apisSchema,
  changeSchema,
  deploymentSchema,
  diagnosticSchema,
  documentSchema,
  errorSchema,
  metadataSchema,
  type PublishedSchema,
  positionSchema,
  publish,
  rangeSchema,
  receivedSchemas,
  resultDetailSchema,
  type Schema,
  summarySchema,
} from "./schema.ts";

// Each detail-type has a schema that takes its own results and no others. What all have in common stands in
// `definitions`, under titles that generated types are named after.

const failed: Schema = { type: "object", properties: { status: { const: "failed" } }, required: ["status"] };
const ofRoute: Schema = {
  type: "object",
  properties: { resourceType: { const: "RouteResponse" } },
  required: ["resourceType"],
};

/** A change that failed says why, and each says which response it is about. */
const CHANGE_RULES: readonly Schema[] = [
  where(failed, needs("error")),
  where(ofRoute, needs("routeId", "routeKey"), needs("integrationId", "integrationResponseKey")),
];

const NAMES = new Map<Schema, string>([
  [metadataSchema, "Metadata"],
  [documentSchema, "DocumentSource"],
  [summarySchema, "Summary"],
  [changeSchema, "Change"],
  [errorSchema, "ChangeError"],
  [diagnosticSchema, "Diagnostic"],
  [rangeSchema, "Range"],
  [positionSchema, "Position"],
  [apisSchema, "ConcernedApis"],
  [deploymentSchema, "Deployment"],
  [resultDetailSchema.properties.data, "ResultData"],
]);

const RULES: Readonly<Record<string, readonly Schema[]>> = { Change: CHANGE_RULES };

/** The shared parts of all results, by title. */
const DEFINITIONS: Readonly<Record<string, Schema>> = Object.fromEntries(
  [...NAMES].map(([schema, title]) => {
    const rules = RULES[title];
    return [title, { title, ...membersReferring(schema), ...(rules === undefined ? {} : { allOf: rules }) }];
  }),
);

/** A schema in which each named part is a reference. */
function referring(schema: Schema): Schema {
  const name = NAMES.get(schema);
  return name === undefined ? membersReferring(schema) : { $ref: `#/definitions/${name}` };
}

function membersReferring(schema: Schema): Schema {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: mapped(properties, referring) }),
    ...(items === undefined ? {} : { items: referring(items) }),
  };
}

function mapped<T>(members: Readonly<Record<string, Schema>>, change: (schema: Schema) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, change(schema)]));
}

function where(condition: Schema, rule: Schema, otherwise?: Schema): Schema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  return { if: condition, then: rule, ...(otherwise === undefined ? {} : { else: otherwise }) };
}

function needs(...names: readonly string[]): Schema {
  return { type: "object", properties: Object.fromEntries(names.map((name) => [name, {}])), required: names };
}

const NONE = { maximum: 0 } as const;
const SOME = { minimum: 1 } as const;
const CHANGED = ["create", "adopt", "update", "replace", "delete", "forget"] as const;

const error: Schema = { type: "object", properties: { severity: { const: "error" } }, required: ["severity"] };
/** An error is listed, or the list was cut. */
const HAS_ERROR: readonly Schema[] = [
  dataWith({ diagnostics: { type: "array", contains: error } }),
  dataWith({ omittedDiagnostics: { type: "integer", ...SOME } }, "omittedDiagnostics"),
];

const ONLY_WARNINGS = dataWith({
  diagnostics: { type: "array", items: { type: "object", properties: { severity: { const: "warning" } } } },
});

/** Only a deployment may have failed. */
const HAS_NO_ERROR: Schema = {
  anyOf: [
    ONLY_WARNINGS,
    dataWith({ deployment: { type: "object", properties: { status: { const: "failed" } } } }, "deployment"),
  ],
};

/** What of a result's `data` is so in one detail-type only. */
interface Distinction {
  readonly description: string;
  readonly modes: readonly Mode[];
  /** The statuses that its changes may have; with none it has no changes. */
  readonly statuses: readonly string[];
  readonly hasApi: boolean;
  readonly rules?: readonly Schema[];
}

const DISTINCTIONS: Readonly<Record<ResultDetailType, Distinction>> = {
  SpecRejected: {
    description: "A document has errors. Nothing was changed.",
    modes: ["apply", "plan", "withdraw"],
    statuses: [],
    hasApi: false,
    rules: [{ anyOf: HAS_ERROR }],
  },
  PlanProduced: {
    description: "A document asked for a dry run: what applying it would do to one API.",
    modes: ["plan"],
    statuses: ["planned", "failed"],
    hasApi: true,
  },
  ApplySucceeded: {
    description: "One API now is as the document asks, or a withdrawn document's resources are gone from it.",
    modes: ["apply", "withdraw"],
    statuses: ["succeeded"],
    hasApi: false,
    rules: [
      counts({ failed: NONE }),
      HAS_NO_ERROR,
      {
        anyOf: [
          dataWith({ mode: { const: "withdraw" } }),
          dataWith({ deployment: {} }, "deployment"),
          // A run on one API that finished what a killed one began may find nothing left to count.
          dataWith({ apiId: {} }, "apiId"),
          ...[...CHANGED, "unchanged"].map((name) => counts({ [name]: SOME })),
        ],
      },
    ],
  },
  ApplyUnchanged: {
    description: "One API already was as the document asks. Nothing was written.",
    modes: ["apply", "withdraw"],
    statuses: ["succeeded"],
    hasApi: false,
    rules: [
      HAS_NO_ERROR,
      counts({ ...Object.fromEntries(CHANGED.map((name) => [name, NONE])), failed: NONE }),
      dataWith({ changes: { type: "array", items: { type: "object", properties: { action: { const: "none" } } } } }),
    ],
  },
  ApplyFailed: {
    description: "At least one change failed, or a conflict or a policy stopped them all beforehand.",
    modes: ["apply", "plan", "withdraw"],
    statuses: ["succeeded", "failed", "skipped"],
    hasApi: true,
    rules: [{ anyOf: [...HAS_ERROR, counts({ failed: SOME })] }],
  },
  SpecSuperseded: {
    description: "A newer revision took the place of this one before it was applied.",
    modes: ["apply", "withdraw"],
    statuses: [],
    hasApi: false,
    rules: [ONLY_WARNINGS],
  },
  DriftDetected: {
    description: "Live responses no longer are as the accepted revision declares.",
    modes: ["drift"],
    statuses: ["planned", "failed"],
    hasApi: true,
    rules: [{ anyOf: [...HAS_ERROR, ...[...CHANGED, "failed"].map((name) => counts({ [name]: SOME }))] }],
  },
  DriftResolved: {
    description: "Live responses are as declared again, after an earlier DriftDetected.",
    modes: ["drift"],
    statuses: ["planned", "succeeded"],
    hasApi: true,
    rules: [
      counts({ failed: NONE }),
      // What a repair did has succeeded; else nothing is left to do.
      dataWith({
        changes: {
          type: "array",
          items: where(
            { type: "object", properties: { status: { const: "planned" } } },
            { type: "object", properties: { action: { const: "none" } } },
          ),
        },
      }),
    ],
  },
};

/** A rule about some of the properties of `data`. */
function dataWith(properties: Readonly<Record<string, Schema>>, ...required: readonly string[]): Schema {
  const data: Schema = { type: "object", properties, ...(required.length === 0 ? {} : { required }) };
  return { type: "object", properties: { data } };
}

/** A rule about some of the counts in `summary`. */
function counts(
  properties: Readonly<Record<string, { readonly minimum?: number; readonly maximum?: number }>>,
): Schema {
  const integers = mapped(properties, (bounds) => ({ type: "integer" as const, ...bounds }));
  return dataWith({ summary: { type: "object", properties: integers } });
}

function rulesOf({ modes, statuses, hasApi, rules = [] }: Distinction): readonly Schema[] {
  const status: Schema = { type: "object", properties: { status: { type: "string", enum: statuses } } };
  const changes: Schema = statuses.length === 0 ? { type: "array", maxItems: 0 } : { type: "array", items: status };
  const own = {
    ...(hasApi ? { apiId: {} } : {}),
    mode: { type: "string", enum: modes } as const,
    changes,
  };
  return [dataWith(own, ...(hasApi ? ["apiId"] : [])), ...rules];
}

/** `detail` of one detail-type; its references lead to its own `definitions`. */
function detailSchema(detailType: ResultDetailType): Schema {
  const distinction = DISTINCTIONS[detailType];
  return { ...referring(resultDetailSchema), allOf: rulesOf(distinction) };
}

/** The schema of each result's `detail`, by detail-type. */
export const resultSchemas = Object.fromEntries(
  RESULT_DETAIL_TYPES.map((detailType) => [
    detailType,
    publish(detailType, DISTINCTIONS[detailType].description, {
      ...detailSchema(detailType),
      definitions: DEFINITIONS,
    }),
  ]),
) as Readonly<Record<ResultDetailType, PublishedSchema>>;

/**
 * The whole event as EventBridge delivers it, whichever result it holds. Types that are generated from it have one class
 * for each shared part.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export const envelopeSchema: PublishedSchema = publish(
  "SpecdropEvent",
  "An event of specdrop, as a rule of EventBridge delivers it.",
  {
    type: "object",
    properties: {
      version: { type: "string" },
      id: { type: "string", minLength: 1, description: "Of this delivery. Use detail.metadata.id to drop repeats." },
      "detail-type": { type: "string", enum: RESULT_DETAIL_TYPES },
      source: { const: SOURCE },
      account: { type: "string" },
      time: { type: "string", description: "ISO 8601, UTC, in whole seconds." },
      region: { type: "string" },
      resources: { type: "array", items: { type: "string" } },
      detail: { $ref: "#/definitions/ResultDetail" },
    },
    required: ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"],
    allOf: RESULT_DETAIL_TYPES.map((detailType) =>
      where(
        { type: "object", properties: { "detail-type": { const: detailType } }, required: ["detail-type"] },
        { type: "object", properties: { detail: { type: "object", allOf: rulesOf(DISTINCTIONS[detailType]) } } },
      ),
    ),
    definitions: { ...DEFINITIONS, ResultDetail: { title: "ResultDetail", ...referring(resultDetailSchema) } },
  },
);

/** The schema of each event's `detail`, by detail-type, as published in `schemas/`. */
export const eventSchemas: readonly PublishedSchema[] = [...Object.values(resultSchemas), ...receivedSchemas];
