export * from "./build.ts";
export * from "./events.ts";
export * from "./fit-event.ts";
export * from "./parse.ts";
export { eventSchemas, resultDetailSchema, specSubmittedSchema, specWithdrawnSchema } from "./schema.ts";
