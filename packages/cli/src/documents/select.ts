import { dirname } from "node:path";
import { command, commandText } from "@specdrop/spec";
import { checkEach } from "../converge/check.ts";
import { etagOf } from "../ledger/accepted-texts.ts";
import { isProgram } from "../programs/is-program.ts";
import { count } from "../terminal/count.ts";
import { wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { documentAt, documentsBelow, type FolderDocuments, type LedgerOptions, objectAt } from "./document.ts";
import type { ReadDocument } from "./read-document.ts";
import { filesAndFolders, holdsNone } from "./spec-files.ts";

/** What the paths of a command line stand for. */
export interface Selection {
  /** Each document once, in the order of the paths and the names in their folders; also those with errors. */
  readonly documents: readonly ReadDocument[];
  readonly folders: readonly FolderDocuments[];
  /** Folders without a document. */
  readonly empty: readonly string[];
}

/** Reads all documents that `paths` stand for; tells of their warnings. What is wrong with one keeps no other from being read. */
export async function selectDocuments(
  paths: readonly string[],
  options: LedgerOptions,
  terminal: Terminal,
): Promise<Selection> {
  const { files, folders, empty, folderOf } = await filesAndFolders(paths);
  const documents = new Map<string, ReadDocument>();
  for (const file of files) {
    if (isProgram(file)) throw wrongUsage(`${file} is a program: ${commandText(command`npx specdrop run ${file}`)}`);
    const folder = folderOf.get(file) ?? dirname(file);
    const change = options.as === undefined ? await documentAt(file, options) : objectAt(file, folder, options.as);
    if (documents.has(change.documentId)) continue;
    const checked = await checkEach(file);
    const source = { ...change.source, etag: etagOf(checked.text) };
    documents.set(change.documentId, { change: { ...change, source }, ...checked });
  }
  const below: FolderDocuments[] = [];
  for (const folder of folders) below.push(await documentsBelow(folder, options));
  tellWarnings([...documents.values()], paths, terminal);
  return { documents: [...documents.values()], folders: below, empty };
}

/** In one line: with 200 documents a line for each would bury the rest. What a document with errors has is shown with them. */
function tellWarnings(documents: readonly ReadDocument[], paths: readonly string[], terminal: Terminal): void {
  const warned = documents.filter(({ verdict }) => verdict.ok && verdict.diagnostics.length > 0);
  if (warned.length === 0) return;
  const warnings = count(warned.flatMap(({ verdict }) => verdict.diagnostics).length, "warning");
  terminal.note(
    `${warnings} in ${count(warned.length, "document")} (${commandText(command`npx specdrop validate ${paths}`)} shows them)`,
  );
}

/** Throws wrong usage where a folder stands for nothing: neither for a file nor for a document whose file is gone. */
export function refuseEmpty({ empty, folders }: Selection, gone: readonly { readonly folder: string }[]): void {
  const [folder] = empty.filter((each) => folders.length > 0 && gone.every((one) => one.folder !== each));
  if (folder !== undefined) throw holdsNone(folder);
}
