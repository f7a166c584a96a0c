import { describe, expect, inject, test } from "vitest";
import { ALARMS } from "../../infra/alarm-table.ts";
import { hearing } from "../../infra/settings.ts";
import { messagesOf } from "./alarm-history.ts";
import { all, type Inputs, only, type Resource, statementsOf, TYPES } from "./infrastructure.ts";
import { FAILURES, FUNCTIONS } from "./stages.ts";

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const topic = only(stage, TYPES.topic).state["arn"];
  const alarms = all(stage, TYPES.alarm);

  test("there is an alarm for each way in which work stops, and no other", () => {
    const nameOf = (type: string, id: string): string => only(stage, type, id).state["name"];
    const ofQueue = (id: string) => nameOf(TYPES.queue, `${id}Queue`);
    const ofFunction = (id: string) => nameOf(TYPES.function, `${id}Function`);
    const counted = (service: string, metric: string) =>
      `specdrop/${name} ${metric} service=specdrop-${service} > 0 (Sum)`;
    const expected = [
      ...FAILURES.map((id) => `AWS/SQS ApproximateNumberOfMessagesVisible QueueName=${ofQueue(id)} > 0 (Maximum)`),
      ...FUNCTIONS.flatMap((id) =>
        ["Errors", "Throttles"].map((metric) => `AWS/Lambda ${metric} FunctionName=${ofFunction(id)} > 0 (Sum)`),
      ),
      `AWS/Lambda Invocations FunctionName=${ofFunction("Sweep")} < 1 (Sum)`,
      ...["Signals", "SignalsDeadLetters", "Notifications"].map(
        (id) => `AWS/SQS ApproximateAgeOfOldestMessage QueueName=${ofQueue(id)} > 3600 (Maximum)`,
      ),
      ...["ApplyFailed", "DeploymentFailed", "SignalThrottled", "SignalFailedInAws", "SignalNotAllowed"].map((metric) =>
        counted("reconcile", metric),
      ),
      counted("reconcile", "SignalFailedOtherwise"),
      ...["ApplyFailed", "DeadLetterDropped", "DocumentsNotSwept"].map((metric) => counted("sweep", metric)),
      counted("notify", "SlackRefused"),
    ];
    const watched = ({ inputs }: Resource): string => {
      const dimensions = Object.entries(inputs["dimensions"]).map(([key, value]) => `${key}=${value}`);
      const sign = inputs["comparisonOperator"] === "LessThanThreshold" ? "<" : ">";
      return `${inputs["namespace"]} ${inputs["metricName"]} ${dimensions.join()} ${sign} ${inputs["threshold"]} (${inputs["statistic"]})`;
    };
    expect(alarms.map(watched).sort()).toEqual(expected.sort());
  });

  test("each is named after the stage, and begins by telling the topic", () => {
    for (const { name: id, inputs } of alarms) {
      expect(inputs["name"]).toBe(`specdrop-${name}-${id.replace(/Alarm$/, "")}`);
      expect(inputs["alarmActions"]).toEqual([topic]);
    }
  });

  test("each says what happened, whether clients are affected, what to type, and where to read on", () => {
    for (const { name: id, inputs } of alarms) {
      const description: string = inputs["alarmDescription"];
      const { happened, clients } = ALARMS[id] ?? {};
      const [first, next, runbook, ...others] = description.split("\n");
      expect(first, id).toBe(`${happened} ${clients}`);
      expect(first).toMatch(/\b[Cc]lients\b/);
      expect(next).toMatch(/^Next: (npx specdrop|aws) /);
      // Every name is filled in, with the ids of this deployment.
      expect(next).not.toMatch(/\{\w+\}/);
      if (next?.includes("specdrop status")) {
        expect(next).toContain(`--ledger dynamodb:${only(stage, TYPES.table).state["name"]}`);
      }
      const page = name === "production" ? "https://docs.example.com/operate" : "docs/operate.md";
      expect(runbook).toBe(`Runbook: ${page}#${id.toLowerCase()}`);
      expect(others).toEqual([]);
      expect(description.length).toBeLessThan(1024);
    }
  });

  test("operators who are named are subscribed, and the bot's channel where one is set", () => {
    const subscriptions = all(stage, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);
    const queue = only(stage, TYPES.queue, "NotificationsQueue").state;
    expect(subscriptions).toEqual(
      name === "production"
        ? [
            { topic, protocol: "email", endpoint: "operators@example.com" },
            { topic, protocol: "sqs", endpoint: queue["arn"], rawMessageDelivery: true },
          ]
        : [],
    );
    const policy = statementsOf(only(stage, TYPES.queuePolicy, "NotificationsPolicy").inputs["policy"]);
    const fromSns = policy.filter(({ Principal }) => JSON.stringify(Principal).includes("sns.amazonaws.com"));
    const allowed = {
      Effect: "Allow",
      Principal: { Service: ["sns.amazonaws.com"] },
      Action: ["sqs:SendMessage"],
      Resource: [queue["arn"]],
      Condition: { ArnEquals: { "aws:SourceArn": [topic] } },
    };
    expect(fromSns).toEqual(name === "production" ? [allowed] : []);
    const channel = only(stage, TYPES.function, "NotifyFunction").inputs["environment"].variables[
      "SPECDROP_SLACK_ALARMS"
    ];
    expect(channel).toBe(name === "production" ? "#on-call" : undefined);
  });

  test("the deployment says who receives alarms, loudly where nobody does", () => {
    expect(stage.outputs["alarmsGoTo"]).toBe(
      name === "production"
        ? "operators@example.com, Slack #on-call"
        : "NOBODY RECEIVES ALARMS of this deployment. Set SPECDROP_ALARM_EMAILS (alarmEmails) and deploy again.",
    );
  });
});

test("a deployment whose alarms go to Slack alone is warned of Slack", () => {
  expect(hearing({ slackAlarms: "#on-call" })).toMatchObject({ to: "Slack #on-call", warning: /Slack only/ });
  expect(hearing({ alarmEmails: ["a@example.com"], slackAlarms: "#on-call" })).not.toHaveProperty("warning");
});

describe("a night", () => {
  const inputs = (id: string): Inputs => only(inject("stages").production, TYPES.alarm, id).inputs;
  const HOURS = 60;
  const every = (minutes: number, from: number, to: number, value = 1) =>
    new Map(Array.from({ length: Math.ceil((to - from) / minutes) }, (_, index) => [from + index * minutes, value]));

  test("a webhook that Slack refuses for ten hours rings once", () => {
    // As notify tries again: after 30 seconds, doubled each time, up to a quarter of an hour.
    const refusals = new Map<number, number>([0, 1, 2, 4, 8, 16].map((minute) => [minute, 1]));
    for (const [minute, value] of every(15, 31, 10 * HOURS)) refusals.set(minute, value);
    expect(messagesOf(inputs("SlackRefusedAlarm"), refusals, 12 * HOURS)).toEqual(["5 ALARM"]);
    // As it was: a period of its own for each, and OK after each.
    const before = { ...inputs("SlackRefusedAlarm"), evaluationPeriods: 1, datapointsToAlarm: 1, okActions: ["topic"] };
    expect(messagesOf(before, refusals, 12 * HOURS).length).toBeGreaterThan(64);
  });

  test("a failed document rings at once, and nothing says OK while it is not corrected", () => {
    expect(messagesOf(inputs("FailedResultsAlarm"), new Map([[7, 1]]), 10 * HOURS)).toEqual(["10 ALARM"]);
    expect(messagesOf(inputs("DeploymentFailedAlarm"), new Map([[7, 1]]), 10 * HOURS)).toEqual(["10 ALARM"]);
  });

  test("Cloud Control that fails for ten minutes rings while it fails; one throttled signal does not", () => {
    expect(messagesOf(inputs("AwsFailingAlarm"), every(1, 17, 27), 3 * HOURS)).toEqual(["25 ALARM"]);
    expect(messagesOf(inputs("SignalsThrottledAlarm"), new Map([[7, 1]]), 3 * HOURS)).toEqual([]);
    expect(messagesOf(inputs("SignalsThrottledAlarm"), every(4, 7, 60), 3 * HOURS)).toEqual(["15 ALARM"]);
  });

  test("a sweep that is never started rings, and says OK when there is one again", () => {
    const sweeps = new Map([...every(5, 0, 60), ...every(5, 120, 600)]);
    expect(messagesOf(inputs("SweepMissingAlarm"), sweeps, 10 * HOURS)).toEqual(["75 ALARM", "125 OK"]);
    expect(messagesOf(inputs("SweepMissingAlarm"), every(5, 0, 600), 10 * HOURS)).toEqual([]);
  });

  test("a queue that is full says OK when it is empty", () => {
    const waiting = new Map([...every(5, 10, 60, 3), ...every(5, 60, 300, 0)]);
    expect(messagesOf(inputs("IntakeFailuresAlarm"), waiting, 5 * HOURS)).toEqual(["15 ALARM", "65 OK"]);
  });

  test("every alarm that says OK looks at what is so now", () => {
    for (const { name, inputs: settings } of all(inject("stages").production, TYPES.alarm)) {
      const isState = settings["namespace"] === "AWS/SQS" || name === "SweepMissingAlarm";
      expect(settings["okActions"] !== undefined, name).toBe(isState);
    }
  });
});
