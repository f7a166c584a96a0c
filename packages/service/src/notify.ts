import type { ResultEvent } from "@specdrop/events";
import type { Log, Notifier } from "./ports.ts";

export interface NotifyDependencies {
  readonly notifier: Notifier;
  readonly log: Log;
}

/** Tells people about a result. */
export async function notify(deps: NotifyDependencies, event: ResultEvent): Promise<void> {
  const { id, documentId, correlationId } = event.detail.metadata;
  await deps.notifier.notify(event);
  deps.log.info("Notified", { eventId: id, detailType: event.detailType, documentId, correlationId });
}
