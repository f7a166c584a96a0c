import { type Diagnostic, SPEC_LIMITS, START_OF_TEXT } from "@specdrop/spec";

/**
 * An error where the ids of the APIs that a revision concerns are more than the ledger's record of a document can hold:
 * those that it names, and those where the document still owns something.
 */
export function tooManyApis(documentId: string, apiIds: readonly string[]): readonly Diagnostic[] {
  const bytes = apiIds.reduce((sum, apiId) => sum + Buffer.byteLength(apiId), 0);
  if (bytes <= SPEC_LIMITS.apiIds) return [];
  const message = `This revision concerns ${apiIds.length} APIs, and their ids have ${bytes} bytes together; the ledger has room for ${SPEC_LIMITS.apiIds}.`;
  return [
    about(documentId, message, "APIs where the document still owns something count too. Split the document by API."),
  ];
}

/** An error for a revision that DynamoDB refused for the size of the document's record. */
export function recordTooLarge(documentId: string): Diagnostic {
  return about(
    documentId,
    "The ledger's record of this document would be larger than DynamoDB's limit of 400 KB: it also holds the APIs of earlier revisions that are not finished.",
    "Drop the document again when those are finished, or split it by API.",
  );
}

function about(documentId: string, message: string, help: string): Diagnostic {
  return { code: "SD1019", severity: "error", message, file: documentId, range: START_OF_TEXT, pointer: "", help };
}
