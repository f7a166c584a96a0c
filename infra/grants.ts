/// <reference path="../.sst/platform/config.d.ts" />

/** What a function may do. */
export interface Grant {
  readonly actions: string[];
  readonly resources: $util.Input<string>[];
  readonly conditions?: { test: string; variable: string; values: $util.Input<string>[] }[];
}

export interface Account {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

interface Granted {
  readonly bucket: sst.aws.Bucket;
  readonly ledger: sst.aws.Dynamo;
  readonly signals: sst.aws.Queue;
  readonly bus: sst.aws.Bus;
}

/** The grants that functions are given some of. SST's `link` would grant all actions on what it links. */
export function grantsOn({ bucket, ledger, signals, bus }: Granted, account: Account, apiIds: readonly string[]) {
  const { accountId, region, partition } = account;
  const inApis = (...paths: string[]) =>
    (apiIds.length > 0 ? apiIds : ["*"]).flatMap((apiId) =>
      paths.map((path) => `arn:${partition}:apigateway:${region}::/apis/${apiId}${path}`),
    );
  // The developer guide's ARNs of integration responses leave out the integration, the API's own paths do not.
  const responses = inApis("/integrations/*/integrationresponses", "/integrationresponses");
  const eachResponse = responses.map((arn) => `${arn}/*`);
  const readSpecs: Grant[] = [
    { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [$interpolate`${bucket.arn}/*`] },
    // Without it S3 answers AccessDenied where NoSuchKey is meant.
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
  ];
  const changeResponses: Grant[] = [
    { actions: ["apigateway:POST"], resources: responses },
    { actions: ["apigateway:PATCH", "apigateway:PUT", "apigateway:DELETE"], resources: eachResponse },
    // TwoWay makes the responses of routes, and takes them away; nothing else of a route is ever written.
    { actions: ["apigateway:POST", "apigateway:DELETE"], resources: inApis("/routes/*/routeresponses*") },
  ];
  return {
    readSpecs,
    writeResults: grant(["s3:PutObject"], $interpolate`${bucket.arn}/results/*`),
    sendSignals: grant(["sqs:SendMessage"], signals.arn),
    publish: grant(["events:PutEvents"], bus.arn),
    useLedger: (...actions: string[]) =>
      grant(
        actions.map((action) => `dynamodb:${action}`),
        ledger.arn,
      ),
    // Cloud Control's actions are CloudFormation's, and know no resource but all of the region's. What they reach is
    // limited by the handlers' own permissions, which the caller needs.
    useCloudControl: (...actions: string[]) =>
      grant(
        actions.map((action) => `cloudformation:${action}`),
        `arn:${partition}:cloudformation:${region}:${accountId}:resource/*`,
      ),
    // What documents declare, and the routes that TwoWay is about. IAM's asterisk goes past slashes.
    readResponses: grant(["apigateway:GET"], ...responses, ...eachResponse, ...inApis("/routes*")),
    changeResponses,
    // What surrounds the responses: the API, integrations, routes and their responses, stages, deployments. Part by part
    // it would be too much for a role, which takes 10,240 characters.
    readApis: grant(["apigateway:GET"], ...inApis("", "/*")),
    deployApis: grant(["apigateway:POST"], ...inApis("/deployments")),
  };
}

export function receiveFrom(queue: sst.aws.Queue): Grant {
  return grant(
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    queue.arn,
  );
}

export function sendTo(queue: sst.aws.Queue): Grant {
  return grant(["sqs:SendMessage"], queue.arn);
}

/** A resource policy that lets these rules, and these topics, and nobody else, send to the queue. */
export function allowRules(
  name: string,
  queue: sst.aws.Queue,
  rules: $util.Input<string>[],
  topics: $util.Input<string>[] = [],
): void {
  const senders = [
    { service: "events.amazonaws.com", sources: rules },
    { service: "sns.amazonaws.com", sources: topics },
  ];
  new aws.sqs.QueuePolicy(`${name}Policy`, {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: senders
        .filter(({ sources }) => sources.length > 0)
        .map(({ service, sources }) => ({
          principals: [{ type: "Service", identifiers: [service] }],
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: sources }],
        })),
    }).json,
  });
}

/** A trust policy that lets a service assume a role on behalf of this account. SST 4.17.1 leaves out the condition. */
export function trustOf(service: string, { accountId }: Account): $util.Output<string> {
  return aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        principals: [{ type: "Service", identifiers: [service] }],
        actions: ["sts:AssumeRole"],
        conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
      },
    ],
  }).json;
}

/** Lets accounts and organisations put the two events that bring documents, and none that passes for one of ours. */
export function submittersPolicy(
  busArn: $util.Input<string>,
  ourSources: string[],
  { partition }: Account,
  accounts: readonly string[],
  organizations: readonly string[],
): $util.Output<string> {
  const whoever = [
    {
      sid: "Accounts",
      principals: [{ type: "AWS", identifiers: accounts.map((account) => `arn:${partition}:iam::${account}:root`) }],
      conditions: [],
      isAsked: accounts.length > 0,
    },
    {
      sid: "Organizations",
      principals: [{ type: "*", identifiers: ["*"] }],
      conditions: [{ test: "StringEquals", variable: "aws:PrincipalOrgID", values: [...organizations] }],
      isAsked: organizations.length > 0,
    },
  ];
  return aws.iam.getPolicyDocumentOutput({
    statements: whoever
      .filter(({ isAsked }) => isAsked)
      .map(({ sid, principals, conditions }) => ({
        sid,
        principals,
        actions: ["events:PutEvents"],
        resources: [busArn],
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
  }).json;
}

function grant(actions: string[], ...resources: $util.Input<string>[]): Grant {
  return { actions, resources };
}
