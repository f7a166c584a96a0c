import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SpecSubmitted } from "@specdrop/events";

/**
 * Sends a document as an event to the bus that specdrop listens on; resolves to the event's id. Throws where the bus
 * does not take it: an answer of HTTP 200 may still refuse the entry.
 */
export async function submitDocument(
  client: EventBridgeClient,
  busName: string,
  source: string,
  submitted: SpecSubmitted,
): Promise<string> {
  const entry = {
    EventBusName: busName,
    Source: source,
    DetailType: "SpecSubmitted",
    Detail: JSON.stringify(submitted),
  };
  const { Entries: [taken] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (taken?.EventId !== undefined) return taken.EventId;
  const { ErrorCode = "no code", ErrorMessage = "no reason given" } = taken ?? {};
  throw new Error(`The bus ${busName} did not take the document: ${ErrorCode}, ${ErrorMessage.replace(/\.?$/, ".")}`);
}
