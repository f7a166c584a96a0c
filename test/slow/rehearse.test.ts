import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { commandsOf } from "../docs/shell-commands.ts";
import { readPage, snippetsOf } from "../docs/snippets.ts";
import { maker } from "../local/chat-api.ts";

const run = promisify(execFile);
const missing = ["aws", "jq"].filter((command) => spawnSync(command, ["--version"]).status !== 0);
if (missing.length > 0) console.warn(`skipped: ${missing.join(" and ")} not installed`);

/** What no machine but an account can do, and why. Each is written down instead of run. */
const ONLY_AN_ACCOUNT: Readonly<Record<string, string>> = {
  "npm ci": "changes this checkout",
  "git checkout": "changes this checkout",
  "npx sst": "SST deploys to accounts only",
  "export SPECDROP_": "is a setting of a deployment",
  "aws cloudtrail": "the emulator has no trail of calls",
  "aws scheduler": "the emulator sweeps by a timer of its own",
  "aws service-quotas": "the emulator has no quotas",
  "aws lambda get-account-settings": "the emulator has no limits of an account",
};

const DOCUMENT = (text: string) =>
  [
    "ApiId: a1b2c3d4e5",
    "IntegrationId: abc1234",
    "IntegrationResponses:",
    "  ok:",
    "    IntegrationResponseKey: /2\\d\\d/",
    "    ResponseTemplates:",
    `      application/json: '{"text":"${text}"}'`,
    "",
  ].join("\n");

/** On the way of every command: `npx specdrop` is this checkout's, `aws logs tail` is there in version 2 of the AWS CLI only. */
const PRELUDE = `
set -euo pipefail
name() {
  [ -s "name-$1" ] || command aws ssm get-parameter --name "/specdrop/production/$1" --query Parameter.Value --output text >"name-$1"
  cat "name-$1"
}
npx() { [ "$1" = specdrop ] && shift && "$NODE" "$SPECDROP" "$@"; }
aws() {
  if [ "$1 $2" = "logs tail" ] && ! command aws --version 2>&1 | grep -q aws-cli/2; then
    local group=$3; shift 3
    [ "$1" = --since ] && [ "$3" = --filter-pattern ]
    command aws logs filter-log-events --log-group-name "$group" --filter-pattern "$4" --query 'events[].message' --output text
  else
    local only=()
    for argument in "$@"; do
      # Version 1 takes binary options as they are, and has no such option.
      case "$argument" in --cli-binary-format | raw-in-base64-out) ;; *) only+=("$argument") ;; esac
    done
    # Version 1 looks for SQS elsewhere, whatever AWS_ENDPOINT_URL says.
    command aws --endpoint-url "$AWS_ENDPOINT_URL" "\${only[@]}"
  fi
}
`;

describe.skipIf(missing.length > 0)("commands of the documentation, on an embedded stack", { timeout: 180_000 }, () => {
  let stack: Stack;
  let folder: string;
  const documents = { Bucket: "specs", Key: "chat.yaml" };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "specdrop-rehearse-"));
    stack = await startStack({ sweepEverySeconds: 0, leaseTtlMs: 100 });
    maker(stack.cloudControl).stage("a1b2c3d4e5");
    for (const text of ["one", "two", "three", "four"]) await drop(text);
    writeFileSync(join(folder, "chat.yaml"), DOCUMENT("submitted"));
  }, 60_000);
  afterAll(async () => {
    await stack.close();
    rmSync(folder, { recursive: true });
  });

  const s3 = () => new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  async function drop(text: string): Promise<void> {
    await s3().send(new PutObjectCommand({ ...documents, Body: DOCUMENT(text) }));
    await stack.idle();
  }

  /** The command with what a reader has to put into it. */
  async function filledIn(command: string): Promise<string> {
    if (command.includes("versionId=…")) {
      const { Versions = [] } = await s3().send(
        new ListObjectVersionsCommand({ Bucket: "specs", Prefix: "chat.yaml" }),
      );
      return command.replace("versionId=…", `versionId=${Versions.at(-1)?.VersionId}`);
    }
    if (command.includes("the owner that was seen")) {
      const client = new DynamoDBClient(stack.clientSettings);
      const lease = await dynamoLedger(client, stack.table).acquireLease("a1b2c3d4e5", "dead", 60_000, Date.now());
      expect(lease).toBeDefined();
      client.destroy();
      return command.replace("the owner that was seen", "dead");
    }
    return command;
  }

  async function rehearse(command: string): Promise<string> {
    const script = join(folder, "command.sh");
    writeFileSync(script, PRELUDE + (await filledIn(command)));
    chmodSync(script, 0o700);
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      ...(process.env["PYENV_ROOT"] && { PYENV_ROOT: process.env["PYENV_ROOT"] }),
      NODE: process.execPath,
      SPECDROP: join(ROOT, "packages/cli/bin/specdrop.js"),
      AWS_ENDPOINT_URL: stack.url,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const { stdout } = await run("bash", ["-c", `set -o pipefail; bash ${script} | cat`], { cwd: folder, env }).catch(
      (error: { stderr: string; stdout: string }) => {
        throw new Error(`${command}\n${error.stdout}${error.stderr}`);
      },
    );
    await stack.idle();
    return stdout;
  }

  const pages = ["integrate.md", "operate.md", "aws-down.md", "embedded-stack.md"];
  const all = pages.flatMap((page) =>
    snippetsOf(readPage(page))
      .filter(({ language }) => language === "sh")
      .flatMap(({ text }) => withAssignments(commandsOf(text.replace("<the commit before>", "HEAD~1")))),
  );
  const unique = [...new Set(all)];
  const onlyAnAccount = (command: string) => Object.keys(ONLY_AN_ACCOUNT).find((start) => command.startsWith(start));
  // These begin or leave out what the test has itself: the port, and a stack that never ends.
  const here = (command: string) =>
    /^(?:export AWS_ENDPOINT_URL|npx specdrop dev|aws s3 cp examples|aws s3api list-object-versions --bucket specs --prefix minimal)/.test(
      command,
    );

  test.for(unique.filter((command) => onlyAnAccount(command) === undefined && !here(command)))(
    "%s",
    async (command) => {
      await rehearse(command);
      // The commands after it are not to wait.
      if (/suspen/.test(command)) await rehearse('npx specdrop resume --ledger "dynamodb:$(name table)"');
    },
  );

  test("every reason why a command is not run is one of a command that there is", () => {
    for (const start of Object.keys(ONLY_AN_ACCOUNT))
      expect(
        unique.filter((each) => each.startsWith(start)),
        start,
      ).not.toEqual([]);
    const few = unique.filter((command) => onlyAnAccount(command) !== undefined).length;
    expect(few).toBeLessThan(unique.length / 3);
  });

  test("they do what the page says", async () => {
    expect(await rehearse('npx specdrop status --ledger "dynamodb:$(name table)"')).toContain("chat.yaml");
    await rehearse(
      'npx specdrop suspend --ledger "dynamodb:$(name table)" --bus "$(name bus)" --reason "incident 4711"',
    );
    expect(await rehearse('npx specdrop status --ledger "dynamodb:$(name table)"')).toContain("Applying is suspended");
    await drop("while suspended");
    const before = stack.cloudControl.resources().find(({ TypeName }) => TypeName.endsWith("IntegrationResponse"));
    expect(JSON.stringify(before)).not.toContain("while suspended");
    await rehearse('npx specdrop resume --ledger "dynamodb:$(name table)" --bus "$(name bus)"');
    const after = stack.cloudControl.resources().find(({ TypeName }) => TypeName.endsWith("IntegrationResponse"));
    expect(JSON.stringify(after)).toContain("while suspended");
  });
});

/** Each command behind the variables that were set before it in the same block. */
function withAssignments(commands: readonly string[]): readonly string[] {
  let set = "";
  return commands.map((command) => {
    const whole = set + command;
    if (/^\w+=\$\(/.test(command)) set += `${command}\n`;
    return whole;
  });
}
