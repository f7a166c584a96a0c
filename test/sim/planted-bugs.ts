import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A change of one file: `find` occurs in it exactly once. */
interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug, as a patch, or as several where one thing alone is made up for by another. */
export interface PlantedBug extends Patch {
  readonly name: string;
  readonly more?: readonly Patch[];
  /** The kinds of trouble that are in more seeds than else, so that it is found among fewer: shares, as in faults.ts. */
  readonly shares?: Readonly<Record<string, number>>;
  /** The first seed that is tried, where those that show it are rare; else the one that the command is given. */
  readonly from?: number;
}

export function patchesOf({ more = [], ...patch }: PlantedBug): readonly Patch[] {
  return [patch, ...more];
}

/** How often a bug's patches fit into their files: once each, unless a file has changed since. */
export async function placesFor(bug: PlantedBug, root: string): Promise<readonly number[]> {
  const places = patchesOf(bug).map(async ({ file, find }) => {
    return (await readFile(join(root, file), "utf8")).split(find).length - 1;
  });
  return await Promise.all(places);
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a create is not recorded before it is sent",
    file: "packages/engine/src/create.ts",
    find: "    await claim(run, { ...begun, pending });\n",
    replace: "",
  },
  {
    name: "ClientTokens are random",
    file: "packages/engine/src/requests.ts",
    find: "return clientToken(documentId, apiId,",
    replace: "return clientToken(run.ports.random(), documentId, apiId,",
  },
  {
    name: "a request whose outcome is unknown is repeated with a new ClientToken",
    file: "packages/engine/src/requests.ts",
    find: "if ((error as ControlPlaneError).completed) attempt += 1;",
    replace: "attempt += 1;",
  },
  {
    name: "a ClientToken does not tell one run from the next",
    file: "packages/engine/src/requests.ts",
    find: "return clientToken(documentId, apiId, sequence, epoch, runId, operation, subject, attempt);",
    replace: "return clientToken(documentId, apiId, operation, attempt);",
  },
  {
    name: "the lease is not looked at before a write",
    file: "packages/engine/src/requests.ts",
    find: "    await run.options.holdLease();\n",
    replace: "",
  },
  {
    name: "the ledger ignores fences",
    file: "packages/ledger/src/rules.ts",
    find: "  if (fence < stored) {",
    replace: "  if (fence < stored && stored < 0) {",
  },
  {
    name: "a lease is given to whoever asks",
    file: "packages/ledger/src/rules.ts",
    find: "if (taken) return { outcome: undefined };",
    replace: "if (taken && ttlMs < 0) return { outcome: undefined };",
  },
  {
    name: "ownership is let go before the response is deleted",
    file: "packages/engine/src/remove.ts",
    find: "  await send(",
    replace: "  await release(run, owned);\n  await send(",
  },
  {
    name: "a run that takes over takes any live response for its own",
    file: "packages/engine/src/observe.ts",
    find: "  return WRITABLE_PROPERTIES.every((name)",
    replace: "  return WRITABLE_PROPERTIES.some((name)",
  },
  {
    name: "a run that takes over takes what is in the way of its create for its own",
    file: "packages/engine/src/resume.ts",
    find: "return left && { identifier: left.identifier, live: left };",
    replace: "const theirs = left ?? found;\n    return theirs && { identifier: theirs.identifier, live: theirs };",
  },
  {
    name: "CANCEL_COMPLETE counts as success",
    file: "packages/aws/src/cloud-control/resources.ts",
    find: 'if (event.OperationStatus !== "SUCCESS") throw',
    replace: 'if (event.OperationStatus === "FAILED") throw',
  },
  {
    name: "older sequencers are accepted",
    file: "packages/ledger/src/revisions.ts",
    find: "return compareSequencers(revision.sequencer, rival.sequencer) < 0;",
    replace: "return false;",
  },
  {
    name: "results that are owed are not published",
    file: "packages/service/src/results/settle.ts",
    find: "  await publish(deps, changeSet.documentId, [changeSet.apiId], result.sequence, result.event);\n",
    replace:
      "  const { documentId, apiId } = changeSet;\n  await keepOutcome(deps.ledger, documentId, apiId, result.sequence, result.event);\n  await deps.ledger.markPublished(documentId, apiId, result.sequence);\n",
  },
  {
    name: "a result is marked as published before it is",
    file: "packages/service/src/results/settle.ts",
    find: "  await publish(deps, documentId, [apiId], sequence, event);\n  return true;",
    replace:
      "  await deps.ledger.markPublished(documentId, apiId, sequence);\n  await deps.bus.publish([event]);\n  await keepOutcome(deps.ledger, documentId, apiId, sequence, event);\n  return true;",
  },
  {
    name: "overtaken revisions end without a result",
    file: "packages/service/src/results/superseded.ts",
    find: "if (await endEverywhere(deps, documentId, revision)) ended += 1;",
    replace: "",
  },
  {
    name: "a remove that AWS reports as done is believed",
    file: "packages/engine/src/update.ts",
    find: " && !takesAway(desired, live, diff)",
    replace: "",
  },
  {
    name: "what somebody else created in place of ours is deleted",
    file: "packages/engine/src/plan.ts",
    find: "  const isOurs = live !== undefined && live.identifier === owned.identifier;\n  const policy",
    replace: "  const isOurs = live !== undefined;\n  const policy",
  },
  {
    name: "what was adopted is deleted with its document",
    file: "packages/engine/src/plan.ts",
    find: '(owned.origin === "created" ? "Delete" : "Retain")',
    replace: '"Delete"',
  },
  {
    name: "a response that no read shows yet is taken for gone",
    file: "packages/engine/src/create.ts",
    find: "    await claim(run, begun);\n    const message",
    replace: "    await release(run, begun);\n    const message",
  },
  {
    name: "properties that the document never declared are cleared",
    file: "packages/engine/src/merge.ts",
    find: "? applied[name] !== undefined && !isUnset(live[name])",
    replace: "? !isUnset(live[name])",
  },
  {
    name: "a withdrawal that meets the creation is only written down",
    file: "packages/service/src/intake/accept.ts",
    find: "if (change.isSubmission || !isTombstone(recorded.record, change))\n",
    replace: "if (recorded.outcome === undefined)\n",
  },
  {
    name: "people are told twice",
    file: "packages/service/src/notify.ts",
    find: "  await deps.notifier.notify(event);\n",
    replace: "  await deps.notifier.notify(event);\n  await deps.notifier.notify(event);\n",
  },
  {
    name: "a run that lost its lease may write where there is no record",
    file: "packages/ledger/src/rules.ts",
    find: "  if (lease !== undefined && fence < lease.fence) {",
    replace: "  if (lease !== undefined && fence < lease.fence && fence < 0) {",
  },
  {
    name: "nothing limits what a document deletes at once",
    file: "packages/engine/src/deletion-budget.ts",
    find: "deletions > FREE_DELETIONS &&",
    replace: "deletions < 0 &&",
  },
  {
    name: "AllowDeletions allows nothing",
    file: "packages/engine/src/deletion-budget.ts",
    find: " && deletions > allowed;",
    replace: ";",
  },
  {
    name: "what was adopted is kept even if it is to be deleted",
    file: "packages/engine/src/plan.ts",
    find: "const policy = successor === undefined ? owned.deletionPolicy",
    replace: 'const policy = owned.origin === "adopted" ? undefined : successor === undefined ? owned.deletionPolicy',
  },
  {
    name: "a stage that was live once needs no deployment any more",
    file: "packages/engine/src/deploy.ts",
    find: "const isOwed = written || resumed || !isLive;",
    replace: "const isOwed = !isLive;",
  },
  {
    name: "rules are asked when a document is taken in, and not again",
    file: "packages/service/src/reconcile/reconcile.ts",
    find: "isAllowed(deps.allowedApis, revision.source.key, apiId)",
    replace: "isAllowed(undefined, revision.source.key, apiId)",
  },
  {
    name: "requests do not wait for their turn",
    file: "packages/engine/src/requests.ts",
    find: "    if (waitMs > 0) await wait(run, waitMs);",
    replace: "    if (waitMs < 0) await wait(run, waitMs);",
  },
  {
    name: "a version that was removed for good withdraws the document",
    file: "packages/service/src/intake/object.ts",
    find: "return removedOneVersion ? takeVersionRemoved(deps, event)",
    replace: "return removedOneVersion ? withdrawDocument(deps, changeOf(event))",
  },
  {
    name: "a repair that failed takes the same ClientTokens again",
    file: "packages/ledger/src/rules.ts",
    find: "  if (held?.runningSequence !== sequence || held.fence !== fence) return { outcome: undefined };",
    replace: "  if (held?.runningSequence !== sequence || held.fence >= fence) return { outcome: undefined };",
  },
  {
    name: "repairs that were asked for are forgotten",
    file: "packages/service/src/drift/repair.ts",
    find: "const isAsked = repair !== undefined",
    replace: "const isAsked = repair === -1",
  },
  {
    name: "ids of results do not tell revisions apart",
    file: "packages/service/src/documents/identity.ts",
    find: "  return digest(documentId, apiId, nameOf(revision), detailType, ...(uid === undefined ? [] : [uid]));",
    replace: "  return digest(documentId, apiId, detailType);",
  },
  {
    name: "a claim reads the lease and then writes, instead of both in one",
    file: "packages/aws/src/dynamodb/ledger/ownership.ts",
    find: "    const written = await table.updateGuarded(key, attributesOf(resource, fence), condition, guard);\n",
    replace:
      "    const lease = await table.get<{ fence: number }>(leaseKey(resource.ApiId));\n" +
      "    if (lease !== undefined && lease.fence > fence) throw leaseTaken(resource.ApiId, fence);\n" +
      "    const updated = await table.update(key, attributesOf(resource, fence), condition);\n" +
      '    const written: string = updated === undefined ? "refused" : "written";\n',
  },
  {
    name: "a query of the ledger is not consistent",
    file: "packages/aws/src/dynamodb/table.ts",
    find: "{ TableName, ConsistentRead: true, KeyConditionExpression",
    replace: "{ TableName, KeyConditionExpression",
  },
  {
    name: "a record is read without consistency",
    file: "packages/aws/src/dynamodb/table.ts",
    find: "new GetCommand({ TableName, Key, ConsistentRead: true })",
    replace: "new GetCommand({ TableName, Key })",
  },
  {
    name: "a document's record is written over what another has written since",
    file: "packages/aws/src/dynamodb/ledger/documents.ts",
    find: '      : { text: "#version = :version", values: { ":version": held.version } };',
    replace: '      : { text: "attribute_exists(#pk)" };',
  },
  {
    name: "only the first page of a query is read",
    file: "packages/aws/src/dynamodb/table.ts",
    find: "      for await (const page of pages) yield* (page.Items ?? []) as Item[];\n    },\n    async *scan",
    replace:
      "      for await (const page of pages) {\n        yield* (page.Items ?? []) as Item[];\n        break;\n      }\n    },\n    async *scan",
  },
  {
    name: "a transaction that meets another counts as written",
    file: "packages/aws/src/dynamodb/table.ts",
    find: 'others.includes("TransactionConflict")) return "contended";',
    replace: 'others.includes("TransactionConflict")) return "written";',
  },
  {
    name: "a checkpoint forgets what earlier runs removed",
    file: "packages/engine/src/pass-on.ts",
    find: 'outcomeOf("interrupted", results, [], run.changeSet.removedBefore)',
    replace: 'outcomeOf("interrupted", results, [])',
  },
  {
    name: "drift is told although a run ended since",
    file: "packages/service/src/sweep/watch-drift.ts",
    find: "  if (!(await isUntouched(deps, changeSet, revision))) return;\n",
    replace: "",
    more: [
      {
        file: "packages/ledger/src/rules.ts",
        find: "drift.count === count + 1 && drift.fingerprint !== fingerprint",
        replace: "drift.count > 0",
      },
    ],
    shares: { patrols: 1 },
  },
  {
    name: "a lease that was lost at the heartbeat is held all the same",
    file: "packages/service/src/reconcile/lease.ts",
    find: "    if (lost !== undefined) throw lost;\n",
    replace: "",
    shares: { freedLeases: 1 },
  },
  {
    name: "tokens are trusted for 37 hours",
    file: "packages/engine/src/resume.ts",
    find: "const TOKEN_LIFETIME_MS = 35 *",
    replace: "const TOKEN_LIFETIME_MS = 37 *",
    shares: { outages: 1 },
  },
  {
    name: "what another document wants is deleted",
    file: "packages/engine/src/plan.ts",
    find: "if (bidder !== undefined && isToBeHad && !isReplaced)",
    replace: "if (bidder !== undefined && isToBeHad && !isReplaced && !isOurs)",
  },
  {
    name: "bids are not remembered",
    file: "packages/ledger/src/rules.ts",
    find: "if (held !== undefined && held.sequence > bid.sequence) return { outcome: undefined };",
    replace: "if (bid.sequence > 0) return { outcome: undefined };",
  },
  {
    name: "a change that S3 announced deletes at once",
    file: "packages/service/src/policy/removal-hold.ts",
    find: "  if (now < appliesFrom) return appliesFrom;",
    replace: "  if (now < -appliesFrom) return appliesFrom;",
  },
  {
    name: "who gets a response is not told to run again",
    file: "packages/service/src/reconcile/wake-bidders.ts",
    find: "  if (!hasFailed(changeSet, revision) || !hasChanged(bid, owned)) return false;",
    replace: "  if (!hasFailed(changeSet, revision) || owned.length >= 0) return false;",
  },
  {
    name: "what others want of a document is not handed over",
    file: "packages/engine/src/prepare.ts",
    find: "    const bidder = await handOver?.bidderFor(resource, integrationId);\n",
    replace: '    const bidder = resource.documentId === "" ? await handOver?.bidderFor(resource) : undefined;\n',
  },
  {
    name: "a hand-over does not ask what the new owner may have",
    file: "packages/service/src/reconcile/hand-over.ts",
    find: "    return apiIds.includes(apiId) && (!isPipelineDocument(id) || isAllowed(allowedApis, source.key, apiId));",
    replace:
      "    return apiIds.includes(apiId) && (!isPipelineDocument(id) || isAllowed(undefined, source.key, apiId));",
  },
  {
    name: "a submission that is delivered again is taken for a new one",
    file: "packages/ledger/src/submissions.ts",
    find: '  if (ended.includes(mark.id)) return { step: "none" };\n',
    replace: "",
  },
  {
    name: "an older submission may overwrite a newer one",
    file: "packages/ledger/src/submissions.ts",
    find: "  if (!isLatest && (displaced.includes(mark.id) || compareSubmissions(mark, latest) < 0))\n",
    replace: "  if (!isLatest && displaced.includes(mark.id))\n",
  },
  {
    name: "numbers of a sender order nothing",
    file: "packages/ledger/src/submissions.ts",
    find: "  return bySequence || left.sentAt - right.sentAt || left.arrivedAt - right.arrivedAt;",
    replace: "  return left.sentAt - right.sentAt || left.arrivedAt - right.arrivedAt || bySequence;",
  },
  {
    name: "a create that AWS accepted is forgotten when polling it fails for good",
    file: "packages/engine/src/create.ts",
    find: "  if (!error.completed && (error.retryable || error.accepted)) return;",
    replace: "  if (!error.completed && error.retryable) return;",
  },
  {
    name: "what is refused to whoever asks again was never accepted",
    file: "packages/engine/src/resume.ts",
    find: "    if (!answer.accepted && NOTHING_ACCEPTED.has(answer.code)) return undefined;",
    replace: "    if (!answer.accepted) return undefined;",
  },
  {
    name: "a run does not look whether applying is suspended",
    file: "packages/service/src/reconcile/reconcile.ts",
    find: "    suspension === undefined\n      ? await underLease",
    replace: "    suspension === undefined || suspension.suspended\n      ? await underLease",
  },
  {
    name: "a command makes its own text live in the name of another's",
    file: "packages/cli/src/converge/run-documents.ts",
    find: "() => inForce.get(documentId) === sequence",
    replace: "() => inForce.get(documentId) !== undefined",
  },
  {
    name: "the sweep does not compare the bucket",
    file: "packages/service/src/sweep/sweep.ts",
    find: "  if (listing === undefined) return;\n  const now",
    replace: "  if (listing !== undefined || listing === undefined) return;\n  const now",
  },
  {
    name: "a late event undoes what the sweep has found since",
    file: "packages/service/src/intake/accept.ts",
    find: '  if (standing === "past") return supersede(deps, change, kind, remarks);\n',
    replace: '  if (standing === "past") return undefined;\n',
  },
  {
    name: "who asks for a lease believes its own clock",
    file: "packages/service/src/reconcile/lease.ts",
    find: "    const abandoned = watch !== undefined && untilAbandoned(watch) === 0 ? watch.lease : undefined;",
    replace:
      "    const isOver = watch !== undefined && watch.lease.expiresAt <= clock.now();\n    const abandoned = isOver ? watch?.lease : undefined;",
  },
  {
    name: "waits for the rate go by another's clock",
    file: "packages/engine/src/rate-limit.ts",
    find: "    bookedUntil: now + Math.min(backlogMs(state, now), longestMs),",
    replace: "    bookedUntil: Math.max(now, state.bookedUntil, longestMs),",
  },
  {
    name: "a run's tokens repeat when the ledger does not remember",
    file: "packages/engine/src/requests.ts",
    find: "return clientToken(documentId, apiId, sequence, epoch, runId, operation, subject, attempt);",
    replace: "return clientToken(documentId, apiId, sequence, epoch, operation, subject, attempt);",
  },
  {
    name: "ids of results repeat when the ledger does not remember",
    file: "packages/service/src/documents/identity.ts",
    find: "  return digest(documentId, apiId, nameOf(revision), detailType, ...(uid === undefined ? [] : [uid]));\n",
    replace: '  return digest(documentId, apiId, nameOf(revision), detailType, uid === undefined ? "" : "run");\n',
  },
  {
    name: "tokens repeat when the ledger does not remember, and AWS's answers to earlier requests are believed",
    file: "packages/engine/src/requests.ts",
    find: "return clientToken(documentId, apiId, sequence, epoch, runId, operation, subject, attempt);",
    replace: "return clientToken(documentId, apiId, sequence, epoch, operation, subject, attempt);",
    more: [
      {
        file: "packages/aws/src/cloud-control/replay.ts",
        find: "  return initiatedAt < sentAt - SLACK_MS;",
        replace: "  return initiatedAt < 0;",
      },
    ],
  },
  {
    name: "a route response is taken away while another document still asks for it",
    file: "packages/service/src/reconcile/hand-over.ts",
    find: "      if (key === undefined) return undefined;\n",
    replace: "      if (key === undefined || isRouteResponse(owned)) return undefined;\n",
  },
  {
    name: "what a document asks of routes is forgotten once it has converged",
    file: "packages/service/src/documents/bids.ts",
    find: ".filter(({ twoWay }) => twoWay);",
    replace: ".filter(() => false);",
  },
  {
    name: "an adopted route response is deleted with its document",
    file: "packages/engine/src/apply-change.ts",
    find: '    ...recordOf(run, desired, { origin: "adopted", applied: {} }),\n',
    replace:
      '    ...recordOf(run, desired, { origin: isRouteResponse(desired) ? "created" : "adopted", applied: {} }),\n',
  },
  {
    name: "$connect gets a route response, too",
    file: "packages/engine/src/two-way.ts",
    find: "!isLifecycleRoute(route) && ",
    replace: "",
  },
  {
    name: "a route that appears after the first gets no response",
    file: "packages/engine/src/two-way.ts",
    find: "  return routes\n    .filter(",
    replace: "  return routes\n    .slice(0, 1)\n    .filter(",
  },
  {
    name: "who makes a route response that its owner lost does not own it",
    file: "packages/engine/src/plan.ts",
    find: ", ...(isOthers ? { takes: owned } : {}) };",
    replace: " };",
  },
  {
    name: "of what AWS lists only the first page is read",
    file: "packages/aws/src/cloud-control/resources.ts",
    find: "    } while (next.NextToken !== undefined);\n    return pages",
    replace: "    } while (pages < 1 && next.NextToken !== undefined);\n    return pages",
  },
  {
    name: "an update or a deletion that AWS accepted is not waited for",
    file: "packages/engine/src/resume.ts",
    find: "    if (record.unfinished !== undefined) {",
    replace: '    if (record.unfinished !== undefined && record.logicalId === "") {',
    shares: { denials: 1 },
  },
  {
    name: "the turn of an invocation that died passes to nobody",
    file: "packages/service/src/intake/submission-turn.ts",
    find: "seen.since >= TURN_MS ? seen.turn",
    replace: "seen.since >= 1_000 * TURN_MS ? seen.turn",
    shares: { repeats: 1 },
  },
  {
    name: "a revision ends on all its APIs before an older one on one of them",
    file: "packages/service/src/results/endings.ts",
    find: "revision.apiIds.some((one) => apiIds.has(one));",
    replace: "revision.apiIds.includes(apiId);",
    from: 7_010_690,
  },
  {
    name: "a route response that only looks like ours is deleted with its document",
    file: "packages/engine/src/resume.ts",
    find: 'isRouteResponse(record) ? { ...made, origin: "adopted" } : made;',
    replace: "made;",
    from: 7_003_340,
  },
];
