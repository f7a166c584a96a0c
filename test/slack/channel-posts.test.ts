import { NotNow } from "@specdrop/slack";
import { expect, test } from "vitest";
import { iso, refusal, result, START, titles } from "./deliveries.ts";
import { slackWorld } from "./world.ts";

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

test("a digest is told however old the good news is that carries it", async () => {
  const { notifier, posted, clock } = slackWorld({ bot: false });
  for (let number = 1; number <= 5; number++) await notifier.notify(result("ApplySucceeded", number));
  await expect(notifier.notify(result("ApplySucceeded", 6))).rejects.toThrow(NotNow);
  await notifier.notify(result("ApplyFailed", 7));
  await clock.sleep(7 * 60 * 60_000);
  await notifier.notify(result("ApplySucceeded", 6));
  expect(posted.at(-1)?.message.text).toBe("Digest: 2 results (✅ Applied: 1 · ❌ Failed: 1)");
});

test("a notice among many results is in their digest, however late that is", async () => {
  const { notifier, posted, clock } = slackWorld({ bot: false });
  for (let number = 1; number <= 5; number++) await notifier.notify(result("ApplySucceeded", number));
  const detail = {
    metadata: { id: "s-2", version: "1", time: iso(START) },
    data: { by: "ada", since: iso(START) },
  } as const;
  await expect(notifier.announce({ detailType: "Resumed", detail })).rejects.toThrow(NotNow);
  await clock.sleep(7 * 60 * 60_000);
  await notifier.announce({ detailType: "Resumed", detail });
  expect(posted.at(-1)?.message.text).toBe("Digest: 1 result (▶️ Resumed: 1)");
});
