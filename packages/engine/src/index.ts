export * from "./change-set.ts";
export { converge } from "./converge.ts";
export * from "./ledger.ts";
export * from "./model.ts";
export * from "./patch.ts";
export * from "./ports.ts";
export { compareSequencers, withoutOvertaken, withRevision } from "./revisions.ts";
