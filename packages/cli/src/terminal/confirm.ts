import { plannedDeletion } from "@specdrop/engine";
import type { ChangeResult, ResultEvent } from "@specdrop/events";
import { deletionsOf, type PlanPorts, planDocument } from "@specdrop/service/documents";
import type { Connection } from "../aws/connect.ts";
import { clock } from "../converge/clock.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { refuseWhileSuspended } from "../ledger/suspension.ts";
import { formatSubject, hasFailed } from "../report/changes.ts";
import { count } from "./count.ts";
import type { Terminal } from "./terminal.ts";

export interface ConfirmOptions {
  readonly json?: boolean;
  /** The answer to every question. */
  readonly yes?: boolean;
}

/** What would be deleted, or replaced and so deleted first. */
export type FindLosses = (connection: Connection) => Promise<readonly ChangeResult[]>;

/** Whether there is somebody to ask: what scripts and pipelines run proceeds. */
function mayAsk({ json, yes }: ConfirmOptions, { ask }: Terminal): boolean {
  return ask !== undefined && json !== true && yes !== true;
}

/**
 * Asks on a terminal before anything is deleted or replaced; `false` where the answer is no. Where there is nobody to ask,
 * or nothing to lose, nothing is asked.
 */
export async function confirmLosses(
  find: FindLosses,
  connection: Connection,
  options: ConfirmOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (!mayAsk(options, terminal)) return true;
  await refuseWhileSuspended(connection.ledger);
  terminal.progress("comparing with AWS");
  const losses = await find(connection);
  if (losses.length === 0) return true;
  terminal.note(losesWhat(losses, terminal));
  const isAgreed = (await terminal.ask?.("Go on? [y/N] ")) === true;
  if (!isAgreed) terminal.note("Nothing was changed.");
  return isAgreed;
}

/** Of what `apply` would do, the deletions and replacements. */
export function lossesOf({ change, text, dryRun }: ReadDocument): FindLosses {
  return async ({ ledger, controlPlane, gateway }) => {
    if (dryRun) return [];
    const deps: PlanPorts = { ledger: ledger.ledger, controlPlane, gateway, clock, random: Math.random };
    const { results = [] } = await planDocument(deps, { ...change, body: text });
    return lossesIn(results);
  };
}

/** What the plan of one document would delete or replace. */
export function lossesIn(results: readonly ResultEvent[]): readonly ChangeResult[] {
  // What is in conflict is refused as a whole.
  if (results.some(({ detail }) => hasFailed(detail))) return [];
  const changes = results.flatMap(({ detail }) => detail.data.changes);
  return changes.filter(({ action, status }) => status === "planned" && LOSES.has(action));
}

const LOSES: ReadonlySet<string> = new Set(["delete", "replace"]);

/** What `withdraw` would delete; what it lets go of stays in AWS. */
export function lossesOfWithdrawal(documentId: string): FindLosses {
  return async ({ ledger }) => {
    const deleted = await deletionsOf(ledger.ledger, documentId);
    return deleted.map(plannedDeletion);
  };
}

const MOST_LISTED = 20;

function losesWhat(losses: readonly ChangeResult[], { paintNote }: Terminal): string {
  const listed = losses.slice(0, MOST_LISTED).map((change) => `  ${formatSubject(change, paintNote)}`);
  const more = losses.length > MOST_LISTED ? [`  and ${losses.length - MOST_LISTED} more`] : [];
  const deletions = losses.filter(({ action }) => action === "delete").length;
  const parts = [
    ...(deletions === 0 ? [] : [`delete ${count(deletions, "response")}`]),
    ...(deletions === losses.length ? [] : [`replace ${count(losses.length - deletions, "response")}`]),
  ];
  return [`This would ${parts.join(" and ")} in AWS:`, ...listed, ...more].join("\n");
}
