import { type Diagnostic, MAX_DIAGNOSTICS, parseLazily, type SpecDocument } from "@specdrop/spec";
import type { AllowedApis } from "../policy/allowed-apis.ts";
import { notAllowed } from "../policy/not-allowed.ts";
import type { Remarks } from "../results/results.ts";

/** What came of reading a document: it is absent where one of the remarks is an error. */
export interface Validated {
  readonly document?: SpecDocument;
  readonly remarks: Remarks;
}

/** Reads a document, and holds it against what its place allows. */
export async function validateDocument(
  allowed: AllowedApis | undefined,
  documentId: string,
  key: string,
  body: string | Uint8Array,
): Promise<Validated> {
  const { document, diagnostics, omitted } = await parseLazily(body, documentId);
  const remarks = { diagnostics, omitted };
  if (document === undefined) return { remarks };
  const errors = notAllowed(allowed, documentId, key, document.resources);
  return errors.length === 0 ? { document, remarks } : { remarks: capped([...errors, ...diagnostics], omitted) };
}

function capped(diagnostics: readonly Diagnostic[], omitted: number): Remarks {
  const beyond = Math.max(0, diagnostics.length - MAX_DIAGNOSTICS);
  return { diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS), omitted: omitted + beyond };
}
