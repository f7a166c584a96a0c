import {
  ACTIONS,
  type ChangeError,
  type ChangeResult,
  type ChangeStatus,
  type ConcernedApis,
  type DeploymentResult,
  type DocumentSource,
  type EventDiagnostic,
  type EventMetadata,
  emptySummary,
  type Mode,
  RESULT_DETAIL_TYPES,
  type ResultData,
  type ResultDetailType,
  type ResultEvent,
  type SpecSubmitted,
  type SpecWithdrawn,
  type Summary,
} from "@specdrop/events";
import fc from "fast-check";

type OptionalName<T> = { [Name in keyof T]-?: object extends Pick<T, Name> ? Name : never }[keyof T];
type Generators<T> = { readonly [Name in keyof T]-?: fc.Arbitrary<Exclude<T[Name], undefined>> };

/**
 * Records of `T`: what is always there, and what is there now and then. A new property of `T`, an optional one too, breaks
 * the build until it has a generator.
 */
function recordsOf<T extends object>(
  always: Generators<Omit<T, OptionalName<T>>>,
  ...[sometimes]: OptionalName<T> extends never ? [] : [Generators<Pick<T, OptionalName<T>>>]
): fc.Arbitrary<T> {
  const generators = { ...always, ...sometimes } as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(generators, { requiredKeys: Object.keys(always) }) as unknown as fc.Arbitrary<T>;
}

const anyText = fc.string({ unit: "binary" });
const count = fc.nat();
const position = fc.record({ line: fc.integer({ min: 1 }), column: fc.integer({ min: 1 }) });

const summaries = recordsOf<Summary>({
  create: count,
  adopt: count,
  update: count,
  replace: count,
  delete: count,
  forget: count,
  unchanged: count,
  failed: count,
});

const id = (text: fc.Arbitrary<string>) => text.map((given) => (given === "" ? "x" : given));

export function changes(text = anyText): fc.Arbitrary<ChangeResult> {
  const error = recordsOf<ChangeError>({ code: id(text), message: text, retryable: fc.boolean() }, { help: text });
  type OfIntegration = Omit<ChangeResult, "routeId" | "routeKey"> &
    Required<Pick<ChangeResult, "integrationId" | "integrationResponseKey">>;
  type OfRoute = Omit<ChangeResult, "integrationId" | "integrationResponseKey"> &
    Required<Pick<ChangeResult, "resourceType" | "routeId" | "routeKey">>;
  const always = {
    logicalId: id(text),
    action: fc.constantFrom(...ACTIONS),
    status: fc.constantFrom("succeeded", "failed", "skipped", "planned"),
    changedProperties: fc.array(text, { maxLength: 5 }),
  } as const;
  const sometimes = { identifier: text, error, handedTo: text, gone: fc.boolean() };
  const ofIntegration: fc.Arbitrary<ChangeResult> = recordsOf<OfIntegration>(
    { ...always, integrationId: text, integrationResponseKey: text },
    { ...sometimes, resourceType: fc.constant("IntegrationResponse" as const) },
  );
  const ofRoute: fc.Arbitrary<ChangeResult> = recordsOf<OfRoute>(
    { ...always, resourceType: fc.constant("RouteResponse" as const), routeId: text, routeKey: text },
    sometimes,
  );
  return fc
    .oneof({ arbitrary: ofIntegration, weight: 3 }, { arbitrary: ofRoute, weight: 1 })
    .map((change) =>
      change.status === "failed" && change.error === undefined
        ? { ...change, error: { code: "Throttling", message: "Rate exceeded", retryable: true } }
        : change,
    );
}

export function diagnostics(text = anyText): fc.Arbitrary<EventDiagnostic> {
  return recordsOf<EventDiagnostic>(
    {
      code: id(text),
      severity: fc.constantFrom("error", "warning"),
      message: text,
      file: text,
      range: fc.record({ start: position, end: position }),
      pointer: text,
    },
    { suggestion: text, help: text },
  );
}

/** Any result event, with `text` wherever a document, AWS or a sender has a say. */
export function resultEvents(text = anyText): fc.Arbitrary<ResultEvent> {
  const metadata = recordsOf<EventMetadata>({
    id: id(text),
    version: fc.constant("1"),
    time: fc
      .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    operationId: id(text),
    correlationId: id(text),
    documentId: id(text),
    sequence: count,
  });
  const document = recordsOf<DocumentSource>(
    { bucket: text, key: text },
    { versionId: text, etag: text, requester: text },
  );
  const deployment = recordsOf<DeploymentResult>(
    { status: fc.constantFrom("live", "pending", "unknown", "failed") },
    { stageName: text },
  );
  const data = recordsOf<ResultData>(
    {
      document,
      mode: fc.constantFrom("apply", "plan", "withdraw", "drift"),
      summary: summaries,
      changes: fc.array(changes(text)),
      diagnostics: fc.array(diagnostics(text)),
      durationMs: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true })),
    },
    {
      apiId: id(text),
      omittedChanges: count,
      resultLocation: text,
      omittedDiagnostics: count,
      reason: text,
      apis: recordsOf<ConcernedApis>({ of: count, apiIds: fc.array(text, { maxLength: 5 }) }),
      deployment,
    },
  );
  return fc
    .record({
      detailType: fc.constantFrom(...RESULT_DETAIL_TYPES),
      detail: fc.record({ metadata, data }),
      status: fc.nat(),
    })
    .map(({ detailType, detail, status }) => ({
      detailType,
      detail: { ...detail, data: possible(detailType, detail.data, status) },
    }));
}

const POSSIBLE = {
  SpecRejected: { modes: ["apply", "plan", "withdraw"], statuses: [] },
  PlanProduced: { modes: ["plan"], statuses: ["planned", "failed"] },
  ApplySucceeded: { modes: ["apply", "withdraw"], statuses: ["succeeded"] },
  ApplyUnchanged: { modes: ["apply", "withdraw"], statuses: ["succeeded"] },
  ApplyFailed: { modes: ["apply", "plan", "withdraw"], statuses: ["succeeded", "failed", "skipped"] },
  SpecSuperseded: { modes: ["apply", "withdraw"], statuses: [] },
  DriftDetected: { modes: ["drift"], statuses: ["planned", "failed"] },
  DriftResolved: { modes: ["drift"], statuses: ["planned", "succeeded"] },
} as const satisfies Record<ResultDetailType, { modes: readonly Mode[]; statuses: readonly ChangeStatus[] }>;

const ON_AN_API: ReadonlySet<ResultDetailType> = new Set([
  ...(["PlanProduced", "ApplyFailed", "DriftDetected", "DriftResolved"] as const),
]);

const FAILURE: ChangeError = { code: "Throttling", message: "Rate exceeded", retryable: true };
const NOWHERE = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
const ERROR: EventDiagnostic = {
  code: "SD1001",
  severity: "error",
  message: "It has errors",
  file: "a.yaml",
  range: NOWHERE,
  pointer: "",
};

/** Any data as a result of this type may have it. */
export function possible(detailType: ResultDetailType, data: ResultData, pick: number): ResultData {
  const { modes, statuses } = POSSIBLE[detailType];
  const of = <T>(list: readonly T[], nth: number): T => list[nth % list.length] as T;
  const changes =
    statuses.length === 0
      ? []
      : data.changes.map((change, nth) => {
          const { error, ...rest } = change;
          const status = of<ChangeStatus>(statuses, pick + nth);
          const isNone = detailType === "ApplyUnchanged" || (detailType === "DriftResolved" && status === "planned");
          const action = isNone ? "none" : change.action;
          return { ...rest, action, status, ...(status === "failed" ? { error: error ?? FAILURE } : {}) };
        });
  const isFine = detailType === "ApplySucceeded" || detailType === "ApplyUnchanged" || detailType === "DriftResolved";
  const { unchanged } = data.summary;
  const { summary } = data;
  const { apiId = "api1" } = data;
  return {
    ...data,
    ...(ON_AN_API.has(detailType) ? { apiId } : {}),
    mode: of<Mode>(modes, pick),
    ...(detailType === "ApplySucceeded" ? { deployment: data.deployment ?? { status: "unknown" as const } } : {}),
    changes,
    summary:
      detailType === "ApplyUnchanged"
        ? { ...emptySummary, unchanged }
        : {
            ...summary,
            failed: isFine
              ? 0
              : detailType === "ApplyFailed" || detailType === "DriftDetected"
                ? summary.failed + 1
                : summary.failed,
          },
    diagnostics:
      detailType === "SpecRejected"
        ? [...data.diagnostics, ERROR]
        : isFine || detailType === "SpecSuperseded"
          ? data.diagnostics.map((each) => ({ ...each, severity: "warning" as const }))
          : data.diagnostics,
  };
}

const segments = fc
  .string({ unit: fc.constantFrom(..."abzABZ019!_.*'()-".split("")), minLength: 1, maxLength: 12 })
  .filter((segment) => segment !== "." && segment !== "..");

export const documentNames = fc.array(segments, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));

const sequence = fc.oneof(fc.nat(), fc.maxSafeNat());

export const submissions = recordsOf<SpecSubmitted>(
  { name: documentNames, document: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.string()) },
  { correlationId: fc.uuid(), sequence },
);

export const withdrawals = recordsOf<SpecWithdrawn>({ name: documentNames }, { correlationId: fc.uuid(), sequence });
