import { withdrawDocument } from "@specdrop/service";
import { type CarryOutOptions, carryOut } from "../carry-out.ts";
import type { Checked } from "../check.ts";
import { lossesOfWithdrawal } from "../confirm.ts";
import { documentAt } from "../document.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

/** Deletes what the document created and lets go of what it adopted. Exit code 1 where that failed, or it is unknown. */
export async function withdraw(path: string, options: CarryOutOptions, terminal: Terminal): Promise<number> {
  const change = documentAt(path);
  return carryOut(
    async (deps) => {
      const acceptance = await withdrawDocument(deps, change);
      if (acceptance.outcome === "unknown") throw unknown(change.source.key, options.ledger);
      return acceptance;
    },
    nothingOf(path),
    lossesOfWithdrawal(change.documentId),
    options,
    terminal,
  );
}

/** The file is not read: it may be gone, or be something else by now. */
function nothingOf(file: string): Checked {
  return {
    text: new Uint8Array(),
    verdict: { file, ok: true, resources: 0, diagnostics: [] },
    declared: [],
    expectations: [],
  };
}

function unknown(path: string, ledger: string): Failure {
  return new Failure(
    `the ledger ${ledger} knows no document ${path}. Its path below the working folder has to be the one it was applied with.`,
  );
}
