import { formatNaturalKey, type OwnedResource } from "@specdrop/engine";
import { isOfRoute } from "@specdrop/events";
import { isAllowed } from "@specdrop/service/policy";
import type { Content, DeclaredResponse } from "./content.ts";
import { type InForce, inForce, lastResults } from "./in-force.ts";
import type { Contents } from "./ledger.ts";
import type { LiveResponse } from "./live-response.ts";
import type { Pipeline } from "./pipeline.ts";
import { checkRoutes, differenceOfRoutes } from "./routes.ts";
import { type ObjectState, sourceOf } from "./s3.ts";
import { difference } from "./truth.ts";
import type { Workload } from "./workload.ts";
import type { Settlement, World } from "./world.ts";

/** Checks what must hold at rest. `excepted` documents wait for somebody to drop them again. */
export async function checkAtRest(
  world: World,
  pipeline: Pipeline,
  workload: Workload,
  excepted: ReadonlySet<string>,
): Promise<void> {
  const held = await pipeline.ledger.contents();
  const live = pipeline.cloud.live();
  const documents = inForce(world, pipeline, workload);
  checkLive(world, documents, excepted, live);
  checkRoutes(world, pipeline, documents, excepted);
  for (const document of documents) if (document.latest !== undefined) checkBids(world, document);
  for (const document of documents) {
    const isFile = document.latest === undefined;
    if (!document.isLatestBroken && !isFile) checkDrift(world, pipeline, held, document);
    if (!isFile) checkBlocked(world, document);
    if (excepted.has(document.documentId)) continue;
    checkDocument(world, document, live);
    checkRecord(world, pipeline, held, document);
  }
  for (const { documentId, apiId, runningSequence, settledSequence, result, drift } of held.changeSets) {
    if (documentId.startsWith("file:") && excepted.has(documentId)) continue;
    const name = `${documentId} on ${apiId || "no API"}`;
    // A repair that died for good is taken up by the next run, which waits for somebody to drop the document again.
    const isRepair = runningSequence !== undefined && runningSequence <= settledSequence;
    if (runningSequence !== undefined && !(isRepair && excepted.has(documentId)))
      world.violate(`The run mark of ${name}, revision ${runningSequence}, is left`);
    if (drift?.published === false) world.violate(`What was told of drift in ${name} is unpublished`);
    if (result?.published === false)
      world.violate(`The result of ${name}, revision ${result.sequence}, is unpublished`);
  }
}

/** No duplicates, and nothing that belongs to nobody but should. */
function checkLive(
  { book, violate }: World,
  documents: readonly InForce[],
  excepted: ReadonlySet<string>,
  live: readonly LiveResponse[],
): void {
  const identifiers = new Set([...book.owned.values()].map((record) => record.identifier));
  // A DryRun touches nothing, and an overwritten text cannot be read: what a run before it began stays begun, and on
  // record, until there is a real one.
  const dry = documents.filter(({ content }) => content?.dryRun).map(({ documentId }) => documentId);
  const waiting = new Set([...dry, ...excepted]);
  const isBegun = (record: OwnedResource | undefined) =>
    record?.pending !== undefined && waiting.has(record.documentId);
  if (new Set(live.map(({ key }) => key)).size < live.length) violate("Two responses have one natural key");
  for (const { identifier, key } of live) {
    const isForgotten = book.mayBeForgotten.has(identifier) || book.unrecognisable.has(key);
    const isSomebodys = book.foreign.has(identifier) || isForgotten;
    if (!identifiers.has(identifier) && !isSomebodys && !isBegun(book.owned.get(key)))
      violate(`${key} (${identifier}) is an orphan: no document owns it`);
  }
}

/** Who failed because of what another owns runs again once that has changed, without being dropped again. */
function checkBlocked(world: World, { documentId }: InForce): void {
  const { book, violate } = world;
  const current = book.inForce.get(documentId);
  for (const { apiId, sequence, event } of lastResults(world, documentId).values()) {
    if (event.detailType !== "ApplyFailed" || sequence !== current?.sequence || current.kind !== "accepted") continue;
    for (const { integrationId, integrationResponseKey, error } of event.detail.data.changes) {
      const key = `${apiId}|${integrationId}|${integrationResponseKey}`;
      const owner = error?.code === "SD5002" ? (book.owned.get(key)?.documentId ?? "nobody") : undefined;
      if (owner !== undefined && !error?.message.includes(owner))
        violate(`${documentId} failed for ${key} (${error?.message}), and was not run again: ${owner} owns it`);
    }
  }
}

/** Nobody waits for what nobody owns any more. */
function checkBids(world: World, { documentId, isLatestBroken }: InForce): void {
  if (isLatestBroken) return;
  for (const { apiId, event } of lastResults(world, documentId).values()) {
    if (event.detailType !== "ApplyFailed") continue;
    for (const { error, integrationId, integrationResponseKey } of event.detail.data.changes) {
      const key = `${apiId}|${integrationId}|${integrationResponseKey}`;
      if (error?.code === "SD5002" && (world.book.owned.get(key)?.documentId ?? documentId) === documentId)
        world.violate(`${documentId} failed since another document owned ${key}, and waits though none does`);
    }
  }
}

function checkDocument(world: World, { documentId, content }: InForce, live: readonly LiveResponse[]): void {
  const owned = [...world.book.owned.values()].filter((record) => record.documentId === documentId);
  const asked = content?.responses ?? [];
  const results = lastResults(world, documentId);
  for (const apiId of new Set([...asked, ...owned].map((one) => one.ApiId))) {
    const result = results.get(apiId);
    const here = {
      apiId,
      asked: asked.filter((one) => one.ApiId === apiId),
      owned: owned.filter((one) => one.ApiId === apiId),
    };
    if (result === undefined) world.violate(`${documentId} never had a result on ${apiId}`);
    else if (result.event.detailType === "ApplyFailed") checkFailure(world, result, content, here.owned, live);
    else if (content?.dryRun !== true) checkSuccess(world, documentId, here.asked, here.owned, live);
  }
}

/** Everything as asked, owned, and nothing else. */
function checkSuccess(
  { violate, book }: World,
  documentId: string,
  asked: readonly DeclaredResponse[],
  owned: readonly OwnedResource[],
  live: readonly LiveResponse[],
): void {
  const wanted = new Set(asked.map(formatNaturalKey));
  for (const response of asked) {
    const found = difference(response, live);
    if (found !== undefined) violate(`${documentId} is not as asked: ${found}`);
    const owner = book.owned.get(formatNaturalKey(response))?.documentId;
    if (owner !== documentId) violate(`${documentId} asks for ${formatNaturalKey(response)}, which ${owner} owns`);
  }
  for (const record of owned) {
    const key = formatNaturalKey(record);
    if (!wanted.has(key)) violate(`${documentId} owns ${key}, which it does not ask for`);
    if (record.pending !== undefined) violate(`${documentId} has a create of ${key} pending`);
    const found = live.find((one) => one.key === key);
    if (found?.identifier !== record.identifier) {
      violate(`${documentId} owns ${key} as ${record.identifier}, and ${found?.identifier ?? "nothing"} is live`);
    }
  }
}

/** Of a document that was made live, drift is known exactly where there is some. */
function checkDrift(world: World, { cloud }: Pipeline, { changeSets }: Contents, document: InForce): void {
  const { documentId, content } = document;
  const live = cloud.live();
  if (content === undefined || content.dryRun) return;
  for (const { apiId, event } of lastResults(world, documentId).values()) {
    if (event.detailType !== "ApplySucceeded" && event.detailType !== "ApplyUnchanged") continue;
    if (!isAllowed(world.allowedApis, keyIn(documentId), apiId)) continue;
    const held = changeSets.find((one) => one.documentId === documentId && one.apiId === apiId);
    const asked = content.responses.filter((one) => one.ApiId === apiId);
    const differs =
      asked.map((one) => difference(one, live) ?? replaced(world, one, live)).find(isDefined) ??
      differenceOfRoutes(world, document, apiId, cloud.liveRouteResponses());
    const isKnown = held?.drift?.fingerprint !== undefined;
    if (isKnown && differs === undefined)
      world.violate(`Drift of ${documentId} on ${apiId} is told, and there is none`);
    if (!isKnown && differs !== undefined) world.violate(`Drift of ${documentId} on ${apiId} is not told: ${differs}`);
  }
}

/**
 * A document that asks for repairs is as declared again, unless there is something that no repair may touch, or its last
 * revision has failed: that was told, and what it left is not watched.
 */
export async function checkRepairs(world: World, pipeline: Pipeline, workload: Workload): Promise<void> {
  const { changeSets } = await pipeline.ledger.contents();
  for (const { documentId, content } of inForce(world, pipeline, workload)) {
    if (content?.repairs !== true || documentId.startsWith("file:")) continue;
    const results = lastResults(world, documentId);
    for (const { apiId, drift } of changeSets.filter((one) => one.documentId === documentId)) {
      const { diagnostics = [] } = drift?.event.detail.data ?? {};
      const isConflict = diagnostics.some(({ severity }) => severity === "error");
      const { removeClearsNothing, mapsMerge } = world.faults.profile.quirks;
      const isStubborn = removeClearsNothing || mapsMerge;
      if (
        drift?.fingerprint !== undefined &&
        results.get(apiId)?.event.detailType !== "ApplyFailed" &&
        !isConflict &&
        !isStubborn &&
        isAllowed(world.allowedApis, keyIn(documentId), apiId)
      )
        world.violate(`${documentId} asks for repairs, and differs on ${apiId} still`);
    }
  }
}

const keyIn = (documentId: string) => documentId.slice("s3://specs/".length);

/** Somebody put another in its place. One that was to be made there, and whose end nobody saw, may be what is live. */
function replaced({ book }: World, asked: DeclaredResponse, live: readonly LiveResponse[]): string | undefined {
  const key = formatNaturalKey(asked);
  const found = live.find((one) => one.key === key)?.identifier;
  const owned = book.owned.get(key);
  return found === owned?.identifier || owned?.pending !== undefined ? undefined : `${key} is ${found} now`;
}

const isDefined = (text: string | undefined): text is string => text !== undefined;

/** What a failure says must be so. */
function checkFailure(
  world: World,
  { documentId, event, apiId }: Settlement,
  content: Content | undefined,
  owned: readonly OwnedResource[],
  live: readonly LiveResponse[],
): void {
  const { violate, book } = world;
  const asked = content?.responses ?? [];
  const failed = event.detail.data.changes.filter((change) => change.status === "failed");
  const { removeClearsNothing, mapsMerge } = world.faults.profile.quirks;
  for (const change of failed) {
    const { integrationId, integrationResponseKey, error, logicalId } = change;
    // A route stays two-way while a response that moves away has to stay: that one's own failure is judged.
    if (isOfRoute(change) && error?.code === "SD5006" && failed.some((one) => !isOfRoute(one))) continue;
    const key = `${apiId}|${integrationId}|${integrationResponseKey}`;
    const owner = book.owned.get(key);
    const found = live.find((one) => one.key === key);
    const told = `${documentId} failed with ${error?.code} for ${logicalId} (${key}), `;
    switch (error?.code) {
      case "SD5001":
        if (found === undefined) violate(`${told}and nothing is live there`);
        else if (owner?.identifier === found.identifier) violate(`${told}and ${owner.documentId} owns it`);
        break;
      case "SD5002":
        if (owner === undefined || owner.documentId === documentId) violate(`${told}and no other document owns it`);
        else if (!error.message.includes(owner.documentId)) violate(`${told}and does not name ${owner.documentId}`);
        break;
      case "SD5004":
        if (found === undefined || owner?.identifier === found.identifier) violate(`${told}and it is ours`);
        break;
      case "SD5003":
      case "SD5007":
        break;
      case "SD5006": {
        const target = asked.find((one) => one.logicalId === logicalId)?.ApiId ?? "";
        const isThere = lastResults(world, documentId).get(target)?.event.detailType !== "ApplyFailed";
        if (target === apiId || isThere) violate(`${told}and nothing failed on ${target || "any API"}`);
        break;
      }
      case "NotConverged":
        if (!removeClearsNothing && !mapsMerge) violate(`${told}${error.message}`);
        break;
      default:
        violate(`${told}which nothing explains any more: ${error?.message}`);
    }
  }
  const all = event.detail.data.diagnostics.map(({ code }) => code);
  if (all.includes("SD5005")) {
    if (isAllowed(world.allowedApis, keyIn(documentId), apiId)) violate(`${documentId} may name ${apiId}, and failed`);
  } else if (all.includes("SD5003")) checkBudget(world, documentId, content);
  else if (all.includes("SD5007")) checkAnotherFile(world, documentId, content);
  else if (failed.length === 0) {
    const codes = event.detail.data.diagnostics.map(({ code }) => code).join(", ");
    violate(`${documentId} failed on ${apiId} (${codes}), which nothing explains any more`);
  }
  for (const record of owned) {
    if (record.pending !== undefined) violate(`${documentId} has a create of ${formatNaturalKey(record)} pending`);
  }
}

/** What a document may not delete without permission is much, and more than half of what it owns. */
function checkBudget({ book, violate }: World, documentId: string, content: Content | undefined): void {
  const owned = [...book.owned.values()].filter((record) => record.documentId === documentId);
  const wanted = new Set(content?.responses.map(formatNaturalKey));
  const lost = owned.filter((record) => !wanted.has(formatNaturalKey(record))).length;
  if (lost <= 10 || lost * 2 <= owned.length || lost <= (content?.allowDeletions ?? 0))
    violate(`${documentId} may delete ${lost} of ${owned.length}, and failed`);
}

/** What looks like another file has neither an API nor a logical id of what its document owns. */
function checkAnotherFile({ book, violate }: World, documentId: string, content: Content | undefined): void {
  const asked = content?.responses ?? [];
  const known = new Set(asked.flatMap(({ ApiId, logicalId }) => [`api ${ApiId}`, `id ${logicalId}`]));
  const owned = [...book.owned.values()].filter((record) => record.documentId === documentId);
  const shared = owned.find(({ ApiId, logicalId }) => known.has(`api ${ApiId}`) || known.has(`id ${logicalId}`));
  const told = `${documentId} is told to be another file, and `;
  if (asked.length === 0 || owned.length === 0) violate(`${told}declares or owns nothing`);
  if (shared !== undefined) violate(`${told}shares ${shared.logicalId} on ${shared.ApiId}`);
}

/** The ledger has in force what the bucket says came last. */
function checkRecord(
  { violate }: World,
  { bucket }: Pipeline,
  { documents }: Contents,
  { documentId, state, latest }: InForce,
): void {
  if (latest === undefined) return;
  const record = documents.find((one) => one.documentId === documentId);
  const told = `The ledger's record of ${documentId} `;
  if (record === undefined) {
    // A document that was removed before it was ever read.
    if (bucket.current(latest.key)?.body !== undefined) violate(`${told}is missing`);
    return;
  }
  const { current, head } = record;
  // Nothing is in force that could be missed.
  if (latest.body === undefined && bucket.untold.has(latest.sequencer) && current?.kind !== "accepted") return;
  // The removal of another version may have been the first to show it.
  const isSeenGone = latest.versionId !== undefined && latest.body === undefined && head.kind === "withdrawn";
  // Where events do not come, one version of a text may have been seen and another not.
  const isSource = (source: object, of: ObjectState) =>
    JSON.stringify(source) === JSON.stringify(sourceOf(of)) ||
    (bucket.untold.size > 0 && "etag" in source && source.etag === of.etag);
  // By its ETag, the text that is in force is seen, whatever was rejected in between: nobody told that it is back.
  const isInForceStill =
    bucket.untold.has(latest.sequencer) && current !== undefined && isSource(current.source, latest);
  const isShown = latest.restored || isSeenGone || isInForceStill || isSource(head.source, latest);
  if (head.sequencer !== latest.sequencer && !isShown)
    violate(`${told}ends with ${head.sequencer}, not with ${latest.sequencer}`);
  if (state === undefined || current === undefined) {
    if (state !== undefined || current !== undefined) violate(`${told}is wrong about whether anything is in force`);
    return;
  }
  // Where there are versions, a withdrawal may name the removed one that was the first to show it.
  const isNamed = state.body !== undefined || (state.versionId === undefined && !state.restored);
  const isAsKept = !isNamed || isSource(current.source, state);
  if (!isAsKept || (current.kind === "withdrawn") !== (state.body === undefined)) {
    violate(
      `${told}has ${current.kind} ${JSON.stringify(current.source)} in force, and not ${JSON.stringify(sourceOf(state))}`,
    );
  }
}
