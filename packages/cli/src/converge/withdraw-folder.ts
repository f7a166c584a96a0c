import { stat } from "node:fs/promises";
import type { Ledger } from "@specdrop/ledger/port";
import { connect } from "../aws/connect.ts";
import { documentAt, documentsBelow, type FileDocument, fileDocument, refuseUnmoved } from "../documents/document.ts";
import { documentsOf } from "../documents/gone-documents.ts";
import { isDone, type ReportedDocument, reportFolder } from "../report/folder-report.ts";
import { confirmLosses, lossesOfWithdrawal } from "../terminal/confirm.ts";
import type { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printedAbout, withdrawalOf } from "./apply-folder.ts";
import type { CarryOutOptions } from "./carry-out.ts";
import { stoppableClock } from "./clock.ts";
import { runFolder } from "./run-folder.ts";

interface Withdrawn {
  readonly change: FileDocument;
  readonly file: string;
}

/** Withdraws many documents: those of files, and all that a ledger knows below folders, whether their files exist or not. */
export async function withdrawFolder(
  paths: readonly string[],
  options: CarryOutOptions,
  terminal: Terminal,
  unknown: (ledger: Ledger, path: string) => Promise<Failure>,
): Promise<number> {
  const halt = new AbortController();
  const connection = await connect(options.ledger, stoppableClock(halt.signal));
  try {
    const { ledger } = connection.ledger;
    const documents = new Map<string, Withdrawn>();
    const missing: Failure[] = [];
    for (const path of paths) {
      const found = await documentsAt(ledger, path, options);
      if (found.length === 0) missing.push(await unknown(ledger, path));
      for (const each of found) documents.set(each.change.documentId, each);
    }
    const [first] = missing;
    if (first !== undefined && documents.size === 0) throw first;
    for (const { change } of documents.values()) await refuseUnmoved(ledger, change, options.ledger);
    const losses = async () => {
      const found = [...documents.keys()].map((documentId) => lossesOfWithdrawal(documentId)(connection));
      return (await Promise.all(found)).flat();
    };
    if (!(await confirmLosses(losses, connection, options, terminal))) return 1;
    const { fatal, ...run } = await runFolder(
      [...documents.values()].map(withdrawalOf),
      { ...connection, halt },
      terminal,
    );
    const reported: readonly ReportedDocument[] = run.documents.map((each) => ({ ...each, isGone: false }));
    if (options.json) terminal.json(reported.flatMap(({ checked, results }) => printedAbout(checked, results)));
    else reportFolder({ ...run, documents: reported }, terminal);
    for (const { message } of missing) terminal.note(`${terminal.paintNote("red", "error:")} ${message}`);
    if (fatal !== undefined) throw fatal.error;
    return missing.length === 0 && reported.every(isDone) ? 0 : 1;
  } finally {
    await connection.close();
  }
}

/** The document of a file, or those below a folder that are in force or still own something. */
async function documentsAt(ledger: Ledger, path: string, options: CarryOutOptions): Promise<readonly Withdrawn[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const change = await documentAt(path, options);
  if (!isFolder && (await ledger.readDocument(change.documentId)) !== undefined) return [{ change, file: path }];
  const found: Withdrawn[] = [];
  for (const [documentId, { record, file }] of await documentsOf(ledger, [await documentsBelow(path, options)])) {
    const { current, head } = record;
    const isOpen = current?.kind === "accepted" || (await ownsAnything(ledger, documentId, current?.apiIds ?? []));
    if (isOpen) found.push({ change: fileDocument(documentId, (current ?? head).source.key), file });
  }
  return found;
}

async function ownsAnything(ledger: Ledger, documentId: string, apiIds: readonly string[]): Promise<boolean> {
  for (const apiId of apiIds) {
    if ((await ledger.listOwned(apiId)).some((resource) => resource.documentId === documentId)) return true;
  }
  return false;
}
