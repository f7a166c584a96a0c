import type { ResultEvent } from "@specdrop/events";
import { createNotify, handler } from "@specdrop/functions/notify";
import { slackNotifier } from "@specdrop/functions/slack-notifier";
import { intakeObjectEvent } from "@specdrop/service";
import { SlackError, type SlackMessage } from "@specdrop/slack";
import { expect, test } from "vitest";
import { drain, spec, world } from "../service/builders.ts";
import { busEvent, contextOf } from "./samples.ts";
import { recorded } from "./telemetry.ts";

async function aResult(): Promise<ResultEvent> {
  const w = world();
  await intakeObjectEvent(w, w.store.put("a.json", spec({ api1: ["/200/"] })));
  await drain(w);
  return w.published[0] as ResultEvent;
}

test("a result on the bus is told to people", async () => {
  const told: ResultEvent[] = [];
  const telemetry = recorded();
  const notify = createNotify({ notifier: { notify: async (event) => void told.push(event) } }, telemetry);
  const { detailType, detail } = await aResult();
  await notify(busEvent("specdrop", detailType, detail), contextOf());
  expect(told).toEqual([{ detailType, detail }]);
  expect(telemetry.counts).toEqual(["Notified"]);
  expect(telemetry.lines.join()).toContain(detail.metadata.id);
});

test("what is no result is an error that repeats no value", async () => {
  const telemetry = recorded();
  const notify = createNotify({ notifier: { notify: () => Promise.reject(new Error("not reached")) } }, telemetry);
  const event = busEvent("orders", "OrderPlaced", { secret: "MARKER-4711" });
  const thrown = await notify(event, contextOf()).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(TypeError);
  expect(`${thrown} ${telemetry.lines.join()}`).not.toContain("MARKER");
});

function slack(answers: readonly (SlackError | undefined)[]) {
  const posted: SlackMessage[] = [];
  const slept: number[] = [];
  const left = [...answers];
  const webhook = {
    post: async (message: SlackMessage) => {
      const answer = left.shift();
      if (answer !== undefined) throw answer;
      posted.push(message);
    },
  };
  return { posted, slept, notifier: slackNotifier(webhook, { sleep: async (ms) => void slept.push(ms) }) };
}

const slowDown = (retryAfterMs?: number) =>
  new SlackError("rate_limited", "Slow down", {
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

test("being asked to slow down is waited out", async () => {
  const { posted, slept, notifier } = slack([slowDown(3_000), slowDown()]);
  await notifier.notify(await aResult());
  expect(posted).toHaveLength(1);
  expect(slept).toEqual([3_000, 1_000]);
});

test.each([
  ["for long", [slowDown(60_000)], 0],
  ["again and again", [slowDown(1), slowDown(1), slowDown(1), slowDown(1)], 3],
])("being asked to slow down %s is left to the platform", async (_, answers, waits) => {
  const { slept, notifier } = slack(answers);
  await expect(notifier.notify(await aResult())).rejects.toThrow("Slow down");
  expect(slept).toHaveLength(waits);
});

test("a message that may have been taken is not posted again at once", async () => {
  const { slept, notifier } = slack([new SlackError("timeout", "No answer", { retryable: true })]);
  await expect(notifier.notify(await aResult())).rejects.toThrow("No answer");
  expect(slept).toEqual([]);
});

test("nobody is told of what changed nothing", async () => {
  const { posted, notifier } = slack([]);
  await notifier.notify({ ...(await aResult()), detailType: "SpecSuperseded" });
  expect(posted).toEqual([]);
});

test("the deployed handler names what is missing in its environment", async () => {
  await expect(handler({}, contextOf())).rejects.toThrow("Missing in the environment: SPECDROP_SLACK_WEBHOOK_URL");
});
