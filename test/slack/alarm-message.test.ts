import { checkMessage, parseAlarm, renderAlarm } from "@specdrop/slack";
import { expect, test } from "vitest";
import { slackWorld } from "./world.ts";

const SNS = {
  AlarmName: "specdrop-production-FailedResults",
  AlarmDescription:
    "A document failed.\nNext: aws logs tail g --filter-pattern '{ $.level = \"ERROR\" }'\nRunbook: https://docs.example.com/operate#failedresultsalarm",
  NewStateValue: "ALARM",
  NewStateReason: "Threshold Crossed: 1 datapoint was greater than the threshold (0.0).",
  StateChangeTime: "2026-11-22T00:17:00.000+0000",
};
const alarm = (more: object = {}) => {
  const parsed = parseAlarm({ ...SNS, ...more });
  if (parsed === undefined) throw new Error("this is an alarm");
  return parsed;
};
const textOf = (more: object = {}) => JSON.stringify(renderAlarm(alarm(more)).blocks);

test("an alarm says what happened, the command to copy, and links to the runbook", () => {
  const message = renderAlarm(alarm());
  expect(checkMessage(message)).toEqual([]);
  expect(message.text).toBe("🔔 specdrop-production-FailedResults");
  expect(textOf()).toContain("A document failed.");
  expect(textOf()).toContain(
    JSON.stringify("```\naws logs tail g --filter-pattern '{ $.level = \"ERROR\" }'\n```").slice(1, -1),
  );
  expect(textOf()).toContain("<https://docs.example.com/operate#failedresultsalarm|Runbook>");
  expect(textOf({ AlarmDescription: "x\nRunbook: docs/operate.md#a" })).toContain("Runbook: docs/operate.md#a");
});

test("one that is over is a line", () => {
  expect(renderAlarm(alarm({ NewStateValue: "OK" })).text).toBe("✅ Over: specdrop-production-FailedResults");
});

test("nothing in it can mention people, and it fits", () => {
  const hostile = {
    AlarmName: "<!channel>",
    AlarmDescription: `@here ${"x".repeat(5_000)}\nNext: \`\`\`<!here> ${"y".repeat(5_000)}`,
  };
  const message = renderAlarm(alarm(hostile));
  expect(checkMessage(message)).toEqual([]);
  expect(JSON.stringify(message)).not.toMatch(/<!|@here/);
});

test.each([[null], ["text"], [{}], [{ ...SNS, NewStateValue: "INSUFFICIENT_DATA" }], [{ ...SNS, AlarmName: 1 }]])(
  "%j is no alarm",
  (value) => {
    expect(parseAlarm(value)).toBeUndefined();
  },
);

test("it is posted once, in the channel for alarms; without one it is not", async () => {
  const { notifier, posted } = slackWorld({ alarmChannel: "#on-call" });
  for (const _ of [1, 2]) expect(await notifier.alarm(alarm())).toBe(true);
  await notifier.alarm(alarm({ NewStateValue: "OK", StateChangeTime: "2026-11-22T01:17:00.000+0000" }));
  expect(posted.map(({ channel, message }) => `${channel} ${message.text}`)).toEqual([
    "#on-call 🔔 specdrop-production-FailedResults",
    "#on-call ✅ Over: specdrop-production-FailedResults",
  ]);
  const without = slackWorld();
  expect(await without.notifier.alarm(alarm())).toBe(false);
  expect(without.posted).toEqual([]);
});
