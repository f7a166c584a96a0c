export * from "./model.ts";
export * from "./patch.ts";
export * from "./ports.ts";
