import { acceptDocument } from "@specdrop/service/intake";
import { visible } from "@specdrop/spec";
import { type ApplyFolderOptions, applyFolder } from "../converge/apply-folder.ts";
import { type CarryOutOptions, carryOut } from "../converge/carry-out.ts";
import { refuseUnmoved } from "../documents/document.ts";
import { readDocument, refuse } from "../documents/read-document.ts";
import { selectDocuments } from "../documents/select.ts";
import { isFolder } from "../documents/spec-files.ts";
import { refuseRenamed } from "../ledger/renamed-files.ts";
import { lossesOf } from "../terminal/confirm.ts";
import { type Failure, wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Makes AWS match the documents. Exit code 1 where even one change failed or was not begun, or the answer was no. */
export async function apply(
  paths: readonly string[],
  options: ApplyFolderOptions,
  terminal: Terminal,
): Promise<number> {
  const [path = ""] = paths;
  if (paths.length === 1 && !(await isFolder(path))) {
    if (options.prune) throw needsFolder();
    return await applyFile(path, options, terminal);
  }
  const selection = await selectDocuments(paths, options, terminal);
  if (options.prune && selection.folders.length === 0) throw needsFolder();
  return await applyFolder(selection, options, terminal);
}

function needsFolder(): Failure {
  return wrongUsage("--prune withdraws the documents of a folder whose files are gone: give a folder");
}

async function applyFile(path: string, options: CarryOutOptions, terminal: Terminal): Promise<number> {
  const document = await readDocument(path, terminal, options);
  if (!document.verdict.ok) return refuse(document, options, terminal);
  const text = { ...document.change, body: document.text };
  return carryOut(
    document.change.documentId,
    async (deps) => {
      await refuseUnmoved(deps.ledger, document.change, options.ledger);
      const { documentId } = document.change;
      const subject = { documentId, declared: document.declared, ledgerName: options.ledger };
      for (const line of await refuseRenamed(deps.ledger, subject)) terminal.note(visible(line));
      return acceptDocument(deps, text);
    },
    document,
    lossesOf(document),
    options,
    terminal,
  );
}
