import { ALARMS } from "../../infra/alarm-table.ts";
import { all, app, type Breaking, build, drop, grant, grantMore, revoke, set, setAll, statements } from "./breaking.ts";
import type { Statement } from "./infrastructure.ts";
import { WEBHOOK } from "./stages.ts";

/** One way to get the infrastructure wrong. */
export type Break = {
  readonly title: string;
  /** The tests to run; all but those that take the longest, where none are named. */
  readonly tests?: string;
} & (
  | { readonly breaking: Breaking }
  /** An entry of a table in infra/settings.ts, and the code of the function to put there. */
  | { readonly setting: `${"CHECKS" | "READERS" | "SECRETS"}.${string}`; readonly to: string }
);

const ACCOUNT_ROOT = { Service: "lambda.amazonaws.com", AWS: "arn:aws:iam::123456789012:root" };
const FUNCTIONS = ["Intake", "Reconcile", "Notify", "Sweep"] as const;
const everyFunction = (breaking: (id: string) => Breaking) => all(...FUNCTIONS.map(breaking));
const without =
  (...values: readonly unknown[]) =>
  (old: unknown) =>
    (old as unknown[]).filter((value) => !values.includes(value));
const variable = (id: string, name: string, to: unknown) =>
  set("function", `${id}Function`, `environment.variables.${name}`, to);
const busPolicy = (change: (statement: Statement) => object) =>
  statements("busPolicy", "SubmittersPolicy", "policy", (statement) => [{ ...statement, ...change(statement) }]);
const condition = (operator: string, to: (old: Readonly<Record<string, readonly string[]>>) => object | undefined) =>
  busPolicy(({ Condition = {} }) => {
    const { [operator]: old, ...others } = Condition;
    const changed = old === undefined ? undefined : to(old);
    return { Condition: { ...others, ...(changed !== undefined && { [operator]: changed }) } };
  });
const belowEvents = (change: (statement: Statement) => object) =>
  statements("aws:s3/bucketPolicy:BucketPolicy", "SpecsPolicy", "policy", (statement) =>
    statement.Resource.some((arn) => arn.endsWith("/events/*"))
      ? [{ ...statement, ...change(statement) }]
      : [statement],
  );
const link = (name: string, value: unknown): Breaking => {
  return ({ builds }) => {
    const found = builds.filter(({ functionID }) => functionID === name);
    for (const { links } of found) Object.assign(links, value);
    return found.length;
  };
};

/** Breaks a widget of the dashboard. */
const widget = (title: string, change: (properties: Record<string, unknown>) => void) =>
  set("aws:cloudwatch/dashboard:Dashboard", "Dashboard", "dashboardBody.widgets", (old: unknown) => {
    const widgets = structuredClone(old as { properties: Record<string, unknown> }[]);
    for (const { properties } of widgets) if (properties["title"] === title) change(properties);
    return widgets;
  });

export const BREAKS: readonly Break[] = [
  // Who may act as a function, and what functions may do.
  {
    title: "the account's root may assume the roles",
    breaking: everyFunction((id) => set("role", `${id}Role`, "assumeRolePolicy.Statement.0.Principal", ACCOUNT_ROOT)),
  },
  {
    title: "the roles keep SST's managed policy",
    breaking: everyFunction((id) =>
      set("role", `${id}Role`, "managedPolicyArns", [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      ]),
    ),
  },
  {
    title: "functions may write to each other's logs",
    breaking: everyFunction((id) =>
      grant(id, "logs:PutLogEvents", /./, () => ({
        Resource: ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/*"],
      })),
    ),
  },
  {
    title: "the ledger is granted with a wildcard",
    breaking: grant("Reconcile", "dynamodb:GetItem", /table/, () => ({ Action: ["dynamodb:*"] })),
  },
  {
    title: "the ledger is linked",
    breaking: all(
      link("Notify", { Ledger: { name: "specdrop-dev-LedgerTable", type: "sst.aws.Dynamo" } }),
      grantMore("Notify", ["dynamodb:*"], "arn:aws:dynamodb:eu-central-1:123456789012:table/specdrop-dev-LedgerTable"),
    ),
  },
  {
    title: "Cloud Control is granted on everything",
    breaking: grant("Reconcile", "cloudformation:GetResource", /./, () => ({ Resource: ["*"] })),
  },
  {
    title: "intake may call Cloud Control",
    breaking: grantMore(
      "Intake",
      ["cloudformation:GetResource"],
      "arn:aws:cloudformation:eu-central-1:123456789012:resource/*",
    ),
  },
  {
    title: "intake may write anywhere in the bucket",
    breaking: grant("Intake", "s3:PutObject", /events/, ({ Resource }) => ({
      Resource: Resource.map((arn) => arn.replace("/events/*", "/*")),
    })),
  },
  {
    title: "whoever may write to the bucket passes for the account in a key",
    breaking: belowEvents(({ Resource }) => ({ Resource: Resource.map((arn) => arn.replace("/events/*", "/events")) })),
  },
  {
    title: "whoever may remove versions brings back what an account has withdrawn",
    breaking: belowEvents(() => ({ Action: ["s3:PutObject*", "s3:DeleteObject", "s3:Replicate*"] })),
  },
  {
    title: "a bucket that replicates into ours passes for any account",
    breaking: belowEvents(({ Action }) => ({ Action: without("s3:Replicate*")(Action) })),
  },
  {
    title: "a role with a longer name may write below events/",
    breaking: belowEvents(({ Condition = {} }) => {
      const roles = Condition["ArnNotEquals"]?.["aws:PrincipalArn"] ?? [];
      return { Condition: { ArnNotEquals: { "aws:PrincipalArn": roles.flatMap((role) => [role, `${role}-2`]) } } };
    }),
  },
  {
    title: "intake is kept out of events/",
    breaking: all(
      set("role", "IntakeRole", "name", "specdrop-dev-IntakeRole-aaaaaaaa"),
      set("role", "IntakeRole", "arn", "arn:aws:iam::123456789012:role/specdrop-dev-IntakeRole-aaaaaaaa"),
    ),
  },
  { title: "nobody may read what was sent", breaking: belowEvents(() => ({ Action: ["s3:*"] })) },
  {
    title: "notify may read specs",
    breaking: grantMore("Notify", ["s3:GetObject"], "arn:aws:s3:::specdrop-dev-specsbucket/*"),
  },
  {
    title: "notify may read the whole ledger",
    breaking: grant("Notify", "dynamodb:GetItem", /table/, () => ({ Condition: undefined })),
  },
  {
    title: "a missing spec looks like a missing permission",
    breaking: everyFunction((id) => revoke(id, "s3:ListBucket", /./)),
  },
  {
    title: "sweep: it may change what it compares",
    breaking: grantMore(
      "Sweep",
      ["apigateway:PATCH"],
      "arn:aws:apigateway:eu-central-1::/apis/*/integrationresponses/*",
    ),
  },
  {
    title: "sweep: it cannot list the documents",
    breaking: grant("Sweep", "dynamodb:Scan", /./, ({ Action }) => ({ Action: without("dynamodb:Scan")(Action) })),
  },
  {
    title: "sweep: it may receive signals",
    breaking: grant("Sweep", "sqs:ReceiveMessage", /./, ({ Resource }) => ({
      Resource: Resource.map((arn) => arn.replace("SignalsDeadLetters", "Signals")),
    })),
  },
  {
    title: "sweep: any account's schedules may act as ours",
    breaking: statements("role", "SweepCronRole", "assumeRolePolicy", (statement) => [
      { ...statement, Condition: undefined },
    ]),
  },
  {
    title: "reconcile cannot look around before it writes",
    breaking: grant("Reconcile", "apigateway:GET", /./, ({ Resource }) => ({
      Resource: Resource.map((arn) => `${arn}/integrationresponses`),
    })),
  },
  {
    title: "reconcile may change routes",
    breaking: grant("Reconcile", "apigateway:DELETE", /routeresponses/, ({ Resource }) => ({
      Resource: Resource.map((arn) => arn.replace("/*/routeresponses*", "*")),
    })),
  },
  {
    title: "reconcile cannot make route responses",
    breaking: revoke("Reconcile", "apigateway:POST", /routeresponses/),
  },
  { title: "reconcile cannot deploy", breaking: revoke("Reconcile", "apigateway:POST", /deployments/) },
  {
    title: "the named APIs are not the only ones",
    breaking: all(
      ...["Reconcile", "Sweep"].map((id) =>
        statements("role", `${id}Role`, "inlinePolicies.0.policy", (statement) => [
          { ...statement, Resource: statement.Resource.map((arn) => arn.replace(/apis\/[a-z0-9]+/, "apis/*")) },
        ]),
      ),
    ),
  },
  // Secrets.
  {
    title: "reconcile can read the webhook's address",
    breaking: link("Reconcile", { SlackWebhookUrl: { type: "sst.sst.Secret", value: WEBHOOK } }),
  },
  {
    title: "the webhook's address stands in the environment",
    breaking: variable("Notify", "SPECDROP_SLACK_WEBHOOK_URL", WEBHOOK),
  },
  {
    title: "reconcile can read the bot's token",
    breaking: link("Reconcile", { SlackBotToken: { type: "sst.sst.Secret", value: "xoxb-MARKER4712" } }),
  },
  {
    title: "a webhook needs the bot's token too",
    setting: "SECRETS.SlackBotToken",
    to: "() => true",
    tests: "config.test.ts",
  },
  {
    title: "slack: a bot deploys without a token",
    setting: "SECRETS.SlackBotToken",
    to: "() => false",
    tests: "config.test.ts",
  },
  {
    title: "slack: a webhook deploys without an address",
    setting: "SECRETS.SlackWebhookUrl",
    to: "() => false",
    tests: "config.test.ts",
  },
  // Queues.
  {
    title: "slack: an outage ends what is to be told",
    breaking: set("queue", "NotificationsQueue", "redrivePolicy", undefined),
  },
  {
    title: "slack: a message is shown again while it is being posted",
    breaking: set("queue", "NotificationsQueue", "visibilityTimeoutSeconds", 30),
  },
  {
    title: "slack: one message that fails has its batch posted again",
    breaking: set("eventSourceMapping", "NotificationsSubscriber*", "functionResponseTypes", []),
  },
  {
    title: "slack: functions crowd the channel",
    breaking: set("eventSourceMapping", "NotificationsSubscriber*", "scalingConfig.maximumConcurrency", 50),
  },
  {
    title: "slack: the rules may not fill the queue",
    breaking: statements("queuePolicy", "NotificationsPolicy", "policy", (statement) => [
      { ...statement, Condition: { ArnEquals: { "aws:SourceArn": [] } } },
    ]),
  },
  {
    title: "slack: progress is told as results are",
    breaking: set("target", "ProgressToNotifyTarget", "retryPolicy", undefined),
  },
  { title: "slack: nobody says how far a run is", breaking: variable("Reconcile", "SPECDROP_PROGRESS", undefined) },
  { title: "slack: any rules will do", setting: "CHECKS.slackRules", to: "() => {}", tests: "config.test.ts" },
  { title: "slack: any links will do", setting: "CHECKS.slackLinks", to: "() => {}", tests: "config.test.ts" },
  { title: "slack: any channel will do", setting: "CHECKS.slackChannel", to: "() => {}", tests: "config.test.ts" },
  { title: "slack: what was told is kept for ever", breaking: set("table", "LedgerTable", "ttl.enabled", false) },
  {
    title: "a signal is shown again while its run goes on",
    breaking: set("queue", "SignalsQueue", "visibilityTimeoutSeconds", 240),
  },
  {
    title: "an API whose run died stands still for half an hour",
    breaking: set("queue", "SignalsQueue", "visibilityTimeoutSeconds", 1440),
  },
  {
    title: "sweep: a dead letter is shown again while it is being ended",
    breaking: set("queue", "SignalsDeadLettersQueue", "visibilityTimeoutSeconds", 300),
  },
  {
    title: "sweep: a dead letter is gone whatever came of it",
    breaking: set("eventSourceMapping", "SignalsDeadLettersSubscriber*", "functionResponseTypes", []),
  },
  { title: "the dead letters are not FIFO", breaking: set("queue", "SignalsDeadLettersQueue", "fifoQueue", false) },
  {
    title: "delayed signals: nobody sends them on",
    breaking: set("eventSourceMapping", "DelayedSignalsSubscriber*", "functionName", (old: unknown) =>
      String(old).replace("Intake", "Notify"),
    ),
  },
  {
    title: "delayed signals: never given up",
    breaking: set("queue", "DelayedSignalsQueue", "redrivePolicy", undefined),
  },
  {
    title: "delayed signals: reconcile may not send them",
    breaking: revoke("Reconcile", "sqs:SendMessage", /DelayedSignals/),
  },
  {
    title: "delayed signals: how long nothing is deleted is not told",
    breaking: variable("Intake", "SPECDROP_WITHDRAW_AFTER_SECONDS", undefined),
  },
  { title: "signals are never given up", breaking: set("queue", "SignalsQueue", "redrivePolicy", undefined) },
  {
    title: "one throughput for all APIs",
    breaking: set("queue", "SignalsQueue", "fifoThroughputLimit", "perQueue"),
  },
  {
    title: "a failed signal takes its batch with it",
    breaking: set("eventSourceMapping", "SignalsSubscriber*", "functionResponseTypes", []),
  },
  {
    title: "anybody's rules may fill the failures",
    breaking: statements("queuePolicy", "IntakeFailuresPolicy", "policy", (statement) => [
      { ...statement, Condition: undefined },
    ]),
  },
  // Functions.
  {
    title: "events that a function fails on are lost",
    breaking: set("function", "IntakeFunction", "deadLetterConfig", undefined),
  },
  {
    title: "sweep: once an hour",
    breaking: set("schedule", "SweepCronSchedule", "scheduleExpression", "rate(1 hour)"),
  },
  {
    title: "sweep: a schedule that cannot invoke is not told of",
    breaking: set("schedule", "SweepCronSchedule", "target.deadLetterConfig", undefined),
  },
  {
    title: "sweep: late ones pile up",
    breaking: set(
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      "SweepEventInvokeConfig",
      "maximumEventAgeInSeconds",
      undefined,
    ),
  },
  {
    title: "rules: functions do not know which APIs may be named",
    breaking: everyFunction((id) => variable(id, "SPECDROP_ALLOWED_APIS", undefined)),
  },
  {
    title: "rules: none are an empty value",
    breaking: variable("Intake", "SPECDROP_ALLOWED_APIS", (old: unknown) => old ?? ""),
  },
  {
    title: "breaker: functions do not know what is too many",
    breaking: everyFunction((id) => variable(id, "SPECDROP_WITHDRAWAL_LIMITS", undefined)),
  },
  {
    title: "breaker: intake cannot count what the ledger owns",
    breaking: grant("Intake", "dynamodb:Scan", /./, ({ Action }) => ({ Action: without("dynamodb:Scan")(Action) })),
  },
  { title: "an older Node", breaking: setAll("function", "runtime", "nodejs22.x") },
  { title: "x86", breaking: setAll("function", "architectures", ["x86_64"]) },
  { title: "bundles as they come", breaking: everyFunction((id) => build(id, "properties.minify", undefined)) },
  { title: "logs are kept for ever", breaking: setAll("logGroup", "retentionInDays", 0) },
  {
    title: "a long document is stopped as a loop",
    breaking: set(
      "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
      "ReconcileRecursion",
      "recursiveLoop",
      "Terminate",
    ),
  },
  {
    title: "stages count into the same metrics",
    breaking: everyFunction((id) => variable(id, "POWERTOOLS_METRICS_NAMESPACE", "specdrop")),
  },
  // Events.
  {
    title: "results wake intake",
    breaking: set("rule", "defaultSubscriberSpecsToIntakeRule", "eventPattern.detail.object.key", [
      { "anything-but": { wildcard: ["*/"] } },
    ]),
  },
  {
    title: "every bucket's objects are specs",
    breaking: set("rule", "defaultSubscriberSpecsToIntakeRule", "eventPattern.detail.bucket", undefined),
  },
  {
    title: "deleted specs go unnoticed",
    breaking: set("rule", "defaultSubscriberSpecsToIntakeRule", "eventPattern.detail-type", ["Object Created"]),
  },
  {
    title: "intake listens to itself",
    breaking: set("rule", "EventsSubscriberDocumentsToIntakeRule", "eventPattern.source", [{ prefix: "" }]),
  },
  {
    title: "notify tells of what others send",
    breaking: set("rule", "ResultsToNotify", "eventPattern.source", [{ prefix: "" }]),
  },
  {
    title: "nobody hears that applying is suspended",
    breaking: set("rule", "ResultsToNotify", "eventPattern.source", ["specdrop"]),
  },
  {
    title: "sweep: what waited goes on waiting",
    breaking: set("rule", "EventsSubscriberResumedToSweepRule", "eventPattern.detail-type", ["Suspended"]),
  },
  {
    title: "sweep: what was held goes on waiting",
    breaking: set("rule", "EventsSubscriberResumedToSweepRule", "eventPattern.detail-type", ["Resumed"]),
  },
  {
    title: "sweep: any source may have everything signalled",
    breaking: set("rule", "EventsSubscriberResumedToSweepRule", "eventPattern.source", undefined),
  },
  {
    title: "sweep: a resumption that cannot be delivered is lost",
    breaking: drop("queuePolicy", "SweepFailuresPolicy"),
  },
  { title: "undelivered events are lost", breaking: setAll("target", "deadLetterConfig", undefined) },
  {
    title: "other accounts may send results",
    breaking: condition("ForAllValues:StringEquals", () => ({
      "events:detail-type": ["SpecSubmitted", "SpecWithdrawn", "ApplySucceeded"],
    })),
  },
  {
    title: "other accounts may send as specdrop",
    breaking: condition("ForAllValues:StringNotEquals", () => undefined),
  },
  {
    title: "other accounts may send what looks like a notice of ours",
    breaking: condition("ForAllValues:StringNotEquals", () => ({ "events:source": ["specdrop"] })),
  },
  {
    title: "other accounts may send what has no type",
    breaking: condition("Null", () => ({ "events:source": ["false"] })),
  },
  { title: "every organisation may submit", breaking: condition("StringEquals", () => undefined) },
  // What is kept.
  {
    title: "S3 keeps its events to itself",
    breaking: set("aws:s3/bucketNotification:BucketNotification", "SpecsEvents", "eventbridge", false),
  },
  {
    title: "specs have one version",
    breaking: set(
      "aws:s3/bucketVersioning:BucketVersioning",
      "SpecsVersioning",
      "versioningConfiguration.status",
      "Suspended",
    ),
  },
  {
    title: "specs travel without TLS",
    breaking: statements("aws:s3/bucketPolicy:BucketPolicy", "SpecsPolicy", "policy", (statement) =>
      statement.Condition?.["Bool"] === undefined ? [statement] : [],
    ),
  },
  {
    title: "any web page may read specs",
    breaking: ({ resources }) => {
      const type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";
      const cors = { type, name: "SpecsCors", inputs: {}, state: {}, retainOnDelete: false };
      return (resources as object[]).push(cors);
    },
  },
  {
    title: "queues are not encrypted",
    breaking: set("queue", "SignalsDeadLettersQueue", "sqsManagedSseEnabled", undefined),
  },
  { title: "production goes with its stack", breaking: app("removal", "remove") },
  {
    title: "production's ledger can be deleted",
    breaking: set("table", "LedgerTable", "deletionProtectionEnabled", false),
  },
  {
    title: "the ledger cannot be restored",
    breaking: set("table", "LedgerTable", "pointInTimeRecovery.enabled", false),
  },
  // Operations.
  { title: "alarms ring in an empty room", breaking: setAll("alarm", "alarmActions", undefined) },
  ...Object.keys(ALARMS).map((id) => ({ title: `there is no ${id}`, breaking: drop("alarm", id) })),
  {
    title: "an alarm on a metric that nobody counts",
    breaking: set("alarm", "FailedResultsAlarm", "metricName", "Failed"),
  },
  {
    title: "an alarm on what another function counts",
    breaking: set("alarm", "GivenUpAlarm", "dimensions.service", "specdrop-reconcile"),
  },
  {
    title: "an alarm on another queue",
    breaking: set("alarm", "DeadLettersAgeAlarm", "dimensions.QueueName", (old: unknown) =>
      String(old).replace("SignalsDeadLetters", "Signals"),
    ),
  },
  {
    title: "a webhook that is refused sends 64 mails a night",
    breaking: set("alarm", "SlackRefusedAlarm", "evaluationPeriods", 1),
  },
  {
    title: "counters say OK while nothing is mended",
    breaking: set("alarm", "FailedResultsAlarm", "okActions", (_: unknown) => ["arn:aws:sns:eu-central-1:1:a"]),
  },
  {
    title: "a queue that is empty again says nothing",
    breaking: set("alarm", "IntakeFailuresAlarm", "okActions", undefined),
  },
  {
    title: "one throttled signal wakes people",
    breaking: set("alarm", "SignalsThrottledAlarm", "datapointsToAlarm", 1),
  },
  {
    title: "a failed document does not ring until another fails",
    breaking: set("alarm", "FailedResultsAlarm", "datapointsToAlarm", 2),
  },
  {
    title: "a sweep that is never started does not ring",
    breaking: set("alarm", "SweepMissingAlarm", "treatMissingData", "notBreaching"),
  },
  {
    title: "an alarm that does not say where to read on",
    breaking: setAll("alarm", "alarmDescription", (old: unknown) => String(old).replace(/#\w+/, "")),
  },
  {
    title: "an alarm that does not say whether clients are affected",
    breaking: set("alarm", "GivenUpAlarm", "alarmDescription", (old: unknown) =>
      String(old).replace(/Clients [^.]*\./, ""),
    ),
  },
  {
    title: "an alarm's command has no ids",
    breaking: setAll("alarm", "alarmDescription", (old: unknown) =>
      String(old).replace(/dynamodb:[\w-]+/, "dynamodb:TABLE"),
    ),
  },
  {
    title: "alarms of all stages have one name",
    breaking: setAll("alarm", "name", (old: unknown) => String(old).replace(/-(dev|production)/, "")),
  },
  {
    title: "slack: the alarms may not fill the queue",
    breaking: statements("queuePolicy", "NotificationsPolicy", "policy", (statement) =>
      JSON.stringify(statement.Principal).includes("sns.") ? [] : [statement],
    ),
  },
  {
    title: "slack: alarms come in an envelope that nobody opens",
    breaking: set("aws:sns/topicSubscription:TopicSubscription", "AlarmsToNotify", "rawMessageDelivery", false),
  },
  {
    title: "slack: notify does not know where alarms go",
    breaking: variable("Notify", "SPECDROP_SLACK_ALARMS", undefined),
  },
  {
    title: "slack: any channel will do for alarms",
    setting: "CHECKS.slackAlarms",
    to: "() => {}",
    tests: "config.test.ts",
  },
  { title: "any runbook will do", setting: "CHECKS.runbook", to: "() => {}", tests: "config.test.ts" },
  {
    title: "nobody hears that nobody hears alarms",
    breaking: ({ outputs }) => Number(delete outputs["alarmsGoTo"]),
  },
  {
    title: "the dashboard does not show the alarms",
    breaking: widget("Alarms", (properties) => {
      properties["alarms"] = [];
    }),
  },
  {
    title: "the dashboard does not show the document of an error",
    breaking: widget("Last errors", (properties) => {
      properties["query"] = String(properties["query"]).replace("documentId, ", "");
    }),
  },
  {
    title: "the dashboard does not show where an alarm begins",
    breaking: widget("Age of the oldest signal and dead letter, s", (properties) => {
      delete properties["annotations"];
    }),
  },
  {
    title: "parameters of all stages in one place",
    breaking: setAll("parameter", "name", (old: unknown) => String(old).replace(/\/(dev|production)\//, "/")),
  },
  // The app, and what it refuses.
  { title: "shims in the packages", breaking: app("types", undefined), tests: "config.test.ts" },
  {
    title: "a link that sst-env.d.ts does not know",
    breaking: ({ links }) => Number(Object.assign(links, { Spare: { type: "sst.aws.Queue", url: "" } }) !== undefined),
    tests: "config.test.ts",
  },
  { title: "an API id of any shape", setting: "CHECKS.apiIds", to: "() => {}", tests: "config.test.ts" },
  { title: "an account id of any shape", setting: "CHECKS.submitterAccounts", to: "() => {}", tests: "config.test.ts" },
  {
    title: "an organisation of any shape",
    setting: "CHECKS.submitterOrganizations",
    to: "() => {}",
    tests: "config.test.ts",
  },
  { title: "an address of any shape", setting: "CHECKS.alarmEmails", to: "() => {}", tests: "config.test.ts" },
  { title: "any delay will do", setting: "CHECKS.withdrawAfterSeconds", to: "() => {}", tests: "config.test.ts" },
  { title: "breaker: any limits will do", setting: "CHECKS.withdrawalLimits", to: "() => {}", tests: "config.test.ts" },
  { title: "rules: any text will do", setting: "CHECKS.allowedApis", to: "() => {}", tests: "config.test.ts" },
  {
    title: "rules: an empty text opens every API",
    setting: "READERS.allowedApis",
    to: "(value) => value || undefined",
    tests: "config.test.ts",
  },
];
