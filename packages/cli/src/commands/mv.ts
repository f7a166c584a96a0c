import { randomUUID } from "node:crypto";
import { renameDocument } from "@specdrop/service/documents";
import { LeaseHeldError } from "@specdrop/service/reconcile";
import { visible } from "@specdrop/spec";
import { clock, every } from "../converge/clock.ts";
import { SILENT } from "../converge/silent.ts";
import { documentAt, type LedgerOptions } from "../documents/document.ts";
import { openExistingLedger } from "../ledger/existing.ts";
import { statusCommand } from "../ledger/ledger-commands.ts";
import { isShared } from "../ledger/open.ts";
import { Failure, wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface MoveOptions extends LedgerOptions {
  /** Whether somebody named the ledger. */
  readonly isLedgerNamed?: boolean;
  readonly json?: boolean;
}

/** Renames a document in the ledger. Nothing in AWS is touched. Exit code 1 where that is not possible. */
export async function mv(from: string, to: string, options: MoveOptions, terminal: Terminal): Promise<number> {
  const old = await named(from, options);
  const next = await named(to, options);
  if (old.documentId === next.documentId) throw wrongUsage(`${from} and ${to} are the same document`);
  const renaming = { from: old.documentId, to: next.documentId };
  const { ledger, exclusive, close } = await openExistingLedger(options);
  try {
    // The only process with the ledger may take over the lease that a killed one left.
    const owner = exclusive ? "specdrop" : `specdrop ${randomUUID()}`;
    const deps = { ledger, clock, every, log: SILENT };
    const outcome = await renameDocument(deps, renaming, { key: next.key, owner }).catch((error: unknown) => {
      if (!(error instanceof LeaseHeldError)) throw error;
      throw new Failure(`${error.message}. Nothing was renamed. Wait until it has finished, and try again.`, {
        cause: error,
      });
    });
    if (outcome === "taken") {
      throw new Failure(`The ledger ${options.ledger} already has a document ${renaming.to}. Nothing was renamed.`);
    }
    if (outcome === "unknown") {
      throw new Failure(
        `The ledger ${options.ledger} has no document ${renaming.from}. ${statusCommand(options.ledger)} lists its documents.`,
      );
    }
    if (options.json) terminal.json({ renamed: renaming });
    else terminal.out(`Renamed ${visible(renaming.from)} to ${visible(renaming.to)}. Nothing in AWS was changed.`);
    return 0;
  } finally {
    await close();
  }
}

/** An id as it is, or a path as `apply` would take it. */
async function named(
  text: string,
  options: LedgerOptions,
): Promise<{ readonly documentId: string; readonly key: string }> {
  if (text.startsWith("s3://")) {
    throw wrongUsage("a document in a bucket is renamed by moving its object: aws s3 mv");
  }
  if (text.startsWith("file:")) return { documentId: text, key: keyIn(text, options) };
  const { documentId, source } = await documentAt(text, options);
  return { documentId, key: source.key };
}

/** The path in an id: what comes after its namespace in a shared ledger. An id from before there were any has none. */
function keyIn(documentId: string, { ledger }: LedgerOptions): string {
  const name = documentId.slice("file:".length);
  const colon = isShared(ledger) ? name.indexOf(":") : -1;
  if (name.slice(colon + 1) === "") throw wrongUsage(`${documentId} names no file`);
  return name.slice(colon + 1);
}
