import { describe, expect, inject, test } from "vitest";
import { all, only, TYPES } from "./infrastructure.ts";
import { ALLOWED_APIS, ASYNCHRONOUS, BOT_TOKEN, FUNCTIONS, SLACK_RULES, WEBHOOK, WITHDRAWAL_LIMITS } from "./stages.ts";

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = inject("stages")[name];
  const fn = (id: string) => only(stage, TYPES.function, `${id}Function`);

  test("there are these functions, and no other", () => {
    expect(all(stage, TYPES.function).map((resource) => resource.name)).toHaveLength(FUNCTIONS.length);
    const code = stage.builds.map(({ functionID, bundle = "", handler }) => {
      return `${functionID} ${bundle.split("/").slice(-2).join("/")}/${handler}`;
    });
    expect(code.sort()).toEqual([
      "Intake specdrop/intake/bundle.handler",
      "Notify specdrop/notify/bundle.handler",
      "Reconcile specdrop/reconcile/bundle.handler",
      "Sweep specdrop/sweep/bundle.handler",
    ]);
  });

  test.each(FUNCTIONS)("%s runs on Node 24 and arm64, minified", (id) => {
    expect(fn(id).inputs).toMatchObject({ runtime: "nodejs24.x", architectures: ["arm64"], packageType: "Zip" });
    const build = stage.builds.find(({ functionID }) => functionID === id);
    expect(build?.runtime).toBe("nodejs24.x");
    expect(build?.properties).toMatchObject({ architecture: "arm64", minify: true });
  });

  test.each(FUNCTIONS)("%s writes JSON into a log group that is its own and does not grow for ever", (id) => {
    const logGroup = `/aws/lambda/specdrop-${name}-${id}`;
    expect(fn(id).inputs["loggingConfig"]).toEqual({ logFormat: "JSON", logGroup });
    const { inputs } = only(stage, TYPES.logGroup, `${id}LogGroup`);
    expect(inputs).toMatchObject({ name: logGroup, retentionInDays: name === "production" ? 90 : 14 });
  });

  test("their environment says where things are, and nothing more", () => {
    const variables = Object.fromEntries(
      FUNCTIONS.map((id) => [id, Object.keys(fn(id).inputs["environment"].variables).sort()]),
    );
    const everyones = ["POWERTOOLS_METRICS_NAMESPACE", "SST_KEY", "SST_KEY_FILE", "SST_RESOURCE_App"];
    const places = ["SPECDROP_BUCKET", "SPECDROP_BUS", "SPECDROP_QUEUE_URL", "SPECDROP_TABLE"];
    const rules = name === "production" ? ["SPECDROP_ALLOWED_APIS", "SPECDROP_WITHDRAWAL_LIMITS"] : [];
    const ownRules = name === "production" ? ["SPECDROP_WITHDRAW_AFTER_SECONDS"] : [];
    const pipeline = [...everyones, ...places, ...rules].sort();
    const told = ["SPECDROP_BUS", "SPECDROP_LOG_GROUPS", "SPECDROP_NOTIFICATIONS_URL", "SPECDROP_TABLE"];
    const isBot = name === "production";
    const asBot = isBot ? ["ALARMS", "CHANNEL", "LINKS", "RULES"].map((setting) => `SPECDROP_SLACK_${setting}`) : [];
    const progress = isBot ? ["SPECDROP_PROGRESS"] : [];
    expect(variables).toEqual({
      Intake: [...pipeline, ...ownRules].sort(),
      Notify: [...everyones, ...told, ...asBot].sort(),
      Reconcile: [...pipeline, "SPECDROP_DELAYED_QUEUE_URL", ...progress].sort(),
      Sweep: pipeline,
    });
    expect(fn("Notify").inputs["environment"].variables).toMatchObject({
      SPECDROP_TABLE: only(stage, TYPES.table).state["name"],
      SPECDROP_NOTIFICATIONS_URL: only(stage, TYPES.queue, "NotificationsQueue").state["url"],
      SPECDROP_LOG_GROUPS: ["Intake", "Reconcile", "Sweep"].map((id) => `/aws/lambda/specdrop-${name}-${id}`).join(),
      ...(isBot && { SPECDROP_SLACK_CHANNEL: "#specs", SPECDROP_SLACK_RULES: SLACK_RULES }),
    });
    for (const id of ["Intake", "Reconcile", "Sweep"]) {
      expect(fn(id).inputs["environment"].variables).toMatchObject({
        POWERTOOLS_METRICS_NAMESPACE: `specdrop/${name}`,
        SPECDROP_BUCKET: only(stage, TYPES.bucket).state["bucket"],
        SPECDROP_BUS: only(stage, TYPES.bus).state["name"],
        SPECDROP_QUEUE_URL: only(stage, TYPES.queue, "SignalsQueue").state["url"],
        SPECDROP_TABLE: only(stage, TYPES.table).state["name"],
      });
    }
  });

  test("which APIs documents may name is told as it was set, and not at all where it was not", () => {
    for (const id of FUNCTIONS) {
      const rules = fn(id).inputs["environment"].variables["SPECDROP_ALLOWED_APIS"];
      expect(rules, id).toBe(name === "production" && id !== "Notify" ? ALLOWED_APIS : undefined);
    }
  });

  test("how long nothing is deleted is told as it was set, and not at all where it was not", () => {
    for (const id of FUNCTIONS) {
      const seconds = fn(id).inputs["environment"].variables["SPECDROP_WITHDRAW_AFTER_SECONDS"];
      expect(seconds, id).toBe(name === "production" && id === "Intake" ? "60" : undefined);
    }
  });

  test("how many withdrawals are too many is told as it was set, and not at all where it was not", () => {
    for (const id of FUNCTIONS) {
      const limits = fn(id).inputs["environment"].variables["SPECDROP_WITHDRAWAL_LIMITS"];
      expect(limits, id).toBe(name === "production" && id !== "Notify" ? WITHDRAWAL_LIMITS : undefined);
    }
  });

  test("the secret is linked to notify, and stands nowhere else: a webhook's address, or a bot's token", () => {
    const [secret, link] = name === "production" ? [BOT_TOKEN, "SlackBotToken"] : [WEBHOOK, "SlackWebhookUrl"];
    const ofAws = stage.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(JSON.stringify(ofAws)).not.toContain(secret);
    expect(JSON.stringify(stage.outputs)).not.toContain(secret);
    const linked = stage.builds.filter(({ links }) => JSON.stringify(links).includes(secret));
    expect(linked.map(({ functionID, links }) => [functionID, Object.keys(links)])).toEqual([["Notify", [link]]]);
    expect(stage.builds.filter(({ links }) => Object.keys(links ?? {}).length > 0)).toHaveLength(1);
  });

  test.each(ASYNCHRONOUS)("what %s fails on is kept: an event after three tries, a sweep after one", (id) => {
    const { state } = fn(id);
    const invoke = only(
      stage,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      `${id}EventInvokeConfig`,
    );
    expect(invoke.inputs).toMatchObject({ functionName: state["name"], maximumRetryAttempts: id === "Sweep" ? 0 : 2 });
    const failures = only(stage, TYPES.queue, `${id}FailuresQueue`);
    expect(state["deadLetterConfig"]).toEqual({ targetArn: failures.state["arn"] });
  });

  test("there is a sweep every five minutes, none takes longer, and none waits for longer", () => {
    const sweep = fn("Sweep");
    const failures = only(stage, TYPES.queue, "SweepFailuresQueue").state["arn"];
    expect(sweep.inputs["timeout"]).toBe(300);
    expect(only(stage, TYPES.schedule).inputs).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      state: "ENABLED",
      target: {
        arn: sweep.state["arn"],
        roleArn: only(stage, TYPES.role, "SweepCronRole").state["arn"],
        input: "{}",
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: failures },
      },
    });
    const invoke = only(
      stage,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      "SweepEventInvokeConfig",
    );
    expect(invoke.inputs["maximumEventAgeInSeconds"]).toBe(300);
  });

  test("reconcile may signal itself for as long as a document takes; the others may not loop", () => {
    const { inputs } = only(stage, "aws:lambda/functionRecursionConfig:FunctionRecursionConfig");
    expect(inputs).toEqual({ functionName: fn("Reconcile").state["name"], recursiveLoop: "Allow" });
  });

  test("EventBridge may invoke a function by the rules that target it, and nobody else may", () => {
    const toFunctions = all(stage, TYPES.target).filter(({ inputs }) => inputs["arn"].startsWith("arn:aws:lambda:"));
    const targets = toFunctions.map(({ inputs }) => {
      const rule = all(stage, TYPES.rule).find(({ state }) => state["name"] === inputs["rule"]);
      return `${rule?.state["arn"]} -> ${inputs["arn"]}`;
    });
    const permissions = all(stage, TYPES.permission).map(({ inputs }) => {
      expect(inputs).toMatchObject({ action: "lambda:InvokeFunction", principal: "events.amazonaws.com" });
      return `${inputs["sourceArn"]} -> ${inputs["function"]}`;
    });
    expect(permissions.sort()).toEqual(targets.sort());
    expect(all(stage, "aws:lambda/functionUrl:FunctionUrl")).toEqual([]);
  });
});
