import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteResourceCommand, UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Stack, startStack } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "../local/clients.ts";
import { awsEnvironment, callCli, emptyFolder, ROOT } from "./run-cli.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ sweepEverySeconds: 0 });
});
afterAll(() => stack.close());

function workspace(...examples: readonly string[]) {
  const folder = emptyFolder();
  mkdirSync(join(folder, "specs"));
  for (const file of examples) copyFileSync(join(ROOT, "examples", file), join(folder, "specs", file));
  const env = awsEnvironment(stack.url, stack.region);
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

const checked = (line: string) => `${line}\nLedger: .specdrop/ledger.json. AWS was read at ${stack.url}.\n`;

const document = (apiId: string) =>
  `ApiId: ${apiId}\nIntegrationId: int0001\nIntegrationResponses:\n` +
  `  chatOk: { IntegrationResponseKey: /200/, TemplateSelectionExpression: x }\n` +
  `  chatElse: { IntegrationResponseKey: $default, TemplateSelectionExpression: x }\n`;

test("a ledger of files: nothing, no drift, drift, an edited file, a missing one", async () => {
  const { folder, run } = workspace();
  const empty = await run("drift");
  expect(empty).toMatchObject({
    code: 0,
    stdout: "No ledger at .specdrop/ledger.json: nothing was applied from this folder.\n",
  });
  const named = await run("drift", "--ledger", "typo.json");
  expect(named.stderr).toContain("the ledger typo.json does not exist");
  expect(named.code).toBe(2);
  expect(existsSync(join(folder, ".specdrop"))).toBe(false);

  const path = join(folder, "specs", "mine.yaml");
  writeFileSync(path, document("driftfile1"));
  expect((await run("apply", "specs/mine.yaml")).code).toBe(0);
  expect(await run("drift")).toMatchObject({ code: 0, stdout: checked("1 document checked: no drift.") });

  await changeByHand("driftfile1", "/200/");
  const writes = stack.cloudControl.writes().length;
  const drifted = await run("drift");
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain(
    "file:specs/mine.yaml on API driftfile1\n  ~ chatOk  AWS differs from the document  integration",
  );
  expect(drifted.stdout).toContain(
    "      ~ TemplateSelectionExpression: AWS has by-hand, the document says x  changed in AWS since it was applied\n",
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
  expect(edited.stdout.split("\n")).toEqual([
    "not checked: file:specs/mine.yaml: the file was edited since it was applied",
    "0 documents checked: no drift, 1 document not checked or not everywhere.",
    "Ledger: .specdrop/ledger.json. AWS was not read.",
    "",
  ]);
  expect(edited.code).toBe(1);
  rmSync(path);
  const gone = await run("drift");
  expect(gone.stdout).toContain("the file is gone");
  expect(gone.code).toBe(1);
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
  expect(drifted.stdout).toContain(
    "s3://specs/teams/chat.yaml on API driftbuck1\n  ~ chatElse  AWS differs from the document",
  );
  expect(drifted.stdout).toContain(`Ledger: dynamodb:${stack.table} at ${stack.url}. AWS was read at ${stack.url}.\n`);
  expect(drifted.code).toBe(1);

  expect(await stack.sweep()).toMatchObject({ driftDetected: 1 });
  await stack.idle();
  const { stdout, code } = await run("status", "--json", ...ledger);
  expect(code).toBe(1);
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

test("what is missing in AWS, and a long text, are told live first; a withdrawn document is nothing to check", async () => {
  const { folder, run } = workspace();
  const write = (name: string, apiId: string) => {
    const text = `ApiId: ${apiId}\nIntegrationId: int0001\nIntegrationResponses:\n  only:\n    IntegrationResponseKey: /200/\n    TemplateSelectionExpression: x\n`;
    writeFileSync(join(folder, name), text);
  };
  write("gone.yaml", "driftgone1");
  write("away.yaml", "driftaway1");
  await run("apply", "gone.yaml");
  await run("apply", "away.yaml");
  await run("withdraw", "--yes", "away.yaml");
  expect(await run("drift")).toMatchObject({ code: 0, stdout: checked("1 document checked: no drift.") });
  const identifiers = stack.cloudControl.resources().map(({ Identifier }) => Identifier);
  const Identifier = identifiers.find((each) => each.startsWith("driftgone1|"));
  await clientsOf(stack).cloudControl.send(new DeleteResourceCommand({ TypeName: TYPE, Identifier }));
  await expect.poll(() => stack.cloudControl.resources().some((each) => each.Identifier === Identifier)).toBe(false);
  const { code, stdout } = await run("drift");
  expect(stdout).toContain(
    "+ only  the document declares it, but AWS does not have it  integration int0001, key /200/\n",
  );
  expect(code).toBe(1);
});

test("a document that failed is not checked, and its code is named", async () => {
  const { folder, run } = workspace();
  writeFileSync(join(folder, "first.yaml"), document("driftconf1"));
  writeFileSync(join(folder, "second.yaml"), document("driftconf1"));
  await run("apply", "first.yaml");
  expect((await run("apply", "second.yaml")).code).toBe(1);
  const { code, stdout } = await run("drift");
  expect(stdout).toMatch(/^not checked: file:second\.yaml: not applied successfully on driftconf1 \(SD5002: /m);
  expect(stdout).toContain("1 document checked: no drift, 1 document not checked");
  expect(code).toBe(1);
});

test("a table that is not there is wrong usage", async () => {
  const { run } = workspace();
  for (const command of ["drift", "status"]) {
    const { code, stderr } = await run(command, "--ledger", "dynamodb:typo");
    expect(stderr).toContain("the ledger dynamodb:typo does not exist in this account and region");
    expect(code).toBe(2);
  }
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
