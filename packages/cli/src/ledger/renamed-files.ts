import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "@specdrop/ledger/port";
import type { DesiredResource } from "@specdrop/spec";
import { moveCommand } from "../documents/document.ts";
import { Failure } from "../terminal/failure.ts";
import { isShared } from "./open.ts";

/** A file about to be applied, and the ledger it is a document of. */
interface Subject {
  readonly documentId: string;
  readonly declared: readonly DesiredResource[];
  readonly ledgerName: string;
}

/**
 * What to do where a file that the ledger does not know declares what belongs to the document of a file that is gone: it was
 * renamed, more often than not. Only of a ledger of its own is every file of this checkout.
 */
export async function renamedFiles(
  ledger: Pick<Ledger, "readDocument" | "listOwned">,
  { documentId, declared, ledgerName }: Subject,
): Promise<readonly string[]> {
  if (isShared(ledgerName) || (await ledger.readDocument(documentId)) !== undefined) return [];
  const wanted = new Set(declared.map(keyOf));
  const gone = new Set<string>();
  for (const apiId of new Set(declared.map(({ ApiId }) => ApiId))) {
    for (const owned of await ledger.listOwned(apiId)) {
      const isGone = owned.documentId.startsWith("file:") && !existsSync(join(process.cwd(), pathOf(owned.documentId)));
      if (isGone && wanted.has(keyOf(owned))) gone.add(owned.documentId);
    }
  }
  return [...gone].map(
    (owner) =>
      `The file of ${owner} is gone. If it was renamed to this one, or this one replaces it: ${moveCommand(pathOf(owner), pathOf(documentId), ledgerName)}`,
  );
}

/** Throws where `renamedFiles` has something to say: once the file is known to the ledger, it cannot be renamed to. */
export async function refuseRenamed(
  ledger: Pick<Ledger, "readDocument" | "listOwned">,
  subject: Subject,
): Promise<void> {
  const [first] = await renamedFiles(ledger, subject);
  if (first === undefined) return;
  throw new Failure(`Responses of this document belong to another file's document, so nothing was touched. ${first}`);
}

function keyOf(key: Pick<DesiredResource, "ApiId" | "IntegrationId" | "IntegrationResponseKey">): string {
  return JSON.stringify([key.ApiId, key.IntegrationId, key.IntegrationResponseKey]);
}

function pathOf(documentId: string): string {
  return documentId.slice("file:".length);
}
