import { existsSync } from "node:fs";
import { join } from "node:path";
import { formatNaturalKey } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { command, commandText, type DesiredResource } from "@specdrop/spec";
import { moveCommand } from "../documents/document.ts";
import { Failure } from "../terminal/failure.ts";
import { isShared } from "./open.ts";

/** A file about to be applied, and the ledger it is a document of. */
interface RenamedSubject {
  readonly documentId: string;
  readonly declared: readonly DesiredResource[];
  readonly ledgerName: string;
}

/**
 * What to do where a file declares what belongs to the document of a file that is gone: it was renamed, more often than not.
 * Only of a ledger of its own is every file of this checkout.
 */
export async function renamedFiles(
  ledger: Pick<Ledger, "readDocument" | "listOwned">,
  { documentId, declared, ledgerName }: RenamedSubject,
): Promise<readonly string[]> {
  if (isShared(ledgerName)) return [];
  const owners = await goneOwners(ledger, declared);
  if (owners.length === 0) return [];
  const isKnown = (await ledger.readDocument(documentId)) !== undefined;
  return owners.map((owner) =>
    isKnown
      ? `The file of ${owner} is gone, and it still owns responses that this document declares. They pass to this document without being deleted: run apply on this document, then ${commandText(command`npx specdrop withdraw ${pathOf(owner)} --ledger ${ledgerName}`)}, then apply again.`
      : `${goneFile(owner)}, or this one replaces it: ${moveCommand(pathOf(owner), pathOf(documentId), ledgerName)}`,
  );
}

/**
 * Throws where a document that the ledger does not know can be renamed to: once it is known, it cannot. Otherwise returns what
 * `renamedFiles` has to say.
 */
export async function refuseRenamed(
  ledger: Pick<Ledger, "readDocument" | "listOwned">,
  subject: RenamedSubject,
): Promise<readonly string[]> {
  const lines = await renamedFiles(ledger, subject);
  const [first] = lines;
  if (first === undefined || (await ledger.readDocument(subject.documentId)) !== undefined) return lines;
  throw new Failure(`Responses of this document belong to another file's document, so nothing was changed. ${first}`);
}

/** Documents in force whose files are gone, each with the command that renames it to a file that the ledger does not know. */
export async function renamesTo(
  ledger: Pick<Ledger, "listDocuments">,
  { documentId, ledgerName }: Omit<RenamedSubject, "declared">,
): Promise<readonly string[]> {
  if (isShared(ledgerName)) return [];
  const lines: string[] = [];
  for await (const { documentId: owner, current } of ledger.listDocuments()) {
    if (current?.kind !== "accepted" || !isGone(owner)) continue;
    lines.push(`${goneFile(owner)}: ${moveCommand(pathOf(owner), pathOf(documentId), ledgerName)}`);
  }
  return lines.slice(0, MOST_LISTED);
}

const MOST_LISTED = 3;

function goneFile(owner: string): string {
  return `The file of ${owner} is gone. If it was renamed to this one`;
}

function isGone(documentId: string): boolean {
  return documentId.startsWith("file:") && !existsSync(join(process.cwd(), pathOf(documentId)));
}

async function goneOwners(
  ledger: Pick<Ledger, "listOwned">,
  declared: readonly DesiredResource[],
): Promise<readonly string[]> {
  const wanted = new Set(declared.map(formatNaturalKey));
  const gone = new Set<string>();
  for (const apiId of new Set(declared.map(({ ApiId }) => ApiId))) {
    for (const owned of await ledger.listOwned(apiId)) {
      if (wanted.has(formatNaturalKey(owned)) && isGone(owned.documentId)) gone.add(owned.documentId);
    }
  }
  return [...gone];
}

function pathOf(documentId: string): string {
  return documentId.slice("file:".length);
}
