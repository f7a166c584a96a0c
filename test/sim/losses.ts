import { formatNaturalKey, type OwnedResource } from "@specdrop/engine";
import { isAllowed } from "@specdrop/service/policy";
import type { Content } from "./content.ts";
import { type Pipeline, WITHDRAW_AFTER_MS } from "./pipeline.ts";
import type { ObjectState } from "./s3.ts";
import { contentOf } from "./truth.ts";
import type { Workload } from "./workload.ts";
import type { Invocation, World } from "./world.ts";

/**
 * Watches for deletions of what another accepted document declares, and has declared since before the deleting run
 * began: it should have been handed over; and for deletions that come too soon after the event that asks for them. A
 * document that keeps the response under another key may delete the old one.
 */
export function watchLosses(world: World, pipeline: Pipeline, workload: Workload): void {
  const { book } = world;
  const meaningOf = (text: string | undefined) => (text === undefined ? undefined : workload.library.meaningOf(text));
  const contentNow = (documentId: string): Content | undefined => {
    const current = book.inForce.get(documentId);
    if (current?.kind !== "accepted") return undefined;
    return contentOf(world, pipeline, workload, documentId, current.sequence);
  };
  const declares = (content: Content | undefined, key: string) =>
    content?.responses.some((response) => formatNaturalKey(response) === key) ?? false;

  world.onDelete = (invocation: Invocation, owned: OwnedResource) => {
    const key = formatNaturalKey(owned);
    const running = invocation.runs.get(`${owned.documentId}|${owned.ApiId}`) ?? 0;
    // A run that a later revision overtakes may be replacing what that one lets go of.
    for (const own of [contentNow(owned.documentId), contentOf(world, pipeline, workload, owned.documentId, running)]) {
      const isKept = own?.responses.some(({ logicalId }) => logicalId === owned.logicalId) ?? false;
      if (isKept || declares(own, key)) return;
    }
    const states = pipeline.bucket.history.get(book.inForce.get(owned.documentId)?.source.key ?? "") ?? [];
    const wants = ({ body }: ObjectState) => body !== undefined && declares(workload.library.meaningOf(body), key);
    // By the bucket's own time, and since it was last there; events have whole seconds.
    const letGoAt = states[states.findLastIndex(wants) + 1]?.modifiedAt ?? Number.NEGATIVE_INFINITY;
    if (world.faults.profile.clocks === null && world.scheduler.now() < letGoAt + WITHDRAW_AFTER_MS - 1_000)
      world.violate(`${invocation.name} deletes ${key} of ${owned.documentId} before its time`);
    const begunAt = invocation.begunAt.get(`${owned.documentId}|${owned.ApiId}`) ?? invocation.startedAt;
    for (const [documentId, { since, source }] of book.inForce) {
      const content = documentId === owned.documentId ? undefined : contentNow(documentId);
      const mayName = documentId.startsWith("file:") || isAllowed(invocation.allowedApis, source.key, owned.ApiId);
      // Where the next text is on its way already, what it no longer declares need not stay.
      const text = pipeline.bucket.current(source.key)?.body;
      const isFile = documentId.startsWith("file:");
      const next = isFile ? pipeline.commandLine.documents.get(documentId)?.content : meaningOf(text);
      if (next !== undefined && !next.broken && !declares(next, key)) continue;
      const isWanted = content?.dryRun === false && !content.broken && declares(content, key);
      if (isWanted && mayName && since < begunAt)
        world.violate(`${invocation.name} deletes ${key} of ${owned.documentId}, which ${documentId} declares`);
    }
  };
}
