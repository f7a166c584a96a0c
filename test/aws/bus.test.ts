import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from "@aws-sdk/client-eventbridge";
import "aws-sdk-client-mock-vitest/extend";
import { resultBus } from "@specdrop/aws/bus";
import type { ResultEvent } from "@specdrop/events";
import type { ResultBus } from "@specdrop/service/ports";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { virtualClock } from "./virtual-clock.ts";

const mock = mockClient(EventBridgeClient);
const clock = virtualClock();

function bus() {
  const options = { clock, random: () => 0 };
  return resultBus(new EventBridgeClient({ region: "eu-west-1" }), "specdrop", options) satisfies ResultBus;
}

function event(id: string, filler = ""): ResultEvent {
  return {
    detailType: "ApplySucceeded",
    detail: {
      metadata: {
        id,
        version: "1",
        time: "2026-11-22T10:00:00.000Z",
        operationId: "o",
        correlationId: filler,
        documentId: "s3://b/k",
        sequence: 1,
      },
      data: {
        document: { bucket: "b", key: "k" },
        mode: "apply",
        summary: { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 },
        changes: [],
        diagnostics: [],
        durationMs: 1,
      },
    },
  };
}

function events(count: number, filler = ""): readonly ResultEvent[] {
  return Array.from({ length: count }, (_, index) => event(`e${index}`, filler));
}

function idsOf(input: PutEventsCommandInput): readonly string[] {
  return (input.Entries ?? []).map(({ Detail }) => JSON.parse(Detail ?? "").metadata.id);
}

/** Takes every event except those whose id is in `refused`, each as often as said. */
function refusing(refused: Record<string, { times: number; ErrorCode?: string }>) {
  mock.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => {
    const Entries = idsOf(input).map((id) => {
      const refusal = refused[id];
      if (refusal === undefined || refusal.times === 0) return { EventId: `eb-${id}` };
      refusal.times -= 1;
      return { ErrorCode: refusal.ErrorCode, ErrorMessage: "no" };
    });
    return { Entries, FailedEntryCount: Entries.filter((entry) => entry.EventId === undefined).length };
  });
}

function sent(): readonly (readonly string[])[] {
  return mock.commandCalls(PutEventsCommand).map((call) => idsOf(call.args[0].input));
}

beforeEach(() => {
  mock.reset();
});

test("an event goes to the bus as it is", async () => {
  refusing({});
  await bus().publish([event("e0")]);
  expect(mock).toHaveReceivedCommandWith(PutEventsCommand, {
    Entries: [
      {
        EventBusName: "specdrop",
        Source: "specdrop",
        DetailType: "ApplySucceeded",
        Detail: JSON.stringify(event("e0").detail),
        Time: new Date("2026-11-22T10:00:00.000Z"),
      },
    ],
  });
});

test("nothing to publish is no call", async () => {
  await bus().publish([]);
  expect(mock).not.toHaveReceivedCommand(PutEventsCommand);
});

test("at most ten go together", async () => {
  refusing({});
  await bus().publish(events(23));
  expect(sent().map((ids) => ids.length)).toEqual([10, 10, 3]);
  expect(sent().flat()).toEqual(events(23).map((one) => one.detail.metadata.id));
});

test("and at most 256 KB, counted in UTF-8", async () => {
  refusing({});
  await bus().publish(events(3, "é".repeat(50 * 1024)));
  expect(sent().map((ids) => ids.length)).toEqual([2, 1]);
});

test("one that is too large for a batch of several goes alone", async () => {
  refusing({});
  await bus().publish([event("small"), event("large", "x".repeat(300 * 1024)), event("last")]);
  expect(sent()).toEqual([["small"], ["large"], ["last"]]);
});

test("only what was refused is sent again, after a wait", async () => {
  refusing({
    e1: { times: 2, ErrorCode: "ThrottlingException" },
    e11: { times: 1, ErrorCode: "InternalFailure" },
  });
  const before = clock.sleeps.length;
  await bus().publish(events(12));
  expect(sent().slice(2)).toEqual([["e1", "e11"], ["e1"]]);
  expect(clock.sleeps.slice(before)).toEqual([100, 200]);
});

test("what is refused to the end is an error that says how many and why", async () => {
  refusing({
    e1: { times: Number.POSITIVE_INFINITY, ErrorCode: "ThrottlingException" },
    e2: { times: Number.POSITIVE_INFINITY, ErrorCode: "InternalFailure" },
    e3: { times: Number.POSITIVE_INFINITY, ErrorCode: "ThrottlingException" },
  });
  const outcome = bus().publish(events(5));
  await expect(outcome).rejects.toMatchObject({
    message: "3 of 5 events were not taken by the bus specdrop: ThrottlingException × 2, InternalFailure × 1.",
    cause: { errors: [{ message: "ThrottlingException: no" }, { message: "InternalFailure: no" }, {}] },
  });
  expect(sent()).toHaveLength(4);
});

test("an answer that vouches for nothing is not trusted", async () => {
  mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{}] });
  await expect(bus().publish(events(3))).rejects.toThrow(
    "3 of 3 events were not taken by the bus specdrop: NoResult × 3.",
  );
});

test("a call that fails altogether throws what the client throws", async () => {
  mock.on(PutEventsCommand).rejects(new Error("AccessDeniedException"));
  await expect(bus().publish(events(1))).rejects.toThrow("AccessDeniedException");
});
