import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { signalQueueOn } from "@specdrop/functions/wiring/signal-queue-on";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";

const SIGNAL = {
  documentId: "s3://specs/a.yaml",
  apiId: "a1",
  sequence: 1,
  cause: "accepted",
  invocation: 0,
  correlationId: "c",
} as const;

test("signals go to the queue, by one client that is made when the first is sent", async () => {
  const mock = mockClient(SQSClient);
  mock.on(SendMessageCommand).resolves({});
  const queue = signalQueueOn("https://sqs/specdrop.fifo", { region: "eu-west-1" });
  expect(mock.send.callCount).toBe(0);
  await Promise.all([queue.send(SIGNAL), queue.send({ ...SIGNAL, cause: "continued", invocation: 1 })]);
  const sent = mock.send.getCalls();
  expect(sent.map(({ args: [command] }) => command.input)).toMatchObject([
    { QueueUrl: "https://sqs/specdrop.fifo", MessageGroupId: "a1" },
    { QueueUrl: "https://sqs/specdrop.fifo", MessageGroupId: "a1" },
  ]);
  expect(new Set(sent.map(({ thisValue }) => thisValue)).size).toBe(1);
});
