import type { Revision } from "@specdrop/ledger/port";

/** The accepted text of a document, or why there is none to be had. */
export type AcceptedText = { readonly body: Uint8Array } | { readonly missing: string };

/** Where the texts of accepted revisions are. */
export interface AcceptedTexts {
  read(documentId: string, revision: Revision): Promise<AcceptedText>;
}
