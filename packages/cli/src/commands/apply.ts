import { acceptDocument } from "@specdrop/service";
import { type CarryOutOptions, carryOut } from "../carry-out.ts";
import { lossesOf } from "../confirm.ts";
import { refuseUnmoved } from "../document.ts";
import { readDocument, refuse } from "../read-document.ts";
import { refuseRenamed } from "../renamed-files.ts";
import type { Terminal } from "../terminal.ts";

/** Makes AWS match the document. Exit code 1 where even one change failed or was not begun, or the answer was no. */
export async function apply(path: string, options: CarryOutOptions, terminal: Terminal): Promise<number> {
  const document = await readDocument(path, terminal, options);
  if (!document.verdict.ok) return refuse(document, options, terminal);
  const text = { ...document.change, body: document.text };
  return carryOut(
    async (deps) => {
      await refuseUnmoved(deps.ledger, document.change, options.ledger);
      const { documentId } = document.change;
      await refuseRenamed(deps.ledger, { documentId, declared: document.declared, ledgerName: options.ledger });
      return acceptDocument(deps, text);
    },
    document,
    lossesOf(document),
    options,
    terminal,
  );
}
