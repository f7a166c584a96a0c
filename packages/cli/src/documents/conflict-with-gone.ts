import { formatNaturalKey } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import { failedUntouched } from "@specdrop/service/results";
import { command, commandText, type Diagnostic } from "@specdrop/spec";
import { clock } from "../converge/clock.ts";
import { moveCommand } from "./document.ts";
import type { FolderState } from "./gone-documents.ts";
import type { ReadDocument } from "./read-document.ts";

/** A new document that declares what belongs to the document of a file that is gone: it was renamed, most likely. */
export interface Renamed {
  readonly document: ReadDocument;
  /** Where the file was. */
  readonly from: string;
  readonly command: string;
}

/** The documents that look like renamed ones. Once the ledger knows such a document, it cannot be renamed to any more. */
export function renamedDocuments(
  { gone, unknown }: FolderState,
  documents: readonly ReadDocument[],
  ledgerName: string,
): readonly Renamed[] {
  const owners = new Map(gone.flatMap((each) => each.owned.map((owned) => [formatNaturalKey(owned), each] as const)));
  return documents.flatMap((document) => {
    const { change, declared, verdict } = document;
    const owner = declared.map((resource) => owners.get(formatNaturalKey(resource))).find((found) => found);
    if (owner === undefined || !verdict.ok || !unknown.has(change.documentId)) return [];
    const [from, to] = [owner.change.documentId, change.documentId];
    const rename = to.startsWith("s3://")
      ? commandText(command`aws s3 mv ${from} ${to}`)
      : moveCommand(from, to, ledgerName);
    return [{ document, from: owner.file, command: rename }];
  });
}

/** What becomes of such a document without `--prune`: nothing, so that it can still be renamed to. */
export function renameFirst(
  { document, from, command: rename }: Renamed,
  { gone }: FolderState,
): readonly ResultEvent[] {
  const { change, declared } = document;
  const owned = new Map(gone.flatMap((each) => each.owned.map((one) => [formatNaturalKey(one), each.file] as const)));
  const conflicts = declared.filter((resource) => owned.has(formatNaturalKey(resource)));
  const apiIds = [...new Set(conflicts.map(({ ApiId }) => ApiId))];
  const now = clock.now();
  const { documentId, source, correlationId } = change;
  const revision = { sequence: 1, kind: "accepted" as const, source, correlationId, seenAt: now, apiIds };
  return apiIds.map((apiId) => {
    const diagnostics = conflicts
      .filter(({ ApiId }) => ApiId === apiId)
      .map(
        (resource): Diagnostic => ({
          code: "SD5002",
          severity: "error",
          message: `The response ${resource.IntegrationResponseKey} of integration ${resource.IntegrationId} on API ${apiId} belongs to the document of ${owned.get(formatNaturalKey(resource))}, a file that is gone.`,
          file: documentId,
          range: resource.range,
          pointer: resource.pointer,
          help: `If ${from} was renamed to ${document.verdict.file}, hand its responses over with apply --prune, or rename the document first: ${rename}`,
        }),
      );
    return failedUntouched({ documentId, revision, now }, apiId, diagnostics);
  });
}
