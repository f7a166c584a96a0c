// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are passages of code.

/** One way to get the configuration wrong: a passage that stands in it exactly once, and what to put in its place. */
export interface Break {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** The tests to run; all but those that take the longest, where none are named. */
  readonly tests?: string;
  /** Why no test can be run at all, where the broken configuration does not even get that far. */
  readonly refusal?: string;
}

export const BREAKS: readonly Break[] = [
  // Who may act as a function, and what functions may do.
  {
    title: "the account's root may assume the roles",
    from: 'role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });',
    to: "",
  },
  { title: "the roles keep SST's managed policy", from: "role.managedPolicyArns = [];", to: "" },
  {
    title: "functions may write to each other's logs",
    from: "log-group:${logGroup}:*`",
    to: "log-group:/aws/lambda/*`",
  },
  {
    title: "the ledger is granted with a wildcard",
    from: "actions: actions.map((action) => `dynamodb:${action}`),",
    to: 'actions: actions.length > 0 ? ["dynamodb:*"] : [],',
  },
  {
    title: "the ledger is linked",
    from: "link: isBot ? [slackBotToken] : [slackWebhookUrl],",
    to: "link: [...(isBot ? [slackBotToken] : [slackWebhookUrl]), ledger],",
  },
  {
    title: "Cloud Control is granted on everything",
    from: "resources: [`arn:${partition}:cloudformation:${region}:${accountId}:resource/*`],",
    to: 'resources: ["*"],',
  },
  {
    title: "intake may call Cloud Control",
    from: 'useLedger("GetItem", "UpdateItem", "Query", "Scan"),\n        sendSignals,',
    to: 'useLedger("GetItem", "UpdateItem", "Query", "Scan"),\n        sendSignals,\n        useCloudControl("GetResource"),',
  },
  {
    title: "intake may write anywhere in the bucket",
    from: "resources: [$interpolate`${bucket.arn}/events/*`]",
    to: "resources: [$interpolate`${bucket.arn}/*`]",
  },
  {
    title: "whoever may write to the bucket passes for the account in a key",
    from: 'paths: ["events/*"],',
    to: 'paths: ["events"],',
  },
  {
    title: "whoever may remove versions brings back what an account has withdrawn",
    from: 'actions: ["s3:PutObject*", "s3:DeleteObject*", "s3:Replicate*"],',
    to: 'actions: ["s3:PutObject*", "s3:DeleteObject", "s3:Replicate*"],',
  },
  {
    title: "a bucket that replicates into ours passes for any account",
    from: '"s3:DeleteObject*", "s3:Replicate*"],',
    to: '"s3:DeleteObject*"],',
  },
  {
    title: "a role with a longer name may write below events/",
    from: "role/${intakeRole}`],",
    to: "role/${intakeRole}`, `arn:${partition}:iam::${accountId}:role/${intakeRole}-2`],",
  },
  {
    title: "intake is kept out of events/",
    from: 'if (name === "Intake") role.name = intakeRole;',
    to: "",
  },
  {
    title: "nobody may read what was sent",
    from: 'actions: ["s3:PutObject*", "s3:DeleteObject*", "s3:Replicate*"],',
    to: 'actions: ["s3:*"],',
  },
  {
    title: "notify may read specs",
    from: "receiveFrom(notifications),\n",
    to: "receiveFrom(notifications),\n        ...readSpecs,\n",
  },
  {
    title: "notify may read the whole ledger",
    from: 'conditions: [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: ["slack#*"] }],',
    to: "",
  },
  {
    title: "a missing spec looks like a missing permission",
    from: '{ actions: ["s3:ListBucket"], resources: [bucket.arn] },',
    to: "",
  },
  {
    title: "sweep: it may change what it compares",
    from: "receiveFrom(signalsDeadLetters),\n        sendSignals,",
    to: "receiveFrom(signalsDeadLetters),\n        sendSignals,\n        ...changeResponses,",
  },
  {
    title: "sweep: it cannot list the documents",
    from: 'useLedger("GetItem", "PutItem", "UpdateItem", "Query", "Scan"),\n        receiveFrom(signalsDeadLetters),',
    to: 'useLedger("GetItem", "PutItem", "UpdateItem", "Query"),\n        receiveFrom(signalsDeadLetters),',
  },
  {
    title: "sweep: it may receive signals",
    from: "receiveFrom(signalsDeadLetters),",
    to: "receiveFrom(signals),",
  },
  {
    title: "sweep: any account's schedules may act as ours",
    from: 'conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],',
    to: "",
  },
  {
    title: "reconcile cannot look around before it writes",
    from: "        readApis,\n",
    to: "        readResponses,\n",
  },
  { title: "reconcile cannot deploy", from: "        deployApis,\n", to: "" },
  {
    title: "the named APIs are not the only ones",
    from: '(apiIds.length > 0 ? apiIds : ["*"])',
    to: '["*"]',
  },
  // Secrets.
  {
    title: "reconcile can read the webhook's address",
    from: "timeout: `${reconcileMinutes} minutes`,",
    to: "timeout: `${reconcileMinutes} minutes`,\n      link: [slackWebhookUrl],",
  },
  {
    title: "the webhook's address stands in the environment",
    from: "        SPECDROP_TABLE: ledger.name,\n        SPECDROP_NOTIFICATIONS_URL",
    to: "        SPECDROP_TABLE: ledger.name,\n        SPECDROP_SLACK_WEBHOOK_URL: slackWebhookUrl.value,\n        SPECDROP_NOTIFICATIONS_URL",
  },
  {
    title: "reconcile can read the bot's token",
    from: '...(isBot && { SPECDROP_PROGRESS: "on" }),\n      },',
    to: '...(isBot && { SPECDROP_PROGRESS: "on" }),\n      },\n      link: [slackBotToken],',
  },
  {
    title: "a webhook needs the bot's token too",
    from: 'new sst.Secret("SlackBotToken", isBot ? undefined : "")',
    to: 'new sst.Secret("SlackBotToken")',
    refusal: "SecretMissingError: Set a value for SlackBotToken",
  },
  {
    title: "slack: a bot deploys without a token",
    from: 'new sst.Secret("SlackBotToken", isBot ? undefined : "")',
    to: 'new sst.Secret("SlackBotToken", "")',
    tests: "config.test.ts",
  },
  // Queues.
  {
    title: "slack: an outage ends what is to be told",
    from: "dlq: { queue: notifyFailures.arn, retry: 100 },",
    to: "",
  },
  {
    title: "slack: a message is shown again while it is being posted",
    from: "visibilityTimeout: `${6 * notifyMinutes} minutes`,",
    to: 'visibilityTimeout: "30 seconds",',
  },
  {
    title: "slack: one message that fails has its batch posted again",
    from: "batch: { size: 10, partialResponses: true },\n      // Slack takes",
    to: "batch: { size: 10 },\n      // Slack takes",
  },
  {
    title: "slack: functions crowd the channel",
    from: "scalingConfig: { maximumConcurrency: 2 } } },\n    });\n\n    const reconcile",
    to: "scalingConfig: { maximumConcurrency: 50 } } },\n    });\n\n    const reconcile",
  },
  {
    title: "slack: the rules may not fill the queue",
    from: 'allowRules("Notifications", notifications, [resultsToNotify.arn, progressToNotify.arn]);',
    to: 'allowRules("Notifications", notifications, [resultsToNotify.arn]);',
  },
  {
    title: "slack: progress is told as results are",
    from: "retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },",
    to: "",
  },
  {
    title: "slack: nobody says how far a run is",
    from: '...(isBot && { SPECDROP_PROGRESS: "on" })',
    to: "",
  },
  {
    title: "slack: any rules will do",
    from: "parseRules(slackRules, isChannel)",
    to: 'parseRules("[]", isChannel)',
    tests: "config.test.ts",
  },
  {
    title: "slack: any links will do",
    from: "parseLinks(slackLinks)",
    to: 'parseLinks("{}")',
    tests: "config.test.ts",
  },
  { title: "slack: what was told is kept for ever", from: 'ttl: "forgetAt",', to: "" },
  {
    title: "slack: nobody hears that people hear nothing",
    from: "...age(notifications),",
    to: "...age(signals),",
  },
  {
    title: "slack: nobody hears that Slack refuses us",
    from: 'countedBy("notify", "SlackRefused")',
    to: 'countedBy("notify", "Refused")',
  },
  {
    title: "a signal is shown again while its run goes on",
    from: "visibilityTimeout: `${reconcileMinutes + 1} minutes`,",
    to: "visibilityTimeout: `${reconcileMinutes} minutes`,",
  },
  {
    title: "an API whose run died stands still for half an hour",
    from: "visibilityTimeout: `${reconcileMinutes + 1} minutes`,",
    to: "visibilityTimeout: `${6 * reconcileMinutes} minutes`,",
  },
  {
    title: "sweep: a dead letter is shown again while it is being ended",
    from: "visibilityTimeout: `${6 * sweepMinutes} minutes`,",
    to: "visibilityTimeout: `${sweepMinutes} minutes`,",
  },
  {
    title: "sweep: a dead letter is gone whatever came of it",
    from: "signalsDeadLetters.subscribe(sweep.handler.arn, {\n      batch: { size: 1, partialResponses: true },",
    to: "signalsDeadLetters.subscribe(sweep.handler.arn, {\n      batch: { size: 1 },",
  },
  {
    title: "the dead letters are not FIFO",
    from: 'new sst.aws.Queue("SignalsDeadLetters", {\n      fifo: true,',
    to: 'new sst.aws.Queue("SignalsDeadLetters", {',
  },
  {
    title: "delayed signals: nobody sends them on",
    from: "delayedSignals.subscribe(intake.handler.arn, {",
    to: "delayedSignals.subscribe(notify.arn, {",
  },
  { title: "delayed signals: never given up", from: "dlq: { queue: delayedFailures.arn, retry: 5 },", to: "" },
  {
    title: "delayed signals: reconcile may not send them",
    from: '{ actions: ["sqs:SendMessage"], resources: [delayedSignals.arn] },',
    to: "",
  },
  {
    title: "delayed signals: how long nothing is deleted is not told",
    from: '...(withdrawAfter !== "" && { SPECDROP_WITHDRAW_AFTER_SECONDS: withdrawAfter }),',
    to: "",
  },
  { title: "signals are never given up", from: "dlq: { queue: signalsDeadLetters.arn, retry: 5 },", to: "" },
  {
    title: "one throughput for all APIs",
    from: 'fifoThroughputLimit: "perMessageGroupId",',
    to: 'fifoThroughputLimit: "perQueue",',
  },
  {
    title: "a failed signal takes its batch with it",
    from: "batch: { size: 1, partialResponses: true },\n      // API Gateway",
    to: "batch: { size: 1 },\n      // API Gateway",
  },
  {
    title: "anybody's rules may fill the failures",
    from: 'conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: rules }],',
    to: "conditions: rules.slice(rules.length),",
  },
  // Functions.
  {
    title: "events that a function fails on are lost",
    from: "transform: { ...args.transform, function: { deadLetterConfig: { targetArn: failures.arn } } },",
    to: "transform: { ...args.transform },",
  },
  { title: "sweep: once an hour", from: "schedule: `rate(${sweepMinutes} minutes)`", to: 'schedule: "rate(1 hour)"' },
  { title: "sweep: a schedule that cannot invoke is not told of", from: "dlq: sweep.failures.arn,", to: "" },
  {
    title: "sweep: late ones pile up",
    from: "transform: { eventInvokeConfig: { maximumEventAgeInSeconds: sweepMinutes * 60 } },",
    to: "",
  },
  {
    title: "rules: functions do not know which APIs may be named",
    from: "...(allowedApis !== undefined && { SPECDROP_ALLOWED_APIS: allowedApis }),",
    to: "",
  },
  {
    title: "rules: none are an empty value",
    from: "...(allowedApis !== undefined && { SPECDROP_ALLOWED_APIS: allowedApis }),",
    to: 'SPECDROP_ALLOWED_APIS: allowedApis ?? "",',
  },
  {
    title: "breaker: functions do not know what is too many",
    from: '...(withdrawalLimits !== "" && { SPECDROP_WITHDRAWAL_LIMITS: withdrawalLimits }),',
    to: "",
  },
  {
    title: "breaker: intake cannot count what the ledger owns",
    from: 'useLedger("GetItem", "UpdateItem", "Query", "Scan"),\n        sendSignals,',
    to: 'useLedger("GetItem", "UpdateItem", "Query"),\n        sendSignals,',
  },
  { title: "an older Node", from: 'args.runtime ??= "nodejs24.x";', to: 'args.runtime ??= "nodejs22.x";' },
  { title: "x86", from: 'args.architecture ??= "arm64";', to: 'args.architecture ??= "x86_64";' },
  { title: "bundles as they come", from: "args.nodejs ??= { minify: true, splitting: true };", to: "" },
  {
    title: "logs are kept for ever",
    from: 'retention: production ? "3 months" : "2 weeks"',
    to: 'retention: "forever"',
  },
  { title: "a long document is stopped as a loop", from: 'recursiveLoop: "Allow",', to: 'recursiveLoop: "Terminate",' },
  {
    title: "stages count into the same metrics",
    from: "POWERTOOLS_METRICS_NAMESPACE: `${$app.name}/${$app.stage}`",
    to: "POWERTOOLS_METRICS_NAMESPACE: $app.name",
  },
  // Events.
  { title: "results wake intake", from: '{ wildcard: ["results/*", "*/"] }', to: '{ wildcard: ["*/"] }' },
  { title: "every bucket's objects are specs", from: "bucket: { name: [bucket.name] },", to: "" },
  {
    title: "deleted specs go unnoticed",
    from: 'detailType: ["Object Created", "Object Deleted"],',
    to: 'detailType: ["Object Created"],',
  },
  {
    title: "intake listens to itself",
    from: 'source: [{ "anything-but": ourSources }]',
    to: 'source: [{ prefix: "" }]',
  },
  {
    title: "notify tells of what others send",
    from: 'JSON.stringify({ source: ["specdrop", "specdrop.operations"] })',
    to: 'JSON.stringify({ source: [{ prefix: "" }] })',
  },
  {
    title: "nobody hears that applying is suspended",
    from: 'source: ["specdrop", "specdrop.operations"]',
    to: 'source: ["specdrop"]',
  },
  {
    title: "sweep: what waited goes on waiting",
    from: 'pattern: { source: ["specdrop.operations"], detailType: ["Resumed", "WithdrawalsReleased"] },',
    to: 'pattern: { source: ["specdrop.operations"], detailType: ["Suspended"] },',
  },
  {
    title: "sweep: what was held goes on waiting",
    from: 'detailType: ["Resumed", "WithdrawalsReleased"] },',
    to: 'detailType: ["Resumed"] },',
  },
  {
    title: "sweep: any source may have everything signalled",
    from: 'pattern: { source: ["specdrop.operations"], detailType: ["Resumed", "WithdrawalsReleased"] },',
    to: 'pattern: { detailType: ["Resumed", "WithdrawalsReleased"] },',
  },
  {
    title: "sweep: a resumption that cannot be delivered is lost",
    from: 'allowRules("SweepFailures", sweep.failures, [resumedToSweep.nodes.rule.arn]);',
    to: "resumedToSweep.nodes.rule.arn.apply(() => undefined);",
  },
  { title: "undelivered events are lost", from: "deadLetterConfig: { arn: failures.arn },\n", to: "" },
  {
    title: "other accounts may send results",
    from: 'values: ["SpecSubmitted", "SpecWithdrawn"],\n              },',
    to: 'values: ["SpecSubmitted", "SpecWithdrawn", "ApplySucceeded"],\n              },',
  },
  {
    title: "other accounts may send as specdrop",
    from: '{ test: "ForAllValues:StringNotEquals", variable: "events:source", values: ourSources },',
    to: "",
  },
  {
    title: "other accounts may send what looks like a notice of ours",
    from: 'const ourSources = ["specdrop", "specdrop.operations", "specdrop.progress"];',
    to: 'const ourSources = ["specdrop"];',
  },
  {
    title: "other accounts may send what has no type",
    from: '{ test: "Null", variable: "events:detail-type", values: ["false"] },',
    to: "",
  },
  {
    title: "every organisation may submit",
    from: 'conditions: [{ test: "StringEquals", variable: "aws:PrincipalOrgID", values: submitterOrganizations }],',
    to: "conditions: [],",
  },
  // What is kept.
  { title: "S3 keeps its events to itself", from: "eventbridge: true", to: "eventbridge: false" },
  { title: "specs have one version", from: "versioning: true,", to: "versioning: false," },
  { title: "specs travel without TLS", from: "enforceHttps: true,", to: "enforceHttps: false," },
  { title: "any web page may read specs", from: "cors: false,", to: "" },
  {
    title: "queues are not encrypted",
    from: "minutes`,\n      transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },",
    to: "minutes`,\n      transform: { queue: { messageRetentionSeconds: days(14) } },",
  },
  {
    title: "production goes with its stack",
    from: 'removal: production ? "retain" : "remove",',
    to: 'removal: "remove",',
  },
  { title: "production's ledger can be deleted", from: "deletionProtection: production,", to: "" },
  {
    title: "the ledger cannot be restored",
    from: "pointInTimeRecovery: { enabled: true }",
    to: "pointInTimeRecovery: { enabled: false }",
  },
  // Operations.
  { title: "alarms ring in an empty room", from: "alarmActions: [alarms.arn],", to: "" },
  { title: "no alarm for lost events", from: "      IntakeFailures: intake.failures,\n", to: "" },
  {
    title: "an alarm on a metric that nobody counts",
    from: 'countedBy("reconcile", "ApplyFailed")',
    to: 'countedBy("reconcile", "Failed")',
  },
  {
    title: "sweep: nobody hears of what was given up",
    from: '...countedBy("sweep", "ApplyFailed"),',
    to: '...countedBy("reconcile", "ApplyFailed"),',
  },
  {
    title: "sweep: nobody hears of dropped dead letters",
    from: '...countedBy("sweep", "DeadLetterDropped"),',
    to: '...countedBy("sweep", "DeadLetters"),',
  },
  {
    title: "sweep: dead letters grow old unnoticed",
    from: "...age(signalsDeadLetters),",
    to: "...age(signals),",
  },
  {
    title: "sweep: nobody hears of documents that were not swept",
    from: '...countedBy("sweep", "DocumentsNotSwept"),',
    to: '...countedBy("sweep", "DocumentsSwept"),',
  },
  {
    title: "an alarm that does not say where to read on",
    from: "See docs/operate.md#${name.toLowerCase()}`",
    to: "See docs/operate.md`",
  },
  {
    title: "parameters of all stages in one place",
    from: "name: `/${$app.name}/${$app.stage}/${name}`",
    to: "name: `/${$app.name}/${name}`",
  },
  // The file itself.
  { title: "a misspelt property", from: "maximumConcurrency: 5", to: "maxConcurrency: 5", tests: "config.test.ts" },
  { title: "shims in the packages", from: 'types: { ignore: ["packages"] },', to: "", tests: "config.test.ts" },
  {
    title: "a link that sst-env.d.ts does not know",
    from: 'const bus = new sst.aws.Bus("Events");',
    to: 'const bus = new sst.aws.Bus("Events");\n    new sst.aws.Queue("Spare");',
    tests: "config.test.ts",
  },
  {
    title: "an account id of any shape",
    from: 'setting("SPECDROP_SUBMITTER_ACCOUNTS", /^\\d{12}$/)',
    to: 'setting("SPECDROP_SUBMITTER_ACCOUNTS", /./)',
    tests: "config.test.ts",
  },
  {
    title: "rules: any text will do",
    from: "parseAllowedApis(allowedApis);",
    to: "parseAllowedApis('{}');",
    tests: "config.test.ts",
  },
  {
    title: "rules: an empty text opens every API",
    from: "if (allowedApis !== undefined) {",
    to: "if (allowedApis) {",
    tests: "config.test.ts",
  },
];
