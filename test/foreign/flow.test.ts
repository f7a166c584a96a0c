import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { callCli } from "../cli/run-cli.ts";
import { type Account, type AccountOptions, API, type Heard, startAccount } from "./account.ts";

const NO_DELAY = { SPECDROP_WITHDRAW_AFTER_SECONDS: "0" };
const STAGES: readonly AccountOptions[] = [
  { stage: "dev", mode: "webhook", settings: NO_DELAY },
  { stage: "production", mode: "bot", settings: { ...NO_DELAY, SPECDROP_SLACK_CHANNEL: "#specs" } },
];

function spec(
  integration: string,
  responses: number,
  { template = "{}", name = "response", apiId = API } = {},
): string {
  const IntegrationResponses = Object.fromEntries(
    Array.from({ length: responses }, (_, index) => [
      `${name}${index}`,
      { IntegrationResponseKey: `/refused ${index}/`, ResponseTemplates: { "application/json": template } },
    ]),
  );
  return JSON.stringify({ ApiId: apiId, IntegrationId: integration, IntegrationResponses });
}

describe.each(STAGES)("$stage, deployed to an AWS of others with its roles enforced", (options) => {
  let account: Account;
  let listener: Awaited<ReturnType<Account["listen"]>>;
  let folder: string;

  beforeAll(async () => {
    account = await startAccount(inject("ministack"), options);
    listener = await account.listen();
    folder = mkdtempSync(path.join(tmpdir(), "specdrop-foreign-"));
  });
  afterAll(() => account?.close());

  const put = (Key: string, Body: string) =>
    account.s3.send(new PutObjectCommand({ Bucket: account.bucket, Key, Body }));
  const remove = (Key: string) => account.s3.send(new DeleteObjectCommand({ Bucket: account.bucket, Key }));
  const result = (type: string, key: string, withinMs?: number) =>
    listener.next((event) => event["detail-type"] === type && keyOf(event) === key, withinMs);
  const live = async () => {
    const answer = await fetch(`${account.dev.url}/_specdrop/resources`);
    const resources = (await answer.json()) as readonly {
      Identifier: string;
      Properties: { IntegrationId?: string };
    }[];
    return resources.filter(({ Properties }) => Properties.IntegrationId !== undefined);
  };
  const liveOf = async (integration: string) =>
    (await live())
      .filter(({ Properties }) => Properties.IntegrationId === integration)
      .map(({ Identifier }) => Identifier);
  const specdrop = (...args: readonly string[]) => callCli(args, { env: account.env, cwd: folder });
  const sweep = async () => {
    const FunctionName = account.functionName("Sweep");
    const answer = await account.lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from("{}") }));
    expect(answer.FunctionError, Buffer.from(answer.Payload ?? []).toString()).toBeUndefined();
  };

  test("a document is dropped, edited, renamed and withdrawn", async () => {
    await put("chat.json", spec("chat", 2));
    await result("ApplySucceeded", "chat.json");
    const identifiers = await liveOf("chat");
    expect(identifiers).toHaveLength(2);

    await put("chat.json", spec("chat", 2, { template: '{"edited": true}' }));
    expect((await result("ApplySucceeded", "chat.json")).detail.data.summary).toMatchObject({ update: 2 });

    const source = `${account.bucket}/chat.json`;
    await account.s3.send(new CopyObjectCommand({ Bucket: account.bucket, Key: "team/chat.json", CopySource: source }));
    await remove("chat.json");
    await result("ApplySucceeded", "team/chat.json");
    expect(await liveOf("chat")).toEqual(identifiers);

    await remove("team/chat.json");
    expect((await result("ApplySucceeded", "team/chat.json")).detail.data.mode).toBe("withdraw");
    expect(await liveOf("chat")).toEqual([]);
  });

  test("a document with an error is rejected, and what was live stays", async () => {
    await put("broken.json", spec("broken", 1));
    await result("ApplySucceeded", "broken.json");
    await put("broken.json", spec("broken", 1).replace("IntegrationResponseKey", "IntegrationResponseKye"));
    const { diagnostics } = (await result("SpecRejected", "broken.json")).detail.data;
    expect(diagnostics?.map(({ severity }) => severity)).toContain("error");
    expect(await liveOf("broken")).toHaveLength(1);
    await put("broken.json", spec("broken", 1));
    await result("ApplyUnchanged", "broken.json");
  });

  test("documents are submitted to the bucket and to the bus, and waited for", async () => {
    const file = path.join(folder, "sent.json");
    writeFileSync(file, spec("sent", 1));
    const ledger = `dynamodb:${account.table}`;
    const byBucket = await specdrop("submit", "sent.json", "--bucket", account.bucket, "--wait", "--ledger", ledger);
    expect(byBucket.code, byBucket.stderr).toBe(0);
    writeFileSync(file, spec("sent2", 1));
    const byBus = await specdrop("submit", "sent.json", "--bus", account.bus, "--wait", "--ledger", ledger);
    expect(byBus.code, byBus.stderr).toBe(0);
    expect([await liveOf("sent"), await liveOf("sent2")].map(({ length }) => length)).toEqual([1, 1]);
    const status = await specdrop("status", "--ledger", ledger, "--json");
    expect(status.code, status.stderr + status.stdout).toBe(0);
  });

  test("what is dropped while applying is suspended is applied when it is resumed", async () => {
    const switches = ["--ledger", `dynamodb:${account.table}`, "--bus", account.bus];
    const suspended = await specdrop("suspend", "--reason", "maintenance", ...switches);
    expect(suspended.code, suspended.stderr).toBe(0);
    await put("waiting.json", spec("waiting", 1));
    await listener.next((event) => event["detail-type"] === "Suspended");
    await sweep();
    expect(await liveOf("waiting")).toEqual([]);
    const resumed = await specdrop("resume", ...switches);
    expect(resumed.code, resumed.stderr).toBe(0);
    await result("ApplySucceeded", "waiting.json");
    expect(await liveOf("waiting")).toHaveLength(1);
  });

  test("a run that is longer than one invocation goes on in the next", async () => {
    const FunctionName = account.functionName("Reconcile");
    const { Timeout } = await account.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    await account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 6 }));
    account.dev.cloudControl.changeFaults({ settleMs: 1_000 });
    try {
      // An API of its own: an invocation that is cut off keeps its API until the message is visible again.
      await put("long.json", spec("long", 12, { apiId: "b2c3d4e5f6" }));
      const { detail } = await result("ApplySucceeded", "long.json", 50_000);
      expect(detail.data.summary).toMatchObject({ create: 12 });
      expect(await liveOf("long")).toHaveLength(12);
    } finally {
      account.dev.cloudControl.changeFaults({ settleMs: 0 });
      await account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: Timeout ?? 240 }));
    }
  });

  test("a result that is too large for an event is kept in the bucket", async () => {
    const large = JSON.parse(spec("large", 900, { name: "response".repeat(15) }));
    await put("large.json", JSON.stringify({ ...large, DryRun: true }));
    const { data } = (await result("PlanProduced", "large.json", 50_000)).detail;
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(data.resultLocation ?? "") ?? [];
    expect(Key, JSON.stringify(data).slice(0, 500)).toMatch(/^results\//);
    const { Body } = await account.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toMatchObject({ detail: { data: { apiId: API } } });
  });

  test("the sweep takes in what no event told of, and Slack has heard of everything", async () => {
    await sweep();
    await expect
      .poll(
        () =>
          account.dev.slack
            .messages()
            .map((one) => JSON.stringify(one))
            .join("\n"),
        { timeout: 20_000 },
      )
      .toContain("chat.json");
  });
});

function keyOf({ detail }: Heard): string | undefined {
  return detail.metadata?.documentId?.split("/").slice(3).join("/");
}
