import { BACKOFF, longestBackoffMs } from "@specdrop/engine/backoff";
import { emptySummary } from "@specdrop/events";
import type { ChangeSetState, Revision } from "@specdrop/ledger/port";
import { type DeclaredDocument, readRevision } from "../documents/content.ts";
import { type DriftFinding, findDrift, isConverged, isOpen, tellDrift } from "../drift/drift.ts";
import { isAllowed } from "../policy/allowed-apis.ts";
import { sweptAt } from "./in-turn.ts";
import { isHeld } from "./is-held.ts";
import type { DocumentSweep, Held } from "./ports.ts";

/** Compares what is live with the revision in force on each API where that was made live, and tells what is new. */
export async function watchDrift(deps: DocumentSweep, { record, changeSets }: Held): Promise<void> {
  const { documentId, current } = record;
  if (current === undefined) return;
  let declared: DeclaredDocument | "none" | undefined;
  for (const [apiId, changeSet] of changeSets) {
    if (deps.clock.now() >= deps.deadline) return;
    if (isOpen(changeSet) && expectsNothing(changeSet, current)) {
      await tell(deps, changeSet, current, { outcome: NOTHING, durationMs: 0 });
      continue;
    }
    const { key } = current.source;
    if (!isConverged(changeSet, current) || !isAllowed(deps.allowedApis, key, apiId)) continue;
    declared ??= await declaredInForce(deps, documentId, current);
    if (declared === "none") return;
    await compare(deps, changeSet, current, declared);
  }
}

const NOTHING = { changes: [], summary: emptySummary, diagnostics: [] };

/** The revision in force was withdrawn or only planned on this API, or no longer has anything there. */
function expectsNothing({ apiId, settledSequence, result }: ChangeSetState, current: Revision): boolean {
  if (!current.apiIds.includes(apiId)) return true;
  const isEnded = settledSequence === current.sequence && result?.event.detailType !== "ApplyFailed";
  return isEnded && (current.kind === "withdrawn" || result?.event.detailType === "PlanProduced");
}

async function declaredInForce(
  { store }: DocumentSweep,
  documentId: string,
  current: Revision,
): Promise<DeclaredDocument | "none"> {
  const declared = await readRevision(store, documentId, current);
  return declared?.mode === "apply" ? declared : "none";
}

async function compare(
  deps: DocumentSweep,
  changeSet: ChangeSetState,
  revision: Revision,
  declared: DeclaredDocument,
): Promise<void> {
  const { documentId, apiId, drift, runningSequence } = changeSet;
  const repairs = declared.document.onDrift === "repair";
  // A repair that has begun is not judged by what it has done so far: if it died, another ends it.
  if (runningSequence !== undefined) {
    if (repairs && isOpen(changeSet)) return askAgain(deps, changeSet, revision);
    if (await isHeld(deps, apiId)) return;
  }
  const begunAt = deps.clock.now();
  const finding = await findDrift(deps, { documentId, apiId, declared });
  if (!finding.isReadable) {
    const codes = finding.outcome.diagnostics.map(({ code }) => code);
    deps.log.warn("AWS denied access to the API", { apiId, codes });
    return;
  }
  const { fingerprint } = finding;
  if (fingerprint === drift?.fingerprint) {
    if (repairs && fingerprint !== undefined) await askAgain(deps, changeSet, revision);
    return;
  }
  if (!(await isUntouched(deps, changeSet, revision))) return;
  const count = await tell(deps, changeSet, revision, { ...finding, durationMs: deps.clock.now() - begunAt });
  if (repairs && count !== undefined && fingerprint !== undefined) {
    await askForRepair(deps, changeSet, revision, count);
  }
}

/** A repair that has been asked for gets some time: twice as much after each that came to nothing. */
async function askAgain(deps: DocumentSweep, changeSet: ChangeSetState, revision: Revision): Promise<void> {
  const { drift } = changeSet;
  if (drift === undefined) return;
  const { asked, at } = drift.repair ?? { asked: 1, at: Date.parse(drift.event.detail.metadata.time) };
  const waitMs = longestBackoffMs({ ...BACKOFF.repair, firstMs: deps.graceMs }, asked);
  if (deps.clock.now() - at >= waitMs) await askForRepair(deps, changeSet, revision, drift.count);
}

/** Nothing of what was seen live can come from a run of ours, if none has begun or ended since. */
async function isUntouched({ ledger }: DocumentSweep, before: ChangeSetState, revision: Revision): Promise<boolean> {
  const { documentId, apiId, epoch, runningSequence } = before;
  const record = await ledger.readDocument(documentId);
  const changeSet = await ledger.readChangeSet(documentId, apiId);
  const isInForce = record?.current?.sequence === revision.sequence;
  return isInForce && changeSet?.epoch === epoch && changeSet.runningSequence === runningSequence;
}

async function tell(
  deps: DocumentSweep,
  changeSet: ChangeSetState,
  revision: Revision,
  news: Parameters<typeof tellDrift>[3] | (DriftFinding & { readonly durationMs: number }),
): Promise<number | undefined> {
  const told = await tellDrift(deps, changeSet, revision, news);
  if (told === undefined) return undefined;
  const { apiId } = changeSet;
  deps.log.warn(told.event.detailType, { apiId, count: told.count, summary: told.event.detail.data.summary });
  deps.done[told.event.detailType === "DriftDetected" ? "driftDetected" : "driftResolved"] += 1;
  return told.count;
}

async function askForRepair(
  deps: DocumentSweep,
  { documentId, apiId }: ChangeSetState,
  { sequence, correlationId }: Revision,
  repair: number,
): Promise<void> {
  if (deps.isSuspended) return;
  await deps.ledger.noteRepair(documentId, apiId, repair, deps.clock.now());
  await deps.queue.send({ documentId, apiId, sequence, ...sweptAt(deps.clock.now()), correlationId, repair });
  deps.log.info("Requested a repair", { apiId, repair });
  deps.done.signalsSent += 1;
}
