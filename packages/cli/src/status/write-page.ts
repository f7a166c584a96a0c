import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { consoleState } from "@specdrop/console/model";
import { pageScript } from "@specdrop/console/page-script";
import type { ConsoleState, Where } from "@specdrop/console/state";
import { renderPage } from "@specdrop/console/view/render-page";
import { withDetails } from "@specdrop/console/with-details";
import { type RevisionView, readHistory } from "@specdrop/inspect/history";
import type { LedgerView } from "@specdrop/inspect/ledger-view";
import { type AwsView, lookAtAws } from "@specdrop/inspect/look";
import { openControlPlane } from "../aws/cloud-control.ts";
import { clock } from "../converge/clock.ts";
import { acceptedTexts } from "../ledger/accepted-texts.ts";
import type { OpenLedger } from "../ledger/open.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface PageFileOptions {
  /** Where the page goes; `-` is stdout. */
  readonly html: string;
  readonly ledger: string;
  readonly namespace?: string;
  /** Nothing is asked of AWS. */
  readonly ledgerOnly?: boolean;
  /** With the template bodies of what differs. */
  readonly withTemplates?: boolean;
}

/** More revisions of a document than these are left out of a file. */
const MOST_REVISIONS = 5;

/** Writes the page of a ledger as one file: to a temporary name first, so that nobody sees half of it. */
export async function writePage(
  options: PageFileOptions,
  opened: OpenLedger,
  view: LedgerView,
  terminal: Terminal,
): Promise<ConsoleState> {
  const state = await pageOf(options, opened, view, terminal);
  const page = renderPage(state, { script: await pageScript() });
  if (options.html === "-") {
    terminal.document(page);
    return state;
  }
  const temporary = `${options.html}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(temporary, page);
    await rename(temporary, options.html);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return state;
}

async function pageOf(
  { ledger: name, namespace, ledgerOnly = false, withTemplates = false }: PageFileOptions,
  opened: OpenLedger,
  view: LedgerView,
  terminal: Terminal,
): Promise<ConsoleState> {
  const { ledger } = opened;
  const looked = ledgerOnly
    ? undefined
    : await look({ ledger: name, ...(namespace && { namespace }) }, opened, view, terminal);
  const histories = new Map<string, readonly RevisionView[]>();
  for (const record of view.documents) {
    histories.set(record.documentId, (await readHistory(ledger, record)).slice(0, MOST_REVISIONS));
  }
  const facts = {
    ...{ version: String(view.at), view, histories, withAllRows: true },
    ...(looked === undefined ? {} : { aws: looked.aws }),
    where: { kind: "snapshot", name: shortName(name), ledger: shownLedger(name), ...looked?.where } as const,
  };
  const state = consoleState(facts);
  return withTemplates ? withDetails(state, facts) : state;
}

async function look(
  texts: Parameters<typeof acceptedTexts>[0],
  opened: OpenLedger,
  view: LedgerView,
  terminal: Terminal,
): Promise<{ readonly aws: AwsView; readonly where: Pick<Where, "region"> }> {
  const accepted = acceptedTexts(texts);
  const { requestRate } = opened;
  const plane = await openControlPlane({ requestRate });
  try {
    const { ledger } = opened;
    const { controlPlane, gateway, region } = plane;
    const ports = { ledger, texts: accepted, controlPlane, gateway, clock, random: Math.random, requestRate };
    const aws = await lookAtAws(ports, view, {
      onProgress: (api, of) => terminal.progress(`checking API ${api} of ${of}`),
    });
    return { aws, where: { region } };
  } finally {
    plane.close();
    accepted.close();
  }
}

/** The table's name, or `file` where it is one. */
function shortName(ledger: string): string {
  return ledger.startsWith("dynamodb:") ? ledger.slice("dynamodb:".length) : "file";
}

/** No path of this machine goes into a file that is passed on. */
function shownLedger(ledger: string): string {
  if (ledger.startsWith("dynamodb:")) return ledger;
  const below = relative(process.cwd(), ledger);
  return below.startsWith("..") ? (ledger.split(/[\\/]/).at(-1) ?? "ledger") : below;
}
