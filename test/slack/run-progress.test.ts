import { SlackError } from "@specdrop/slack";
import { expect, test } from "vitest";
import { progressOf, refusal, result, START, titles } from "./deliveries.ts";
import { slackWorld } from "./world.ts";

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
  expect(await notifier.progress({ ...progressOf(1, 1, START + 1), part: 1 })).toBe(true);
  expect(posted).toHaveLength(1);
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

test("the end of a run that nobody needs to be told of waits for the progress that is being shown", async () => {
  const { notifier, posted } = slackWorld();
  const [, ended] = await Promise.allSettled([
    notifier.progress(progressOf(1, 100)),
    notifier.notify(result("ApplyUnchanged", 1)),
  ]);
  expect(ended).toMatchObject({ status: "rejected", reason: { name: "NotNow" } });
  await notifier.notify(result("ApplyUnchanged", 1));
  expect(titles(posted)).toEqual(["▫️ Unchanged"]);
});

test.each(["ApplyUnchanged", "ApplySucceeded"] as const)("progress that comes after %s is not shown", async (name) => {
  const { notifier, posted } = slackWorld();
  await notifier.notify(result(name, 1));
  const before = posted.length;
  expect(await notifier.progress(progressOf(1, 100))).toBe(false);
  expect(posted).toHaveLength(before);
});

test("old good news still ends the message of its run, and posts none where that is gone", async () => {
  const { notifier, posted, failures, clock } = slackWorld();
  await notifier.progress(progressOf(1, 100));
  await notifier.progress(progressOf(2, 100));
  await clock.sleep(7 * 60 * 60_000);
  await notifier.notify(result("ApplySucceeded", 1));
  failures.push(refusal("message_not_found"));
  await notifier.notify(result("ApplySucceeded", 2));
  expect(titles(posted)).toEqual(["✅ Applied", "⏳ Applying"]);
});

test("where Slack's answer to the first progress is lost, there is no second message beside it", async () => {
  const { notifier, posted, failures } = slackWorld();
  failures.push(refusal("timeout"));
  await expect(notifier.progress(progressOf(1, 100))).rejects.toThrow(SlackError);
  expect(await notifier.progress(progressOf(1, 200))).toBe(false);
  expect(posted).toEqual([]);
  failures.push(refusal("rate_limited", 1_000));
  await expect(notifier.progress(progressOf(2, 100))).rejects.toThrow(SlackError);
  expect(await notifier.progress(progressOf(2, 200))).toBe(true);
});

test("a long run that fails is told where failures are told, and its message ends too", async () => {
  const { notifier, posted } = slackWorld({ rules: [{ outcomes: ["failed"], channel: "#alerts" }] });
  await notifier.progress(progressOf(1, 100));
  for (const _ of [1, 2]) await notifier.notify(result("ApplyFailed", 1));
  expect(titles(posted)).toEqual(["❌ Failed", "❌ Failed", "❌ Failed"]);
  expect(posted.map(({ channel, thread }) => [channel, thread])).toEqual([
    ["#specs", undefined],
    ["#alerts", undefined],
    ["#alerts", "2"],
  ]);
});

test("progress is old news after a minute, and never tried again", async () => {
  const { notifier, posted, failures, clock } = slackWorld();
  await clock.sleep(60_001);
  expect(await notifier.progress(progressOf(1, 100))).toBe(false);
  failures.push(refusal("rate_limited", 1_000));
  await expect(notifier.progress(progressOf(1, 100, clock.now()))).rejects.toThrow(SlackError);
  expect(posted).toEqual([]);
});
