import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../local/clients.ts";
import { callCli, emptyFolder, ROOT } from "./run-cli.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ sweepEverySeconds: 0 });
});
afterAll(() => stack.close());

function workspace(...examples: readonly string[]) {
  const folder = emptyFolder();
  mkdirSync(join(folder, "specs"));
  for (const file of examples) copyFileSync(join(ROOT, "examples", file), join(folder, "specs", file));
  const env = {
    AWS_ENDPOINT_URL: stack.url,
    AWS_REGION: stack.region,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
  };
  return { folder, run: (...args: readonly string[]) => callCli(args, { cwd: folder, env }) };
}

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";

async function changeByHand(apiId: string, key: string): Promise<void> {
  const find = () => {
    const resources = stack.cloudControl.resources() as unknown as readonly {
      readonly Identifier: string;
      readonly Properties: Readonly<Record<string, unknown>>;
    }[];
    return resources.find(
      ({ Properties }) => Properties["ApiId"] === apiId && Properties["IntegrationResponseKey"] === key,
    );
  };
  const patch = [{ op: "add", path: "/TemplateSelectionExpression", value: "by-hand" }];
  await clientsOf(stack).cloudControl.send(
    new UpdateResourceCommand({ TypeName: TYPE, Identifier: find()?.Identifier, PatchDocument: JSON.stringify(patch) }),
  );
  await expect.poll(() => find()?.Properties["TemplateSelectionExpression"]).toBe("by-hand");
}

const document = (apiId: string) =>
  `ApiId: ${apiId}\nIntegrationId: int0001\nIntegrationResponses:\n` +
  `  chatOk: { IntegrationResponseKey: /200/, TemplateSelectionExpression: x }\n` +
  `  chatElse: { IntegrationResponseKey: $default, TemplateSelectionExpression: x }\n`;

test("a ledger of files: nothing, no drift, drift, an edited file, a missing one", async () => {
  const { folder, run } = workspace();
  const empty = await run("drift");
  expect(empty).toMatchObject({ code: 0, stdout: "0 documents checked: no drift.\n" });
  expect(existsSync(join(folder, ".specdrop"))).toBe(false);

  const path = join(folder, "specs", "mine.yaml");
  writeFileSync(path, document("driftfile1"));
  expect((await run("apply", "specs/mine.yaml")).code).toBe(0);
  expect(await run("drift")).toMatchObject({ code: 0, stdout: "1 document checked: no drift.\n" });

  await changeByHand("driftfile1", "/200/");
  const writes = stack.cloudControl.writes().length;
  const drifted = await run("drift");
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain("file:specs/mine.yaml on API driftfile1\n  ~ chatOk  update");
  expect(drifted.stdout).toContain(
    "      ~ TemplateSelectionExpression: by-hand → x  changed in AWS since it was applied\n",
  );
  expect(drifted.stdout).not.toContain("chatElse");
  expect(drifted.stdout).toContain("1 document checked: drift on 1 API.");
  const asJson = await run("drift", "--json");
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    drift: true,
    documents: [
      {
        documentId: "file:specs/mine.yaml",
        sequence: 1,
        apis: [{ apiId: "driftfile1", drift: true, summary: { update: 1, unchanged: 1 } }],
      },
    ],
  });
  expect(stack.cloudControl.writes()).toHaveLength(writes);

  writeFileSync(path, document("driftfile1").replaceAll("x }", "y }"));
  const edited = await run("drift");
  expect(edited).toMatchObject({ code: 0, stdout: "0 documents checked: no drift.\n" });
  expect(edited.stderr).toContain("file:specs/mine.yaml: not checked, the file was edited since it was applied");
  rmSync(path);
  expect((await run("drift")).stderr).toContain("the file is gone");
});

test("a ledger of a deployed pipeline: documents are read from their bucket", async () => {
  const { run } = workspace();
  const ledger = ["--ledger", `dynamodb:${stack.table}`];
  const put = new PutObjectCommand({ Bucket: stack.bucket, Key: "teams/chat.yaml", Body: document("driftbuck1") });
  await clientsOf(stack).s3.send(put);
  await stack.idle();
  expect(await run("drift", ...ledger)).toMatchObject({ code: 0 });
  await changeByHand("driftbuck1", "$default");
  const drifted = await run("drift", ...ledger);
  expect(drifted.stdout).toContain("s3://specs/teams/chat.yaml on API driftbuck1\n  ~ chatElse  update");
  expect(drifted.code).toBe(1);

  expect(await stack.sweep()).toMatchObject({ driftDetected: 1 });
  await stack.idle();
  const { stdout, code } = await run("status", "--json", ...ledger);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    documents: [
      {
        documentId: "s3://specs/teams/chat.yaml",
        current: { sequence: 1, kind: "accepted" },
        apis: [
          { apiId: "driftbuck1", settled: true, outcome: "ApplySucceeded", driftSince: expect.any(String), owned: 2 },
        ],
      },
    ],
    leases: [],
    owned: 2,
  });
});

test("where nothing answers, that is said, and not taken for no drift", async () => {
  const { folder, run } = workspace();
  writeFileSync(join(folder, "a.yaml"), document("driftdown1"));
  await run("apply", "a.yaml");
  const nowhere = await callCli(["drift"], {
    cwd: folder,
    env: {
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_REGION: "x",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    },
  });
  expect(nowhere.code).toBe(1);
  expect(nowhere.stderr).toContain("nothing answers at 127.0.0.1:1");
});
