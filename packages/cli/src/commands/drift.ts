import { type DesiredResource, visible } from "@specdrop/spec";
import { formatReasons, formatSubject } from "../changes.ts";
import { type ApiDrift, checkDrift, type DocumentDrift } from "../check-drift.ts";
import { type OpenControlPlane, openControlPlane } from "../cloud-control.ts";
import { count } from "../count.ts";
import { acceptedTexts } from "../document-text.ts";
import { lookAtLedger } from "../ledger.ts";
import { type PlanView, viewPlan } from "../plan/plan-view.ts";
import { type RememberingControlPlane, rememberLive } from "../remember-live.ts";
import type { Terminal } from "../terminal.ts";

export interface DriftOptions {
  readonly ledger: string;
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Shows where AWS is no longer as the documents of the ledger say. Exit code 1 where it differs, or cannot be read. */
export async function drift(options: DriftOptions, terminal: Terminal): Promise<number> {
  const { ledger, close } = await lookAtLedger(options.ledger);
  const texts = acceptedTexts(options);
  let opened: (OpenControlPlane & RememberingControlPlane) | undefined;
  const controlPlane = async () => {
    if (opened === undefined) {
      const plane = await openControlPlane();
      opened = { ...plane, ...rememberLive(plane.controlPlane) };
    }
    return opened.controlPlane;
  };
  const declared = new Map<string, readonly DesiredResource[]>();
  const onDeclared = (documentId: string, resources: readonly DesiredResource[]) =>
    void declared.set(documentId, resources);
  try {
    const documents: DocumentDrift[] = [];
    for await (const record of ledger.listDocuments()) {
      terminal.progress(`comparing ${visible(record.documentId)} with what AWS has`);
      documents.push(await checkDrift({ ledger, texts, controlPlane, onDeclared }, record));
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
            liveOf: (identifier) => opened?.liveOf(identifier),
            paint: terminal.paint,
          },
        );
      await print(documents, viewOf, terminal);
    }
    return differs || apis.some((api) => api.unreadable) ? 1 : 0;
  } finally {
    opened?.close();
    texts.close();
    await close();
  }
}

async function print(
  documents: readonly DocumentDrift[],
  viewOf: (document: DocumentDrift) => Promise<PlanView>,
  terminal: Terminal,
): Promise<void> {
  for (const document of documents) {
    const differing = document.apis.filter((api) => api.drift || api.unreadable);
    const view = await viewOf(document);
    for (const api of differing) {
      terminal.out(`${terminal.paint("bold", visible(`${document.documentId} on API ${api.apiId}`))}`);
      for (const line of linesOf(api, view, terminal)) terminal.out(`  ${line}`);
    }
    if (document.notChecked !== undefined) {
      terminal.note(`${visible(document.documentId)}: not checked, ${visible(document.notChecked)}`);
    }
  }
  const drifted = documents.flatMap(({ apis }) => apis).filter((api) => api.drift).length;
  const checked = documents.filter((document) => document.apis.length > 0).length;
  const found = drifted === 0 ? "no drift" : `drift on ${count(drifted, "API")}`;
  terminal.out(`${count(checked, "document")} checked: ${found}.`);
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
      `${formatSubject(change, paint)}${formatReasons(change)}`,
      ...details(apiId, change).map((line) => `    ${line}`),
    ]);
}
