import type { ResultEvent } from "@specdrop/events";
import type { Pipeline } from "./pipeline.ts";
import type { ObjectState } from "./s3.ts";
import { idOf } from "./truth.ts";
import type { Submission, World } from "./world.ts";

/** Checks what was told: every revision one result on each API, and each result told. */
export function checkResults(world: World, pipeline: Pipeline): void {
  checkIds(world);
  checkRevisions(world);
  checkObjects(world, pipeline);
  checkSlack(world);
  checkSubmissions(world, pipeline);
}

/** Each submission is answered, and of all under a name the last one sent is what the bucket has. */
function checkSubmissions({ book, violate, faults }: World, { bucket }: Pipeline): void {
  // Who forgets what was sent before cannot tell what is sent again.
  if (faults.profile.amnesia !== null) return;
  const answered = new Set(book.published.map(({ detail }) => detail.metadata.correlationId));
  const byKey = Map.groupBy(book.submissions, ({ key }) => key);
  const { offsetMs = 0 } = faults.profile.clocks?.functions ?? {};
  for (const [key, sent] of byKey) {
    // Nobody can tell what was overwritten before anybody saw it.
    const isTold = bucket.untold.size === 0;
    for (const { correlationId } of sent) {
      if (isTold && !answered.has(correlationId))
        violate(`Nobody is told what came of ${correlationId}, sent as ${key}`);
    }
    const rankOf = ({ sequence, sentAt }: Submission) => sequence ?? sentAt;
    const isNumbered = sent.every(({ sequence }) => sequence !== undefined);
    const slack = isNumbered ? 0 : 2 * offsetMs;
    const last = Math.max(...sent.map(rankOf));
    const winners = sent.filter((one) => rankOf(one) >= last - slack);
    const { body } = bucket.current(key) ?? {};
    if (!winners.some(({ text }) => text === body))
      violate(`${key} is not as it was sent last (${winners.map(({ correlationId }) => correlationId).join(", ")})`);
  }
}

/** A repeat is the same event to the letter; of a revision that was never numbered, but for the times. */
function checkIds({ book, violate }: World): void {
  const contents = new Map<string, { readonly content: string; readonly event: ResultEvent }>();
  const isRunAgain = (event: ResultEvent) => book.forgotten.has(event);
  for (const event of [...book.published, ...book.settlements.map((settlement) => settlement.event)]) {
    const { id } = event.detail.metadata;
    const content = JSON.stringify(event.detail.metadata.sequence === 0 ? timeless(event) : event);
    const before = contents.get(id);
    // A ledger that is put back to the middle of a run has the same run end once more, at another time.
    const isSame =
      before?.content === content ||
      (before !== undefined && isRunAgain(before.event) && aboutOf(before.event) === aboutOf(event));
    if (before !== undefined && !isSame) violate(`Two results have the id ${id}: ${before.content}; ${content}`);
    contents.set(id, { content, event });
  }
}

function aboutOf({ detailType, detail: { metadata, data } }: ResultEvent): string {
  const { documentId, sequence, correlationId } = metadata;
  return JSON.stringify([detailType, documentId, sequence, correlationId, data.apiId, data.mode]);
}

function timeless(event: ResultEvent): unknown {
  const { metadata, data } = event.detail;
  // Repeats of one S3 event share its correlation id, which the object's metadata, if they can be read, may overrule.
  return [event.detailType, { ...metadata, time: "", correlationId: "" }, { ...data, durationMs: 0 }];
}

function checkRevisions({ book, violate }: World): void {
  const ids = new Map<string, Set<string>>();
  for (const event of book.published) {
    if (book.forgotten.has(event)) continue;
    const { detailType, detail } = event;
    const { documentId, sequence, id } = detail.metadata;
    if (sequence === 0 || detail.data.mode === "drift") continue;
    const place = `${documentId} on ${detail.data.apiId || "no API"}, revision ${sequence}`;
    ids.set(place, (ids.get(place) ?? new Set()).add(`${detailType} ${id}`));
    if (!book.revisions.get(documentId)?.has(sequence)) violate(`${place} has a result, and was never numbered`);
  }
  for (const [place, different] of ids) {
    if (different.size > 1 + (book.reopened.get(place) ?? 0))
      violate(`${place} has ${different.size} results: ${[...different].join(", ")}`);
  }
  for (const [documentId, revisions] of book.revisions) {
    // What the command line comes to is told to whoever runs it.
    if (documentId.startsWith("file:")) continue;
    for (const [sequence, { apiIds, kind }] of revisions) {
      for (const apiId of apiIds.length === 0 ? ["no API"] : apiIds) {
        const place = `${documentId} on ${apiId}, revision ${sequence}`;
        const isTombstone = sequence === 1 && kind === "withdrawn";
        const isSuperseded = apiIds.length > 1 && ids.has(`${documentId} on no API, revision ${sequence}`);
        if (!ids.has(place) && !isSuperseded && !isTombstone) violate(`${place} (${kind}) has no result`);
      }
    }
  }
}

/** Every state an object was in is either a numbered revision, or was reported as superseded before it was read. */
function checkObjects({ book, violate }: World, { bucket }: Pipeline): void {
  for (const [key, states] of bucket.history) {
    const documentId = idOf(key);
    const numbered = new Set([...(book.revisions.get(documentId)?.values() ?? [])].map(({ sequencer }) => sequencer));
    const unread = new Set(
      book.published
        .filter(({ detail }) => detail.metadata.documentId === documentId && detail.metadata.sequence === 0)
        .map(({ detail }) => detail.metadata.id),
    );
    // What the sweep has found in the bucket has no sequencer.
    const found = [...(book.revisions.get(documentId)?.values() ?? [])].filter(
      ({ foundAfter }) => foundAfter !== undefined,
    );
    const isFound = ({ etag, versionId, body }: ObjectState) =>
      found.some(({ source, kind }) =>
        body === undefined ? kind === "withdrawn" : source.etag === etag && source.versionId === versionId,
      );
    const unknown = states.filter(
      (state) =>
        !state.restored && !bucket.untold.has(state.sequencer) && !numbered.has(state.sequencer) && !isFound(state),
    );
    if (unknown.length > unread.size) {
      violate(
        `${documentId} was ${unknown.length} times in a state that was not recorded, and has ${unread.size} results for it`,
      );
    }
  }
}

function checkSlack({ book, violate }: World): void {
  const told = new Map<string, number>();
  for (const id of book.slack) told.set(id, (told.get(id) ?? 0) + 1);
  const published = new Set(book.published.map(({ detail }) => detail.metadata.id));
  for (const id of published) if (!told.has(id)) violate(`Nobody was told of result ${id}`);
  for (const [id, messages] of told) {
    if (!published.has(id)) violate(`Slack has a message about ${id}, which is not on the bus`);
    const asked = book.notifications.get(id) ?? 0;
    if (messages > asked) violate(`Slack has ${messages} messages about ${id}, of ${asked} invocations`);
  }
}
