import type { ResultEvent } from "@specdrop/events";
import { type RememberingControlPlane, rememberLive } from "@specdrop/inspect/drift/remember-live";
import { visible } from "@specdrop/spec";
import { openControlPlane } from "../aws/cloud-control.ts";
import { type Renamed, renamedDocuments } from "../documents/conflict-with-gone.ts";
import { refuseUnmoved } from "../documents/document.ts";
import { compareFolders, type GoneDocument } from "../documents/gone-documents.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { rejectionOf } from "../documents/reject.ts";
import { refuseEmpty, type Selection } from "../documents/select.ts";
import { lookAtLedger } from "../ledger/open.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printedAbout, withdrawalOf } from "./apply-folder.ts";
import type { Checked } from "./check.ts";
import { planDocuments } from "./plan-documents.ts";
import { type PruneRefusal, refusePrune } from "./prune.ts";

export interface PlanFolderOptions {
  readonly ledger: string;
  readonly namespace?: string;
  readonly prune?: boolean;
  readonly allowDeletions?: number;
  readonly as?: string;
}

/** One document of several, and what applying it would do. */
export interface PlannedFile {
  readonly checked: Checked;
  /** Its file is gone: with `--prune` it is withdrawn. */
  readonly isGone: boolean;
  readonly results: readonly ResultEvent[];
}

/** What applying a folder would do. */
export interface FolderPlan {
  /** In the order of the files, then the gone ones. */
  readonly documents: readonly PlannedFile[];
  /** Documents whose files are gone and which would stay. */
  readonly left: readonly GoneDocument[];
  readonly renamed: readonly Renamed[];
  /** Why `--prune` would withdraw nothing, or apply nothing at all. */
  readonly refusal?: PruneRefusal;
  readonly live: RememberingControlPlane;
}

/** Plans many documents together, and hands the plan to `show` while ledger and AWS can still be asked. Touches nothing. */
export async function planFolder<T>(
  selection: Selection,
  options: PlanFolderOptions,
  terminal: Terminal,
  show: (plan: FolderPlan, ledger: Awaited<ReturnType<typeof lookAtLedger>>["ledger"]) => Promise<T>,
): Promise<T> {
  const opened = await lookAtLedger(options.ledger);
  const { requestRate } = opened;
  const { controlPlane, gateway, close } = await openControlPlane({ requestRate });
  try {
    const { ledger } = opened;
    const { documents } = selection;
    for (const { change } of documents) await refuseUnmoved(ledger, change, options.ledger);
    const state = await compareFolders(ledger, selection.folders, documents);
    refuseEmpty(selection, state.gone);
    const refusal = options.prune ? refusePrune(state, documents, options.allowDeletions) : undefined;
    const gone = options.prune ? prunable(state.gone, refusal) : [];
    const left = state.gone.filter((each) => !gone.includes(each));
    const live = rememberLive(controlPlane);
    const valid = documents.filter(({ verdict }) => verdict.ok);
    terminal.progress("comparing with AWS");
    const planned = await planDocuments(
      { ledger, controlPlane: live.controlPlane, gateway, requestRate },
      [...valid.map(({ change, text }) => ({ ...change, body: text })), ...gone.map(({ change }) => change)],
      (done, of) => terminal.spin(`[${done}/${of}] comparing with AWS`),
    );
    const filesThere: PlannedFile[] = [];
    for (const document of documents) filesThere.push(await plannedFile(document, planned));
    const filesGone = gone.map((each): PlannedFile => {
      const { checked } = withdrawalOf(each);
      return { checked, isGone: true, results: planned.get(each.change.documentId) ?? [] };
    });
    const renamed = renamedDocuments({ ...state, gone: left }, documents, options.ledger);
    const plan = { documents: [...filesThere, ...filesGone], left, renamed, live, ...(refusal && { refusal }) };
    return await show(plan, ledger);
  } finally {
    close();
    await opened.close();
  }
}

/** What is over the budget is planned all the same: it is what the budget is about. */
function prunable(gone: readonly GoneDocument[], refusal: PruneRefusal | undefined): readonly GoneDocument[] {
  return refusal?.isFatal === false ? gone.filter(({ deletions }) => deletions.length === 0) : gone;
}

async function plannedFile(
  document: ReadDocument,
  planned: ReadonlyMap<string, readonly ResultEvent[]>,
): Promise<PlannedFile> {
  const results = document.verdict.ok ? (planned.get(document.change.documentId) ?? []) : await rejectionOf(document);
  return { checked: document, isGone: false, results };
}

export function printedPlans({ documents }: FolderPlan) {
  return documents.flatMap(({ checked, results }) => printedAbout(checked, results));
}

/** The file as people are shown it. */
export function fileOf({ checked, isGone }: PlannedFile): string {
  return `${visible(checked.verdict.file)}${isGone ? " (file is gone)" : ""}`;
}
