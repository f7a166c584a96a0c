import { AsyncLocalStorage } from "node:async_hooks";
import { CloudControlClient, DeleteResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { startStack } from "@specdrop/local/index";
import { DEAD_LETTER_QUEUE } from "@specdrop/local/stack-resources";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { grantsOf } from "./infrastructure.ts";
import { FUNCTIONS } from "./stages.ts";

const running = vi.hoisted(() => ({ storage: undefined as AsyncLocalStorage<string> | undefined }));

/** Has a module's one factory of a handler make handlers that say which function they are. */
async function saying(name: string, factory: string, original: () => Promise<object>): Promise<object> {
  const module = (await original()) as Record<string, (...args: unknown[]) => (...event: unknown[]) => unknown>;
  const create = (...args: unknown[]) => {
    const handler = module[factory]?.(...args);
    return (...event: unknown[]) => running.storage?.run(name, () => handler?.(...event));
  };
  return { ...module, [factory]: create };
}
vi.mock("../../functions/src/intake.ts", (original) => saying("Intake", "createIntake", original));
vi.mock("../../functions/src/reconcile.ts", (original) => saying("Reconcile", "createReconcile", original));
vi.mock("../../functions/src/notify.ts", (original) => saying("Notify", "createNotify", original));
vi.mock("../../functions/src/sweep.ts", (original) => saying("Sweep", "createSweep", original));

const used = new Map<string, Set<string>>(FUNCTIONS.map((id) => [id, new Set()]));
/** The partition keys of the table that notify has used; its grant names how they begin. */
const notifyKeys = new Set<string>();

interface Command {
  readonly constructor: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: the inputs are as many shapes as there are commands.
  readonly input: any;
}

/** The IAM actions that a command takes. */
function actionsOf(service: string, command: Command): readonly string[] {
  const { input } = command;
  const name = command.constructor.name.replace(/Command$/, "");
  if (service === "dynamodb" && name.startsWith("TransactWrite")) {
    const kinds: readonly string[] = input.TransactItems.flatMap((item: object) => Object.keys(item));
    return kinds.map((kind) => `dynamodb:${kind}Item`);
  }
  if (service === "dynamodb" && /^(?:Get|Put|Update|Delete)$/.test(name)) return [`dynamodb:${name}Item`];
  if (name === "GetObject" && input.VersionId !== undefined) return ["s3:GetObjectVersion"];
  if (name === "ListObjectsV2") return ["s3:ListBucket"];
  if (name === "HeadObject") return ["s3:GetObject"];
  return [`${service}:${name}`];
}

function watch(service: string, client: { readonly prototype: { send(...args: never[]): unknown } }): void {
  const { send } = client.prototype;
  vi.spyOn(client.prototype, "send").mockImplementation(function (this: unknown, ...args: never[]) {
    const name = running.storage?.getStore();
    if (name !== undefined) {
      const command = args[0] as unknown as Command;
      for (const action of actionsOf(service, command)) used.get(name)?.add(action);
      const { pk } = command.input.Key ?? command.input.Item ?? {};
      if (name === "Notify" && typeof pk === "string") notifyKeys.add(pk);
    }
    return send.apply(this, args);
  });
}

let stack: Awaited<ReturnType<typeof startStack>>;

const ID = { ApiId: "abcdefghij", IntegrationId: "abc1234" };
const response = (template: string) => ({ IntegrationResponseKey: "$default", ResponseTemplates: { a: template } });
const document = (template: string, more: object = {}) =>
  JSON.stringify({ ...ID, ...more, IntegrationResponses: { ok: response(template) } });

beforeAll(async () => {
  running.storage = new AsyncLocalStorage();
  watch("s3", S3Client as never);
  watch("sqs", SQSClient as never);
  watch("dynamodb", DynamoDBClient as never);
  watch("dynamodb", DynamoDBDocumentClient as never);
  watch("events", EventBridgeClient as never);
  watch("cloudformation", CloudControlClient as never);

  stack = await startStack({ sweepEverySeconds: 0, sweepGraceMs: 0, retryDelaySeconds: 0, slack: { mode: "bot" } });
  stack.cloudControl.changeFaults({ settleMs: 40 });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  const events = new EventBridgeClient(stack.clientSettings);
  const sqs = new SQSClient(stack.clientSettings);
  const put = async (text: string, Key = "chat.json") => {
    await s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body: text }));
    await stack.idle();
  };
  const submit = async (DetailType: string, detail: object) => {
    const entry = { EventBusName: "specdrop", Source: "orders", DetailType, Detail: JSON.stringify(detail) };
    await events.send(new PutEventsCommand({ Entries: [entry] }));
    await stack.idle();
  };

  // The life of a document: created, deployed, changed, drifted, repaired, rejected, withdrawn.
  await put(document("1", { Deploy: { StageName: "prod" } }));
  await put(document("2", { OnDrift: "repair" }));
  const listed = await fetch(`${stack.url}/_specdrop/resources`);
  const live = ((await listed.json()) as readonly { readonly Identifier: string; readonly TypeName: string }[]).find(
    ({ TypeName }) => TypeName === "AWS::ApiGatewayV2::IntegrationResponse",
  );
  const direct = new CloudControlClient(stack.clientSettings);
  await direct.send(new DeleteResourceCommand({ TypeName: live?.TypeName, Identifier: live?.Identifier }));
  await stack.idle();
  await stack.sweep();
  await stack.idle();
  stack.cloudControl.changeFaults({ quirks: { partialLists: true } });
  await stack.sweep();
  stack.cloudControl.changeFaults({ quirks: { partialLists: false } });
  await put(document("3", { ApiId: "bcdefghijk" }));
  await put("{");
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "chat.json" }));
  await stack.idle();

  // One sent as an event, one too long for its result to fit into one, one that nobody was signalled of.
  await submit("SpecSubmitted", { name: "order", document: JSON.parse(document("3")) });
  await submit("SpecWithdrawn", { name: "order" });
  const many = Array.from({ length: 900 }, (_, index) => [
    `r${index}${"x".repeat(100)}`,
    { ...response("4"), IntegrationResponseKey: `/${index}/` },
  ]);
  await put(JSON.stringify({ ...ID, DryRun: true, IntegrationResponses: Object.fromEntries(many) }), "many.json");
  const ledger = dynamoLedger(new DynamoDBClient(stack.clientSettings), "specdrop");
  // A run that was killed leaves its lease behind.
  await ledger.acquireLease("killedapi1", "killed", 200, Date.now());
  await put(document("4", { ApiId: "killedapi1" }), "killed.json");
  await ledger.switchSuspension({ suspended: true, by: "ada", since: Date.now() });
  await put(document("5"), "waits.json");
  await put(document("6"), "waits.json");
  await ledger.switchSuspension({ suspended: false, by: "ada", since: Date.now() });
  const left = { source: { bucket: "specs", key: "left.json" }, correlationId: "c", seenAt: 0, apiIds: [] };
  for (const kind of ["withdrawn", "withdrawn"] as const) {
    await ledger.recordRevision("s3://specs/left.json", { ...left, kind });
  }
  // Too many withdrawals at once: intake compares them with all there is.
  await put(
    JSON.stringify({
      ...ID,
      IntegrationResponses: Object.fromEntries(many.slice(0, 51)),
    }),
    "held.json",
  );
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "held.json" }));
  await stack.idle();
  await stack.sweep();
  await stack.idle();

  // Dead letters: one that is no signal, one whose change set the sweep ends.
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: DEAD_LETTER_QUEUE }));
  const signal = {
    version: 1,
    documentId: "s3://specs/waits.json",
    apiId: ID.ApiId,
    sequence: 2,
    part: 0,
    cause: "accepted",
    correlationId: "c",
  };
  for (const MessageBody of ["no signal", JSON.stringify(signal)]) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageGroupId: "g",
        MessageDeduplicationId: MessageBody.slice(0, 9).replace(/\W/g, ""),
      }),
    );
  }
  await stack.idle();
  await stack.sweep();
  await stack.idle();
}, 120_000);

afterAll(async () => {
  await stack.close();
  vi.restoreAllMocks();
});

/** What is granted and not called by the function itself, or not in these flows, and why. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  "logs:CreateLogStream": "Lambda's own, in the name of the function",
  "logs:PutLogEvents": "Lambda's own, in the name of the function",
  "s3:ListBucket": "makes S3 say NoSuchKey where it would say AccessDenied",
  "s3:GetObject": "reads by key and ETag what was stored before the bucket had versions",
  "sqs:ReceiveMessage": "the event source mapping's, in the name of the function",
  "sqs:DeleteMessage": "the event source mapping's, in the name of the function",
  "sqs:ChangeMessageVisibility": "the event source mapping's, in the name of the function",
  "sqs:GetQueueAttributes": "the event source mapping's, in the name of the function",
  "apigateway:GET": "Cloud Control's handlers', in the name of the caller",
  "apigateway:POST": "Cloud Control's handlers', in the name of the caller",
  "apigateway:PATCH": "Cloud Control's handlers', in the name of the caller",
  "apigateway:PUT": "Cloud Control's handlers', in the name of the caller",
  "apigateway:DELETE": "Cloud Control's handlers', in the name of the caller",
};
const WITHOUT_VERSION = "reads revisions that were recorded without a version, from before the bucket had any";
const UNSEEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Reconcile: { "s3:GetObject": WITHOUT_VERSION },
  Sweep: {
    "s3:GetObject": WITHOUT_VERSION,
    "s3:PutObject": "keeps a drift that is too long for an event",
    "dynamodb:PutItem": "books requests with the account's rate, which the embedded stack does not limit",
  },
};

test.each(FUNCTIONS)("%s is granted what it calls, and calls what it is granted", (id) => {
  const granted = new Set(grantsOf(inject("stages").dev, id).flatMap(({ Action }) => Action));
  const called = used.get(id) ?? new Set();
  expect([...called].filter((action) => !granted.has(action))).toEqual([]);
  const explained = { ...EVERYWHERE, ...UNSEEN[id] };
  expect([...granted].filter((action) => !called.has(action) && explained[action] === undefined)).toEqual([]);
  for (const action of Object.keys(UNSEEN[id] ?? {})) expect([...called]).not.toContain(action);
});

test("notify keeps to its own part of the table", () => {
  expect(notifyKeys.size).toBeGreaterThan(0);
  for (const key of notifyKeys) expect(key).toMatch(/^slack#/);
});
