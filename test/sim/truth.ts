import { formatNaturalKey } from "@specdrop/engine";
import type { LiveResponse } from "./cloud-control.ts";
import type { Content, DeclaredResponse } from "./content.ts";
import { isSame, PROPERTY_NAMES } from "./content.ts";
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
  const source = book.revisions.get(documentId)?.get(sequence)?.source;
  if (source === undefined) return undefined;
  const states = bucket.history.get(source.key) ?? [];
  const state = states.find((one) => one.versionId === source.versionId && one.etag === source.etag);
  return state?.body === undefined ? undefined : library.meaningOf(state.body);
}

/** Whether somebody else's change of a key took effect since an invocation began. */
export function isTouchedSince({ book }: World, key: string, since: number, by: Invocation): boolean {
  return (book.touches.get(key) ?? []).some((touch) => touch.at >= since && touch.by !== by);
}

/** A result that tells of success must be true at the moment it is written. */
export function judgeResult(world: World, pipeline: Pipeline, workload: Workload, settlement: Settlement): void {
  const { documentId, apiId, sequence, event, by } = settlement;
  const { detailType, detail } = event;
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
  // One that asks nothing of any API is told by intake, and a newer one may be in force by then.
  if (apiId === "" && world.book.revisions.get(documentId)?.has(sequence + 1)) return;
  const wanted = new Set(asked.map(formatNaturalKey));
  for (const [key, record] of world.book.owned) {
    if (record.documentId !== documentId || wanted.has(key) || (apiId !== "" && record.ApiId !== apiId)) continue;
    if (!isTouchedSince(world, key, by.startedAt, by)) world.violate(`${told}it still owns ${key}`);
  }
}

export const idOf = (key: string) => `s3://${BUCKET}/${key}`;
