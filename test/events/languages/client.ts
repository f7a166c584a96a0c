import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type DeliveredResultEvent, parseResultEvent, type SpecSubmitted } from "specdrop/events";

const { BUS = "", QUEUE_URL: QueueUrl = "", API_ID: ApiId = "", INTEGRATION_ID: IntegrationId = "" } = process.env;
const bus = new EventBridgeClient({});
const sqs = new SQSClient({});
const open = new Set<string>();
const counts: Record<string, number> = {};

/** What a listener reads of a result: no cast, for the detail-type narrows it. */
function read(event: DeliveredResultEvent): string {
  if (event["detail-type"] === "ApplyFailed") {
    const failed = event.detail.data.changes.filter((change) => change.status === "failed");
    return failed.map(({ error }) => error.code).join();
  }
  return event.detail.data.reason ?? event.detail.data.mode;
}

for (let nth = 0; nth < 50; nth += 10) {
  const Entries = Array.from({ length: 10 }, (_, index) => {
    const number = nth + index;
    const correlationId = `typescript-${number}`;
    open.add(correlationId);
    const key = number % 10 === 9 ? { Unknown: 1 } : {};
    const document = {
      ApiId,
      IntegrationId,
      IntegrationResponses: { ts: { IntegrationResponseKey: `/ts${number}/`, ...key } },
    };
    const detail: SpecSubmitted = { name: `typescript/${number}`, document, correlationId };
    return {
      EventBusName: BUS,
      Source: "languages.typescript",
      DetailType: "SpecSubmitted",
      Detail: JSON.stringify(detail),
    };
  });
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries }));
  if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} entries failed`);
}
while (open.size > 0) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
  );
  for (const { Body = "", ReceiptHandle } of Messages) {
    const received: unknown = JSON.parse(Body);
    const parsed = parseResultEvent(received);
    if (!parsed.ok) throw new Error(parsed.problems.join("; "));
    const { detailType, detail } = parsed.value;
    read(received as DeliveredResultEvent);
    if (open.delete(detail.metadata.correlationId)) counts[detailType] = (counts[detailType] ?? 0) + 1;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
console.log(`50 sent, 50 answered under their ids: ${JSON.stringify(counts)}`);
