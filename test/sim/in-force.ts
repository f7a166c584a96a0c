import type { Content } from "./content.ts";
import type { Pipeline } from "./pipeline.ts";
import { asked, keyOfRoute } from "./route.ts";
import type { ObjectState } from "./s3.ts";
import { idOf } from "./truth.ts";
import type { Workload } from "./workload.ts";
import type { Settlement, World } from "./world.ts";

/** What ought to be in force of a document, by the bucket's own order of events. */
export interface InForce {
  readonly documentId: string;
  readonly key: string;
  /** A file has none: nobody but the command line knows it. */
  readonly latest?: ObjectState;
  /** The latest that is a document or a removal: a broken text leaves what was before in force. */
  readonly state: ObjectState | undefined;
  /** What that asks for; nothing where it is a removal. */
  readonly content: Content | undefined;
  readonly isLatestBroken: boolean;
  /** No command has to be run again: of a file. */
  readonly isDone?: boolean;
}

export function inForce(world: World, pipeline: Pipeline, workload: Workload): readonly InForce[] {
  return [...objectsInForce(world, pipeline, workload), ...filesInForce(world, pipeline)];
}

/** Of a file that is in force which was recorded last, for there is nothing to order commands by. */
function filesInForce({ book }: World, { commandLine }: Pipeline): readonly InForce[] {
  return [...commandLine.documents.values()].map(({ documentId, command, content }) => {
    const last = [...(book.revisions.get(documentId) ?? [])].sort(([one], [other]) => other - one)[0]?.[1];
    const isDone = commandLine.done.has(command) && (last === undefined || commandLine.done.has(last.correlationId));
    const recorded = last === undefined ? undefined : book.commands.get(last.correlationId);
    const key = documentId.slice("file:".length);
    return { documentId, key, state: undefined, content: isDone ? recorded : content, isLatestBroken: false, isDone };
  });
}

function objectsInForce({ book }: World, { bucket }: Pipeline, { library }: Workload): readonly InForce[] {
  return [...bucket.history].map(([key, all]) => {
    // The same text once more, of which nobody has told: the bucket looks as it did before.
    const states: ObjectState[] = [];
    for (const state of all) {
      const before = states.at(-1);
      const isTold = !bucket.untold.has(state.sequencer) || before === undefined || bucket.untold.has(before.sequencer);
      if (isTold || state.body === undefined || before.etag !== state.etag) states.push(state);
    }
    const revisions = [...(book.revisions.get(idOf(key))?.values() ?? [])];
    // What names an API that it may not is rejected too, by the rules of that moment.
    const isRejected = ({ sequencer, versionId, etag, restored }: ObjectState) =>
      revisions.some(
        (revision) =>
          revision.kind === "rejected" &&
          (revision.sequencer === sequencer ||
            ((restored || revision.sequencer === undefined) &&
              revision.source.versionId === versionId &&
              revision.source.etag === etag)),
      );
    const isBroken = (state: ObjectState) =>
      state.body !== undefined && (library.meaningOf(state.body)?.broken !== false || isRejected(state));
    const state = states.findLast((one) => !isBroken(one));
    const latest = states.at(-1) as ObjectState;
    const content = state?.body === undefined ? undefined : library.meaningOf(state.body);
    return { documentId: idOf(key), key, latest, state, content, isLatestBroken: isBroken(latest) };
  });
}

/** The last result of a document on each of its APIs. */
export function lastResults({ book }: World, documentId: string): ReadonlyMap<string, Settlement> {
  const results = new Map<string, Settlement>();
  for (const settlement of book.settlements) {
    const before = results.get(settlement.apiId);
    if (settlement.documentId === documentId && settlement.sequence >= (before?.sequence ?? 0)) {
      results.set(settlement.apiId, settlement);
    }
  }
  return results;
}

/** Why a person would drop a document again; `undefined` where nothing calls for it. */
export function reasonToDropAgain(
  world: World,
  { documentId, content, isLatestBroken, isDone }: InForce,
): string | undefined {
  if (isLatestBroken) return "it is broken";
  if (isDone === false) return "its command did not end well";
  const results = lastResults(world, documentId);
  const keys = [...world.book.owned, ...world.book.routeResponses]
    .filter(([, record]) => record.documentId === documentId)
    .map(([key]) => key);
  for (const response of content?.responses ?? []) {
    keys.push(`${response.ApiId}|${response.IntegrationId}|${response.IntegrationResponseKey}`);
  }
  const routeKeys = asked(content, world.book.routes).map(keyOfRoute);
  keys.push(...routeKeys);
  for (const { apiId, event } of results.values()) {
    if (event.detailType === "ApplyFailed") return `it failed on ${apiId}`;
  }
  const touchesOf = (key: string) => world.book.touches.get(key) ?? [];
  // Somebody made it where its owner had lost its own, and that owner has let go of it.
  const nobodys = routeKeys.find(
    (key) => !world.book.routeResponses.has(key) && touchesOf(key).some(({ by }) => by === "foreign"),
  );
  if (nobodys !== undefined) return `${nobodys} is nobody's`;
  const changed = keys.find((key) => {
    const by = results.get(key.split("|")[0] ?? "")?.by;
    return touchesOf(key).some((touch) => touch.by !== by && touch.at >= (by?.startedAt ?? 0));
  });
  return changed === undefined ? undefined : `${changed} was changed by others`;
}
