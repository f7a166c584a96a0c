export * from "./diagnostic.ts";
export * from "./document.ts";
