import { createHash } from "node:crypto";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import "aws-sdk-client-mock-vitest/extend";
import { delayedQueue, signalQueue } from "@specdrop/aws/queue";
import { parseSignal } from "@specdrop/aws/signal-message";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Signal, SignalQueue } from "../../packages/service/src/ports/signals.ts";

const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/111122223333/signals.fifo";
const signal: Signal = {
  documentId: "s3://b/k",
  apiId: "a1b2c3d4e5",
  sequence: 7,
  cause: "accepted",
  invocation: 0,
  correlationId: "c",
};
/** The message that says so. */
const { invocation: part, ...named } = signal;
const message = { version: 1, part, ...named };
const mock = mockClient(SQSClient);

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function queue() {
  return signalQueue(new SQSClient({ region: "eu-west-1" }), QueueUrl) satisfies SignalQueue;
}

async function sent(one: Signal) {
  mock.reset();
  mock.on(SendMessageCommand).resolves({});
  await queue().send(one);
  const input = mock.commandCalls(SendMessageCommand)[0]?.args[0].input;
  if (input === undefined) throw new Error("nothing was sent");
  return input;
}

beforeEach(() => {
  mock.reset();
});

describe("send", () => {
  test("groups by API and tells repeats from continuations", async () => {
    expect(await sent(signal)).toEqual({
      QueueUrl,
      MessageBody:
        '{"version":1,"documentId":"s3://b/k","apiId":"a1b2c3d4e5","sequence":7,"part":0,"cause":"accepted","correlationId":"c"}',
      MessageGroupId: "a1b2c3d4e5",
      MessageDeduplicationId: sha256("s3://b/k|a1b2c3d4e5|7|0|c"),
    });
    // Another drop: a ledger that was restored has given its number before.
    expect((await sent({ ...signal, correlationId: "d" })).MessageDeduplicationId).toBe(
      sha256("s3://b/k|a1b2c3d4e5|7|0|d"),
    );
    expect((await sent({ ...signal, cause: "continued", invocation: 1 })).MessageDeduplicationId).toBe(
      sha256("s3://b/k|a1b2c3d4e5|7|1|c"),
    );
  });

  test("tells what comes again from what came before", async () => {
    const { MessageBody, MessageDeduplicationId } = await sent({ ...signal, deliveries: 2 });
    expect(JSON.parse(MessageBody ?? "")).toEqual({ ...message, deliveries: 2 });
    expect(MessageDeduplicationId).toBe(sha256("s3://b/k|a1b2c3d4e5|7|0|c|delivery 2"));
  });

  test("tells the repair of one drift from that of another", async () => {
    const { MessageBody, MessageDeduplicationId } = await sent({ ...signal, repair: 3 });
    expect(JSON.parse(MessageBody ?? "")).toEqual({ ...message, repair: 3 });
    expect(MessageDeduplicationId).toBe(sha256("s3://b/k|a1b2c3d4e5|7|0|c|repair 3"));
    expect((await sent({ ...signal, repair: 4 })).MessageDeduplicationId).not.toBe(MessageDeduplicationId);
  });

  test.each([
    ["x".repeat(128), "x".repeat(128)],
    ["a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"],
    ["x".repeat(129), sha256("x".repeat(129))],
    ["", sha256("")],
    ["a b", sha256("a b")],
    ["ä", sha256("ä")],
  ])("an API called %j goes to the group %j", async (apiId, group) => {
    expect((await sent({ ...signal, apiId })).MessageGroupId).toBe(group);
  });

  test("throws what SQS throws", async () => {
    mock.on(SendMessageCommand).rejects(new Error("QueueDoesNotExist"));
    await expect(queue().send(signal)).rejects.toThrow("QueueDoesNotExist");
  });
});

describe("parseSignal", () => {
  test("reads back whatever was sent, in characters that SQS takes and a group it takes", async () => {
    const text = fc.string({ minLength: 1, unit: "binary" });
    const signals = fc.record(
      {
        documentId: text,
        apiId: text,
        sequence: fc.nat(),
        cause: fc.constantFrom("accepted", "continued", "woken", "swept", "resumed"),
        invocation: fc.nat(),
        nonce: text,
        correlationId: text,
        deliveries: fc.nat(),
        repair: fc.nat(),
      },
      { requiredKeys: ["documentId", "apiId", "sequence", "cause", "invocation", "correlationId"] },
    );
    await fc.assert(
      fc.asyncProperty(signals, async (one) => {
        const { MessageBody = "", MessageGroupId } = await sent(one);
        expect(MessageGroupId).toMatch(/^[!-~]{1,128}$/);
        expect(MessageBody).toMatch(/^[ -~]+$/);
        expect(parseSignal(MessageBody)).toEqual(one);
      }),
    );
  });

  test.each([
    ["{", "its body is not JSON"],
    ["[]", "its body is not a JSON object"],
    ["null", "its body is not a JSON object"],
    ["{}", "it has undefined"],
    [JSON.stringify({ ...message, version: 2 }), "of version 1: it has 2"],
    [JSON.stringify({ ...message, apiId: 7 }), "apiId is not a text"],
    [JSON.stringify({ ...message, documentId: "" }), "documentId is not a text"],
    [JSON.stringify({ ...message, correlationId: undefined }), "correlationId is not a text"],
    [JSON.stringify({ ...message, sequence: -1 }), "sequence is not a count"],
    [JSON.stringify({ ...message, part: "0" }), "part is not a count"],
    [JSON.stringify({ ...message, part: 0.5 }), "part is not a count"],
    [JSON.stringify({ ...message, cause: "bored" }), "cause is not one that this version knows"],
    [JSON.stringify({ ...message, repair: true }), "repair is not a count"],
    [JSON.stringify({ ...message, deliveries: "1" }), "deliveries is not a count"],
  ])("refuses %s", (body, message) => {
    expect(() => parseSignal(body)).toThrow(message);
  });

  test.each([
    [0, { cause: "accepted", invocation: 0 }],
    [3, { cause: "continued", invocation: 3 }],
    // The slot of a sweep, and the second of a resumption, each with two continuations.
    [5_981_334_002, { cause: "swept", invocation: 2 }],
    [1_794_400_000_000_002, { cause: "swept", invocation: 2 }],
  ] as const)("reads what an older version has sent: part %i", (part, expected) => {
    const { cause: _, ...older } = message;
    const { invocation: __, cause: ___, ...about } = signal;
    expect(parseSignal(JSON.stringify({ ...older, part }))).toEqual({ ...about, ...expected });
  });

  test("an older version reads what is sent: version 1, with a count as its part", async () => {
    const { MessageBody = "" } = await sent({
      ...signal,
      cause: "resumed",
      invocation: 1,
      nonce: "resumed 1794400000",
    });
    expect(JSON.parse(MessageBody)).toMatchObject({ version: 1, part: 1, nonce: "resumed 1794400000" });
  });

  test("never throws anything but a refusal that says so", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(() => parseSignal(body)).toThrow(/^The (message is not a signal|signal's)/);
      }),
    );
  });
});

describe("send later", () => {
  const later = delayedQueue(new SQSClient({ region: "eu-west-1" }), "https://sqs.eu-west-1.amazonaws.com/1/delayed");

  test.each([
    [0, 0],
    [1, 1],
    [19_001, 20],
    [3_600_000, 900],
  ])("%s ms are %s whole seconds, and no more than SQS takes", async (milliseconds, DelaySeconds) => {
    mock.on(SendMessageCommand).resolves({});
    await later.send({ ...signal, nonce: "due 1" }, milliseconds);
    const { MessageBody = "", ...rest } = mock.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
    expect(rest).toEqual({ QueueUrl: "https://sqs.eu-west-1.amazonaws.com/1/delayed", DelaySeconds });
    expect(parseSignal(MessageBody)).toEqual({ ...signal, nonce: "due 1" });
  });

  test("a signal for another reason is no repeat of one", async () => {
    const ids = new Set<string | undefined>();
    for (const one of [signal, { ...signal, nonce: "due 1" }, { ...signal, nonce: "due 2" }]) {
      ids.add((await sent(one)).MessageDeduplicationId);
    }
    expect(ids.size).toBe(3);
  });
});
