import { describe, expect, inject, test } from "vitest";
import { all, only, statementsOf, TYPES } from "./infrastructure.ts";
import { ASYNCHRONOUS } from "./stages.ts";

const DAY = 24 * 60 * 60;

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const queue = (id: string) => only(stage, TYPES.queue, `${id}Queue`);
  const fn = (id: string) => only(stage, TYPES.function, `${id}Function`);

  test("there are these queues, all encrypted", () => {
    const queues = all(stage, TYPES.queue);
    expect(queues.map((resource) => resource.name).sort()).toEqual([
      ...ASYNCHRONOUS.map((id) => `${id}FailuresQueue`),
      "SignalsDeadLettersQueue",
      "SignalsQueue",
    ]);
    for (const { inputs } of queues) expect(inputs).toMatchObject({ sqsManagedSseEnabled: true });
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

  test("what failed is kept for two weeks, which is longer than what waits", () => {
    expect(queue("Signals").inputs["messageRetentionSeconds"]).toBe(4 * DAY);
    for (const id of ["SignalsDeadLetters", ...ASYNCHRONOUS.map((name) => `${name}Failures`)]) {
      expect(queue(id).inputs["messageRetentionSeconds"]).toBe(14 * DAY);
    }
  });

  test("a signal stays hidden for six times what a run may take", () => {
    const { visibilityTimeoutSeconds } = queue("Signals").inputs;
    expect(fn("Reconcile").inputs["timeout"]).toBe(300);
    expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * fn("Reconcile").inputs["timeout"]);
    // A message that is always being received must come to its end before the queue forgets it.
    expect(5 * visibilityTimeoutSeconds).toBeLessThan(queue("Signals").inputs["messageRetentionSeconds"]);
  });

  test("reconcile takes signals one by one, reports failures by message, and a few APIs at a time", () => {
    const { inputs } = only(stage, "aws:lambda/eventSourceMapping:EventSourceMapping");
    expect(inputs).toMatchObject({
      eventSourceArn: queue("Signals").state["arn"],
      functionName: fn("Reconcile").state["arn"],
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 1,
      maximumBatchingWindowInSeconds: 0,
      scalingConfig: { maximumConcurrency: 5 },
    });
  });

  test("only the rules that lead to a function may fill the queue of its failures", () => {
    const policies = all(stage, TYPES.queuePolicy).map(({ inputs }) => [
      inputs["queueUrl"],
      statementsOf(inputs["policy"]),
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
      allows("NotifyFailures", ["EventsSubscriberResultsToNotifyRule"]),
    ]);
  });
});
