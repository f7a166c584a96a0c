import { stat } from "node:fs/promises";
import { formatNaturalKey, type OwnedResource } from "@specdrop/engine";
import type { DocumentRecord, Ledger } from "@specdrop/ledger/port";
import { deletionsOf } from "@specdrop/service/documents";
import { mapSideBySide } from "../converge/lanes.ts";
import { type FileDocument, type FolderDocuments, fileBelow, fileDocument } from "./document.ts";
import type { ReadDocument } from "./read-document.ts";

/** A document of a folder whose file is not there any more, and which still owns something or is in force. */
export interface GoneDocument {
  readonly change: FileDocument;
  /** Where the file was, from the working folder. */
  readonly file: string;
  readonly folder: string;
  readonly owned: readonly OwnedResource[];
  /** What withdrawing it would delete: none of what another of the documents declares. */
  readonly deletions: readonly OwnedResource[];
}

export interface FolderState {
  /** In the order of their names. */
  readonly gone: readonly GoneDocument[];
  /** How many responses all documents of the folders own. */
  readonly owned: number;
  /** Documents that the ledger has never heard of. */
  readonly unknown: ReadonlySet<string>;
}

type Known = { readonly record: DocumentRecord; readonly folder: FolderDocuments; readonly file: string };

const READS_AT_ONCE = 10;

/** Compares the documents of folders with what a ledger knows of them. */
export async function compareFolders(
  ledger: Pick<Ledger, "listDocuments" | "readDocument" | "listOwned">,
  folders: readonly FolderDocuments[],
  documents: readonly ReadDocument[],
): Promise<FolderState> {
  const known = await documentsOf(ledger, folders);
  const apiIds = new Set([...known.values()].flatMap(({ record }) => apisOf(record)));
  const lists = await mapSideBySide([...apiIds], READS_AT_ONCE, (apiId) => ledger.listOwned(apiId));
  const owned = lists.flat().filter(({ documentId }) => known.has(documentId));
  const declared = documents.filter(({ verdict, dryRun }) => verdict.ok && dryRun !== true);
  const wanted = new Set(declared.flatMap((document) => document.declared.map(formatNaturalKey)));
  const present = new Set(documents.map(({ change }) => change.documentId));

  const gone: GoneDocument[] = [];
  for (const [documentId, { record, folder, file }] of known) {
    const theirs = owned.filter((resource) => resource.documentId === documentId);
    const isOver = record.current?.kind !== "accepted" && theirs.length === 0;
    if (present.has(documentId) || isOver || record.renaming !== undefined || (await isThere(file))) continue;
    const { key } = (record.current ?? record.head).source;
    const deletions = await deletionsOf(ledger, documentId);
    gone.push({
      change: { ...fileDocument(documentId, key), source: (record.current ?? record.head).source },
      file,
      folder: folder.folder,
      owned: theirs,
      deletions: deletions.filter((resource) => !wanted.has(formatNaturalKey(resource))),
    });
  }
  const unknown = new Set<string>();
  for (const documentId of present) {
    if (!known.has(documentId) && (await ledger.readDocument(documentId)) === undefined) unknown.add(documentId);
  }
  gone.sort((one, other) => (one.file < other.file ? -1 : 1));
  return { gone, owned: owned.length, unknown };
}

/** Every document of the ledger whose file lies, or lay, below one of the folders. */
export async function documentsOf(
  ledger: Pick<Ledger, "listDocuments">,
  folders: readonly FolderDocuments[],
): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  if (folders.length === 0) return known;
  for await (const record of ledger.listDocuments()) {
    for (const folder of folders) {
      const file = fileBelow(folder, record.documentId);
      if (file !== undefined && !known.has(record.documentId)) known.set(record.documentId, { record, folder, file });
    }
  }
  return new Map([...known].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function apisOf({ current, overtaken }: DocumentRecord): readonly string[] {
  return [current, ...overtaken].flatMap((revision) => revision?.apiIds ?? []);
}

/** A file that cannot be looked at is there: only what certainly is not may be withdrawn. */
async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}
