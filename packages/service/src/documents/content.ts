import type { Revision } from "@specdrop/ledger/port";
import { parseLazily, type SpecDocument } from "@specdrop/spec";
import type { SpecStore } from "../ports/spec-store.ts";
import type { Remarks } from "../results/results.ts";

/** A document that is to be applied or planned. */
export interface DeclaredDocument {
  readonly mode: "apply" | "plan";
  readonly document: SpecDocument;
  readonly remarks: Remarks;
}

/** A document that asks for nothing any more. */
export interface DeclaredWithdrawal {
  readonly mode: "withdraw";
  readonly remarks: Remarks;
}

/** A text with errors: of a revision in force, one that was accepted and no longer parses. */
export interface Unreadable {
  readonly mode: "unreadable";
  readonly remarks: Remarks;
}

export type Declared = DeclaredDocument | DeclaredWithdrawal | Unreadable;

/** Reads what the revision in force asks for; `undefined` if its text is gone, for a newer event is on its way then. */
export async function readRevision(
  store: Pick<SpecStore, "read">,
  documentId: string,
  revision: Revision,
): Promise<Declared | undefined> {
  if (revision.kind === "withdrawn") return { mode: "withdraw", remarks: { diagnostics: [], omitted: 0 } };
  const stored = await store.read(revision.source);
  return stored === undefined ? undefined : readDeclared(stored.body, documentId);
}

export async function readDeclared(
  body: string | Uint8Array,
  documentId: string,
): Promise<DeclaredDocument | Unreadable> {
  const { document, diagnostics, omitted } = await parseLazily(body, documentId);
  const remarks = { diagnostics, omitted };
  if (document === undefined) return { mode: "unreadable", remarks };
  return { mode: document.dryRun ? "plan" : "apply", document, remarks };
}
