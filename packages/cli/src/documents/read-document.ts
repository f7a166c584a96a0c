import { command, commandText } from "@specdrop/spec";
import { type Checked, check, formatFrames } from "../converge/check.ts";
import { etagOf } from "../ledger/accepted-texts.ts";
import { isProgram } from "../programs/is-program.ts";
import { detailsAbout } from "../report/details.ts";
import { count } from "../terminal/count.ts";
import { wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { documentAt, type FileDocument, type LedgerOptions } from "./document.ts";
import { rejectionOf } from "./reject.ts";
import { assertFile } from "./spec-files.ts";

export interface ReadDocument extends Checked {
  readonly change: FileDocument;
}

/** Reads the document at `path`; tells of its warnings. */
export async function readDocument(path: string, terminal: Terminal, options?: LedgerOptions): Promise<ReadDocument> {
  const change = await documentAt(path, options);
  await assertFile(path);
  if (isProgram(path)) throw wrongUsage(`${path} is a program: ${commandText(command`npx specdrop run ${path}`)}`);
  const checked = await check(path);
  const { ok, diagnostics } = checked.verdict;
  if (ok && diagnostics.length > 0) {
    terminal.note(
      `${path}: ${count(diagnostics.length, "warning")} (${commandText(command`npx specdrop validate ${path}`)} shows them)`,
    );
  }
  const source = { ...change.source, etag: etagOf(checked.text) };
  return { change: { ...change, source }, ...checked };
}

/** Tells of a document's errors; its rejection goes to no ledger. Returns the exit code. */
export async function refuse(
  { change, ...checked }: ReadDocument,
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  terminal.note(formatFrames(checked, terminal.paintNote, terminal.columns.note));
  const errors = checked.verdict.diagnostics.filter(({ severity }) => severity === "error").length;
  terminal.note(`${checked.verdict.file} has ${count(errors, "error")}; nothing was changed.`);
  if (json) terminal.json(detailsAbout(checked, await rejectionOf({ change, ...checked })));
  return 1;
}
