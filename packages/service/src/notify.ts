import type { OperationsEvent, ResultEvent } from "@specdrop/events";
import type { Log, Notifier } from "./ports/ports.ts";

export interface NotifyPorts {
  readonly notifier: Notifier;
  readonly log: Log;
}

/** Tells people about a result. */
export async function notify(deps: NotifyPorts, event: ResultEvent): Promise<void> {
  const { id, documentId, correlationId } = event.detail.metadata;
  await deps.notifier.notify(event);
  deps.log.info("Notified", { eventId: id, detailType: event.detailType, documentId, correlationId });
}

/** Tells people about the pipeline itself. */
export async function announce(deps: NotifyPorts, notice: OperationsEvent): Promise<void> {
  await deps.notifier.announce(notice);
  deps.log.info("Announced", { eventId: notice.detail.metadata.id, detailType: notice.detailType });
}
