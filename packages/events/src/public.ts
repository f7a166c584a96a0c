/** What other projects may use, as `specdrop/events`: within a major version of the package it only grows. */
export * from "./events.ts";
export {
  OPERATIONS_DETAIL_TYPES,
  OPERATIONS_SOURCE,
  type OperationsDetailType,
  type OperationsEvent,
  type OperationsMetadata,
} from "./operations.ts";
export { operationsSchemas } from "./operations-schema.ts";
export {
  type Parsed,
  parseOperationsEvent,
  parseResultEvent,
  parseSpecSubmitted,
  parseSpecWithdrawn,
} from "./parse.ts";
export type {
  ChangeWith,
  DeliveredResultEvent,
  ReceivedResultEvent,
  ResultDataOf,
  ResultDetailOf,
} from "./received.ts";
export { envelopeSchema, eventSchemas } from "./result-schemas.ts";
export type { PublishedSchema, Schema } from "./schema.ts";
