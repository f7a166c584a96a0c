import type { ResultEvent } from "@specdrop/events";
import { NotNow } from "@specdrop/slack";
import { expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";
import { iso, progressOf, refusal, result, START, titles } from "./deliveries.ts";
import { vary } from "./scenarios.ts";
import { slackWorld } from "./world.ts";

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

test("a failure that somebody deleted gets no reply, and is not tried again", async () => {
  const { notifier, posted, failures } = slackWorld();
  let calls = 0;
  Object.defineProperty(failures, "shift", {
    value: () => (++calls === 2 ? refusal("thread_not_found") : undefined),
  });
  for (const _ of [1, 2]) await notifier.notify(result("ApplyFailed"));
  expect(titles(posted)).toEqual(["❌ Failed"]);
});

test("a webhook can neither edit nor reply: progress is not told, failures are one message", async () => {
  const { notifier, posted } = slackWorld({ bot: false });
  await notifier.notify(result("ApplyUnchanged", 2));
  await notifier.notify(result("SpecSuperseded", 3));
  expect(await notifier.progress(progressOf(1, 100))).toBe(false);
  await notifier.notify(result("ApplyFailed"));
  expect(titles(posted)).toEqual(["❌ Failed"]);
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
