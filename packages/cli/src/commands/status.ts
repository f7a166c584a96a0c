import { visible } from "@specdrop/spec";
import { clock } from "../clock.ts";
import { count } from "../count.ts";
import { lookAtLedger } from "../ledger.ts";
import { type ApiStatus, type DocumentStatus, isHeld, type LedgerStatus, readStatus } from "../ledger-status.ts";
import type { Terminal } from "../terminal.ts";

export interface StatusOptions {
  readonly ledger: string;
  readonly json?: boolean;
}

/** Shows what the ledger holds, without a look at AWS. */
export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  const { ledger, close } = await lookAtLedger(options.ledger);
  try {
    const found = await readStatus(ledger, clock.now());
    if (options.json) terminal.json(found);
    else print(found, terminal);
    return 0;
  } finally {
    await close();
  }
}

const HOW_TO_GO_ON = "specdrop resume deletes what they own; dropping a document again cancels its withdrawal.";

function print({ suspended, held, documents, leases, owned }: LedgerStatus, terminal: Terminal): void {
  if (suspended !== undefined) {
    const { by, since, reason } = suspended;
    const why = reason === undefined ? "" : `: ${reason}`;
    terminal.out(terminal.paint("yellow", visible(`Applying is suspended since ${since} by ${by}${why}`)));
  }
  if (held !== undefined) {
    const why = held.reason === undefined ? "" : `: ${held.reason}`;
    terminal.out(terminal.paint("yellow", visible(`Withdrawals are held since ${held.since}${why}`)));
    const what = `${count(held.documents, "document")} with ${count(held.responses, "response")}`;
    terminal.out(`  ${what} ${held.documents === 1 ? "waits" : "wait"} to be withdrawn. ${HOW_TO_GO_ON}`);
  }
  for (const document of documents) {
    const [title, ...lines] = documentLines(document);
    terminal.out(terminal.paint("bold", title));
    for (const line of lines) terminal.out(`  ${line}`);
    for (const api of document.apis) terminal.out(`  ${apiLine(api, waitsFor(document), terminal)}`);
  }
  function waitsFor(document: DocumentStatus): string {
    if (held !== undefined && isHeld(document)) return "withdrawn, held";
    return suspended === undefined ? "not settled" : "accepted, waits";
  }
  for (const { apiId, owner, expiresAt } of leases) {
    terminal.out(visible(`API ${apiId} is being written to by ${owner}, until ${expiresAt} at least`));
  }
  const unsettled = documents.flatMap(({ apis }) => apis).filter(({ settled }) => !settled).length;
  const summary = [
    count(documents.length, "document"),
    `${count(owned, "response")} owned`,
    unsettled === 0 ? "everything settled" : `${count(unsettled, "API")} not settled`,
  ];
  terminal.out(`${summary.join(", ")}.`);
}

function documentLines({
  documentId,
  current,
  rejected,
  overtaken,
  unpublished,
}: DocumentStatus): [string, ...string[]] {
  const inForce =
    current === undefined ? "never accepted" : `revision ${current.sequence}, ${current.kind} ${current.seenAt}`;
  return [
    visible(`${documentId}  ${inForce}`),
    ...(rejected === undefined ? [] : [`revision ${rejected.sequence} was rejected ${rejected.seenAt}`]),
    ...(overtaken === 0 ? [] : [`${count(overtaken, "revision")} overtaken and not ended yet`]),
    ...(unpublished ? ["a result is not published yet"] : []),
  ];
}

function apiLine(
  { apiId, settled, outcome, progress, unpublished, driftSince, owned, handedOver }: ApiStatus,
  unsettled: string,
  { paint }: Terminal,
) {
  const state = settled
    ? paint(outcome === "ApplyFailed" ? "red" : "green", outcome ?? "settled")
    : paint("yellow", unsettled);
  const parts = [
    `API ${visible(apiId)}`,
    state,
    ...(settled || progress === undefined ? [] : [`${progress.ended} of ${progress.total} changes ended`]),
    `${owned} owned`,
    ...(handedOver === undefined
      ? []
      : [paint("yellow", visible(`${handedOver.count} handed over by ${handedOver.by.join(", ")}, not applied yet`))]),
    ...(unpublished ? [paint("yellow", "not published yet")] : []),
    ...(driftSince === undefined ? [] : [paint("yellow", `drift since ${driftSince}`)]),
  ];
  return parts.join("  ");
}
