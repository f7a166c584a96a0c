import { formatNaturalKey } from "@specdrop/engine";
import { isOfRoute } from "@specdrop/events";
import type { NewRevision } from "@specdrop/ledger/port";
import { compareSequencers } from "@specdrop/ledger/revisions";
import { parseObjectEvent } from "@specdrop/service/intake";
import type { Content, DeclaredResponse } from "./content.ts";
import { isSame, PROPERTY_NAMES } from "./content.ts";
import type { LiveResponse } from "./live-response.ts";
import type { Pipeline } from "./pipeline.ts";
import { BUCKET } from "./s3.ts";
import type { Workload } from "./workload.ts";
import type { Invocation, Settlement, World } from "./world.ts";

/** What is live differs from what is asked; `undefined` where it does not. */
export function difference(asked: DeclaredResponse, live: readonly LiveResponse[]): string | undefined {
  const key = formatNaturalKey(asked);
  const found = live.find((response) => response.key === key);
  if (found === undefined) return `${key} is not live`;
  const unmet = PROPERTY_NAMES.filter(
    (name) => asked.properties[name] !== undefined && !isSame(asked.properties[name], found.properties[name]),
  );
  if (unmet.length === 0) return undefined;
  const shown = unmet.map(
    (name) => `${name} is ${JSON.stringify(found.properties[name])}, not ${JSON.stringify(asked.properties[name])}`,
  );
  return `${key} (${found.identifier}): ${shown.join(", ")}`;
}

/** What a numbered revision asks for, by the bucket's own memory; nothing where it was withdrawn. */
export function contentOf(
  { book }: World,
  { bucket }: Pipeline,
  { library }: Workload,
  documentId: string,
  sequence: number,
): Content | undefined {
  const revision = book.revisions.get(documentId)?.get(sequence);
  if (revision === undefined) return undefined;
  const { source, correlationId } = revision;
  if (documentId.startsWith("file:")) return book.commands.get(correlationId);
  const states = bucket.history.get(source.key) ?? [];
  const state = states.find((one) => one.versionId === source.versionId && one.etag === source.etag);
  return state?.body === undefined ? undefined : library.meaningOf(state.body);
}

/** Whether somebody else's change of a key took effect since an invocation began. */
export function isTouchedSince({ book }: Pick<World, "book">, key: string, since: number, by: Invocation): boolean {
  return (book.touches.get(key) ?? []).some((touch) => touch.at >= since && touch.by !== by);
}

/** A result that tells of success must be true at the moment it is written. */
export function judgeResult(world: World, pipeline: Pipeline, workload: Workload, settlement: Settlement): void {
  const { documentId, apiId, sequence, event, by } = settlement;
  const { detailType, detail } = event;
  const isTakenForLost = detail.data.diagnostics.some(
    ({ code, message }) => code === "SD6004" && message.includes("gone from the bucket"),
  );
  const revision = world.book.revisions.get(documentId)?.get(sequence);
  if (isTakenForLost && revision !== undefined && !mayBeLost(world, pipeline, revision))
    world.violate(`The text of ${documentId}, revision ${sequence}, is given up, and another is there or was removed`);
  judgeOrder(world, settlement);
  if (detailType === "ApplyFailed") judgeFailure(world, pipeline, settlement);
  if (detailType !== "ApplySucceeded" && detailType !== "ApplyUnchanged") return;
  const content =
    detail.data.mode === "withdraw" ? undefined : contentOf(world, pipeline, workload, documentId, sequence);
  const asked = (content?.responses ?? []).filter((response) => response.ApiId === apiId);
  const told = `${detailType} of ${documentId} on ${apiId}, revision ${sequence}, is false: `;
  if (content === undefined && detail.data.mode !== "withdraw") world.violate(`${told}it was withdrawn`);

  const live = pipeline.cloud.live();
  for (const response of asked) {
    const key = formatNaturalKey(response);
    if (isTouchedSince(world, key, by.startedAt, by)) continue;
    const found = difference(response, live);
    if (found !== undefined) world.violate(told + found);
    if (world.book.owned.get(key)?.documentId !== documentId) world.violate(`${told}it does not own ${key}`);
  }
  if (content !== undefined) judgeDeletions(world, settlement, content);
  if (content?.dryRun !== true) judgeRemoved(world, settlement, content);
  if (detail.data.deployment?.status === "live" && content?.dryRun !== true) judgeDeployed(world, settlement, asked);
  // One that asks nothing of any API is told by intake, and a newer one may be in force by then.
  if (apiId === "" && world.book.revisions.get(documentId)?.has(sequence + 1)) return;
  const wanted = new Set(asked.map(formatNaturalKey));
  for (const [key, record] of world.book.owned) {
    if (record.documentId !== documentId || wanted.has(key) || (apiId !== "" && record.ApiId !== apiId)) continue;
    if (!isTouchedSince(world, key, by.startedAt, by)) world.violate(`${told}it still owns ${key}`);
  }
}

/** A run that begins once a newer revision is in force has no business with an older one. */
function judgeOrder({ book, violate }: World, { documentId, apiId, sequence, event, by }: Settlement): void {
  if (apiId === "" || event.detailType === "SpecSuperseded" || event.detailType === "SpecRejected") return;
  for (const [other, { kind }] of book.revisions.get(documentId) ?? []) {
    const recordedAt = book.recordedAt.get(`${documentId} ${other}`) ?? Number.POSITIVE_INFINITY;
    if (other > sequence && kind !== "rejected" && recordedAt < by.startedAt)
      violate(
        `${by.name} ends revision ${sequence} of ${documentId} on ${apiId} (${event.detailType}), and ${other} was in force`,
      );
  }
}

/** Whom a response belongs to, a failure must say as it was at some time since its run began. */
function judgeFailure(
  { book, violate }: World,
  { cloud }: Pipeline,
  { documentId, apiId, event, by }: Settlement,
): void {
  for (const { integrationId, integrationResponseKey, error } of event.detail.data.changes) {
    const key = `${apiId}|${integrationId}|${integrationResponseKey}`;
    const owner = book.owned.get(key);
    const isSteady = (book.ownedSince.get(key) ?? 0) < by.startedAt;
    if (error?.code === "SD5001" && isSteady && owner?.identifier !== undefined) {
      const live = cloud.live().find((response) => response.key === key);
      const told = `${documentId} is told that no document owns ${key}`;
      if (owner.identifier === live?.identifier && !isTouchedSince({ book }, key, by.startedAt, by))
        violate(`${told}, and ${owner.documentId} does`);
    }
    if (error?.code === "SD5002" && isSteady && (owner === undefined || owner.documentId === documentId))
      violate(`${documentId} is told that another document owns ${key}, and ${owner?.documentId ?? "none"} does`);
  }
}

/** How long an event of S3 may take, but for one that somebody leaves among the dead letters. */
const EVENTS_COME_FOR_MS = 31 * 3_600_000;

/**
 * Every event of S3 comes in time, and the last of them says what there is, unless it was left among the dead letters.
 * Besides, nothing in the bucket says when an object was removed, or what was on top of the one that is there: a revision
 * that is old by then is given up at once.
 */
function mayBeLost({ scheduler }: World, { bucket, lambda }: Pipeline, revision: NewRevision): boolean {
  const { source, sequencer = "", seenAt } = revision;
  const isLeftDead = lambda
    .deadLetters("intake")
    .map(parseObjectEvent)
    .some((event) => event?.key === source.key && compareSequencers(event.sequencer ?? "", sequencer) > 0);
  const { body, restored } = bucket.current(source.key) ?? {};
  const isUndated = body === undefined || restored === true;
  return isLeftDead || (isUndated && scheduler.now() - seenAt >= EVENTS_COME_FOR_MS);
}

/** A result tells of everything that was taken away, however many runs it took, if none of them died. */
function judgeRemoved(
  { book, violate }: World,
  { documentId, apiId, sequence, event, by }: Settlement,
  content: Content | undefined,
): void {
  const name = `${documentId}|${apiId}|${sequence}`;
  const run = book.runs.get(name);
  if (run === undefined || [...run.by].some((one) => one !== by && !one.handedOn.has(name))) return;
  const { summary } = event.detail.data;
  const told = summary.delete + summary.forget;
  // What is declared still was put in another place.
  const declared = new Set(content?.responses.map(({ logicalId }) => logicalId));
  const removed = [...run.removed.values()].filter((logicalId) => !declared.has(logicalId)).length;
  if (told < removed || (content === undefined && told > removed))
    violate(`${documentId} tells of ${told} removed from ${apiId} by revision ${sequence}, and ${removed} were`);
}

/** More than ten deletions, and more than half of what the document owned, need permission. Moves are none. */
function judgeDeletions({ book, violate }: World, { documentId, apiId, event }: Settlement, content: Content): void {
  const { summary, changes } = event.detail.data;
  const elsewhere = new Set(content.responses.filter(({ ApiId }) => ApiId !== apiId).map(({ logicalId }) => logicalId));
  const moved = changes.filter(({ action, logicalId }) => action === "delete" && elsewhere.has(logicalId)).length;
  // Those of earlier runs of the revision are not listed; there are never more than routes.
  const ofRoutes = changes.some(isOfRoute) || content.twoWay ? book.routes.length : 0;
  const deleted = summary.delete - moved - ofRoutes;
  const others = [...book.owned.values()].filter((one) => one.documentId === documentId && one.ApiId !== apiId).length;
  const owned = summary.delete + summary.forget + summary.update + summary.replace + summary.unchanged + others;
  if (deleted > 10 && deleted * 2 > owned && deleted > (content.allowDeletions ?? 0))
    violate(`${documentId} deleted ${deleted} of ${owned} on ${apiId} without permission`);
}

/** What is told to be live was there when the last deployment was asked for. */
function judgeDeployed(world: World, { documentId, apiId, by }: Settlement, asked: readonly DeclaredResponse[]): void {
  const last = world.book.deployments.findLast((deployment) => deployment.apiId === apiId);
  if (last === undefined) {
    world.violate(`${documentId} is told to be live on ${apiId}, which was never deployed`);
    return;
  }
  for (const response of asked) {
    const isTouched = (world.book.touches.get(formatNaturalKey(response)) ?? []).some((touch) => touch.by !== by);
    const found = isTouched ? undefined : difference(response, last.live);
    if (found !== undefined)
      world.violate(`${documentId} is told to be live on ${apiId}, and was not deployed: ${found}`);
  }
}

export const idOf = (key: string) => `s3://${BUCKET}/${key}`;
