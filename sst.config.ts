/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "specdrop",
      version: "4.17.1", // SST refuses to run under another version of its command line.
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { defaultTags: { tags: { app: "specdrop", stage: input.stage } } } },
      types: { ignore: ["packages"] }, // Only functions/ may read what is linked.
    };
  },

  async run() {
    const production = $app.stage === "production";
    const prefix = `${$app.name}-${$app.stage}`;
    const { accountId } = await aws.getCallerIdentity({});
    const { region } = await aws.getRegion({});
    const { partition } = await aws.getPartition({});

    // What an operator may set, in the environment or in .env: comma-separated where several are allowed.
    const setting = (name: string, expected: RegExp) => {
      const values = (process.env[name] ?? "").split(",").map((value) => value.trim());
      const given = values.filter((value) => value !== "");
      for (const value of given) if (!expected.test(value)) throw new Error(`${name} cannot hold "${value}"`);
      return given;
    };
    /** Accounts whose stacks may send documents to the bus. */
    const submitterAccounts = setting("SPECDROP_SUBMITTER_ACCOUNTS", /^\d{12}$/);
    /** Organisations all of whose accounts may. */
    const submitterOrganizations = setting("SPECDROP_SUBMITTER_ORGANIZATIONS", /^o-[a-z0-9]{10,32}$/);
    /** The only APIs that are ever touched; all of the account's without it. */
    const apiIds = setting("SPECDROP_API_IDS", /^[a-z0-9]+$/);
    const mostApiIds = 12;
    if (apiIds.length > mostApiIds) {
      throw new Error(`SPECDROP_API_IDS cannot hold more than ${mostApiIds} APIs: a role takes 10,240 characters`);
    }
    /** Who is told of alarms. */
    const alarmEmails = setting("SPECDROP_ALARM_EMAILS", /^[^@\s]+@[^@\s]+$/);
    /** Which APIs documents may name, as JSON; every API without it. One that is empty has lost its rules, and is refused. */
    const allowedApis = process.env["SPECDROP_ALLOWED_APIS"];
    if (allowedApis !== undefined) {
      const { parseAllowedApis } = await import("./packages/service/src/policy/allowed-apis.ts");
      try {
        parseAllowedApis(allowedApis);
      } catch (cause) {
        throw new Error(`SPECDROP_ALLOWED_APIS cannot hold "${allowedApis}": ${(cause as Error).message}`, { cause });
      }
    }
    /** How many seconds after its event a change deletes nothing (0 to 900); 20 without it: docs/rename.md. */
    const [withdrawAfter = ""] = setting("SPECDROP_WITHDRAW_AFTER_SECONDS", /^([1-8]?\d{1,2}|900)$/);
    /** How many withdrawals are too many, as JSON; the defaults without it: docs/operate.md#mass-deletion. */
    const withdrawalLimits = process.env["SPECDROP_WITHDRAWAL_LIMITS"] ?? "";
    if (withdrawalLimits !== "") {
      const { parseBreakerLimits } = await import("./packages/service/src/policy/breaker-limits.ts");
      try {
        parseBreakerLimits(withdrawalLimits);
      } catch (cause) {
        const why = (cause as Error).message;
        throw new Error(`SPECDROP_WITHDRAWAL_LIMITS cannot hold "${withdrawalLimits}": ${why}`, { cause });
      }
    }

    /** The channel a bot tells results in; by webhook without it. */
    const [slackChannel = ""] = setting("SPECDROP_SLACK_CHANNEL", /^(#?[^\s,@A-Z]{1,80}|[CGD][A-Z0-9]{8,})$/);
    const isBot = slackChannel !== "";
    /** Which results go to which other channels, and what messages link to: docs/slack.md. Both as JSON. */
    const slackRules = process.env["SPECDROP_SLACK_RULES"] ?? "";
    const slackLinks = process.env["SPECDROP_SLACK_LINKS"] ?? "";
    const { isSlackChannel, parseRules } = await import("./packages/slack/src/routes.ts");
    const { parseLinks } = await import("./packages/slack/src/links.ts");
    // The names of webhooks are part of a secret: whether they are there is asked when the function starts.
    const isChannel = (name: string) => (isBot ? isSlackChannel(name) : /^[\w-]+$/.test(name));
    const refuse = (name: string, check: () => unknown) => {
      try {
        check();
      } catch (cause) {
        throw new Error(`${name} cannot be used: ${(cause as Error).message}`, { cause });
      }
    };
    if (slackRules !== "") refuse("SPECDROP_SLACK_RULES", () => parseRules(slackRules, isChannel));
    if (slackLinks !== "") refuse("SPECDROP_SLACK_LINKS", () => parseLinks(slackLinks));

    type Condition = { test: string; variable: string; values: $util.Input<string>[] };
    type Grant = { actions: string[]; resources: $util.Input<string>[]; conditions?: Condition[] };

    /** Named by us, since the bucket's policy names it before it is made. With the region, for IAM is the account's. */
    const intakeRole = `${prefix}-${region}-Intake`;

    // Every function.
    $transform(sst.aws.Function, (args, _opts, name) => {
      args.runtime ??= "nodejs24.x";
      args.architecture ??= "arm64";
      args.logging ??= { format: "json", retention: production ? "3 months" : "2 weeks" };
      args.nodejs ??= { minify: true, splitting: true }; // Split, what is imported at need is loaded at need.
      if ($dev) return; // `sst dev` runs the code elsewhere, under roles of its own making.
      const logGroup = `/aws/lambda/${prefix}-${name}`;
      const ownLog: Grant = {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}:*`],
      };
      args.permissions = $output(args.permissions).apply((grants) => [...(grants ?? []), ownLog]);
      args.transform = {
        ...args.transform,
        logGroup: { name: logGroup },
        role: (role) => {
          // SST 4.17.1 lets the account's root assume the role too, and allows it to write to every log.
          role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
          role.managedPolicyArns = [];
          if (name === "Intake") role.name = intakeRole;
        },
      };
    });

    // The specs, and the results that were too long for an event.
    const bucket = new sst.aws.Bucket("Specs", {
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
    new aws.s3.BucketServerSideEncryptionConfiguration("SpecsEncryption", {
      bucket: bucket.name,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new aws.s3.BucketNotification("SpecsEvents", { bucket: bucket.name, eventbridge: true });

    // The ledger. Without it nobody knows which document owns which response, so it can be restored to any second.
    const ledger = new sst.aws.Dynamo("Ledger", {
      fields: { pk: "string", sk: "string" },
      primaryIndex: { hashKey: "pk", rangeKey: "sk" },
      ttl: "forgetAt", // Of what Slack was told; the ledger's own items have no such attribute.
      deletionProtection: production,
      transform: { table: { pointInTimeRecovery: { enabled: true } } },
    });

    // Signals: which change set to converge. A group is an API, so each API has one writer.
    const days = (count: number) => count * 24 * 60 * 60;
    const reconcileMinutes = 4;
    const sweepMinutes = 5;
    const signalsDeadLetters = new sst.aws.Queue("SignalsDeadLetters", {
      fifo: true,
      visibilityTimeout: `${6 * sweepMinutes} minutes`,
      transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
    });
    // A run that dies holds its API for as long as its signal stays hidden, and a minute of lease: six minutes in all.
    // AWS advises six times the function's time, which is for batches and for invocations that are throttled: here a
    // batch is one signal, and one that is delivered twice finds the lease.
    const signals = new sst.aws.Queue("Signals", {
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
    const delayedFailures = new sst.aws.Queue("DelayedSignalsFailures", {
      transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
    });
    const delayedSignals = new sst.aws.Queue("DelayedSignals", {
      visibilityTimeout: `${6 * intakeMinutes} minutes`,
      dlq: { queue: delayedFailures.arn, retry: 5 },
      transform: { queue: { messageRetentionSeconds: days(4), sqsManagedSseEnabled: true } },
    });

    // What people are to be told waits here: for its turn, for Slack to slow down, and for an outage to end. A message
    // is received a hundred times within a day; then it waits among the failures for somebody to look.
    const notifyMinutes = 1;
    const notifyFailures = new sst.aws.Queue("NotifyFailures", {
      transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
    });
    const notifications = new sst.aws.Queue("Notifications", {
      visibilityTimeout: `${6 * notifyMinutes} minutes`,
      dlq: { queue: notifyFailures.arn, retry: 100 },
      transform: { queue: { messageRetentionSeconds: days(4), sqsManagedSseEnabled: true } },
    });

    // The bus: results go out on it, and other stacks send documents to it. Those of this account need an IAM
    // permission only; others may put the two events named here, and cannot pass off an event as ours.
    const bus = new sst.aws.Bus("Events");
    const ourSources = ["specdrop", "specdrop.operations", "specdrop.progress"];
    const submitters = [
      {
        sid: "Accounts",
        principals: [
          { type: "AWS", identifiers: submitterAccounts.map((account) => `arn:${partition}:iam::${account}:root`) },
        ],
        conditions: [],
        isAsked: submitterAccounts.length > 0,
      },
      {
        sid: "Organizations",
        principals: [{ type: "*", identifiers: ["*"] }],
        conditions: [{ test: "StringEquals", variable: "aws:PrincipalOrgID", values: submitterOrganizations }],
        isAsked: submitterOrganizations.length > 0,
      },
    ].filter(({ isAsked }) => isAsked);
    if (submitters.length > 0) {
      new aws.cloudwatch.EventBusPolicy("SubmittersPolicy", {
        eventBusName: bus.name,
        policy: aws.iam.getPolicyDocumentOutput({
          statements: submitters.map(({ sid, principals, conditions }) => ({
            sid,
            principals,
            actions: ["events:PutEvents"],
            resources: [bus.arn],
            conditions: [
              ...conditions,
              // ForAllValues is true of no values at all, hence Null.
              { test: "Null", variable: "events:detail-type", values: ["false"] },
              { test: "Null", variable: "events:source", values: ["false"] },
              {
                test: "ForAllValues:StringEquals",
                variable: "events:detail-type",
                values: ["SpecSubmitted", "SpecWithdrawn"],
              },
              { test: "ForAllValues:StringNotEquals", variable: "events:source", values: ourSources },
            ],
          })),
        }).json,
      });
    }

    // Set with `sst secret set`, and linked to the one function that posts. Which one is needed depends on how it posts.
    const slackWebhookUrl = new sst.Secret("SlackWebhookUrl", isBot ? "" : undefined);
    const slackBotToken = new sst.Secret("SlackBotToken", isBot ? undefined : "");

    // What the functions may do. `link` would grant all actions on what it links.
    const readSpecs: Grant[] = [
      { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [$interpolate`${bucket.arn}/*`] },
      // Without it S3 answers AccessDenied where NoSuchKey is meant.
      { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    ];
    const writeResults: Grant = { actions: ["s3:PutObject"], resources: [$interpolate`${bucket.arn}/results/*`] };
    const sendSignals: Grant = { actions: ["sqs:SendMessage"], resources: [signals.arn] };
    const receiveFrom = (queue: sst.aws.Queue): Grant => ({
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
      resources: [queue.arn],
    });
    const publish: Grant = { actions: ["events:PutEvents"], resources: [bus.arn] };
    const useLedger = (...actions: string[]): Grant => ({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [ledger.arn],
    });

    // Cloud Control's actions are CloudFormation's, and know no resource but all of the region's. What they reach is
    // limited by the handlers' own permissions, which the caller needs.
    const useCloudControl = (...actions: string[]): Grant => ({
      actions: actions.map((action) => `cloudformation:${action}`),
      resources: [`arn:${partition}:cloudformation:${region}:${accountId}:resource/*`],
    });
    const inApis = (...paths: string[]) =>
      (apiIds.length > 0 ? apiIds : ["*"]).flatMap((apiId) =>
        paths.map((path) => `arn:${partition}:apigateway:${region}::/apis/${apiId}${path}`),
      );
    // The developer guide's ARNs of integration responses leave out the integration, the API's own paths do not.
    const responses = inApis("/integrations/*/integrationresponses", "/integrationresponses");
    const eachResponse = responses.map((arn) => `${arn}/*`);
    const readResponses: Grant = { actions: ["apigateway:GET"], resources: [...responses, ...eachResponse] };
    const changeResponses: Grant[] = [
      { actions: ["apigateway:POST"], resources: responses },
      { actions: ["apigateway:PATCH", "apigateway:PUT", "apigateway:DELETE"], resources: eachResponse },
    ];
    // What surrounds the responses: the API, integrations, routes and their responses, stages, deployments. IAM's
    // asterisk goes past slashes. Part by part it would be too much for a role, which takes 10,240 characters.
    const readApis: Grant = { actions: ["apigateway:GET"], resources: inApis("", "/*") };
    const deployApis: Grant = { actions: ["apigateway:POST"], resources: inApis("/deployments") };

    const environment = {
      SPECDROP_BUCKET: bucket.name,
      SPECDROP_BUS: bus.name,
      SPECDROP_QUEUE_URL: signals.url,
      SPECDROP_TABLE: ledger.name,
    };
    const metrics = { POWERTOOLS_METRICS_NAMESPACE: `${$app.name}/${$app.stage}` };
    const pipeline = {
      ...environment,
      ...metrics,
      ...(allowedApis !== undefined && { SPECDROP_ALLOWED_APIS: allowedApis }),
      ...(withdrawalLimits !== "" && { SPECDROP_WITHDRAWAL_LIMITS: withdrawalLimits }),
    };

    // A function that is invoked asynchronously, with the queue for the events it failed on.
    const asynchronous = (name: string, grants: Grant[], args: Omit<sst.aws.FunctionArgs, "permissions">) => {
      const failures = new sst.aws.Queue(`${name}Failures`, {
        transform: { queue: { messageRetentionSeconds: days(14), sqsManagedSseEnabled: true } },
      });
      const handler = new sst.aws.Function(name, {
        retries: 2,
        ...args,
        permissions: [...grants, { actions: ["sqs:SendMessage"], resources: [failures.arn] }],
        transform: { ...args.transform, function: { deadLetterConfig: { targetArn: failures.arn } } },
      });
      return { handler, failures };
    };

    const intake = asynchronous(
      "Intake",
      [
        ...readSpecs,
        { actions: ["s3:PutObject", "s3:DeleteObject"], resources: [$interpolate`${bucket.arn}/events/*`] },
        // Scan: many withdrawals at once are compared with all that the ledger owns.
        useLedger("GetItem", "UpdateItem", "Query", "Scan"),
        sendSignals,
        receiveFrom(delayedSignals),
        publish,
      ],
      {
        handler: "functions/src/intake.handler",
        timeout: `${intakeMinutes} minutes`,
        memory: "512 MB",
        environment: {
          ...pipeline,
          ...(withdrawAfter !== "" && { SPECDROP_WITHDRAW_AFTER_SECONDS: withdrawAfter }),
        },
      },
    );
    delayedSignals.subscribe(intake.handler.arn, {
      batch: { size: 10, partialResponses: true },
      transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
    });

    const notify = new sst.aws.Function("Notify", {
      handler: "functions/src/notify.handler",
      timeout: `${notifyMinutes} minutes`,
      memory: "256 MB",
      environment: {
        ...metrics,
        SPECDROP_TABLE: ledger.name,
        SPECDROP_NOTIFICATIONS_URL: notifications.url,
        SPECDROP_LOG_GROUPS: ["Intake", "Reconcile", "Sweep"].map((name) => `/aws/lambda/${prefix}-${name}`).join(),
        ...(isBot && { SPECDROP_SLACK_CHANNEL: slackChannel }),
        ...(slackRules !== "" && { SPECDROP_SLACK_RULES: slackRules }),
        ...(slackLinks !== "" && { SPECDROP_SLACK_LINKS: slackLinks }),
      },
      link: isBot ? [slackBotToken] : [slackWebhookUrl],
      permissions: [
        receiveFrom(notifications),
        // Of the ledger's table only what is its own: what Slack was told.
        {
          ...useLedger("GetItem", "PutItem", "UpdateItem"),
          conditions: [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: ["slack#*"] }],
        },
      ],
    });
    notifications.subscribe(notify.arn, {
      batch: { size: 10, partialResponses: true },
      // Slack takes a message per second and channel: more functions would wait for each other.
      transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
    });

    const reconcile = new sst.aws.Function("Reconcile", {
      handler: "functions/src/reconcile.handler",
      timeout: `${reconcileMinutes} minutes`,
      memory: "512 MB",
      environment: {
        ...pipeline,
        SPECDROP_DELAYED_QUEUE_URL: delayedSignals.url,
        ...(isBot && { SPECDROP_PROGRESS: "on" }),
      },
      permissions: [
        ...readSpecs,
        writeResults,
        useLedger("GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"),
        receiveFrom(signals),
        sendSignals,
        { actions: ["sqs:SendMessage"], resources: [delayedSignals.arn] },
        publish,
        useCloudControl("GetResource", "ListResources"),
        useCloudControl("CreateResource", "UpdateResource", "DeleteResource"),
        useCloudControl("GetResourceRequestStatus", "ListResourceRequests"),
        readApis,
        ...changeResponses,
        deployApis,
      ],
    });
    // A long document goes on by signalling itself, which Lambda would take for a loop and stop after 16 rounds.
    new aws.lambda.FunctionRecursionConfig("ReconcileRecursion", {
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
    const sweep = asynchronous(
      "Sweep",
      [
        ...readSpecs,
        writeResults,
        useLedger("GetItem", "PutItem", "UpdateItem", "Query", "Scan"),
        receiveFrom(signalsDeadLetters),
        sendSignals,
        publish,
        useCloudControl("GetResource", "ListResources"),
        readResponses,
      ],
      {
        handler: "functions/src/sweep.handler",
        timeout: `${sweepMinutes} minutes`,
        memory: "512 MB",
        environment: pipeline,
        // The next one makes up for a sweep that failed, or came too late.
        retries: 0,
        transform: { eventInvokeConfig: { maximumEventAgeInSeconds: sweepMinutes * 60 } },
      },
    );
    new sst.aws.CronV2("SweepCron", {
      schedule: `rate(${sweepMinutes} minutes)`,
      function: sweep.handler,
      dlq: sweep.failures.arn,
      transform: {
        role: (role) => {
          // SST 4.17.1 lets the service assume the role on behalf of any account.
          role.assumeRolePolicy = aws.iam.getPolicyDocumentOutput({
            statements: [
              {
                principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
                actions: ["sts:AssumeRole"],
                conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
              },
            ],
          }).json;
        },
      },
    });
    signalsDeadLetters.subscribe(sweep.handler.arn, {
      batch: { size: 1, partialResponses: true },
      transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 2 } } },
    });

    // Who hears of what.
    const to = ({ failures }: Pick<typeof intake, "failures">) => ({
      target: {
        deadLetterConfig: { arn: failures.arn },
        retryPolicy: { maximumRetryAttempts: 24, maximumEventAgeInSeconds: 6 * 3600 },
      },
    });
    // S3 sends to the account's default bus only. One pattern cannot ask a key for both its beginning and its end, so
    // it leaves out what is never a spec, results above all, and intake looks at the rest.
    const defaultBus = `arn:${partition}:events:${region}:${accountId}:event-bus/default`;
    const specsToIntake = sst.aws.Bus.subscribe("SpecsToIntake", defaultBus, intake.handler, {
      pattern: {
        source: ["aws.s3"],
        detailType: ["Object Created", "Object Deleted"],
        detail: {
          bucket: { name: [bucket.name] },
          object: { key: [{ "anything-but": { wildcard: ["results/*", "*/"] } }] },
        },
      },
      transform: to(intake),
    });
    const documentsToIntake = bus.subscribe("DocumentsToIntake", intake.handler, {
      pattern: { source: [{ "anything-but": ourSources }], detailType: ["SpecSubmitted", "SpecWithdrawn"] },
      transform: to(intake),
    });
    // Notices about the pipeline itself have a source of their own.
    const resultsToNotify = new aws.cloudwatch.EventRule("ResultsToNotify", {
      eventBusName: bus.name,
      state: "ENABLED",
      eventPattern: JSON.stringify({ source: ["specdrop", "specdrop.operations"] }),
    });
    new aws.cloudwatch.EventTarget("ResultsToNotifyTarget", {
      rule: resultsToNotify.name,
      eventBusName: bus.name,
      arn: notifications.arn,
      ...to({ failures: notifyFailures }).target,
    });
    // How far a run is, is news for a minute: what cannot be delivered by then is not missed.
    const progressToNotify = new aws.cloudwatch.EventRule("ProgressToNotify", {
      eventBusName: bus.name,
      state: "ENABLED",
      eventPattern: JSON.stringify({ source: ["specdrop.progress"] }),
    });
    new aws.cloudwatch.EventTarget("ProgressToNotifyTarget", {
      rule: progressToNotify.name,
      eventBusName: bus.name,
      arn: notifications.arn,
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },
    });
    // What waited for the end of a suspension, or of a hold on withdrawals, need not wait for the schedule too.
    const resumedToSweep = bus.subscribe("ResumedToSweep", sweep.handler, {
      pattern: { source: ["specdrop.operations"], detailType: ["Resumed", "WithdrawalsReleased"] },
      transform: to(sweep),
    });

    // What a rule cannot deliver it puts among its target's failures; no other rule, and nobody else, may.
    const allowRules = (name: string, queue: sst.aws.Queue, rules: $util.Input<string>[]) =>
      new aws.sqs.QueuePolicy(`${name}Policy`, {
        queueUrl: queue.url,
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [
            {
              principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
              actions: ["sqs:SendMessage"],
              resources: [queue.arn],
              conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: rules }],
            },
          ],
        }).json,
      });
    allowRules("Notifications", notifications, [resultsToNotify.arn, progressToNotify.arn]);
    allowRules("IntakeFailures", intake.failures, [specsToIntake.nodes.rule.arn, documentsToIntake.nodes.rule.arn]);
    allowRules("NotifyFailures", notifyFailures, [resultsToNotify.arn]);
    allowRules("SweepFailures", sweep.failures, [resumedToSweep.nodes.rule.arn]);

    // Alarms: all of them mean that somebody has to look.
    const functions = {
      Intake: intake.handler,
      Reconcile: reconcile,
      Notify: notify,
      Sweep: sweep.handler,
    };
    const failures = {
      IntakeFailures: intake.failures,
      NotifyFailures: notifyFailures,
      DelayedSignalsFailures: delayedFailures,
      SweepFailures: sweep.failures,
    };
    const nameOf = (queue: sst.aws.Queue) => queue.nodes.queue.name;
    const alarms = new sst.aws.SnsTopic("Alarms");
    for (const [index, endpoint] of alarmEmails.entries()) {
      new aws.sns.TopicSubscription(`AlarmsEmail${index}`, { topic: alarms.arn, protocol: "email", endpoint });
    }
    type Alarm = { alarmDescription: string } & Pick<
      aws.cloudwatch.MetricAlarmArgs,
      "namespace" | "metricName" | "dimensions"
    >;
    const alarm = (name: string, args: Alarm, { statistic = "Sum", threshold = 0 } = {}) =>
      new aws.cloudwatch.MetricAlarm(name, {
        ...args,
        // Each has its section there.
        alarmDescription: `${args.alarmDescription} See docs/operate.md#${name.toLowerCase()}`,
        statistic,
        threshold,
        comparisonOperator: "GreaterThanThreshold",
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [alarms.arn],
        okActions: [alarms.arn],
      });
    for (const [name, queue] of Object.entries(failures)) {
      const about = {
        alarmDescription: "Work was given up and waits to be looked at and sent again.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: nameOf(queue) },
      };
      alarm(`${name}Alarm`, about, { statistic: "Maximum" });
    }
    for (const [name, { name: FunctionName }] of Object.entries(functions)) {
      const about = { namespace: "AWS/Lambda", dimensions: { FunctionName } };
      alarm(`${name}ErrorsAlarm`, { ...about, metricName: "Errors", alarmDescription: "The function failed." });
      alarm(`${name}ThrottlesAlarm`, {
        ...about,
        metricName: "Throttles",
        alarmDescription: "The account has too little concurrency for the function.",
      });
    }
    const age = (queue: sst.aws.Queue) => ({
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: nameOf(queue) },
    });
    const signalsAge = {
      ...age(signals),
      alarmDescription: "A change set has waited for more than an hour: its runs fail, or there are too many of them.",
    };
    alarm("SignalsAgeAlarm", signalsAge, { statistic: "Maximum", threshold: 3600 });
    const deadLettersAge = {
      ...age(signalsDeadLetters),
      alarmDescription: "A signal was given up more than an hour ago, and its change set could not be ended since.",
    };
    alarm("DeadLettersAgeAlarm", deadLettersAge, { statistic: "Maximum", threshold: 3600 });
    const notificationsAge = {
      ...age(notifications),
      alarmDescription: "People have not been told of something for more than an hour: Slack is away, or refuses us.",
    };
    alarm("NotificationsAgeAlarm", notificationsAge, { statistic: "Maximum", threshold: 3600 });
    const countedBy = (service: string, metricName: string) => ({
      namespace: metrics.POWERTOOLS_METRICS_NAMESPACE,
      metricName,
      dimensions: { service: `specdrop-${service}` },
    });
    alarm("FailedResultsAlarm", {
      ...countedBy("reconcile", "ApplyFailed"),
      alarmDescription: "A change set ended in ApplyFailed.",
    });
    alarm("GivenUpAlarm", {
      ...countedBy("sweep", "ApplyFailed"),
      alarmDescription: "A change set ended in ApplyFailed, for its signal was given up: no run came to its end.",
    });
    alarm("DeadLetterDroppedAlarm", {
      ...countedBy("sweep", "DeadLetterDropped"),
      alarmDescription: "Something that is no signal was on the queue, and was dropped. The log has its message id.",
    });
    alarm("SlackRefusedAlarm", {
      ...countedBy("notify", "SlackRefused"),
      alarmDescription:
        "Slack refused a message for a reason that only a person can mend. The log has Slack's word for it.",
    });
    alarm("DocumentsNotSweptAlarm", {
      ...countedBy("sweep", "DocumentsNotSwept"),
      alarmDescription: "The sweep could not look at every document to the end, or had no time to.",
    });

    // The dashboard: what came of the documents, what waits, and how the functions fare.
    type Metric = $util.Input<string | object>[];
    const graph = (x: number, y: number, title: string, stat: string, lines: Metric[]) => ({
      ...{ type: "metric", x, y, width: 12, height: 6 },
      properties: { title, region, stat, period: 300, view: "timeSeries", metrics: lines },
    });
    const counted = (service: string, names: string[]) =>
      names.map((name) => [metrics.POWERTOOLS_METRICS_NAMESPACE, name, "service", `specdrop-${service}`]);
    const ofFunctions = (metric: string): Metric[] =>
      Object.entries(functions).map(([label, { name }]) => ["AWS/Lambda", metric, "FunctionName", name, { label }]);
    const visible = ([label, queue]: [string, sst.aws.Queue]): Metric => {
      return ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", nameOf(queue), { label }];
    };
    const oldest = (label: string, queue: sst.aws.Queue): Metric => {
      return ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", nameOf(queue), { label }];
    };
    new aws.cloudwatch.Dashboard("Dashboard", {
      dashboardName: prefix,
      dashboardBody: $jsonStringify({
        widgets: [
          graph(0, 0, "Results", "Sum", [
            ...counted("reconcile", [
              "ApplySucceeded",
              "ApplyUnchanged",
              "ApplyFailed",
              "PlanProduced",
              "Interrupted",
              "QueuedAgain",
            ]),
            ...counted("intake", ["SpecAccepted", "SpecRejected"]),
          ]),
          graph(12, 0, "Time to converge, ms", "p90", counted("reconcile", ["Duration"])),
          graph(0, 6, "Waiting signals and dead letters", "Maximum", [
            visible(["Signals", signals]),
            visible(["SignalsDeadLetters", signalsDeadLetters]),
            visible(["DelayedSignals", delayedSignals]),
            visible(["Notifications", notifications]),
            ...Object.entries(failures).map(visible),
          ]),
          graph(12, 6, "Age of the oldest signal and dead letter, s", "Maximum", [
            oldest("Signals", signals),
            oldest("SignalsDeadLetters", signalsDeadLetters),
            oldest("Notifications", notifications),
          ]),
          graph(0, 12, "Errors", "Sum", ofFunctions("Errors")),
          graph(12, 12, "Throttles", "Sum", ofFunctions("Throttles")),
          graph(0, 18, "What was left behind", "Sum", [
            ...counted("sweep", ["ResultsRepublished", "SignalsResent", "RevisionsEnded", "DocumentsNotSwept"]),
            ...counted("sweep", ["ApplyFailed", "DeadLetterDropped", "SignalFailed", "Suspended", "WithdrawalsHeld"]),
            ...counted("sweep", ["ChangesFound"]),
          ]),
          graph(12, 18, "Drift", "Sum", [
            ...counted("sweep", ["DriftDetected", "DriftResolved"]),
            ...counted("reconcile", ["DriftResolved"]),
          ]),
          graph(0, 24, "Slack", "Sum", [
            ...counted("notify", ["Notified", "ProgressShown", "ProgressDropped", "SlowedDown"]),
            ...counted("notify", ["SlackRefused", "NotNotified", "NotAResult"]),
          ]),
        ],
      }),
    });

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
    for (const [name, value] of Object.entries(outputs)) {
      new aws.ssm.Parameter(`Output-${name}`, { name: `/${$app.name}/${$app.stage}/${name}`, type: "String", value });
    }
    return outputs;
  },
});
