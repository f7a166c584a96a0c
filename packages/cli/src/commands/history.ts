import { type RevisionView, readHistory } from "@specdrop/inspect/history";
import { visible } from "@specdrop/spec";
import { documentAt, type LedgerOptions } from "../documents/document.ts";
import { type ExistingLedgerOptions, lookAtExistingLedger, noLedger } from "../ledger/existing.ts";
import { statusCommand } from "../ledger/ledger-commands.ts";
import { formatCounts } from "../report/changes.ts";
import { count } from "../terminal/count.ts";
import { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface HistoryOptions extends ExistingLedgerOptions, LedgerOptions {
  readonly json?: boolean;
}

/** Shows a document's last revisions: who made them, and what became of them. Exit code 1 where it is not known. */
export async function history(document: string, options: HistoryOptions, terminal: Terminal): Promise<number> {
  const documentId = await idOf(document, options);
  const opened = await lookAtExistingLedger(options);
  if (opened === undefined) throw noLedgerOf(documentId, options.ledger);
  try {
    const record = await opened.ledger.readDocument(documentId);
    if (record === undefined) throw unknownDocument(documentId, options.ledger);
    const revisions = await readHistory(opened.ledger, record);
    if (options.json) terminal.json({ documentId, revisions });
    else print(documentId, revisions, record.current?.sequence, terminal);
    return 0;
  } finally {
    await opened.close();
  }
}

/** An id as it is (`s3://…`, `file:…`), or a path as `apply` takes it. */
export async function idOf(document: string, options: LedgerOptions): Promise<string> {
  if (document.startsWith("s3://") || document.startsWith("file:")) return document;
  return (await documentAt(document, options)).documentId;
}

export function unknownDocument(documentId: string, ledger: string): Failure {
  const help = isElsewhere(documentId, ledger)
    ? OF_A_BUCKET
    : `${statusCommand(ledger)} shows the documents that it knows.`;
  return new Failure(`The ledger ${ledger} knows no document ${documentId}. ${help}`);
}

/** No ledger of this name exists. */
export function noLedgerOf(documentId: string, ledger: string): Failure {
  return new Failure(isElsewhere(documentId, ledger) ? `${noLedger(ledger)} ${OF_A_BUCKET}` : noLedger(ledger));
}

const OF_A_BUCKET = "What is dropped into a bucket is in the ledger of its pipeline: --ledger dynamodb:TABLE.";

function isElsewhere(documentId: string, ledger: string): boolean {
  return documentId.startsWith("s3://") && !ledger.startsWith("dynamodb:");
}

const BAD: ReadonlySet<string> = new Set(["ApplyFailed", "SpecRejected"]);

function print(
  documentId: string,
  revisions: readonly RevisionView[],
  inForce: number | undefined,
  { out, paint }: Terminal,
): void {
  out(paint("bold", visible(documentId)));
  const width = Math.max(...revisions.map(({ sequence }) => String(sequence).length));
  const longest = Math.max(...revisions.map(({ outcome }) => outcome.length));
  for (const { sequence, at, kind, outcome, summary, by } of revisions) {
    const style = BAD.has(outcome) ? "red" : outcome === "pending" ? "yellow" : "green";
    const columns = [
      `${sequence === inForce ? "*" : " "} ${String(sequence).padStart(width)}`,
      `${at.slice(0, 19)}Z`,
      kind.padEnd("rollback".length),
      paint(style, outcome.padEnd(longest)),
      visible(formatAuthor(by)),
    ];
    const changed = formatCounts([summary], "done");
    out(`${columns.join("  ")}${changed === "nothing" ? "" : `  ${changed}`}`);
  }
  const rest = (revisions.at(-1)?.sequence ?? 1) - 1;
  const older = rest === 0 ? "" : ` ${count(rest, "older one")} not kept.`;
  out(paint("dim", `${count(revisions.length, "revision")}; * is in force.${older}`));
}

/** Who, and from where it is known. */
export function formatAuthor({ from, actor, commit, runUrl }: RevisionView["by"]): string {
  if (from === "unknown") return "by unknown";
  const who = from === "metadata" ? (actor ?? "somebody") : `${from} ${actor ?? ""}`;
  const rest = [commit === undefined ? "" : `commit ${commit.slice(0, 12)}`, runUrl ?? ""].filter(
    (text) => text !== "",
  );
  return `by ${[who, ...rest].join(", ")}`;
}
