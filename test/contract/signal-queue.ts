import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { signalQueue } from "@specdrop/aws/queue";
import { parseSignal } from "@specdrop/aws/signal-message";
import { expect, test } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";

/** What the queue of signals must do on any SQS. */
export function signalQueueContract(name: string, open: () => Promise<SQSClient>): void {
  test(`${name} keeps signals in order by API, and takes each once`, async () => {
    const client = await open();
    const { QueueUrl = "" } = await client.send(
      new CreateQueueCommand({ QueueName: "contract.fifo", Attributes: { FifoQueue: "true" } }),
    );
    const signal: Signal = {
      documentId: "s3://b/k ü",
      apiId: "a b",
      sequence: 1,
      cause: "accepted",
      invocation: 0,
      correlationId: "c",
    };
    const queue = signalQueue(client, QueueUrl);
    const signals = [signal, { ...signal, cause: "continued" as const, invocation: 1 }, { ...signal, sequence: 2 }];
    for (const one of [...signals, ...signals]) await queue.send(one);

    for (const expected of signals) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
      expect(Messages.map(({ Body }) => parseSignal(Body ?? ""))).toEqual([expected]);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
    }
    expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
    client.destroy();
  });
}
