import { textOf } from "@specdrop/console/words";
import { viewLedger } from "@specdrop/inspect/ledger-view";
import { type DocumentStanding, needsAttention, STANDINGS, standingOf, worstFirst } from "@specdrop/inspect/standing";
import { type ApiStatus, type DocumentStatus, isHeld, type LedgerStatus, statusOf } from "@specdrop/inspect/status";
import { describeFailure } from "@specdrop/service/reconcile";
import { visible } from "@specdrop/spec";
import { clock } from "../converge/clock.ts";
import { type ExistingLedgerOptions, lookAtExistingLedger, noLedger, placeOf } from "../ledger/existing.ts";
import { resumeCommand } from "../ledger/ledger-commands.ts";
import { seeLines } from "../pages/see.ts";
import { count } from "../terminal/count.ts";
import { wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface StatusOptions extends ExistingLedgerOptions {
  readonly json?: boolean;
  /** Every document, withdrawn ones too. */
  readonly all?: boolean;
  readonly namespace?: string;
  /** Where to write the page; `-` is stdout. */
  readonly html?: string;
  readonly ledgerOnly?: boolean;
  readonly withTemplates?: boolean;
}

/**
 * Shows what the ledger holds, without a look at AWS; with `html`, writes the page of it, compared with AWS. Exit code 1 where
 * something failed or drifted.
 */
export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  const { html } = options;
  if (html === undefined && (options.ledgerOnly === true || options.withTemplates === true))
    throw wrongUsage("--ledger-only and --with-templates are about the page: write --html FILE, too.");
  const opened = await lookAtExistingLedger(options);
  if (opened === undefined && html !== undefined) throw wrongUsage(noLedger(options.ledger));
  if (opened === undefined) {
    if (options.json) terminal.json({ documents: [], leases: [], owned: 0 } satisfies LedgerStatus);
    else terminal.out(noLedger(options.ledger));
    return 0;
  }
  try {
    const view = await viewLedger(opened.ledger, clock.now());
    const found = statusOf(view);
    if (html !== undefined) {
      const { writePage } = await import("../status/write-page.ts");
      const { verdict } = await writePage({ ...options, html }, opened, view, terminal);
      if (html !== "-") terminal.note(`${textOf(verdict.headline)}. The page is in ${visible(html)}.`);
    } else if (options.json) terminal.json(found);
    else print(found, placeOf(options.ledger, opened), options, terminal);
    return found.documents.some(needsAttention) ? 1 : 0;
  } finally {
    await opened.close();
  }
}

/** More documents than these are summed up: with a few lines each they fill a screen. */
const MOST_LISTED = 10;

const HOW_IT_ENDED =
  "AWS may have accepted these writes, but no run saw their results. Apply the document again: the next run on this API asks for them.";

function print(
  { suspended, held, documents, leases, owned }: LedgerStatus,
  place: string,
  { all = false, ledger }: StatusOptions,
  terminal: Terminal,
): void {
  if (suspended !== undefined) {
    const { by, since, reason } = suspended;
    const why = reason === undefined ? "" : `: ${reason}`;
    terminal.out(terminal.paint("yellow", visible(`Applying is suspended since ${since} by ${by}${why}`)));
  }
  if (held !== undefined) {
    const why = held.reason === undefined ? "" : `: ${held.reason}`;
    terminal.out(terminal.paint("yellow", visible(`Withdrawals are held since ${held.since}${why}`)));
    const what = `${count(held.documents, "document")} with ${count(held.responses, "response")}`;
    terminal.out(
      `  ${what} ${held.documents === 1 ? "waits" : "wait"} to be withdrawn. ${resumeCommand(ledger)} deletes what they own; dropping a document again cancels its withdrawal.`,
    );
  }
  const { listed, rest } = choose(documents, all);
  for (const document of listed) {
    const [title, ...lines] = documentLines(document);
    terminal.out(terminal.paint("bold", title));
    for (const line of lines) terminal.out(`  ${line}`);
    for (const api of document.apis) {
      terminal.out(`  ${apiLine(api, waitsFor(document), terminal)}`);
      if (api.failure !== undefined) terminal.out(`    ${terminal.paint("yellow", visible(failureLine(api.failure)))}`);
      if (api.error !== undefined) for (const line of errorLines(api.error)) terminal.out(`    ${line}`);
      if (api.unknownEnds !== undefined) terminal.out(`    ${HOW_IT_ENDED}`);
    }
  }
  for (const line of rest) terminal.out(line);
  function waitsFor(document: DocumentStatus): string {
    if (held !== undefined && isHeld(document)) return "withdrawn, held";
    return suspended === undefined ? "not settled" : "accepted, waits";
  }
  for (const { apiId, owner, expiresAt } of leases) {
    terminal.out(visible(`API ${apiId} is being written to by ${owner}, until ${expiresAt} at least`));
  }
  const unsettled = documents.flatMap(({ apis }) => apis).filter(({ settled }) => !settled).length;
  const numberOf = (standing: DocumentStanding) =>
    documents.filter((document) => standingOf(document) === standing).length;
  const [failed, drifted] = [numberOf("failed"), numberOf("drift")];
  const unknownEnds = documents.flatMap(({ apis }) => apis).reduce((sum, api) => sum + (api.unknownEnds ?? 0), 0);
  const summary = [
    count(documents.length, "document"),
    `${count(owned, "response")} owned`,
    ...(failed === 0 ? [] : [terminal.paint("red", `${failed} failed`)]),
    ...(drifted === 0 ? [] : [terminal.paint("yellow", `${drifted} drifted`)]),
    ...(unsettled === 0 ? [] : [`${count(unsettled, "API")} not settled`]),
    ...(unknownEnds === 0 ? [] : [`${count(unknownEnds, "write")} with an unknown result`]),
    ...(failed + drifted + unsettled + unknownEnds === 0 && documents.length > 0 ? ["everything settled"] : []),
  ];
  terminal.out(`${summary.join(", ")}.`);
  terminal.out(terminal.paint("dim", visible(`Ledger: ${place}. AWS was not read.`)));
}

/** The documents to show, the worst first, and lines that sum up the others. */
function choose(
  documents: readonly DocumentStatus[],
  all: boolean,
): { readonly listed: readonly DocumentStatus[]; readonly rest: readonly string[] } {
  const sorted = worstFirst(documents);
  if (all) return { listed: sorted, rest: [] };
  const present = sorted.filter((document) => standingOf(document) !== "withdrawn");
  const noteworthy = present.filter((document) => standingOf(document) !== "fine");
  const listed = present.length <= MOST_LISTED ? present : noteworthy.slice(0, MOST_LISTED);
  const others = documents.filter((document) => !listed.includes(document));
  const counts = STANDINGS.flatMap((standing) => {
    const number = others.filter((document) => standingOf(document) === standing).length;
    return number === 0 ? [] : [`${number} ${WORDS[standing]}`];
  });
  const also = listed.length === 0 ? "" : "also ";
  return { listed, rest: counts.length === 0 ? [] : [`${also}${counts.join(", ")} (--all lists them)`] };
}

const WORDS = {
  failed: "failed",
  drift: "drifted",
  open: "not settled",
  fine: "as applied",
  withdrawn: "withdrawn",
} as const satisfies Record<DocumentStanding, string>;

function failureLine({ since, at, ...failure }: NonNullable<ApiStatus["failure"]>): string {
  return describeFailure({ ...failure, since: Date.parse(since), at: Date.parse(at) });
}

function errorLines({ code, message }: { readonly code: string; readonly message: string }): readonly string[] {
  return [visible(`${code}: ${message}`), ...seeLines(code)];
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
    ...(rejected?.error === undefined ? [] : errorLines(rejected.error).map((line) => `  ${line}`)),
    ...(overtaken === 0 ? [] : [`${count(overtaken, "revision")} superseded and not finished yet`]),
    ...(unpublished ? ["one result is not published yet"] : []),
  ];
}

function apiLine(
  { apiId, settled, outcome, progress, unpublished, driftSince, owned, handedOver, unknownEnds }: ApiStatus,
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
    ...(unknownEnds === undefined ? [] : [paint("yellow", `${count(unknownEnds, "write")} with an unknown result`)]),
    ...(unpublished ? [paint("yellow", "not published yet")] : []),
    ...(driftSince === undefined ? [] : [paint("yellow", `drift since ${driftSince}`)]),
  ];
  return parts.join("  ");
}
