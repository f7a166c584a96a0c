import { formatSignal } from "@specdrop/aws/signal-message";
import { readWithdrawAfter } from "@specdrop/functions/config/withdraw-after";
import { createIntake } from "@specdrop/functions/intake";
import { expect, test } from "vitest";
import type { Signal } from "../../packages/service/src/ports/signals.ts";
import { BUCKET, world } from "../service/builders.ts";
import { contextOf } from "./samples.ts";
import { recorded } from "./telemetry.ts";

const signal = (sequence: number): Signal => ({
  ...{
    documentId: "s3://specs/a.json",
    apiId: "api1",
    sequence,
    cause: "accepted" as const,
    invocation: 0,
    correlationId: "c",
    nonce: "due 1",
  },
});
const record = (messageId: string, body: string) => ({ messageId, body });

test("signals whose time has come go to their queue; what fails comes again, and what is none is dropped", async () => {
  const w = world();
  const telemetry = recorded();
  const queue = {
    async send(one: Signal) {
      if (one.sequence === 2) throw new Error("throttled");
      w.signals.push(one);
    },
  };
  const intake = createIntake({ ...w, queue, bucket: BUCKET }, telemetry);
  const Records = [
    record("1", formatSignal(signal(1))),
    record("2", formatSignal(signal(2))),
    record("3", "no signal"),
    record("4", formatSignal(signal(4))),
  ];
  expect(await intake({ Records }, contextOf())).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
  expect(w.signals).toEqual([signal(1), signal(4)]);
  expect(telemetry.counts).toEqual(["SignalSentOn", "DelayedSignalDropped", "SignalSentOn"]);
});

test.each([
  [undefined, 20_000],
  ["0", 0],
  ["60", 60_000],
  ["900", 900_000],
])("nothing is deleted for %s seconds", (text, milliseconds) => {
  expect(readWithdrawAfter(text === undefined ? {} : { SPECDROP_WITHDRAW_AFTER_SECONDS: text })).toBe(milliseconds);
});

test.each(["", "-1", "901", "1.5", "soon"])("%j is no number of seconds", (text) => {
  expect(() => readWithdrawAfter({ SPECDROP_WITHDRAW_AFTER_SECONDS: text })).toThrow(
    "SPECDROP_WITHDRAW_AFTER_SECONDS cannot be used: it must be a whole number of seconds from 0 to 900.",
  );
});
