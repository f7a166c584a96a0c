import { stat } from "node:fs/promises";
import type { Ledger } from "@specdrop/ledger/port";
import { withdrawDocument } from "@specdrop/service/intake";
import { type CarryOutOptions, carryOut } from "../converge/carry-out.ts";
import type { Checked } from "../converge/check.ts";
import { withdrawFolder } from "../converge/withdraw-folder.ts";
import { originHere } from "../documents/author.ts";
import { documentAt, refuseUnmoved } from "../documents/document.ts";
import { assertLedgerExists, type ExistingLedgerOptions } from "../ledger/existing.ts";
import { statusCommand } from "../ledger/ledger-commands.ts";
import { renamesTo } from "../ledger/renamed-files.ts";
import { lossesOfWithdrawal } from "../terminal/confirm.ts";
import { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Deletes what documents created and lets go of what they adopted. Exit code 1 where that failed, or one is unknown. */
export async function withdraw(
  paths: readonly string[],
  options: CarryOutOptions & Pick<ExistingLedgerOptions, "isLedgerNamed">,
  terminal: Terminal,
): Promise<number> {
  await assertLedgerExists(options);
  const [path = ""] = paths;
  if (paths.length === 1 && !(await isDirectory(path))) return await withdrawFile(path, options, terminal);
  const notKnown = async (ledger: Ledger, missing: string) =>
    (await isDirectory(missing))
      ? nothingBelow(missing, options.ledger)
      : unknown(ledger, (await documentAt(missing, options)).documentId, options.ledger);
  return await withdrawFolder(paths, options, terminal, notKnown);
}

async function withdrawFile(path: string, options: CarryOutOptions, terminal: Terminal): Promise<number> {
  const change = await documentAt(path, options);
  return carryOut(
    change.documentId,
    async (deps) => {
      await refuseUnmoved(deps.ledger, change, options.ledger);
      const acceptance = await withdrawDocument(deps, { ...change, origin: originHere("withdraw") });
      if (acceptance.outcome === "unknown") throw await unknown(deps.ledger, change.documentId, options.ledger);
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

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function nothingBelow(folder: string, ledgerName: string): Failure {
  return new Failure(
    `the ledger ${ledgerName} has nothing to withdraw below ${folder}. ${statusCommand(ledgerName, { all: true })} lists its documents.`,
  );
}

async function unknown(
  ledger: Pick<Ledger, "listDocuments">,
  documentId: string,
  ledgerName: string,
): Promise<Failure> {
  const renames = await renamesTo(ledger, { documentId, ledgerName });
  const help =
    renames.length > 0
      ? renames.join(" ")
      : `Use the same relative path that it was applied with. ${statusCommand(ledgerName)} lists the documents.`;
  return new Failure(`no document ${documentId} in the ledger ${ledgerName}. ${help}`);
}
