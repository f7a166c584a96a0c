import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { signalQueue } from "@specdrop/aws/queue";
import { formatSignal } from "@specdrop/aws/signal-message";
import { createReconcile } from "@specdrop/functions/reconcile";
import { postponeOn } from "@specdrop/functions/wiring/postpone";
import { startEndpoints } from "@specdrop/local/endpoints";
import { intakeObjectEvent } from "@specdrop/service/intake";
import type { Signal } from "@specdrop/service/ports";
import { redeliverySeconds } from "@specdrop/service/reconcile";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextOf } from "../functions/samples.ts";
import { recorded } from "../functions/telemetry.ts";
import { heldByAnother, spec, told, type World, world } from "../service/builders.ts";

let endpoints: Awaited<ReturnType<typeof startEndpoints>>;
let sqs: SQSClient;
let queues = 0;

beforeAll(async () => {
  endpoints = await startEndpoints();
  sqs = new SQSClient(endpoints.clientSettings);
});
afterAll(async () => {
  sqs.destroy();
  await endpoints.close();
});

/** A FIFO queue as it is deployed, and the handler on it: who waits for the visibility timeout waits for five minutes. */
async function deployed(over: Partial<World> = {}, retryAfterSeconds: (receives: number) => number = () => 1) {
  queues += 1;
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `signals-${queues}.fifo`,
      Attributes: { FifoQueue: "true", VisibilityTimeout: "300" },
    }),
  );
  const w = world({ queue: signalQueue(sqs, QueueUrl), ...over });
  const telemetry = recorded();
  const delays: number[] = [];
  const postpone = postponeOn(QueueUrl, endpoints.clientSettings);
  const call = createReconcile(
    {
      ...w,
      postpone: (handle, seconds) => {
        delays.push(seconds);
        return postpone(handle, seconds);
      },
      retryAfterSeconds,
    },
    telemetry,
  );

  async function receive(WaitTimeSeconds: number): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds,
      MessageSystemAttributeNames: ["All"],
    });
    return (await sqs.send(command)).Messages ?? [];
  }

  /** What an event source mapping does: what did not fail is deleted, and the rest left alone. */
  async function deliver(messages: readonly Message[]): Promise<readonly string[]> {
    const Records = messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
    }));
    const { batchItemFailures } = await call({ Records } as unknown as SQSEvent, contextOf());
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId = "", ReceiptHandle } of messages) {
      if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return messages.filter(({ MessageId = "" }) => failed.has(MessageId)).map(describe);
  }
  return { ...w, telemetry, delays, receive, deliver };
}

const describe = ({ Body = "" }: Message) => {
  const { documentId, apiId } = JSON.parse(Body);
  return `${documentId.at(-6)} on ${apiId}`;
};

test("what failed is back soon, in order, with what stood behind it; other APIs are not held up", async () => {
  const w = await deployed();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"], api2: ["/200/"] })));
  await intakeObjectEvent(w, w.store.put("b.json", spec({ api1: ["/404/"] })));
  const other = await heldByAnother(w, "api1");

  const first = await w.receive(1);
  expect(first.map(describe)).toEqual(["a on api1", "a on api2"]);
  expect(await w.deliver(first)).toEqual(["a on api1"]);
  expect(w.delays).toEqual([1]);
  expect(told(w.published)).toEqual(["ApplySucceeded 1 api2"]);
  // What stands behind it waits with it.
  expect(await w.receive(0)).toEqual([]);

  await other.release();
  const again: Message[] = [];
  while (again.length < 3) {
    const more = await w.receive(5);
    expect(more).not.toEqual([]);
    again.push(...more);
    expect(await w.deliver(more)).toEqual([]);
  }
  // The first of them goes to the end, so that nothing stands behind it any more, should it fail again.
  expect(again.map(describe)).toEqual(["a on api1", "b on api1", "a on api1"]);
  expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(["2", "1", "1"]);
  const applied = w.published.slice(1).map(({ detail }) => detail.metadata.documentId);
  expect(applied).toEqual(["s3://specs/b.json", "s3://specs/a.json"]);
});

test("the delay grows with every delivery, and stays within the visibility timeout", async () => {
  expect([1, 2, 3, 4, 5, 9].map(redeliverySeconds)).toEqual([15, 60, 240, 240, 240, 240]);
  const asked: number[] = [];
  const w = await deployed({}, (receives) => {
    asked.push(receives);
    return 0;
  });
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await heldByAnother(w, "api1");
  while (asked.length < 3) await w.deliver(await w.receive(5));
  expect(asked).toEqual([1, 2, 3]);
});

test("where the wait cannot be shortened, what failed is still reported as failed", async () => {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await heldByAnother(w, "api1");
  const telemetry = recorded();
  const postpone = () => Promise.reject(new Error("throttled"));
  const call = createReconcile({ ...w, postpone }, telemetry);
  const body = formatSignal(w.signals[0] as Signal);
  const attributes = { MessageGroupId: "api1", ApproximateReceiveCount: "1" };
  const event = { Records: [{ messageId: "m0", receiptHandle: "r0", body, attributes }] } as unknown as SQSEvent;
  expect(await call(event, contextOf())).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  expect(telemetry.lines.join("\n")).toContain("later than planned");
});
