import {
  type Clock,
  type ControlPlane,
  type Gateway,
  planChanges,
  type Random,
  type RequestRate,
} from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { Ledger, Revision } from "@specdrop/ledger/port";
import type { DocumentText } from "../intake/accept.ts";
import { handOverFrom } from "../reconcile/hand-over.ts";
import { lastDeployment } from "../results/last-deployment.ts";
import { converged, type Remarks } from "../results/results.ts";
import { affectedApis } from "./affected-apis.ts";
import { changeSetOf } from "./change-set.ts";
import { type DeclaredDocument, readDeclared } from "./content.ts";
import { remarksAbout } from "./remarks-about.ts";

export interface PlanPorts {
  /** Read only. */
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
  /** Without it nothing around the responses is checked. */
  readonly gateway?: Gateway;
  /** Without it requests go out as fast as AWS answers. */
  readonly requestRate?: RequestRate;
  readonly clock: Clock;
  readonly random: Random;
  /** The engine's, unless a test brings another. */
  readonly plan?: typeof planChanges;
}

/** What applying a document would do: a `PlanProduced` for each of its APIs, or an `ApplyFailed` where AWS refuses to be read. */
export interface DocumentPlan extends Remarks {
  /** Absent where the document has errors. */
  readonly results?: readonly ResultEvent[];
}

/** Compares a document with what is live, and touches nothing: neither AWS nor the ledger. */
export async function planDocument(deps: PlanPorts, change: DocumentText): Promise<DocumentPlan> {
  const { documentId, source, correlationId } = change;
  const declared = await readDeclared(change.body, documentId);
  if (declared.mode === "unreadable") return declared.remarks;

  const named = declared.document.resources.map((resource) => resource.ApiId);
  const apiIds = await affectedApis(deps.ledger, documentId, named);
  const known = await deps.ledger.readDocument(documentId);
  const sequence = (known?.head.sequence ?? 0) + 1;
  const revision: Revision = { sequence, kind: "accepted", source, correlationId, seenAt: deps.clock.now(), apiIds };

  const results: ResultEvent[] = [];
  for (const apiId of apiIds) results.push(await planOnApi(deps, { documentId, revision, declared }, apiId));
  return { results, ...declared.remarks };
}

/** A revision that is to be planned; nothing is declared in a withdrawal. */
export interface PlannedRevision {
  readonly documentId: string;
  readonly revision: Revision;
  readonly declared?: DeclaredDocument;
}

/** Withdrawing is a deliberate act, and has no budget. */
const WITHDRAWN: DeclaredDocument = {
  mode: "plan",
  document: { resources: [], dryRun: false, onDrift: "report", allowDeletions: Number.MAX_SAFE_INTEGER },
  remarks: { diagnostics: [], omitted: 0 },
};

/** What converging a revision on one API would do; touches neither AWS nor the ledger. */
export async function planOnApi(
  deps: PlanPorts,
  { documentId, revision, declared = WITHDRAWN }: PlannedRevision,
  apiId: string,
): Promise<ResultEvent> {
  // What lies in a bucket is not at hand: what the ledger remembers of it counts.
  const store = { read: async () => undefined };
  const handOver = handOverFrom({ ledger: deps.ledger, store }, documentId, 0);
  const before = await deps.ledger.readChangeSet(documentId, apiId);
  const changeSet = await changeSetOf(deps.ledger, {
    documentId,
    apiId,
    apiIds: revision.apiIds,
    lastDeployment: before === undefined ? undefined : lastDeployment(before),
    declared,
    bidderFor: handOver.bidderFor,
  });
  const outcome = await (deps.plan ?? planChanges)(changeSet, deps, { handOver });
  const remarks = remarksAbout(declared.remarks, declared.document.resources, apiId);
  return converged({ documentId, revision, now: deps.clock.now() }, apiId, "plan", outcome, remarks);
}
