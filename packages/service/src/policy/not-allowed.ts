import type { Ledger } from "@specdrop/ledger/port";
import { type DesiredResource, type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import { type AllowedApis, isAllowed } from "./allowed-apis.ts";

const HELP =
  "Correct the ApiId, or ask the operators of specdrop to allow it for this document (SPECDROP_ALLOWED_APIS). Then drop the document again.";

/** An error for each resource on an API that the document may not name. */
export function notAllowed(
  allowed: AllowedApis | undefined,
  documentId: string,
  key: string,
  resources: readonly DesiredResource[],
): readonly Diagnostic[] {
  const forbidden = resources.filter(({ ApiId }) => !isAllowed(allowed, key, ApiId));
  return forbidden.map(({ logicalId, ApiId, range, pointer, apiIdPointer = pointer }) => ({
    code: "SD5005",
    severity: "error",
    message: `${logicalId} names API ${ApiId}, but this document may not change that API.`,
    file: documentId,
    range,
    pointer: apiIdPointer,
    help: HELP,
  }));
}

/** The same for a revision that was accepted when it was still allowed: not even what it owns there is deleted. */
export async function noLongerAllowed(
  ledger: Pick<Ledger, "listOwned">,
  allowed: AllowedApis | undefined,
  place: { readonly documentId: string; readonly apiId: string; readonly key: string },
  resources: readonly DesiredResource[],
): Promise<readonly Diagnostic[]> {
  const { documentId, apiId, key } = place;
  const owned = (await ledger.listOwned(apiId)).filter((resource) => resource.documentId === documentId).length;
  const onApi = resources.filter((resource) => resource.ApiId === apiId);
  const left =
    owned === 0 ? "" : ` The responses that the document owns there (${owned}) stay as they are; none is deleted.`;
  const message = `API ${apiId} is not allowed for this document any more, so nothing was changed.${left}`;
  const general = { code: "SD5005", severity: "error", message, file: documentId } as const;
  return [
    { ...general, range: START_OF_TEXT, pointer: "", help: HELP },
    ...notAllowed(allowed, documentId, key, onApi),
  ];
}

/** For the result of a revision that was rejected before its result was stored: a check of today finds nothing wrong. */
export function rejectedBefore(documentId: string): Diagnostic {
  return {
    code: "SD5005",
    severity: "error",
    message: "The document was rejected when its event first arrived. The rules for documents have changed since.",
    file: documentId,
    range: START_OF_TEXT,
    pointer: "",
    help: "Drop the document again: specdrop then checks it by the current rules.",
  };
}
