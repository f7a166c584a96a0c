import { RESULT_DETAIL_TYPES, SOURCE, type SpecSubmitted, type SpecWithdrawn } from "./events.ts";
import { findProblems, isObject } from "./find-problems.ts";
import { OPERATIONS_DETAIL_TYPES, OPERATIONS_SOURCE, type OperationsEvent } from "./operations.ts";
import { operationsDetailSchemas } from "./operations-schema.ts";
import type { ReceivedResultEvent } from "./received.ts";
import { resultSchemas } from "./result-schemas.ts";
import { resultDetailSchema, specSubmittedSchema, specWithdrawnSchema } from "./schema.ts";

/** What came of reading an event. `problems` are led by a JSON Pointer and repeat no value of the event. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the `detail` of a `SpecSubmitted`. What it does not know is left out. */
export function parseSpecSubmitted(detail: unknown): Parsed<SpecSubmitted> {
  const problems = findProblems(specSubmittedSchema, detail);
  if (problems.length > 0) return { ok: false, problems };
  const { name, document, ...rest } = detail as SpecSubmitted;
  return { ok: true, value: { name, document, ...optionalOf(rest) } };
}

/** Reads the `detail` of a `SpecWithdrawn`. What it does not know is left out. */
export function parseSpecWithdrawn(detail: unknown): Parsed<SpecWithdrawn> {
  const problems = findProblems(specWithdrawnSchema, detail);
  if (problems.length > 0) return { ok: false, problems };
  const { name, ...rest } = detail as SpecWithdrawn;
  return { ok: true, value: { name, ...optionalOf(rest) } };
}

function optionalOf({ correlationId, sequence }: Omit<SpecWithdrawn, "name">): Omit<SpecWithdrawn, "name"> {
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(sequence === undefined ? {} : { sequence }),
  };
}

/** Reads a whole EventBridge event (`source`, `detail-type`, `detail`), as a rule delivers it to its target. */
export function parseResultEvent(event: unknown): Parsed<ReceivedResultEvent> {
  if (!isObject(event)) return { ok: false, problems: ["It must be an object"] };
  const detailType = RESULT_DETAIL_TYPES.find((type) => type === event["detail-type"]);
  const problems = [
    ...(event["source"] === SOURCE ? [] : [`/source must be "${SOURCE}"`]),
    ...(detailType === undefined ? [`/detail-type must be one of ${RESULT_DETAIL_TYPES.join(", ")}`] : []),
    ...findProblems(
      detailType === undefined ? resultDetailSchema : resultSchemas[detailType],
      event["detail"],
      "/detail",
    ),
  ];
  if (detailType === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { detailType, detail: event["detail"] } as ReceivedResultEvent };
}

/** Reads a whole EventBridge event that holds a notice about the pipeline itself. */
export function parseOperationsEvent(event: unknown): Parsed<OperationsEvent> {
  if (!isObject(event)) return { ok: false, problems: ["It must be an object"] };
  const detailType = OPERATIONS_DETAIL_TYPES.find((type) => type === event["detail-type"]);
  const problems = [
    ...(event["source"] === OPERATIONS_SOURCE ? [] : [`/source must be "${OPERATIONS_SOURCE}"`]),
    ...(detailType === undefined
      ? [`/detail-type must be one of ${OPERATIONS_DETAIL_TYPES.join(", ")}`]
      : findProblems(operationsDetailSchemas[detailType], event["detail"], "/detail")),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { detailType, detail: event["detail"] } as OperationsEvent };
}
