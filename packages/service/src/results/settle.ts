import type { Clock } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { ChangeSetState, Ledger } from "@specdrop/ledger/port";
import { hasSettled } from "../documents/unsettled.ts";
import type { ResultBus } from "../ports/ports.ts";
import { type HistoryLedger, keepOutcome } from "./history.ts";

const MAX_TRIES = 10;
/** Between two looks at whether another process has published what it has just written, and how long that may take. */
const LOOK_EVERY_MS = 50;
const PUBLISHED_WITHIN_MS = 2_000;

interface SettlePorts {
  readonly ledger: Pick<Ledger, "readChangeSet" | "settle" | "markPublished"> & HistoryLedger;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "sleep">;
}

type PublishPorts = Omit<SettlePorts, "clock">;

/** Publishes the stored result that a crash left unpublished, if there is one. Returns the change set as it was. */
export async function publishOwed(
  deps: PublishPorts,
  documentId: string,
  apiId: string,
): Promise<ChangeSetState | undefined> {
  return publishStored(deps, await deps.ledger.readChangeSet(documentId, apiId));
}

/** Whoever has just written a result publishes it at once, and is given time to: else many would publish it. */
export async function awaitPublished(
  deps: SettlePorts,
  documentId: string,
  apiId: string,
): Promise<ChangeSetState | undefined> {
  const read = () => deps.ledger.readChangeSet(documentId, apiId);
  let changeSet = await read();
  for (let waited = 0; isOwed(changeSet) && waited < PUBLISHED_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await deps.clock.sleep(LOOK_EVERY_MS);
    changeSet = await read();
  }
  return publishStored(deps, changeSet);
}

function isOwed(changeSet: ChangeSetState | undefined): boolean {
  return changeSet?.result?.published === false;
}

async function publishStored(
  deps: PublishPorts,
  changeSet: ChangeSetState | undefined,
): Promise<ChangeSetState | undefined> {
  const { result } = changeSet ?? {};
  if (changeSet === undefined || result === undefined || result.published) return changeSet;
  await publish(deps, changeSet.documentId, [changeSet.apiId], result.sequence, result.event);
  return changeSet;
}

/** Publishes a settled result. It is marked last, so that a crash on the way leaves it to be published again. */
async function publish(
  { bus, ledger }: PublishPorts,
  documentId: string,
  apiIds: readonly string[],
  sequence: number,
  event: ResultEvent,
): Promise<void> {
  await bus.publish([event]);
  for (const apiId of apiIds) {
    await keepOutcome(ledger, documentId, apiId, sequence, event);
    await ledger.markPublished(documentId, apiId, sequence);
  }
}

/**
 * Writes the terminal result of a revision on one API, publishes it and marks it published, in this order; a result
 * still owed goes first. `false` if the revision, or a later one, has its result already. Throws `LeaseLostError`, as
 * the ledger does.
 */
export async function settleAndPublish(
  deps: SettlePorts,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
  /** The lease's, of the run that tells it. */
  fence?: number,
): Promise<boolean> {
  if (!(await settle(deps, documentId, apiId, sequence, event, fence))) return false;
  await publish(deps, documentId, [apiId], sequence, event);
  return true;
}

/**
 * The same where one event is the result on all of these APIs that have none yet: it is published once. After a crash it
 * is published again for each that is left, under the same id. `false` where all had one.
 */
export async function settleTogether(
  deps: SettlePorts,
  documentId: string,
  apiIds: readonly string[],
  sequence: number,
  event: ResultEvent,
): Promise<boolean> {
  const settled: string[] = [];
  for (const apiId of apiIds) {
    if (await settle(deps, documentId, apiId, sequence, event)) settled.push(apiId);
  }
  if (settled.length > 0) await publish(deps, documentId, settled, sequence, event);
  return settled.length > 0;
}

async function settle(
  deps: SettlePorts,
  documentId: string,
  apiId: string,
  sequence: number,
  event: ResultEvent,
  fence?: number,
): Promise<boolean> {
  // The ledger refuses while an earlier result is unpublished, and another process may write one in between.
  for (let tries = 1; ; tries++) {
    const changeSet = await awaitPublished(deps, documentId, apiId);
    if (hasSettled(changeSet, sequence)) return false;
    if (await deps.ledger.settle(documentId, apiId, sequence, event, fence)) return true;
    if (tries === MAX_TRIES) throw new Error(`Others keep settling ${documentId} on API ${apiId}`);
  }
}
