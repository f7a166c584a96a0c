import type { ChangeSetState, DocumentRecord } from "@specdrop/ledger/port";
import { publishOwedDrift } from "../drift/drift.ts";
import { wakeBlocked } from "../reconcile/wake-bidders.ts";
import { NO_API } from "../results/no-api.ts";
import { publishOwed } from "../results/settle.ts";
import { finish } from "./finish.ts";
import type { DocumentSweep, Held } from "./ports.ts";
import { watchDrift } from "./watch-drift.ts";

export async function sweepDocument(deps: DocumentSweep, documentId: string): Promise<void> {
  const record = await deps.ledger.readDocument(documentId);
  if (record === undefined) return;
  const changeSets = await readChangeSets(deps, record);
  for (const changeSet of changeSets.values()) await publishLeft(deps, changeSet);
  await wakeFailed(deps, { record, changeSets });
  await finish(deps, { record, changeSets });
  await watchDrift(deps, { record, changeSets });
}

/** What failed because of what others own runs again once that has changed: whoever changed it may have died. */
async function wakeFailed(deps: DocumentSweep, { record, changeSets }: Held): Promise<void> {
  const now = deps.clock.now();
  if (deps.isSuspended || record.current === undefined || now - record.current.seenAt < deps.graceMs) return;
  for (const [apiId, changeSet] of changeSets) {
    if (await wakeBlocked(deps, record, apiId, changeSet, `swept ${now}`)) deps.done.signalsSent += 1;
  }
}

async function readChangeSets(
  { ledger }: DocumentSweep,
  { documentId, current, overtaken }: DocumentRecord,
): Promise<Held["changeSets"]> {
  const revisions = current === undefined ? overtaken : [current, ...overtaken];
  const apiIds = new Set([NO_API, ...revisions.flatMap((revision) => revision.apiIds)]);
  const changeSets = new Map<string, ChangeSetState>();
  for (const apiId of apiIds) {
    const changeSet = await ledger.readChangeSet(documentId, apiId);
    if (changeSet !== undefined) changeSets.set(apiId, changeSet);
  }
  return changeSets;
}

/** Its run may be just about to publish what it wrote. */
async function publishLeft(deps: DocumentSweep, changeSet: ChangeSetState): Promise<void> {
  const { documentId, apiId, result, drift } = changeSet;
  const isLeft = (written: typeof result | typeof drift) =>
    written !== undefined &&
    !written.published &&
    deps.clock.now() - Date.parse(written.event.detail.metadata.time) >= deps.graceMs;
  if (isLeft(result)) {
    await publishOwed(deps, documentId, apiId);
    deps.done.republished += 1;
  }
  if (isLeft(drift)) {
    await publishOwedDrift(deps, changeSet);
    deps.done.republished += 1;
  }
}
