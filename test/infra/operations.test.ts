import { describe, expect, inject, test } from "vitest";
import { all, only, TYPES } from "./infrastructure.ts";
import { FUNCTIONS } from "./stages.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const topic = only(stage, TYPES.topic).state["arn"];
  const nameOf = (type: string, id: string): string => only(stage, type, id).state["name"];

  test("the dashboard shows every function, every queue and every metric that alarms", () => {
    const { inputs } = only(stage, DASHBOARD);
    expect(inputs["dashboardName"]).toBe(`specdrop-${name}`);
    const { widgets } = JSON.parse(inputs["dashboardBody"]);
    const titles = widgets.map(({ properties }: { properties: { title: string } }) => properties.title);
    expect(titles).toEqual([
      undefined,
      "Alarms",
      "Results",
      "Failing signals, by cause",
      "Last errors",
      "Waiting signals and dead letters",
      "Given up, needs attention",
      "Age of the oldest signal and dead letter, s",
      "Time to converge, ms",
      "Deployments that are not live",
      "Drift",
      "Errors",
      "Throttles",
      "What was left behind",
      "Sweeps",
      "Slack",
    ]);
    const [top, alarms] = widgets;
    expect(top.properties.markdown).toContain(`# specdrop-${name}\n`);
    const arns = all(stage, TYPES.alarm).map(({ state }) => state["arn"]);
    expect(alarms.properties.alarms.toSorted()).toEqual(arns.sort());
    const text: string = inputs["dashboardBody"];
    for (const type of [TYPES.function, TYPES.queue]) {
      for (const { state } of all(stage, type)) expect(text).toContain(`"${state["name"]}"`);
    }
    for (const alarm of all(stage, TYPES.alarm)) expect(text).toContain(`"${alarm.inputs["metricName"]}"`);
    const inRegion = widgets.filter(({ type }: { type: string }) => ["metric", "log"].includes(type));
    for (const { properties } of inRegion) expect(properties.region).toBe("eu-central-1");
  });

  test("the dashboard names the document of the last errors, and draws where alarms begin", () => {
    const { widgets } = JSON.parse(only(stage, DASHBOARD).inputs["dashboardBody"]);
    const titled = (title: string) => {
      return widgets.find(({ properties }: { properties: { title: string } }) => properties.title === title).properties;
    };
    const { query } = titled("Last errors");
    for (const id of FUNCTIONS) expect(query).toContain(`SOURCE '/aws/lambda/specdrop-${name}-${id}'`);
    expect(query).toMatch(/fields @timestamp, documentId, apiId, .*correlationId/);
    expect(query).toContain('filter level = "ERROR"');
    const lineOf = (title: string) => titled(title).annotations.horizontal[0].value;
    expect(lineOf("Age of the oldest signal and dead letter, s")).toBe(3600);
    const others = ["Given up, needs attention", "Deployments that are not live", "Errors", "Throttles"];
    for (const title of others) expect(lineOf(title)).toBe(0);
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
