export * from "./actions.ts";
export * from "./build.ts";
export * from "./events.ts";
export * from "./fit-event.ts";
export * from "./operations.ts";
export {
  type heldDetailSchema,
  operationsSchemas,
  type switchDetailSchema,
  type waitingDetailSchema,
} from "./operations-schema.ts";
export * from "./parse.ts";
export { PROGRESS_DETAIL_TYPE, PROGRESS_SOURCE, parseProgressEvent, type RunProgressDetail } from "./progress.ts";
export * from "./received.ts";
export { envelopeSchema, eventSchemas } from "./result-schemas.ts";
export { resultDetailSchema, specSubmittedSchema, specWithdrawnSchema } from "./schema.ts";
export * from "./sources.ts";
export { unknownProperties } from "./unknown-properties.ts";
