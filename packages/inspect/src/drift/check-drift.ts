import type { Clock, ControlPlane, Random, RequestRate } from "@specdrop/engine";
import type { ResultData } from "@specdrop/events";
import type { ChangeSetState, DocumentRecord, Ledger, Revision } from "@specdrop/ledger/port";
import { readDeclared } from "@specdrop/service/documents";
import { findDrift, isConverged } from "@specdrop/service/drift";
import type { DesiredResource } from "@specdrop/spec";
import { errorIn } from "../status.ts";
import type { AcceptedTexts } from "./accepted-texts.ts";

/** How one API compares with what a document declares there. */
export interface ApiDrift extends Pick<ResultData, "summary" | "changes" | "diagnostics"> {
  readonly apiId: string;
  readonly drift: boolean;
  /** AWS denied access to the API; `diagnostics` says why. */
  readonly unreadable?: true;
}

/** What became of checking one document. */
export interface DocumentDrift {
  readonly documentId: string;
  /** The revision that was compared; absent where none is in force. */
  readonly sequence?: number;
  /** Why it was not compared, or not on all of its APIs. */
  readonly notChecked?: string;
  /** It is withdrawn, so that there is nothing to compare. */
  readonly withdrawn?: true;
  readonly apis: readonly ApiDrift[];
}

interface CheckDriftPorts {
  readonly ledger: Ledger;
  readonly texts: AcceptedTexts;
  /** Asked for when there is something to compare. */
  readonly controlPlane: () => Promise<ControlPlane>;
  readonly clock: Clock;
  readonly random: Random;
  /** Without it requests go out as fast as AWS answers. */
  readonly requestRate?: RequestRate;
  /** Told what a document declares, before it is compared. */
  readonly onDeclared?: (documentId: string, resources: readonly DesiredResource[]) => void;
}

/** Compares what is live with the revision of a document that is in force, on each API where that was made live. */
export async function checkDrift(deps: CheckDriftPorts, record: DocumentRecord): Promise<DocumentDrift> {
  const { documentId, current: revision } = record;
  if (revision === undefined) return { documentId, notChecked: "no revision was accepted", apis: [] };
  const { sequence } = revision;
  const none = (notChecked: string): DocumentDrift => ({ documentId, sequence, notChecked, apis: [] });
  if (revision.kind === "withdrawn") return await checkWithdrawn(deps, none("it is withdrawn"), revision);

  const converged: string[] = [];
  const left: string[] = [];
  for (const apiId of revision.apiIds) {
    const changeSet = await deps.ledger.readChangeSet(documentId, apiId);
    if (isConverged(changeSet, revision)) converged.push(apiId);
    else left.push(`${apiId}${reasonIn(changeSet, revision)}`);
  }
  const notApplied = `not applied successfully on ${left.join(", ")}`;
  if (converged.length === 0) return none(left.length === 0 ? "it names no API" : notApplied);
  const text = await deps.texts.read(documentId, revision);
  if ("missing" in text) return none(text.missing);
  const declared = await readDeclared(text.body, documentId);
  if (declared.mode === "unreadable") return none("its content has errors");
  deps.onDeclared?.(documentId, declared.document.resources);

  const apis: ApiDrift[] = [];
  const controlPlane = await deps.controlPlane();
  const { ledger, clock, random, requestRate } = deps;
  const finding = { ledger, controlPlane, clock, random, ...(requestRate && { requestRate }) };
  for (const apiId of converged) {
    const { outcome, fingerprint, isReadable } = await findDrift(finding, { documentId, apiId, declared });
    const { summary, changes, diagnostics } = outcome;
    const unreadable = isReadable ? {} : ({ unreadable: true } as const);
    apis.push({ apiId, drift: fingerprint !== undefined, ...unreadable, summary, changes, diagnostics });
  }
  return { documentId, sequence, ...(left.length === 0 ? {} : { notChecked: notApplied }), apis };
}

/** ` (SD5002: …)`, where the revision failed. */
function reasonIn(changeSet: ChangeSetState | undefined, { sequence }: Revision): string {
  const { result } = changeSet ?? {};
  const error = result?.sequence === sequence ? errorIn(result.event) : undefined;
  return error === undefined ? "" : ` (${error.code}: ${error.message})`;
}

/** Of a withdrawn document nothing may be left to do. */
async function checkWithdrawn(
  { ledger }: Pick<CheckDriftPorts, "ledger">,
  document: DocumentDrift,
  { apiIds, sequence }: Revision,
): Promise<DocumentDrift> {
  for (const apiId of apiIds) {
    const changeSet = await ledger.readChangeSet(document.documentId, apiId);
    const isDone =
      (changeSet?.settledSequence ?? 0) >= sequence && changeSet?.result?.event.detailType !== "ApplyFailed";
    if (!isDone) return { ...document, notChecked: `its withdrawal has not succeeded on API ${apiId}` };
  }
  return { ...document, withdrawn: true };
}
