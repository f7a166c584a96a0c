export { DIAGNOSTICS, type DiagnosticCode, type DiagnosticInfo } from "./catalogue.ts";
export * from "./diagnostic.ts";
export * from "./document.ts";
export { formatGithub } from "./github.ts";
export { SPEC_LIMITS } from "./limits.ts";
export { parse } from "./parse.ts";
export { formatPretty, type PrettyOptions, type Style, visible } from "./pretty.ts";
export { type FileDiagnostics, toSarif } from "./sarif.ts";
export { documentSchema } from "./schema.ts";
