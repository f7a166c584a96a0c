import { describe, expect, inject, test } from "vitest";
import { all, only, type Resource, TYPES } from "./infrastructure.ts";
import { FAILURES, FUNCTIONS } from "./stages.ts";

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const topic = only(stage, TYPES.topic).state["arn"];
  const nameOf = (type: string, id: string): string => only(stage, type, id).state["name"];

  function watched({ inputs }: Resource): string {
    const dimensions = Object.entries(inputs["dimensions"]).map(([key, value]) => `${key}=${value}`);
    return `${inputs["namespace"]} ${inputs["metricName"]} ${dimensions.join()} > ${inputs["threshold"]} (${inputs["statistic"]})`;
  }

  test("there are alarms for lost events, errors, throttles, age, failed results, dropped dead letters and what was not swept", () => {
    const ofQueue = (id: string) => nameOf(TYPES.queue, `${id}Queue`);
    const ofFunction = (id: string) => nameOf(TYPES.function, `${id}Function`);
    const expected = [
      ...FAILURES.map((id) => `AWS/SQS ApproximateNumberOfMessagesVisible QueueName=${ofQueue(id)} > 0 (Maximum)`),
      ...FUNCTIONS.flatMap((id) =>
        ["Errors", "Throttles"].map((metric) => `AWS/Lambda ${metric} FunctionName=${ofFunction(id)} > 0 (Sum)`),
      ),
      ...["Signals", "SignalsDeadLetters", "Notifications"].map(
        (id) => `AWS/SQS ApproximateAgeOfOldestMessage QueueName=${ofQueue(id)} > 3600 (Maximum)`,
      ),
      `specdrop/${name} ApplyFailed service=specdrop-reconcile > 0 (Sum)`,
      `specdrop/${name} ApplyFailed service=specdrop-sweep > 0 (Sum)`,
      `specdrop/${name} DeadLetterDropped service=specdrop-sweep > 0 (Sum)`,
      `specdrop/${name} SlackRefused service=specdrop-notify > 0 (Sum)`,
      `specdrop/${name} DocumentsNotSwept service=specdrop-sweep > 0 (Sum)`,
    ];
    expect(all(stage, TYPES.alarm).map(watched).sort()).toEqual(expected.sort());
  });

  test("each alarm tells the topic when it begins and when it is over, and no data is no alarm", () => {
    for (const { name: id, inputs } of all(stage, TYPES.alarm)) {
      expect(inputs).toMatchObject({
        comparisonOperator: "GreaterThanThreshold",
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [topic],
        okActions: [topic],
      });
      expect(inputs["alarmDescription"]).toMatch(new RegExp(`^[A-Z].*\\. See docs/operate\\.md#${id.toLowerCase()}$`));
    }
  });

  test("operators who are named are subscribed", () => {
    const subscriptions = all(stage, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);
    const expected = [{ topic, protocol: "email", endpoint: "operators@example.com" }];
    expect(subscriptions).toEqual(name === "production" ? expected : []);
  });

  test("the dashboard shows every function, every queue and every metric that alarms", () => {
    const { inputs } = only(stage, "aws:cloudwatch/dashboard:Dashboard");
    expect(inputs["dashboardName"]).toBe(`specdrop-${name}`);
    const { widgets } = JSON.parse(inputs["dashboardBody"]);
    expect(widgets.map(({ properties }: { properties: { title: string } }) => properties.title)).toEqual([
      "Results",
      "Time to converge, ms",
      "Waiting signals and dead letters",
      "Age of the oldest signal and dead letter, s",
      "Errors",
      "Throttles",
      "What was left behind",
      "Drift",
      "Slack",
    ]);
    const text: string = inputs["dashboardBody"];
    for (const type of [TYPES.function, TYPES.queue]) {
      for (const { state } of all(stage, type)) expect(text).toContain(`"${state["name"]}"`);
    }
    for (const alarm of all(stage, TYPES.alarm)) expect(text).toContain(`"${alarm.inputs["metricName"]}"`);
    for (const { properties } of widgets) expect(properties.region).toBe("eu-central-1");
  });

  test("other stacks find what they need, as outputs and as parameters", () => {
    const outputs = {
      bucket: only(stage, TYPES.bucket).state["bucket"],
      bus: only(stage, TYPES.bus).state["name"],
      busArn: only(stage, TYPES.bus).state["arn"],
      queueUrl: only(stage, TYPES.queue, "SignalsQueue").state["url"],
      table: only(stage, TYPES.table).state["name"],
      alarmsArn: topic,
      deadLettersUrl: only(stage, TYPES.queue, "SignalsDeadLettersQueue").state["url"],
      intakeFunction: nameOf(TYPES.function, "IntakeFunction"),
      intakeFailuresUrl: only(stage, TYPES.queue, "IntakeFailuresQueue").state["url"],
      delayedSignalsArn: only(stage, TYPES.queue, "DelayedSignalsQueue").state["arn"],
      delayedSignalsFailuresArn: only(stage, TYPES.queue, "DelayedSignalsFailuresQueue").state["arn"],
      notificationsArn: only(stage, TYPES.queue, "NotificationsQueue").state["arn"],
      notifyFailuresArn: only(stage, TYPES.queue, "NotifyFailuresQueue").state["arn"],
      sweepFunction: nameOf(TYPES.function, "SweepFunction"),
      sweepFailuresUrl: only(stage, TYPES.queue, "SweepFailuresQueue").state["url"],
    };
    expect(stage.outputs).toMatchObject(outputs);
    const parameters = all(stage, TYPES.parameter).map(({ inputs }) => {
      expect(inputs["type"]).toBe("String");
      return [inputs["name"], inputs["value"]];
    });
    const expected = Object.entries(outputs).map(([key, value]) => [`/specdrop/${name}/${key}`, value]);
    expect(parameters.sort()).toEqual(expected.sort());
  });
});
