import { isAllowed, type NewRevision } from "@specdrop/service";
import type { LiveResponse } from "./cloud-control.ts";
import type { Content } from "./content.ts";
import { type Pipeline, WITHDRAW_AFTER_MS } from "./pipeline.ts";
import { contentOf } from "./truth.ts";
import type { Workload } from "./workload.ts";
import type { Invocation, World } from "./world.ts";
import { ownerOf } from "./writes.ts";

/** The revision of a document in force, as it was recorded. */
interface Recorded {
  readonly documentId: string;
  readonly revision: NewRevision;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** Nothing where it is a withdrawal. */
  readonly content: Content | undefined;
}

/**
 * What some accepted document declares is never deleted because another lets go of it: not where that was accepted
 * before the run began, and no sooner than a rename may take.
 */
export function judgeLoss(
  world: World,
  pipeline: Pipeline,
  workload: Workload,
  invocation: Invocation,
  { identifier, key }: LiveResponse,
): void {
  const { book, violate, scheduler } = world;
  const owner = ownerOf(book.owned, identifier);
  if (owner === undefined) return;
  const { documentId, logicalId, ApiId } = owner;
  const recorded = [...book.revisions.keys()].map((id) => recordedOf(world, pipeline, workload, id)).filter(isDefined);
  const own = recorded.find((one) => one.documentId === documentId);
  // One that is only in the way of what its document asks for, or goes to another key, is made anew.
  if (own === undefined || own.content?.responses.some((one) => one.logicalId === logicalId || keyOf(one) === key))
    return;

  const begunAt = invocation.begunAt.get(`${documentId}|${ApiId}`) ?? 0;
  for (const other of recorded) {
    const { content } = other;
    if (other === own || content === undefined || content.dryRun || other.recordedAt >= begunAt) continue;
    const objectKey = other.documentId.startsWith("s3://") ? other.revision.source.key : undefined;
    if (objectKey !== undefined && !isAllowed(invocation.allowedApis, objectKey, ApiId)) continue;
    if (!content.responses.some((one) => keyOf(one) === key)) continue;
    violate(`${documentId} deletes ${key}, which ${other.documentId} declares and was accepted before`);
  }
  const state = (pipeline.bucket.history.get(own.revision.source.key) ?? []).find(
    ({ sequencer }) => sequencer === own.revision.sequencer,
  );
  const isEarly = state !== undefined && scheduler.now() < state.modifiedAt + WITHDRAW_AFTER_MS - 1_000;
  if (isEarly && world.faults.profile.clocks === null)
    violate(`${documentId} deletes ${key} ${scheduler.now() - state.modifiedAt} ms after it has let go of it`);
}

function recordedOf(world: World, pipeline: Pipeline, workload: Workload, documentId: string): Recorded | undefined {
  const numbered = [...(world.book.revisions.get(documentId) ?? [])].filter(([, { kind }]) => kind !== "rejected");
  const [sequence, revision] = numbered.reduce<readonly [number, NewRevision | undefined]>(
    (last, one) => (one[0] > last[0] ? one : last),
    [0, undefined],
  );
  if (revision === undefined) return undefined;
  const recordedAt = world.book.recordedAt.get(`${documentId} ${sequence}`) ?? 0;
  const content =
    revision.kind === "withdrawn" ? undefined : contentOf(world, pipeline, workload, documentId, sequence);
  return { documentId, revision, recordedAt, content };
}

const keyOf = ({ ApiId, IntegrationId, IntegrationResponseKey }: Content["responses"][number]) =>
  `${ApiId}|${IntegrationId}|${IntegrationResponseKey}`;

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;
