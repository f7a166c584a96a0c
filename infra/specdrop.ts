/// <reference path="../.sst/platform/config.d.ts" />
import { alarmTopic, watch } from "./alarms.ts";
import { codeOf } from "./code.ts";
import { dashboard } from "./dashboard.ts";
import { allowRules, type Grant, grantsOn, receiveFrom, sendTo, submittersPolicy, trustOf } from "./grants.ts";
import { asJson, checkSettings, hearing, SECRETS, type Settings } from "./settings.ts";

export type { AllowedApisSetting, Settings, SlackRuleSetting, WithdrawalLimitsSetting } from "./settings.ts";
export { readSettings } from "./settings.ts";

export interface SpecdropArgs extends Settings {
  /**
   * What the names of all resources begin with, in Pulumi and in AWS: "Specdrop" without it. An app can have several
   * under different names. Changing it replaces everything, the ledger included.
   */
  readonly name?: string;
  /**
   * Whether the ledger is protected from deletion, the bucket is not emptied with the stack, and logs are kept for three
   * months. Without it, on the stage `production`. What is retained is up to the app's `removal`.
   */
  readonly production?: boolean;
  /** A folder with the sources of the functions, below the root of the app; the package's bundles without it. */
  readonly sources?: string;
}

/** What the rest of an app may need of it. */
export interface Specdrop {
  /** Specs are dropped here. */
  readonly bucket: sst.aws.Bucket;
  /** Results go out here, and documents come in. */
  readonly bus: sst.aws.Bus;
  readonly ledger: sst.aws.Dynamo;
  /** The topic of the alarms. */
  readonly alarms: sst.aws.SnsTopic;
  /** By name, what the command line and other stacks look up; the same stands in SSM parameters. */
  readonly outputs: Readonly<Record<string, $util.Output<string>>>;
}

/**
 * The whole of specdrop: bucket, bus, ledger, queues, functions, alarms and dashboard. Call it in `run` of sst.config.ts.
 * Rejects with an Error where a setting cannot be used.
 */
export async function specdrop(args: SpecdropArgs = {}): Promise<Specdrop> {
  if (typeof $app === "undefined") {
    throw new Error("specdrop() needs SST. Call it in run() of your sst.config.ts, and deploy with: npx sst deploy");
  }
  const { name = "Specdrop", production = $app.stage === "production", sources, ...settings } = args;
  if (!/^(?:[A-Z][A-Za-z\d]*)?$/.test(name)) {
    throw new Error("specdrop's name cannot be used: It is letters and digits, and begins with a capital letter");
  }
  checkSettings(settings, (setting) => `specdrop's setting ${setting}`);
  const { accountId } = await aws.getCallerIdentity({});
  const { region } = await aws.getRegion({});
  const { partition } = await aws.getPartition({});
  const account = { accountId, region, partition };
  const named = (id: string) => `${name}${id}`;
  const stage = `${$app.name}-${$app.stage}`;
  const title = [stage, name].filter((part) => part !== "").join("-");
  const days = (count: number) => count * 24 * 60 * 60;

  /** Named by us, since the bucket's policy names it before it is made. With the region, for IAM is the account's. */
  const intakeRole = roleName(region, named("Intake"));
  const logGroupOf = (id: string) => `/aws/lambda/${stage}-${named(id)}`;

  type Code = { file: string; grants: Grant[] } & Omit<sst.aws.FunctionArgs, "handler" | "permissions">;
  const lambda = (id: string, { file, grants, transform, ...rest }: Code) => {
    const ownLog: Grant = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`arn:${partition}:logs:${region}:${accountId}:log-group:${logGroupOf(id)}:*`],
    };
    return new sst.aws.Function(named(id), {
      ...codeOf(file, sources),
      runtime: "nodejs24.x",
      architecture: "arm64",
      logging: { format: "json", retention: production ? "3 months" : "2 weeks" },
      nodejs: { minify: true, splitting: true }, // Split, what is imported at need is loaded at need.
      ...rest,
      // `sst dev` runs the code elsewhere, under roles of its own making.
      permissions: $dev ? grants : [...grants, ownLog],
      transform: $dev
        ? { ...transform }
        : {
            ...transform,
            logGroup: { name: logGroupOf(id) },
            role: (role) => {
              // SST 4.17.1 lets the account's root assume the role too, and allows it to write to every log.
              role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
              role.managedPolicyArns = [];
              if (id === "Intake") role.name = intakeRole;
            },
          },
    });
  };

  // The specs, and the results that were too long for an event.
  const bucket = new sst.aws.Bucket(named("Specs"), {
    versioning: true,
    enforceHttps: true,
    cors: false,
    // An object below events/ passes for a document that the account in its key has sent. Only intake, which reads the
    // account from the event's envelope, may write, delete, restore or replicate one there; reading stays free.
    policy: $dev
      ? []
      : [
          {
            effect: "deny",
            principals: "*",
            actions: ["s3:PutObject*", "s3:DeleteObject*", "s3:Replicate*"],
            paths: ["events/*"],
            conditions: [
              {
                test: "ArnNotEquals",
                variable: "aws:PrincipalArn",
                values: [`arn:${partition}:iam::${accountId}:role/${intakeRole}`],
              },
            ],
          },
        ],
    transform: { bucket: { forceDestroy: !production } },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration(named("SpecsEncryption"), {
    bucket: bucket.name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketNotification(named("SpecsEvents"), { bucket: bucket.name, eventbridge: true });

  // The ledger. Without it nobody knows which document owns which response, so it can be restored to any second.
  const ledger = new sst.aws.Dynamo(named("Ledger"), {
    fields: { pk: "string", sk: "string" },
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    ttl: "forgetAt", // Of what Slack was told; the ledger's own items have no such attribute.
    deletionProtection: production,
    transform: { table: { pointInTimeRecovery: { enabled: true } } },
  });

  // Signals: which change set to converge. A group is an API, so each API has one writer.
  const reconcileMinutes = 4;
  const sweepMinutes = 5;
  const signalsDeadLetters = new sst.aws.Queue(named("SignalsDeadLetters"), {
    fifo: true,
    visibilityTimeout: `${6 * sweepMinutes} minutes`,
    transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
  });
  // A run that dies holds its API for as long as its signal stays hidden, and a minute of lease: six minutes in all.
  // AWS advises six times the function's time, which is for batches and for invocations that are throttled: here a
  // batch is one signal, and one that is delivered twice finds the lease.
  const signals = new sst.aws.Queue(named("Signals"), {
    fifo: true,
    visibilityTimeout: `${reconcileMinutes + 1} minutes`,
    dlq: { queue: signalsDeadLetters.arn, retry: 5 },
    transform: {
      queue: {
        messageRetentionSeconds: days(4),
        sqsManagedSseEnabled: true,
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
      },
    },
  });

  // Signals that are to come later, since a FIFO queue cannot delay a single message: intake sends them on.
  const intakeMinutes = 1;
  const failuresOf = (id: string) =>
    new sst.aws.Queue(named(`${id}Failures`), {
      transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
    });
  const delayedFailures = failuresOf("DelayedSignals");
  const delayedSignals = new sst.aws.Queue(named("DelayedSignals"), {
    visibilityTimeout: `${6 * intakeMinutes} minutes`,
    dlq: { queue: delayedFailures.arn, retry: 5 },
    transform: { queue: { messageRetentionSeconds: days(4), sqsManagedSseEnabled: true } },
  });

  // Slack's messages wait here: for their turn, for Slack to slow down, and for an outage to end. A message is received
  // a hundred times within a day; then it waits among the failures for somebody to look.
  const notifyMinutes = 1;
  const notifyFailures = failuresOf("Notify");
  const notifications = new sst.aws.Queue(named("Notifications"), {
    visibilityTimeout: `${6 * notifyMinutes} minutes`,
    dlq: { queue: notifyFailures.arn, retry: 100 },
    transform: { queue: { messageRetentionSeconds: days(4), sqsManagedSseEnabled: true } },
  });

  // The bus: results go out on it, and other stacks send documents to it. Those of this account need an IAM
  // permission only; others may put the two events that bring documents, and cannot pass off an event as ours.
  const bus = new sst.aws.Bus(named("Events"));
  const ourSources = ["specdrop", "specdrop.operations", "specdrop.progress"];
  const { submitterAccounts = [], submitterOrganizations = [] } = settings;
  if (submitterAccounts.length + submitterOrganizations.length > 0) {
    new aws.cloudwatch.EventBusPolicy(named("SubmittersPolicy"), {
      eventBusName: bus.name,
      policy: submittersPolicy(bus.arn, ourSources, account, submitterAccounts, submitterOrganizations),
    });
  }

  const { apiIds = [], allowedApis, withdrawAfterSeconds, withdrawalLimits } = settings;
  const grants = grantsOn({ bucket, ledger, signals, bus }, account, apiIds);
  const metrics = {
    POWERTOOLS_METRICS_NAMESPACE: [$app.name, $app.stage, name].filter((part) => part !== "").join("/"),
  };
  const pipeline = {
    SPECDROP_BUCKET: bucket.name,
    SPECDROP_BUS: bus.name,
    SPECDROP_QUEUE_URL: signals.url,
    SPECDROP_TABLE: ledger.name,
    ...metrics,
    ...(allowedApis !== undefined && { SPECDROP_ALLOWED_APIS: asJson(allowedApis) }),
    ...(withdrawalLimits !== undefined && { SPECDROP_WITHDRAWAL_LIMITS: asJson(withdrawalLimits) }),
  };

  // A function that is invoked asynchronously, with the queue for the events it failed on.
  const asynchronous = (id: string, code: Code) => {
    const failures = failuresOf(id);
    const handler = lambda(id, {
      retries: 2,
      ...code,
      grants: [...code.grants, sendTo(failures)],
      transform: { ...code.transform, function: { deadLetterConfig: { targetArn: failures.arn } } },
    });
    return { handler, failures };
  };

  const intake = asynchronous("Intake", {
    file: "intake",
    timeout: `${intakeMinutes} minutes`,
    memory: "512 MB",
    environment: {
      ...pipeline,
      ...(withdrawAfterSeconds !== undefined && { SPECDROP_WITHDRAW_AFTER_SECONDS: `${withdrawAfterSeconds}` }),
    },
    grants: [
      ...grants.readSpecs,
      { actions: ["s3:PutObject", "s3:DeleteObject"], resources: [$interpolate`${bucket.arn}/events/*`] },
      // Scan: many withdrawals at once are compared with all that the ledger owns.
      grants.useLedger("GetItem", "UpdateItem", "Query", "Scan"),
      grants.sendSignals,
      receiveFrom(delayedSignals),
      grants.publish,
    ],
  });
  delayedSignals.subscribe(intake.handler.arn, {
    batch: { size: 10, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
  });

  // The secrets are set with `sst secret set`, and linked to the one function that posts. Which one is needed depends on
  // how it posts.
  const { slackChannel, slackRules, slackLinks, slackAlarms } = settings;
  const isBot = slackChannel !== undefined;
  const secret = (id: keyof typeof SECRETS) => new sst.Secret(named(id), SECRETS[id](settings) ? undefined : "");
  const slackWebhookUrl = secret("SlackWebhookUrl");
  const slackBotToken = secret("SlackBotToken");
  const notify = lambda("Notify", {
    file: "notify",
    timeout: `${notifyMinutes} minutes`,
    memory: "256 MB",
    environment: {
      ...metrics,
      // It may not use the bus: its messages name it in commands.
      SPECDROP_BUS: bus.name,
      SPECDROP_TABLE: ledger.name,
      SPECDROP_NOTIFICATIONS_URL: notifications.url,
      SPECDROP_LOG_GROUPS: ["Intake", "Reconcile", "Sweep"].map(logGroupOf).join(),
      ...(isBot && { SPECDROP_SLACK_CHANNEL: slackChannel }),
      ...(slackRules !== undefined && { SPECDROP_SLACK_RULES: asJson(slackRules) }),
      ...(slackLinks !== undefined && { SPECDROP_SLACK_LINKS: asJson(slackLinks) }),
      ...(slackAlarms !== undefined && { SPECDROP_SLACK_ALARMS: slackAlarms }),
    },
    link: isBot ? [slackBotToken] : [slackWebhookUrl],
    grants: [
      receiveFrom(notifications),
      // Of the ledger's table only its own part: what Slack was told.
      {
        ...grants.useLedger("GetItem", "PutItem", "UpdateItem"),
        conditions: [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: ["slack#*"] }],
      },
    ],
  });
  notifications.subscribe(notify.arn, {
    batch: { size: 10, partialResponses: true },
    // Slack takes a message per second and channel: more functions would wait for each other.
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
  });

  const reconcile = lambda("Reconcile", {
    file: "reconcile",
    timeout: `${reconcileMinutes} minutes`,
    memory: "512 MB",
    environment: {
      ...pipeline,
      SPECDROP_DELAYED_QUEUE_URL: delayedSignals.url,
      ...(isBot && { SPECDROP_PROGRESS: "on" }),
    },
    grants: [
      ...grants.readSpecs,
      grants.writeResults,
      grants.useLedger("GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"),
      receiveFrom(signals),
      grants.sendSignals,
      sendTo(delayedSignals),
      grants.publish,
      grants.useCloudControl("GetResource", "ListResources"),
      grants.useCloudControl("CreateResource", "UpdateResource", "DeleteResource"),
      grants.useCloudControl("GetResourceRequestStatus", "ListResourceRequests"),
      grants.readApis,
      ...grants.changeResponses,
      grants.deployApis,
    ],
  });
  // A long document goes on by signalling itself, which Lambda would take for a loop and stop after 16 rounds.
  new aws.lambda.FunctionRecursionConfig(named("ReconcileRecursion"), {
    functionName: reconcile.name,
    recursiveLoop: "Allow",
  });
  signals.subscribe(reconcile.arn, {
    // One signal at a time has the whole of the function's time.
    batch: { size: 1, partialResponses: true },
    // API Gateway takes 10 changes per second from an account, however many functions send them.
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 5 } } },
  });

  // It ends what others left behind: by the ledger, every few minutes, and signals that were given up.
  const sweep = asynchronous("Sweep", {
    file: "sweep",
    timeout: `${sweepMinutes} minutes`,
    memory: "512 MB",
    environment: pipeline,
    // The next one makes up for a sweep that failed, or came too late.
    retries: 0,
    transform: { eventInvokeConfig: { maximumEventAgeInSeconds: sweepMinutes * 60 } },
    grants: [
      ...grants.readSpecs,
      grants.writeResults,
      grants.useLedger("GetItem", "PutItem", "UpdateItem", "Query", "Scan"),
      receiveFrom(signalsDeadLetters),
      grants.sendSignals,
      grants.publish,
      grants.useCloudControl("GetResource", "ListResources"),
      grants.readResponses,
    ],
  });
  new sst.aws.CronV2(named("SweepCron"), {
    schedule: `rate(${sweepMinutes} minutes)`,
    function: sweep.handler,
    dlq: sweep.failures.arn,
    transform: {
      role: (role) => {
        role.assumeRolePolicy = trustOf("scheduler.amazonaws.com", account);
      },
    },
  });
  signalsDeadLetters.subscribe(sweep.handler.arn, {
    batch: { size: 1, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
  });

  // Who hears of what. Alarms reach people by mail, and by the bot as its other messages do.
  const alarms = alarmTopic(named, settings.alarmEmails ?? []);
  if (slackAlarms !== undefined) {
    new aws.sns.TopicSubscription(named("AlarmsToNotify"), {
      topic: alarms.arn,
      protocol: "sqs",
      endpoint: notifications.arn,
      rawMessageDelivery: true,
    });
  }
  const undeliveredTo = (failures: sst.aws.Queue) => ({
    deadLetterConfig: { arn: failures.arn },
    retryPolicy: { maximumRetryAttempts: 24, maximumEventAgeInSeconds: 6 * 3600 },
  });
  // S3 sends to the account's default bus only. One pattern cannot ask a key for both its beginning and its end, so
  // it leaves out what is never a spec, results above all, and intake looks at the rest.
  const defaultBus = `arn:${partition}:events:${region}:${accountId}:event-bus/default`;
  const specsToIntake = sst.aws.Bus.subscribe(named("SpecsToIntake"), defaultBus, intake.handler, {
    pattern: {
      source: ["aws.s3"],
      detailType: ["Object Created", "Object Deleted"],
      detail: {
        bucket: { name: [bucket.name] },
        object: { key: [{ "anything-but": { wildcard: ["results/*", "*/"] } }] },
      },
    },
    transform: { target: undeliveredTo(intake.failures) },
  });
  const documentsToIntake = bus.subscribe(named("DocumentsToIntake"), intake.handler, {
    pattern: { source: [{ "anything-but": ourSources }], detailType: ["SpecSubmitted", "SpecWithdrawn"] },
    transform: { target: undeliveredTo(intake.failures) },
  });
  // Notices about the pipeline itself have a source of their own.
  const toNotify = (id: string, source: string[], target: Partial<aws.cloudwatch.EventTargetArgs>) => {
    const rule = new aws.cloudwatch.EventRule(named(id), {
      eventBusName: bus.name,
      state: "ENABLED",
      eventPattern: JSON.stringify({ source }),
    });
    new aws.cloudwatch.EventTarget(named(`${id}Target`), {
      rule: rule.name,
      eventBusName: bus.name,
      arn: notifications.arn,
      ...target,
    });
    return rule;
  };
  const resultsToNotify = toNotify(
    "ResultsToNotify",
    ["specdrop", "specdrop.operations"],
    undeliveredTo(notifyFailures),
  );
  // How far a run is, is news for a minute: what cannot be delivered by then is not missed.
  const progressToNotify = toNotify("ProgressToNotify", ["specdrop.progress"], {
    retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },
  });
  // What waited for the end of a suspension, or of a hold on withdrawals, need not wait for the schedule too.
  const resumedToSweep = bus.subscribe(named("ResumedToSweep"), sweep.handler, {
    pattern: { source: ["specdrop.operations"], detailType: ["Resumed", "WithdrawalsReleased"] },
    transform: { target: undeliveredTo(sweep.failures) },
  });
  // What a rule cannot deliver it puts among its target's failures; no other rule, and nobody else, may.
  const specRules = [specsToIntake.nodes.rule.arn, documentsToIntake.nodes.rule.arn];
  const alarmsToSlack = slackAlarms === undefined ? [] : [alarms.arn];
  allowRules(named("Notifications"), notifications, [resultsToNotify.arn, progressToNotify.arn], alarmsToSlack);
  allowRules(named("IntakeFailures"), intake.failures, specRules);
  allowRules(named("NotifyFailures"), notifyFailures, [resultsToNotify.arn]);
  allowRules(named("SweepFailures"), sweep.failures, [resumedToSweep.nodes.rule.arn]);

  // What other stacks and the command line need to know: as outputs, and as parameters to look up.
  const outputs = {
    bucket: bucket.name,
    bus: bus.name,
    busArn: bus.arn,
    queueUrl: signals.url,
    table: ledger.name,
    alarmsArn: alarms.arn,
    deadLettersUrl: signalsDeadLetters.url,
    intakeFunction: intake.handler.name,
    intakeFailuresUrl: intake.failures.url,
    delayedSignalsArn: delayedSignals.arn,
    delayedSignalsFailuresArn: delayedFailures.arn,
    notificationsArn: notifications.arn,
    notifyFailuresArn: notifyFailures.arn,
    sweepFunction: sweep.handler.name,
    sweepFailuresUrl: sweep.failures.url,
  };
  const folder = ["", $app.name, $app.stage, ...(name === "" ? [] : [name])].join("/");
  for (const [output, value] of Object.entries(outputs)) {
    new aws.ssm.Parameter(named(`Output-${output}`), { name: `${folder}/${output}`, type: "String", value });
  }

  // All alarms, and the dashboard: what they say stands in alarm-table.ts.
  const queueName = (queue: sst.aws.Queue) => queue.nodes.queue.name;
  const watched = {
    named,
    title,
    namespace: metrics.POWERTOOLS_METRICS_NAMESPACE,
    functions: {
      Intake: intake.handler.name,
      Reconcile: reconcile.name,
      Notify: notify.name,
      Sweep: sweep.handler.name,
    },
    queues: {
      Signals: queueName(signals),
      SignalsDeadLetters: queueName(signalsDeadLetters),
      DelayedSignals: queueName(delayedSignals),
      Notifications: queueName(notifications),
      IntakeFailures: queueName(intake.failures),
      NotifyFailures: queueName(notifyFailures),
      DelayedSignalsFailures: queueName(delayedFailures),
      SweepFailures: queueName(sweep.failures),
    },
    logGroups: Object.fromEntries(["Intake", "Reconcile", "Notify", "Sweep"].map((id) => [id, logGroupOf(id)])),
    outputs,
    runbook: settings.runbook ?? "docs/operate.md",
  };
  dashboard(watched, region, watch(watched, alarms));
  const heard = hearing(settings);
  if (heard.warning !== undefined) console.warn(`\n  WARNING: ${heard.warning}\n`);
  return { bucket, bus, ledger, alarms, outputs: { ...outputs, alarmsGoTo: $output(heard.to) } };
}

/** IAM takes 64 characters. */
function roleName(region: string, id: string): string {
  const rest = `-${$app.stage}-${region}-${id}`;
  return `${$app.name.slice(0, Math.max(1, 64 - rest.length))}${rest}`;
}
