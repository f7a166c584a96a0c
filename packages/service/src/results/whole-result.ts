import { fitEvent, type ResultEvent } from "@specdrop/events";
import { documentIdOf } from "../documents/identity.ts";
import { resultKey } from "../documents/keys.ts";
import type { SpecStore } from "../ports/spec-store.ts";

/** Makes an event fit the bus. What had to be cut is stored whole, and the event says where. */
export async function storeWhole(
  store: Pick<SpecStore, "write">,
  event: ResultEvent,
  drift?: number,
): Promise<ResultEvent> {
  const fitted = fitEvent(event);
  if (!fitted.cut) return event;

  const { metadata, data } = event.detail;
  const key = resultKey(metadata.documentId, metadata.sequence, data.apiId ?? "", drift);
  const { bucket } = await store.write(key, JSON.stringify(event), "application/json", {});
  return withLocation(fitted.event, documentIdOf(bucket, key));
}

function withLocation(event: ResultEvent, resultLocation: string): ResultEvent {
  const { metadata, data } = event.detail;
  return { ...event, detail: { metadata, data: { ...data, resultLocation } } };
}
