import { DELAYS } from "@specdrop/local/stack-delays";
import { DEFAULT_LEASE_TTL_MS, MAX_DELIVERIES } from "@specdrop/service/reconcile";
import { describe, expect, inject, test } from "vitest";
import { all, only, statementsOf, TYPES } from "./infrastructure.ts";
import { FAILURES } from "./stages.ts";

const DAY = 24 * 60 * 60;

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const queue = (id: string) => only(stage, TYPES.queue, `${id}Queue`);
  const fn = (id: string) => only(stage, TYPES.function, `${id}Function`);

  test("there are these queues, all encrypted", () => {
    const queues = all(stage, TYPES.queue);
    expect(queues.map((resource) => resource.name).sort()).toEqual(
      [...FAILURES, "DelayedSignals", "Notifications", "SignalsDeadLetters", "Signals"]
        .map((id) => `${id}Queue`)
        .sort(),
    );
    for (const { inputs } of queues) expect(inputs).toMatchObject({ sqsManagedSseEnabled: true });
  });

  test("the embedded stack has the same delays, where it is to have those of a deployment", () => {
    const { timeoutsMs, pollers, deadLettersHiddenSeconds } = DELAYS.deployed;
    for (const [id, milliseconds] of Object.entries(timeoutsMs)) {
      expect(fn(id.charAt(0).toUpperCase() + id.slice(1)).inputs["timeout"], id).toBe(milliseconds / 1_000);
    }
    expect(queue("Signals").inputs["visibilityTimeoutSeconds"]).toBe((1.25 * timeoutsMs.reconcile) / 1_000);
    expect(queue("SignalsDeadLetters").inputs["visibilityTimeoutSeconds"]).toBe(deadLettersHiddenSeconds);
    const mappings = all(stage, TYPES.eventSourceMapping);
    const concurrencies = mappings.map(({ inputs }) => inputs["scalingConfig"]?.maximumConcurrency);
    expect(Math.max(...concurrencies)).toBe(pollers);
  });

  test("signals are FIFO, with deduplication and throughput per API", () => {
    expect(queue("Signals").inputs).toMatchObject({
      fifoQueue: true,
      contentBasedDeduplication: false,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      delaySeconds: 0,
    });
  });

  test("a signal that fails five times becomes a dead letter, FIFO as well", () => {
    expect(queue("SignalsDeadLetters").inputs).toMatchObject({ fifoQueue: true });
    expect(JSON.parse(queue("Signals").inputs["redrivePolicy"])).toEqual({
      deadLetterTargetArn: queue("SignalsDeadLetters").state["arn"],
      maxReceiveCount: 5,
    });
  });

  test("what is to come later waits in a queue that delays each message by itself, and intake sends it on", () => {
    const { inputs } = queue("DelayedSignals");
    expect(inputs["fifoQueue"]).toBeFalsy();
    expect(inputs["visibilityTimeoutSeconds"]).toBeGreaterThanOrEqual(6 * fn("Intake").inputs["timeout"]);
    expect(inputs["messageRetentionSeconds"]).toBe(4 * DAY);
    expect(JSON.parse(inputs["redrivePolicy"])).toEqual({
      deadLetterTargetArn: queue("DelayedSignalsFailures").state["arn"],
      maxReceiveCount: 5,
    });
    expect(all(stage, TYPES.eventSourceMapping).map((mapping) => mapping.inputs)).toContainEqual(
      expect.objectContaining({
        eventSourceArn: queue("DelayedSignals").state["arn"],
        functionName: fn("Intake").state["arn"],
        functionResponseTypes: ["ReportBatchItemFailures"],
        batchSize: 10,
      }),
    );
  });

  test("what failed is kept for two weeks, which is longer than what waits", () => {
    expect(queue("Signals").inputs["messageRetentionSeconds"]).toBe(4 * DAY);
    expect(queue("Notifications").inputs["messageRetentionSeconds"]).toBe(4 * DAY);
    for (const id of ["SignalsDeadLetters", ...FAILURES]) {
      expect(queue(id).inputs["messageRetentionSeconds"]).toBe(14 * DAY);
    }
  });

  test("a signal stays hidden for longer than a run may take, and a run that died frees its API within 6 minutes", () => {
    const { visibilityTimeoutSeconds } = queue("Signals").inputs;
    expect(fn("Reconcile").inputs["timeout"]).toBe(240);
    expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(fn("Reconcile").inputs["timeout"] + 60);
    // The next run watches the lease that the dead one left.
    expect(visibilityTimeoutSeconds + DEFAULT_LEASE_TTL_MS / 1000).toBeLessThanOrEqual(360);
    // A run has the time to.
    expect(fn("Reconcile").inputs["timeout"]).toBeGreaterThan(2 * (DEFAULT_LEASE_TTL_MS / 1000));
    // A message that is always being received must come to its end before the queue forgets it.
    expect(MAX_DELIVERIES * visibilityTimeoutSeconds).toBeLessThan(queue("Signals").inputs["messageRetentionSeconds"]);
  });

  test("a dead letter stays hidden for six times what the sweep may take to end it", () => {
    const { visibilityTimeoutSeconds } = queue("SignalsDeadLetters").inputs;
    expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * fn("Sweep").inputs["timeout"]);
    // It is not given up a second time: it comes back until it has ended, or for as long as it is kept.
    expect(queue("SignalsDeadLetters").inputs["redrivePolicy"]).toBeUndefined();
  });

  test("what is to be told waits out a day of Slack being away, and is not lost after that", () => {
    const { inputs } = queue("Notifications");
    expect(JSON.parse(inputs["redrivePolicy"])).toEqual({
      deadLetterTargetArn: queue("NotifyFailures").state["arn"],
      maxReceiveCount: 100,
    });
    expect(inputs["fifoQueue"]).toBeFalsy();
    expect(inputs["visibilityTimeoutSeconds"]).toBeGreaterThanOrEqual(6 * fn("Notify").inputs["timeout"]);
    // It is tried again at least every quarter of an hour, and the queue must not forget it before it is given up.
    expect(100 * 15 * 60).toBeLessThan(inputs["messageRetentionSeconds"]);
  });

  test("notify takes what is to be told by the ten, failures by message, no more functions than a channel takes", () => {
    const { inputs } = all(stage, TYPES.eventSourceMapping).find(
      ({ inputs }) => inputs["functionName"] === fn("Notify").state["arn"],
    ) as { inputs: object };
    expect(inputs).toMatchObject({
      eventSourceArn: queue("Notifications").state["arn"],
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 10,
      maximumBatchingWindowInSeconds: 0,
      scalingConfig: { maximumConcurrency: 2 },
    });
  });

  test("reconcile takes signals, the sweep dead letters: one by one, a few APIs at a time, failures by message", () => {
    const oneByOne = {
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 1,
      maximumBatchingWindowInSeconds: 0,
    };
    const mapping = (id: string, functionId: string, maximumConcurrency: number) => ({
      eventSourceArn: queue(id).state["arn"],
      functionName: fn(functionId).state["arn"],
      ...oneByOne,
      scalingConfig: { maximumConcurrency },
    });
    const mappings = all(stage, TYPES.eventSourceMapping).map(({ inputs }) => inputs);
    expect(mappings).toHaveLength(4);
    expect(mappings).toContainEqual(expect.objectContaining(mapping("Signals", "Reconcile", 5)));
    expect(mappings).toContainEqual(expect.objectContaining(mapping("SignalsDeadLetters", "Sweep", 2)));
  });

  test("only its own rules may fill the queue of what is to be told, or of what a function failed on", () => {
    // What the topic of the alarms may do is looked at with the alarms.
    const isOfRules = ({ Principal }: { Principal?: unknown }) => !JSON.stringify(Principal).includes("sns.");
    const policies = all(stage, TYPES.queuePolicy).map(({ inputs }) => [
      inputs["queueUrl"],
      statementsOf(inputs["policy"]).filter(isOfRules),
    ]);
    const ruleArn = (rule: string) => only(stage, TYPES.rule, rule).state["arn"];
    const allows = (id: string, rules: readonly string[]) => [
      queue(id).state["url"],
      [
        {
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com"] },
          Action: ["sqs:SendMessage"],
          Resource: [queue(id).state["arn"]],
          Condition: { ArnEquals: { "aws:SourceArn": rules.map(ruleArn) } },
        },
      ],
    ];
    expect(policies.sort()).toEqual([
      allows("IntakeFailures", ["defaultSubscriberSpecsToIntakeRule", "EventsSubscriberDocumentsToIntakeRule"]),
      allows("Notifications", ["ResultsToNotify", "ProgressToNotify"]),
      allows("NotifyFailures", ["ResultsToNotify"]),
      allows("SweepFailures", ["EventsSubscriberResumedToSweepRule"]),
    ]);
  });
});
