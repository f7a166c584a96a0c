import type { ChangeResult } from "@specdrop/events";
import { type ApiDrift, checkDrift, type DocumentDrift } from "@specdrop/inspect/drift/check-drift";
import { type RememberingControlPlane, rememberLive } from "@specdrop/inspect/drift/remember-live";
import { type DesiredResource, visible } from "@specdrop/spec";
import { type OpenControlPlane, openControlPlane } from "../aws/cloud-control.ts";
import { clock } from "../converge/clock.ts";
import { acceptedTexts } from "../ledger/accepted-texts.ts";
import { type ExistingLedgerOptions, lookAtExistingLedger, noLedger, placeOf } from "../ledger/existing.ts";
import { type PlanView, viewPlan } from "../plan/plan-view.ts";
import { formatReasons, formatSubject } from "../report/changes.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface DriftOptions extends ExistingLedgerOptions {
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Shows where AWS is no longer as the documents of the ledger say. Exit code 1 where it differs, or was not looked at. */
export async function drift(options: DriftOptions, terminal: Terminal): Promise<number> {
  const opened = await lookAtExistingLedger(options);
  if (opened === undefined) {
    if (options.json) terminal.json({ drift: false, documents: [] });
    else terminal.out(noLedger(options.ledger));
    return 0;
  }
  const { ledger, close } = opened;
  const texts = acceptedTexts(options);
  let aws: (OpenControlPlane & RememberingControlPlane) | undefined;
  const controlPlane = async () => {
    if (aws === undefined) {
      const plane = await openControlPlane();
      aws = { ...plane, ...rememberLive(plane.controlPlane) };
    }
    return aws.controlPlane;
  };
  const declared = new Map<string, readonly DesiredResource[]>();
  const onDeclared = (documentId: string, resources: readonly DesiredResource[]) =>
    void declared.set(documentId, resources);
  try {
    const documents: DocumentDrift[] = [];
    for await (const record of ledger.listDocuments()) {
      terminal.progress(`comparing ${visible(record.documentId)} with what AWS has`);
      documents.push(await checkDrift({ ledger, texts, controlPlane, clock, random: Math.random, onDeclared }, record));
    }
    documents.sort((one, other) => (one.documentId < other.documentId ? -1 : 1));
    const apis = documents.flatMap((document) => document.apis);
    const differs = apis.some((api) => api.drift);
    if (options.json) terminal.json({ drift: differs, documents });
    else {
      const viewOf = ({ documentId, apis }: DocumentDrift) =>
        viewPlan(
          apis.map(({ apiId }) => apiId),
          {
            ledger,
            declared: declared.get(documentId) ?? [],
            liveOf: (identifier) => aws?.liveOf(identifier),
            paint: terminal.paint,
            telling: "drift",
          },
        );
      await print(documents, viewOf, terminal);
      const place = placeOf(options.ledger, opened);
      const looked = aws?.endpoint() === undefined ? "AWS was not read" : `AWS was read at ${aws.endpoint()}`;
      terminal.out(terminal.paint("dim", visible(`Ledger: ${place}. ${looked}.`)));
    }
    return differs || documents.some(isUnchecked) ? 1 : 0;
  } finally {
    aws?.close();
    texts.close();
    await close();
  }
}

/** Whether there is something of a document that nobody looked at. */
function isUnchecked({ notChecked, withdrawn, apis }: DocumentDrift): boolean {
  return (notChecked !== undefined && withdrawn !== true) || apis.some((api) => api.unreadable);
}

/** More documents that were not checked than these are counted. */
const MOST_UNCHECKED = 10;

async function print(
  documents: readonly DocumentDrift[],
  viewOf: (document: DocumentDrift) => Promise<PlanView>,
  terminal: Terminal,
): Promise<void> {
  const unchecked = documents.filter(isUnchecked);
  const untold = unchecked.filter(({ notChecked }) => notChecked !== undefined);
  for (const { documentId, notChecked } of untold.slice(0, MOST_UNCHECKED)) {
    terminal.out(`${terminal.paint("yellow", "not checked:")} ${visible(`${documentId}: ${notChecked}`)}`);
  }
  for (const document of documents) {
    const differing = document.apis.filter((api) => api.drift || api.unreadable);
    const view = await viewOf(document);
    for (const api of differing) {
      terminal.out(`${terminal.paint("bold", visible(`${document.documentId} on API ${api.apiId}`))}`);
      for (const line of linesOf(api, view, terminal)) terminal.out(`  ${line}`);
    }
  }
  const drifted = documents.flatMap(({ apis }) => apis).filter((api) => api.drift).length;
  const checked = documents.filter(({ apis }) => apis.some((api) => api.unreadable !== true)).length;
  const found = drifted === 0 ? "no drift" : `drift on ${count(drifted, "API")}`;
  const left = unchecked.length === 0 ? "" : `, ${count(unchecked.length, "document")} not checked or not everywhere`;
  terminal.out(`${count(checked, "document")} checked: ${found}${left}.`);
}

function linesOf(
  { apiId, changes, diagnostics, unreadable }: ApiDrift,
  { details }: PlanView,
  { paint }: Terminal,
): readonly string[] {
  if (unreadable) return diagnostics.map(({ code, message }) => visible(`${code}: ${message}`));
  return changes
    .filter(({ action, status }) => action !== "none" || status === "failed")
    .flatMap((change) => [
      `${formatSubject(change, paint, wordsOf(change))}${formatReasons(change)}`,
      ...details(apiId, change).map((line) => `    ${line}`),
    ]);
}

/** What differs, live first; a conflict has its own words. */
function wordsOf({ action, status }: ChangeResult): string | undefined {
  if (status === "failed") return undefined;
  switch (action) {
    case "create":
      return "the document declares it, but AWS does not have it";
    case "delete":
      return "AWS has it, but the document does not declare it";
    case "forget":
      return "AWS no longer has it";
    default:
      return "AWS differs from the document";
  }
}
