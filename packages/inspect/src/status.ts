import type { OwnedResource } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { Lease } from "@specdrop/ledger/lease";
import type {
  ChangeSetState,
  DocumentRecord,
  Ledger,
  Revision,
  RunFailure,
  RunProgress,
  Suspension,
} from "@specdrop/ledger/port";
import { isHoldable } from "@specdrop/service/policy";
import { type LedgerView, viewLedger } from "./ledger-view.ts";

/** One API of a document, as the ledger has it. */
export interface ApiStatus {
  readonly apiId: string;
  /** The revision in force has its result here. */
  readonly settled: boolean;
  /** The last revision that has; 0 where none. */
  readonly settledSequence: number;
  /** What kind of result that was. */
  readonly outcome?: string;
  /** Why the revision in force failed here, or was applied and not deployed. */
  readonly error?: StatusError;
  /** How far the run has come that is not over. */
  readonly progress?: { readonly ended: number; readonly total: number };
  /** How runs that are not over have failed so far; `since` and `at` are ISO 8601. */
  readonly failure?: Omit<RunFailure, "since" | "at"> & { readonly since: string; readonly at: string };
  /** A result, or what was found to differ, still waits to be published. */
  readonly unpublished: boolean;
  /** What is live was found to differ, and not to be repaired since. ISO 8601. */
  readonly driftSince?: string;
  readonly owned: number;
  /** What of it other documents handed over, and the document has not converged since. */
  readonly handedOver?: { readonly count: number; readonly by: readonly string[] };
  /** Writes that AWS may have accepted, and whose end no run has seen; absent where there are none. */
  readonly unknownEnds?: number;
}

/** A diagnostic's code or Cloud Control's, and what it says. */
interface StatusError {
  readonly code: string;
  readonly message: string;
}

type OwnedBy = Pick<OwnedResource, "documentId" | "takenFrom" | "pending" | "unfinished">;

export interface DocumentStatus {
  readonly documentId: string;
  /** The revision in force; absent where none was ever accepted. */
  readonly current?: Pick<Revision, "sequence" | "kind" | "correlationId"> & { readonly seenAt: string };
  /** A newer one that was rejected. */
  readonly rejected?: { readonly sequence: number; readonly seenAt: string; readonly error?: StatusError };
  /** Revisions that others took the place of and that may still owe their result. */
  readonly overtaken: number;
  /** A result that concerns no API waits to be published. */
  readonly unpublished: boolean;
  readonly apis: readonly ApiStatus[];
}

export interface LedgerStatus {
  /** Applying is suspended: documents are accepted but not applied. */
  readonly suspended?: { readonly by: string; readonly since: string; readonly reason?: string };
  /** Too many documents were withdrawn at once: their withdrawals wait until somebody lets them go. */
  readonly held?: {
    readonly since: string;
    readonly reason?: string;
    /** How many documents wait to be withdrawn, and how many responses they own. */
    readonly documents: number;
    readonly responses: number;
  };
  readonly documents: readonly DocumentStatus[];
  /** Those that are held now. */
  readonly leases: readonly (Pick<Lease, "apiId" | "owner" | "fence"> & { readonly expiresAt: string })[];
  /** How many responses any document owns. */
  readonly owned: number;
}

/** What a ledger holds, in order of names. `now` is in epoch milliseconds. */
export async function readStatus(ledger: Ledger, now: number): Promise<LedgerStatus> {
  return statusOf(await viewLedger(ledger, now));
}

/** The same, of what was read already. */
export function statusOf({ documents: records, changeSets: all, owned, leases, ...rest }: LedgerView): LedgerStatus {
  const changeSets = Map.groupBy(all, ({ documentId }) => documentId);
  const documents = records.map((record) => documentStatus(record, changeSets.get(record.documentId) ?? [], owned));
  return {
    ...(rest.suspension === undefined ? {} : { suspended: suspended(rest.suspension) }),
    ...(rest.hold === undefined ? {} : { held: held(rest.hold, documents) }),
    documents: documents.sort((one, other) => (one.documentId < other.documentId ? -1 : 1)),
    leases: leases.map(({ apiId, owner, fence, expiresAt }) => ({ apiId, owner, fence, expiresAt: iso(expiresAt) })),
    owned: [...owned.values()].reduce((sum, resources) => sum + resources.length, 0),
  };
}

function suspended({ by, since, reason }: Suspension): NonNullable<LedgerStatus["suspended"]> {
  return { by, since: iso(since), ...(reason === undefined ? {} : { reason }) };
}

function held({ since, reason }: Suspension, documents: readonly DocumentStatus[]): NonNullable<LedgerStatus["held"]> {
  const waiting = documents.filter(isHeld);
  const responses = waiting.flatMap(({ apis }) => apis).reduce((sum, { owned }) => sum + owned, 0);
  return {
    since: iso(since),
    ...(reason === undefined ? {} : { reason }),
    documents: waiting.length,
    responses,
  };
}

/** Whether a hold on withdrawals is what a document waits for. */
export function isHeld({ documentId, current, apis }: DocumentStatus): boolean {
  const isWithdrawn = current !== undefined && isHoldable(documentId, current);
  return isWithdrawn && apis.some(({ settled }) => !settled);
}

function documentStatus(
  { documentId, head, current, overtaken }: DocumentRecord,
  changeSets: readonly ChangeSetState[],
  owners: ReadonlyMap<string, readonly OwnedBy[]>,
): DocumentStatus {
  const known = new Map(changeSets.map((changeSet) => [changeSet.apiId, changeSet]));
  const ownedOn = (apiId: string) => (owners.get(apiId) ?? []).filter((one) => one.documentId === documentId);
  const apiIds = new Set([
    ...(current?.apiIds ?? []),
    ...[...known.keys()].filter((apiId) => ownedOn(apiId).length > 0),
  ]);
  return {
    documentId,
    ...(current === undefined ? {} : { current: { ...summaryOf(current), correlationId: current.correlationId } }),
    ...(head.kind === "rejected" ? { rejected: rejected(head, known.get("")) } : {}),
    overtaken: overtaken.length,
    unpublished: known.get("")?.result?.published === false,
    apis: [...apiIds].sort().map((apiId) => apiStatus(apiId, known.get(apiId), current, ownedOn(apiId))),
  };
}

function rejected({ sequence, seenAt }: Revision, changeSet: ChangeSetState | undefined) {
  const error = changeSet?.result?.sequence === sequence ? errorIn(changeSet.result.event) : undefined;
  return { sequence, seenAt: iso(seenAt), ...(error && { error }) };
}

/** The first error that a result tells of. */
export function errorIn({ detailType, detail: { data } }: ResultEvent): StatusError | undefined {
  const { code, message } =
    data.changes.find(({ error }) => error !== undefined)?.error ??
    data.diagnostics.find(({ severity }) => severity === "error") ??
    {};
  if (code !== undefined && message !== undefined) return { code, message };
  return detailType === "ApplyFailed"
    ? { code: detailType, message: data.reason ?? "no reason is recorded" }
    : undefined;
}

function summaryOf({ sequence, kind, seenAt }: Revision) {
  return { sequence, kind, seenAt: iso(seenAt) };
}

function apiStatus(
  apiId: string,
  changeSet: ChangeSetState | undefined,
  current: Revision | undefined,
  owned: readonly OwnedBy[],
): ApiStatus {
  const from = owned.flatMap(({ takenFrom }) => takenFrom ?? []);
  const { settledSequence = 0, result, progress, drift } = changeSet ?? {};
  const isOpen = drift?.fingerprint !== undefined;
  const settled = current !== undefined && settledSequence >= current.sequence;
  const error = settled && result !== undefined ? errorIn(result.event) : undefined;
  // Before that a run is still at them.
  const unknownEnds = settled ? owned.filter((one) => (one.pending ?? one.unfinished) !== undefined).length : 0;
  return {
    apiId,
    settled,
    settledSequence,
    ...(result === undefined ? {} : { outcome: result.event.detailType }),
    ...(error === undefined ? {} : { error }),
    ...(progress === undefined || progress.total === 0
      ? {}
      : { progress: { ended: progress.ended, total: progress.total } }),
    ...failureIn(progress, current, settled),
    unpublished: result?.published === false || drift?.published === false,
    ...(isOpen ? { driftSince: drift.event.detail.metadata.time } : {}),
    owned: owned.length,
    ...(from.length === 0 ? {} : { handedOver: { count: from.length, by: [...new Set(from)].sort() } }),
    ...(unknownEnds === 0 ? {} : { unknownEnds }),
  };
}

function failureIn(
  progress: RunProgress | undefined,
  current: Revision | undefined,
  settled: boolean,
): Pick<ApiStatus, "failure"> {
  if (settled || progress?.failure === undefined || progress.sequence !== current?.sequence) return {};
  const { failure } = progress;
  return { failure: { ...failure, since: iso(failure.since), at: iso(failure.at) } };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
