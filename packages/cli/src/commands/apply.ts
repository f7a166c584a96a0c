import { acceptDocument } from "@specdrop/service";
import { visible } from "@specdrop/spec";
import { type CarryOutOptions, carryOut } from "../converge/carry-out.ts";
import { refuseUnmoved } from "../documents/document.ts";
import { readDocument, refuse } from "../documents/read-document.ts";
import { refuseRenamed } from "../ledger/renamed-files.ts";
import { lossesOf } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Makes AWS match the document. Exit code 1 where even one change failed or was not begun, or the answer was no. */
export async function apply(path: string, options: CarryOutOptions, terminal: Terminal): Promise<number> {
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
