import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

/** Progress is news for a moment: a bus that does not take it within this time does without. */
const PATIENCE_MS = 2_000;

/** Tells how far runs are, on the bus, under a source of its own: what is not taken at once is thrown, never repeated. */
export function progressBus(
  client: EventBridgeClient,
  busName: string,
  { source, detailType }: { readonly source: string; readonly detailType: string },
): { report(detail: object): Promise<void> } {
  return {
    async report(detail) {
      const reply = await client.send(
        new PutEventsCommand({
          Entries: [{ EventBusName: busName, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) }],
        }),
        { abortSignal: AbortSignal.timeout(PATIENCE_MS) },
      );
      const [entry] = reply.Entries ?? [];
      if (entry?.EventId === undefined)
        throw new Error(`The bus ${busName} did not take it: ${entry?.ErrorCode ?? "no reason given"}`);
    },
  };
}
