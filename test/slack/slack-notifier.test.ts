import type { ResultEvent } from "@specdrop/events";
import { checkMessage, NotNow, SlackError } from "@specdrop/slack";
import { expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";
import { aProgress, vary } from "./scenarios.ts";
import { slackWorld } from "./world.ts";

const START = Date.parse("2026-11-22T12:00:00.000Z");
const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** A result of another run each time, made now. */
function result(name: Parameters<typeof vary>[0], number = 1, now = START): ResultEvent {
  const { detailType, detail } = readGolden(name).event;
  const metadata = { ...detail.metadata, id: `event-${number}`, operationId: `operation-${number}`, time: iso(now) };
  return { detailType, detail: { ...detail, metadata } };
}

const progressOf = (number: number, ended: number, now = START) =>
  aProgress({ operationId: `operation-${number}`, ended, time: iso(now) });

const titles = (posted: ReturnType<typeof slackWorld>["posted"]) =>
  posted.map(({ message }) => {
    expect(checkMessage(message)).toEqual([]);
    return message.text.split(":")[0];
  });

const refusal = (code: string, retryAfterMs?: number) =>
  new SlackError(code, code, { retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

test.each([true, false])("a result is told once, however often it is delivered (bot: %s)", async (bot) => {
  const { notifier, posted } = slackWorld({ bot });
  await notifier.notify(result("ApplySucceeded"));
  await notifier.notify(result("ApplySucceeded"));
  expect(titles(posted)).toEqual(["✅ Applied"]);
});

test("two deliveries at once: one posts, the other comes again", async () => {
  const { notifier, posted } = slackWorld({ bot: false });
  const outcomes = await Promise.allSettled([1, 2].map(() => notifier.notify(result("ApplySucceeded"))));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toBeInstanceOf(NotNow);
  expect(posted).toHaveLength(1);
});

test("a claim whose holder died ends by itself", async () => {
  const { notifier, posted, memoryPosts, clock } = slackWorld();
  const { apiId } = readGolden("ApplySucceeded").event.detail.data;
  await memoryPosts.claim(`operation-1|${apiId}`, 90_000);
  await expect(notifier.notify(result("ApplySucceeded"))).rejects.toThrow(NotNow);
  await clock.sleep(90_000);
  await notifier.notify(result("ApplySucceeded"));
  expect(posted).toHaveLength(1);
});

test("a long run has one message, which is edited as it goes and ends in the result", async () => {
  const { notifier, posted } = slackWorld();
  expect(await notifier.progress(progressOf(1, 100))).toBe(true);
  expect(await notifier.progress(progressOf(1, 200))).toBe(true);
  // Late and repeated ones change nothing.
  expect(await notifier.progress(progressOf(1, 150))).toBe(false);
  expect(await notifier.progress(progressOf(1, 200))).toBe(false);
  expect(posted[0]?.message.text).toContain("200 of 400");
  await notifier.notify(result("ApplySucceeded"));
  expect(await notifier.progress(progressOf(1, 400))).toBe(false);
  expect(titles(posted)).toEqual(["✅ Applied"]);
  expect(posted[0]?.edits).toBe(2);
});

test("progress goes on in the next invocation of a run", async () => {
  const { notifier, posted } = slackWorld();
  await notifier.progress(progressOf(1, 300));
  expect(await notifier.progress({ ...progressOf(1, 1), part: 1 })).toBe(true);
  expect(posted).toHaveLength(1);
});

test("a failure gets one reply in its thread, whether or not it was seen to begin", async () => {
  const { notifier, posted } = slackWorld();
  await notifier.progress(progressOf(1, 100));
  await notifier.notify(result("ApplyFailed", 1));
  await notifier.notify(result("ApplyFailed", 1));
  await notifier.notify(result("SpecRejected", 2));
  await notifier.notify(result("DriftDetected", 3));
  expect(posted.map(({ ts, thread }) => [ts, thread])).toEqual([
    ["1", undefined],
    ["2", "1"],
    ["3", undefined],
    ["4", "3"],
    ["5", undefined],
  ]);
  titles(posted);
});

test("where the reply fails, only the reply is tried again", async () => {
  const { notifier, posted, failures } = slackWorld();
  const refused = refusal("http_503");
  let calls = 0;
  Object.defineProperty(failures, "shift", { value: () => (++calls === 2 ? refused : undefined) });
  await expect(notifier.notify(result("ApplyFailed"))).rejects.toBe(refused);
  await notifier.notify(result("ApplyFailed"));
  expect(posted.map(({ thread }) => thread)).toEqual([undefined, "1"]);
});

test("a webhook can neither edit nor reply: progress is not told, failures are one message", async () => {
  const { notifier, posted } = slackWorld({ bot: false });
  expect(await notifier.progress(progressOf(1, 100))).toBe(false);
  await notifier.notify(result("ApplyFailed"));
  expect(titles(posted)).toEqual(["❌ Failed"]);
});

test.each(["message_not_found", "edit_window_closed"])("a message that is gone (%s) is posted anew", async (code) => {
  const { notifier, posted, failures } = slackWorld();
  await notifier.progress(progressOf(1, 100));
  failures.push(refusal(code));
  await notifier.notify(result("ApplySucceeded"));
  expect(titles(posted)).toEqual(["⏳ Applying", "✅ Applied"]);
});

test("a run that people saw begin has its end shown, though nothing came of it", async () => {
  const { notifier, posted } = slackWorld();
  await notifier.notify(result("ApplyUnchanged", 1));
  expect(posted).toEqual([]);
  await notifier.progress(progressOf(2, 100));
  await notifier.notify(result("ApplyUnchanged", 2));
  await notifier.progress(progressOf(3, 100));
  await notifier.notify(result("SpecSuperseded", 3));
  expect(titles(posted)).toEqual(["▫️ Unchanged", "⏭️ Superseded by a newer revision"]);
});

test("blocks that Slack does not understand are told as text", async () => {
  const { notifier, posted, failures } = slackWorld();
  failures.push(refusal("invalid_blocks"));
  await notifier.notify(result("ApplySucceeded"));
  expect(posted[0]?.message.blocks).toHaveLength(1);
  expect(titles(posted)).toEqual(["✅ Applied"]);
});

test("good news is dropped after six hours; what somebody has to look at never is", async () => {
  const { notifier, posted, clock } = slackWorld();
  await clock.sleep(6 * 60 * 60_000 + 1);
  const names = [
    "ApplySucceeded",
    "PlanProduced",
    "DriftResolved",
    "ApplyFailed",
    "SpecRejected",
    "DriftDetected",
  ] as const;
  for (const [index, name] of names.entries()) {
    await clock.sleep(30_000);
    await notifier.notify(result(name, index));
  }
  const pending = vary("ApplySucceeded", { deployment: { status: "pending", stageName: "prod" } });
  await notifier.notify(pending);
  const told = posted.filter(({ thread }) => thread === undefined);
  expect(titles(told)).toEqual(["❌ Failed", "⛔ Rejected", "⚠️ Drift", "🕓 Applied, not live"]);
});

test("progress is old news after a minute, and never tried again", async () => {
  const { notifier, posted, failures, clock } = slackWorld();
  await clock.sleep(60_001);
  expect(await notifier.progress(progressOf(1, 100))).toBe(false);
  failures.push(refusal("rate_limited", 1_000));
  await expect(notifier.progress(progressOf(1, 100, clock.now()))).rejects.toThrow(SlackError);
  expect(posted).toEqual([]);
});

test("asked to slow down, everybody waits, and nothing is lost or told twice", async () => {
  const { notifier, posted, failures, clock } = slackWorld();
  failures.push(refusal("rate_limited", 20_000));
  await expect(notifier.notify(result("ApplySucceeded", 1))).rejects.toMatchObject({ retryAfterMs: 20_000 });
  await expect(notifier.notify(result("ApplySucceeded", 2))).rejects.toMatchObject({ name: "NotNow", afterMs: 20_000 });
  await clock.sleep(20_000);
  for (const number of [1, 2]) await notifier.notify(result("ApplySucceeded", number));
  expect(posted).toHaveLength(2);
});

test("five results at once are told one by one, a second apart; more become one digest", async () => {
  const { notifier, posted, clock } = slackWorld({ bot: false });
  const put: [number, NotNow][] = [];
  const late: number[] = [];
  // What comes while the first are being posted comes at once: the clock moves by the waits only.
  const bring = async (number: number) => {
    const event = result(number % 3 === 0 ? "ApplyFailed" : "ApplySucceeded", number);
    await notifier.notify(event).catch((error: unknown) => {
      if (!(error instanceof NotNow)) throw error;
      put.push([number, error]);
    });
  };
  for (let number = 1; number <= 17; number++) {
    await bring(number);
    late.push(clock.now() - START);
  }
  expect(posted.map(({ at }) => at - START)).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  // One delivery comes back for all of them.
  expect(put).toEqual([[6, expect.objectContaining({ afterMs: 10_000 })]]);
  await clock.sleep(10_000);
  for (const number of [6, 9, 17]) await bring(number);
  expect(posted).toHaveLength(6);
  const digest = posted[5]?.message;
  expect(titles(posted).at(-1)).toBe("Digest");
  expect(digest?.text).toBe("Digest: 12 results (❌ Failed: 4 · ✅ Applied: 8)");
  expect(JSON.stringify(digest)).toContain("❌ Failed `");
});

test("what joins a digest while it is posted is in the next one", async () => {
  const { notifier, posted, clock, failures } = slackWorld({ bot: false });
  for (let number = 1; number <= 5; number++) await notifier.notify(result("ApplySucceeded", number));
  await expect(notifier.notify(result("ApplySucceeded", 6))).rejects.toThrow(NotNow);
  await clock.sleep(10_000);
  Object.defineProperty(failures, "shift", {
    configurable: true,
    value() {
      Reflect.deleteProperty(failures, "shift");
      void notifier.notify(result("ApplyFailed", 7));
    },
  });
  await expect(notifier.notify(result("ApplySucceeded", 6))).rejects.toThrow(NotNow);
  await clock.sleep(10_000);
  await notifier.notify(result("ApplySucceeded", 6));
  expect(posted.slice(5).map(({ message }) => message.text)).toEqual([
    "Digest: 1 result (✅ Applied: 1)",
    "Digest: 1 result (❌ Failed: 1)",
  ]);
});

test("rules say where a result goes, and whether it is told at all", async () => {
  const { notifier, posted } = slackWorld({
    rules: [
      { prefix: "team-a/", outcomes: ["applied"], channel: null },
      { prefix: "team-a/", channel: "#team-a" },
      { outcomes: ["failed"], channel: "#failures" },
    ],
  });
  const under = (key: string, event: ResultEvent): ResultEvent => {
    const { detail } = event;
    return { ...event, detail: { ...detail, data: { ...detail.data, document: { ...detail.data.document, key } } } };
  };
  await notifier.notify(under("team-a/x.yaml", result("ApplySucceeded", 1)));
  await notifier.notify(under("team-a/x.yaml", result("ApplyFailed", 2)));
  await notifier.notify(under("team-b/x.yaml", result("ApplyFailed", 3)));
  await notifier.notify(under("team-b/x.yaml", result("ApplySucceeded", 4)));
  const told = posted.filter(({ thread }) => thread === undefined);
  expect(told.map(({ channel }) => channel)).toEqual(["#team-a", "#failures", "#specs"]);
});

test("a notice is told once, in the default channel", async () => {
  const { notifier, posted } = slackWorld();
  const detail = {
    metadata: { id: "s-1", version: "1", time: iso(START) },
    data: { by: "ada", since: iso(START) },
  } as const;
  await notifier.announce({ detailType: "Suspended", detail });
  await notifier.announce({ detailType: "Suspended", detail });
  expect(posted.map(({ channel }) => channel)).toEqual(["#specs"]);
});
