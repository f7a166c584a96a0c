import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { readSlackConfig } from "@specdrop/functions/config/slack";
import { createNotify } from "@specdrop/functions/notify";
import { notifyWiring } from "@specdrop/functions/wiring/notify";
import { type LogLine, type Stack, startStack } from "@specdrop/local/index";
import { incomingWebhook } from "@specdrop/slack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callCli, emptyFolder } from "../cli/run-cli.ts";
import { readGolden } from "../events/golden.ts";
import { busEvent, contextOf, sqsEvent } from "../functions/samples.ts";

/** Nothing but a secret contains this. */
const MARK = "hunter2secret";

const HEAD = "ApiId: secretapi1\nIntegrationId: abc1234\n";
const response = (key: string, properties: string) =>
  `${HEAD}IntegrationResponses:\n  ok:\n    IntegrationResponseKey: /${key}/\n${properties}`;

/** Secrets in all the places of a document where one can stand, right and wrong. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "right.yaml": response(
    "right",
    `    ResponseTemplates: { $default: '{"token":"${MARK}"}' }\n    ResponseParameters: { method.response.header.X-Token: "'${MARK}'" }\n`,
  ),
  "block.yaml": response("block", `    ResponseTemplates:\n      $default: |\n        ${MARK}\n        ${MARK}\n`),
  "unquoted.yaml": response("a", `    ResponseParameters: { method.response.header.X-Token: ${MARK} }\n`),
  "long value.yaml": response("b", `    ResponseParameters: { method.response.header.X: "'${MARK.repeat(50)}'" }\n`),
  "mapping.yaml": response("c", `    ResponseParameters: { method.response.header.X: "integration.${MARK}" }\n`),
  "map.yaml": response("d", `    ResponseTemplates: { $default: { token: ${MARK} } }\n`),
  "list.yaml": response("e", `    ResponseTemplates: { $default: [${MARK}] }\n`),
  "text for a map.yaml": response("f", `    ResponseTemplates: ${MARK}\n`),
  "text for headers.yaml": response("g", `    ResponseParameters: '${MARK}'\n`),
  "tag.yaml": response("h", `    ResponseTemplates: { $default: !secret ${MARK} }\n`),
  "indentation.yaml": response("i", `    ResponseTemplates:\n      $default: |\n        {\n  ${MARK}\n`),
  "second line.yaml": response("j", `    ResponseTemplates: { $default: "x" ${MARK} }\n`),
  "after a quote.yaml": response("k", `    ResponseTemplates:\n      $default: "{"token":"${MARK}"}"\n`),
  "block header.yaml": response("l", `    ResponseTemplates:\n      $default: | ${MARK}\n        x\n`),
  "after brackets.yaml": response("m", `    ResponseTemplates: {} ${MARK}\n`),
  "escape.yaml": response("n", `    ResponseTemplates: { $default: "\\${MARK}" }\n`),
  "anchor.yaml": response("o", `    ResponseTemplates: { $default: &t ${MARK}, a: *t, b: *none }\n`),
  "whole file.yaml": MARK,
  "whole file, tagged.yaml": `!${MARK} x\n`,
  "header tag.yaml": response("r", `    ResponseParameters: { method.response.header.X-Api-Key: !${MARK} }\n`),
  "header alias.yaml": response("s", `    ResponseParameters: { method.response.header.X-Api-Key: *${MARK} }\n`),
  "header anchor.yaml": response("t", `    ResponseParameters: { method.response.header.X-Api-Key: &${MARK} }\n`),
  "comma.yaml": response("u", `    ResponseParameters: { method.response.header.X-Api-Key: a,${MARK},${MARK} }\n`),
  "complex key.yaml": response("v", `    ResponseTemplates:\n      ? [${MARK}]\n      : x\n      !${MARK} a: x\n`),
  "wrong column.yaml": `${HEAD}IntegrationResponses:\n  ok: ${MARK}\n  no: [${MARK}]\n`,
  "escape of numbers.yaml": response("w", `    ResponseTemplates: { $default: "\\U${MARK}" }\n`),
  "whole file.json": `{${MARK}`,
  "function of nobody.yaml": `Resources: !${MARK} x\n`,
  "comment.yaml": `# ${MARK}\n${response("p", "    Nonsense: true\n")}`,
  "quotes.json": `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"$default": "{"${MARK}"}"}}}}`,
  "bare.json": `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"$default": ${MARK}}}}}`,
  "line break.json": `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"$default": "${MARK}\n"}}}}`,
  "number.json": `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"$default": true}, "ResponseParameters": "${MARK}"}}}`,
  "function.yaml": `Resources:\n  ok:\n    Type: AWS::ApiGatewayV2::IntegrationResponse\n    Properties:\n      ApiId: secretapi1\n      IntegrationId: abc1234\n      IntegrationResponseKey: /q/\n      ResponseTemplates:\n        a: !Sub ${MARK}\n        b: !Sub '\${x} ${MARK}'\n        c: { Fn::Sub: ${MARK} }\n        d: !Join ['', [${MARK}]]\n      ResponseParameters: !If [x, ${MARK}, y]\n`,
};

const lines: LogLine[] = [];
let stack: Stack;
let s3: S3Client;

beforeAll(async () => {
  stack = await startStack({ log: (line) => lines.push(line) });
  s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
});

afterAll(async () => {
  s3.destroy();
  await stack.close();
});

function expectNoSecret(place: string, shown: unknown): void {
  const text =
    typeof shown === "string"
      ? shown
      : inspect(shown, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  const at = text.indexOf(MARK);
  expect(at < 0 ? "" : `${place}: ${text.slice(Math.max(0, at - 300), at + 50)}`).toBe("");
}

/** Everything that the pipeline writes, except to AWS's control plane. */
async function expectNothingWritten(): Promise<void> {
  expectNoSecret("the log", lines);
  expectNoSecret(
    "the bus",
    stack.eventBridge.eventsOn(stack.bus).filter(({ source }) => source === "specdrop"),
  );
  expectNoSecret("S3's events", stack.eventBridge.eventsOn("default"));
  expectNoSecret("Slack", stack.slack.messages());
  expectNoSecret("failed deliveries", stack.deliveries.failed());
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix: "results/" }));
  for (const { Key } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key }));
    expectNoSecret(`${Key}`, await Body?.transformToString());
  }
  const dynamodb = new DynamoDBClient(stack.clientSettings);
  const { Items = [] }: ScanCommandOutput = await dynamodb.send(new ScanCommand({ TableName: stack.table }));
  dynamodb.destroy();
  expect(Items.length).toBeGreaterThan(0);
  expectNoSecret("the ledger", Items);
}

test.each(Object.keys(DOCUMENTS))("of %s nothing secret gets out of the pipeline", async (Key) => {
  const seen = stack.eventBridge.eventsOn(stack.bus).length;
  await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: DOCUMENTS[Key] ?? "" }));
  await stack.idle();
  expect(stack.eventBridge.eventsOn(stack.bus).length).toBeGreaterThan(seen);
  await expectNothingWritten();
  await s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key }));
  await stack.idle();
  await expectNothingWritten();
});

test("nor of a document that is sent as an event", async () => {
  const events = new EventBridgeClient(stack.clientSettings);
  const send = async (detail: object) => {
    await events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: stack.bus, Source: "my.stack", DetailType: "SpecSubmitted", Detail: JSON.stringify(detail) },
        ],
      }),
    );
    await stack.idle();
  };
  await send({ name: "sent.yaml", document: DOCUMENTS["right.yaml"] });
  await send({ name: "sent.yaml", document: [MARK] });
  await send({ name: "sent.yaml", document: 1, token: MARK });
  await send({ document: MARK });
  events.destroy();
  await expectNothingWritten();
});

test("nor when AWS fails, or breaks off", async () => {
  stack.cloudControl.changeFaults({ seed: 3, errorRate: 0.4, lostReplies: 0.3, settleMs: 5 });
  for (const Key of ["right.yaml", "block.yaml"]) {
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: DOCUMENTS[Key] ?? "" }));
  }
  await stack.idle();
  stack.cloudControl.resetFaults();
  await stack.sweep();
  await stack.idle();
  await expectNothingWritten();
});

test("nor of a Slack webhook that fails, in any way", async () => {
  const urls = [
    `http://127.0.0.1:1/${MARK}`,
    `${stack.url}/_specdrop/slack/webhook?${MARK}`,
    `http://${MARK}.invalid/x`,
  ];
  const written: unknown[] = [];
  const write = (...said: unknown[]) => void written.push(...said);
  const telemetry = {
    log: { info: write, warn: write, error: write },
    count: write,
    duration: write,
    middleware: [],
  };
  stack.slack.changeFaults({ failing: 1 });
  const { detailType, detail } = readGolden("ApplyFailed").event;
  for (const [index, SPECDROP_SLACK_WEBHOOK_URL] of urls.entries()) {
    const config = { bus: stack.bus, table: stack.table, notificationsUrl: stack.queueUrl };
    const slack = readSlackConfig({ SPECDROP_SLACK_WEBHOOK_URL });
    const { notifier } = notifyWiring(config, slack, stack.clientSettings);
    const postpone = async () => undefined;
    const handler = createNotify({ notifier, postpone }, telemetry);
    // What was told once is not told again: each is another run.
    const metadata = { ...detail.metadata, operationId: `operation-${index}` };
    const body = JSON.stringify(busEvent("specdrop", detailType, { ...detail, metadata }));
    const { batchItemFailures } = await handler(sqsEvent([{ id: "m", group: "", body }]), contextOf());
    expect(batchItemFailures).toHaveLength(1);
  }
  expectNoSecret("the log", written);
  expect(() => incomingWebhook(MARK)).toThrow(expect.not.stringContaining(MARK));
});

test("nor on the command line", { timeout: 120_000 }, async () => {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(DOCUMENTS)) writeFileSync(join(folder, name), text);
  // The pipeline has the responses of the others.
  writeFileSync(join(folder, "own.yaml"), String(DOCUMENTS["right.yaml"]).replace("/right/", "/own/"));
  const env = {
    AWS_ENDPOINT_URL: stack.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: MARK,
    AWS_SESSION_TOKEN: MARK,
  };
  const commands = [
    ["validate", "--format", "json", "."],
    ["plan", "--json", "own.yaml"],
    ["apply", "--json", "own.yaml"],
    ["apply", "own.yaml"],
    ["withdraw", "--json", "own.yaml"],
  ];
  // Who runs the command has the file: a plan shows what it changes.
  const plan = await callCli(["plan", "own.yaml"], { cwd: folder, env });
  expect(plan.stdout).toContain(MARK);
  expectNoSecret("a plan, besides its changes", plan.stderr);
  for (const args of commands) {
    const { code, stdout, stderr } = await callCli(args, { cwd: folder, env });
    expectNoSecret(args.join(" "), `${stdout}\n${stderr}`);
    expect(code).toBe(args[0] === "validate" ? 1 : 0);
  }
  // Likewise of a document that is wrong: the terminal shows the line, the JSON does not.
  const { stdout, stderr } = await callCli(["apply", "--json", "unquoted.yaml"], { cwd: folder, env });
  expectNoSecret("apply --json of a wrong document", stdout);
  expect(stderr).toContain(MARK);
});
