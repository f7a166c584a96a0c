import type { ChangeResult, ResultDetail, ResultEvent } from "@specdrop/events";
import { acceptDocument, withdrawDocument } from "@specdrop/service/intake";
import { visible } from "@specdrop/spec";
import { type Connection, connect } from "../aws/connect.ts";
import { originHere } from "../documents/author.ts";
import { renamedDocuments, renameFirst } from "../documents/conflict-with-gone.ts";
import { refuseUnmoved } from "../documents/document.ts";
import { compareFolders, type FolderState, type GoneDocument } from "../documents/gone-documents.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { rejectionOf } from "../documents/reject.ts";
import { refuseEmpty, type Selection } from "../documents/select.ts";
import { detailsAbout, printed } from "../report/details.ts";
import { isDone, type ReportedDocument, reportFolder } from "../report/folder-report.ts";
import { goneNotes } from "../report/gone-notes.ts";
import { confirmLosses, lossesIn } from "../terminal/confirm.ts";
import { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { CarryOutOptions } from "./carry-out.ts";
import { stoppableClock } from "./clock.ts";
import { planDocuments } from "./plan-documents.ts";
import { refusePrune } from "./prune.ts";
import { type FolderRun, runFolder } from "./run-folder.ts";

export interface ApplyFolderOptions extends CarryOutOptions {
  readonly prune?: boolean;
  readonly allowDeletions?: number;
}

/** Applies many documents: one summary, and one exit code. What is wrong with one keeps none of the others from AWS. */
export async function applyFolder(
  selection: Selection,
  options: ApplyFolderOptions,
  terminal: Terminal,
): Promise<number> {
  const halt = new AbortController();
  const connection = await connect(options.ledger, stoppableClock(halt.signal));
  try {
    const { documents } = selection;
    const { ledger } = connection.ledger;
    for (const { change } of documents) await refuseUnmoved(ledger, change, options.ledger);
    const state = await compareFolders(ledger, selection.folders, documents);
    refuseEmpty(selection, state.gone);
    const withdrawn = withdrawals(state, documents, options, terminal);
    const left = state.gone.filter((each) => !withdrawn.includes(each));
    const renamed = renamedDocuments({ ...state, gone: left }, documents, options.ledger);
    const held = new Map(renamed.map((each) => [each.document, renameFirst(each, state)]));
    const valid = documents.filter((document) => document.verdict.ok && !held.has(document));
    const runs = [...valid.map(runOf), ...withdrawn.map(withdrawalOf)];
    const losses = () => lossesTogether(connection, valid, withdrawn);
    if (!(await confirmLosses(losses, connection, options, terminal))) return 1;

    const { fatal, ...run } = await runFolder(runs, { ...connection, halt }, terminal);
    const outcomes = new Map(run.documents.map((each) => [each.checked, each]));
    const reported: ReportedDocument[] = [];
    for (const document of documents) {
      const results = document.verdict.ok ? (held.get(document) ?? []) : await rejectionOf(document);
      const stopped = { checked: document, isGone: false, results, unfinished: [], failures: [] };
      reported.push(outcomes.get(document) ?? stopped);
    }
    reported.push(...run.documents.filter(({ isGone }) => isGone));
    if (options.json) terminal.json(reported.flatMap(({ checked, results }) => printedAbout(checked, results)));
    else reportFolder({ ...run, documents: reported }, terminal);
    for (const line of goneNotes(left, renamed, options)) terminal.note(visible(line));
    if (fatal !== undefined) throw fatal.error;
    return reported.every(isDone) ? 0 : 1;
  } finally {
    await connection.close();
  }
}

/** The documents that `--prune` withdraws. Throws where it would delete too much. */
function withdrawals(
  state: FolderState,
  documents: readonly ReadDocument[],
  { prune = false, allowDeletions }: ApplyFolderOptions,
  terminal: Terminal,
): readonly GoneDocument[] {
  if (!prune) return [];
  const refusal = refusePrune(state, documents, allowDeletions);
  if (refusal === undefined) return state.gone;
  if (refusal.isFatal) throw new Failure(refusal.message);
  terminal.note(visible(refusal.message));
  return state.gone.filter(({ deletions }) => deletions.length === 0);
}

function runOf(document: ReadDocument): FolderRun {
  const { change, declared, text: body } = document;
  const { documentId } = change;
  const accept: FolderRun["run"]["accept"] = (deps) => acceptDocument(deps, { ...change, body });
  return { run: { documentId, body, declared, isWithdrawal: false, accept }, checked: document, isGone: false };
}

export function withdrawalOf({ change, file }: Pick<GoneDocument, "change" | "file">): FolderRun {
  const { documentId } = change;
  const body = new Uint8Array();
  const verdict = { file, ok: true, resources: 0, diagnostics: [] };
  const origin = originHere("withdraw");
  const accept: FolderRun["run"]["accept"] = (deps) => withdrawDocument(deps, { ...change, origin });
  return {
    run: { documentId, body, declared: [], isWithdrawal: true, accept },
    checked: { text: body, verdict, declared: [], expectations: [] },
    isGone: true,
  };
}

async function lossesTogether(
  { ledger, ...aws }: Connection,
  valid: readonly ReadDocument[],
  withdrawn: readonly GoneDocument[],
): Promise<readonly ChangeResult[]> {
  const { requestRate } = ledger;
  const applied = valid.filter(({ dryRun }) => dryRun !== true).map(({ change, text }) => ({ ...change, body: text }));
  const documents = [...applied, ...withdrawn.map(({ change }) => change)];
  const planned = await planDocuments({ ...aws, ledger: ledger.ledger, requestRate }, documents);
  return [...planned.values()].flatMap(lossesIn);
}

export function printedAbout(
  checked: Parameters<typeof detailsAbout>[0],
  results: readonly ResultEvent[],
): readonly ReturnType<typeof printed>[] {
  return detailsAbout(checked, results).map((detail: ResultDetail) => printed(detail));
}
