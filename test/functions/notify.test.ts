import type { ResultEvent, RunProgressDetail } from "@specdrop/events";
import { createNotify, handler } from "@specdrop/functions/notify";
import { intakeObjectEvent } from "@specdrop/service/intake";
import { NotNow, SlackError, type SlackNotifier } from "@specdrop/slack";
import { expect, test } from "vitest";
import { drain, spec, world } from "../service/builders.ts";
import { aProgress } from "../slack/scenarios.ts";
import { busEvent, contextOf, sqsEvent } from "./samples.ts";
import { recorded } from "./telemetry.ts";

async function aResult(): Promise<ResultEvent> {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await drain(w);
  return w.published[0] as ResultEvent;
}

/** The function, with a notifier that answers as told, and what came of it. */
function wired(answer: (event: unknown) => Promise<unknown> = async () => undefined) {
  const told: unknown[] = [];
  const postponed: (readonly [string, number])[] = [];
  const take = async (event: unknown) => {
    await answer(event);
    told.push(event);
  };
  const notifier: SlackNotifier = {
    notify: take,
    announce: take,
    alarm: async (alarm) => {
      await take(alarm);
      return true;
    },
    progress: async (progress: RunProgressDetail) => {
      await take(progress);
      return true;
    },
  };
  const telemetry = recorded();
  const postpone = async (receipt: string, seconds: number) => void postponed.push([receipt, seconds]);
  const notify = createNotify({ notifier, postpone }, telemetry);
  const deliver = (bodies: readonly unknown[], { remaining = 60_000, received = 1 } = {}) => {
    const messages = bodies.map((body, index) => ({ id: `m${index}`, group: "", body: JSON.stringify(body) }));
    const { Records } = sqsEvent(messages);
    for (const { attributes } of Records) attributes.ApproximateReceiveCount = String(received);
    return notify({ Records }, contextOf(remaining));
  };
  return { deliver, told, postponed, telemetry };
}

const onBus = ({ detailType, detail }: ResultEvent) => busEvent("specdrop", detailType, detail);
const NONE = { batchItemFailures: [] };
const failed = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test("a notice about the pipeline itself is told to people", async () => {
  const detail = {
    metadata: { id: "suspension-1", version: "1", time: "2026-11-22T12:00:00.000Z" },
    data: { by: "ada", since: "2026-11-22T12:00:00.000Z" },
  };
  const { deliver, told, telemetry } = wired();
  expect(await deliver([busEvent("specdrop.operations", "Suspended", detail)])).toEqual(NONE);
  expect(told).toEqual([{ detailType: "Suspended", detail }]);
  expect(telemetry.counts).toEqual(["Notified"]);
});

const ALARM = {
  AlarmName: "specdrop-production-FailedResults",
  AlarmDescription: "A document failed.\nNext: npx specdrop status",
  NewStateValue: "ALARM",
  OldStateValue: "OK",
  NewStateReason: "Threshold Crossed",
  StateChangeTime: "2026-11-22T12:00:00.000+0000",
};

test("an alarm that SNS brings is told to people", async () => {
  const { deliver, told, telemetry } = wired();
  expect(await deliver([ALARM])).toEqual(NONE);
  expect(told).toMatchObject([{ name: "specdrop-production-FailedResults", state: "ALARM" }]);
  expect(telemetry.counts).toEqual(["AlarmTold"]);
});

test("a result on the bus is told to people", async () => {
  const { deliver, told, telemetry } = wired();
  const result = await aResult();
  expect(await deliver([onBus(result)])).toEqual(NONE);
  expect(told).toEqual([result]);
  expect(telemetry.counts).toEqual(["Notified"]);
  expect(telemetry.lines.join()).toContain(result.detail.metadata.id);
});

test("what is no result is dropped, and nothing of it repeated", async () => {
  const { deliver, told, telemetry } = wired();
  const nonsense = [busEvent("orders", "OrderPlaced", { secret: "MARKER-4711" }), "MARKER-4711", null];
  expect(await deliver(nonsense)).toEqual(NONE);
  expect(told).toEqual([]);
  expect(telemetry.counts).toEqual(["NotAResult", "NotAResult", "NotAResult"]);
  expect(telemetry.lines.join()).not.toContain("MARKER");
});

test("of a batch, what could not be told now comes again when it was said to", async () => {
  const result = await aResult();
  const answers = [
    undefined,
    new NotNow("later", 7_000),
    new SlackError("rate_limited", "Slow down", { retryable: true, retryAfterMs: 90_000 }),
    undefined,
  ];
  const { deliver, told, postponed, telemetry } = wired(async () => {
    const answer = answers.shift();
    if (answer !== undefined) throw answer;
  });
  expect(await deliver([onBus(result), onBus(result), onBus(result), onBus(result)])).toEqual(failed("m1", "m2"));
  expect(told).toHaveLength(2);
  expect(postponed).toEqual([
    ["AQEB1", 7],
    ["AQEB2", 90],
  ]);
  expect(telemetry.counts).toEqual(["Notified", "SlowedDown", "Notified"]);
});

test.each([
  [1, 30],
  [2, 60],
  [5, 480],
  [6, 900],
  [99, 900],
])("the %dth time it fails, it comes again after %d seconds", async (received, seconds) => {
  const away = new SlackError("http_503", "Slack is away", { retryable: true });
  const { deliver, postponed, telemetry } = wired(() => Promise.reject(away));
  expect(await deliver([onBus(await aResult())], { received })).toEqual(failed("m0"));
  expect(postponed).toEqual([["AQEB0", seconds]]);
  expect(telemetry.counts).toEqual(["NotNotified"]);
});

test("what only a person can mend is counted as such, and is not lost", async () => {
  const refused = new SlackError("channel_not_found", "Slack refused it", { retryable: false });
  const { deliver, telemetry } = wired(() => Promise.reject(refused));
  expect(await deliver([onBus(await aResult())])).toEqual(failed("m0"));
  expect(telemetry.counts).toEqual(["SlackRefused"]);
});

test("progress is told once, or not at all", async () => {
  const event = busEvent("specdrop.progress", "RunProgress", aProgress());
  const shown = wired();
  expect(await shown.deliver([event, busEvent("specdrop.progress", "RunProgress", {})])).toEqual(NONE);
  expect(shown.told).toEqual([aProgress()]);
  expect(shown.telemetry.counts).toEqual(["ProgressShown", "NotAResult"]);
  const dropped = wired(() => Promise.reject(new SlackError("rate_limited", "Slow down", { retryable: true })));
  expect(await dropped.deliver([event])).toEqual(NONE);
  expect(dropped.telemetry.counts).toEqual(["ProgressDropped"]);
});

test("with too little time left, messages go back at once", async () => {
  const { deliver, told, postponed } = wired();
  expect(await deliver([onBus(await aResult())], { remaining: 35_000 })).toEqual(failed("m0"));
  expect(told).toEqual([]);
  expect(postponed).toEqual([["AQEB0", 1]]);
});

test("where a message cannot be put off, it comes again all the same", async () => {
  const telemetry = recorded();
  const later = () => Promise.reject(new NotNow("later", 1_000));
  const notifier: SlackNotifier = { notify: later, announce: later, alarm: later, progress: later };
  const notify = createNotify({ notifier, postpone: () => Promise.reject(new Error("SQS is away")) }, telemetry);
  const body = JSON.stringify(onBus(await aResult()));
  expect(await notify(sqsEvent([{ id: "m0", group: "", body }]), contextOf(60_000))).toEqual(failed("m0"));
  expect(telemetry.lines.join()).toContain("SQS is away");
});

test("the deployed handler names what is missing in its environment", async () => {
  await expect(handler({ Records: [] }, contextOf())).rejects.toThrow(
    "Missing in the environment: SPECDROP_BUS, SPECDROP_NOTIFICATIONS_URL, SPECDROP_TABLE",
  );
});
