import { execFileSync, spawnSync } from "node:child_process";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { startEndpoints } from "@specdrop/local/endpoints";
import { expect, test } from "vitest";
import { awsCalls } from "./aws-calls.ts";
import { ofKind, readPage, snippetsOf } from "./snippets.ts";

function updateOf(command: string): UpdateItemCommand {
  const [[service, operation, ...rest] = []] = awsCalls(command);
  expect([service, operation]).toEqual(["dynamodb", "update-item"]);
  const option = (name: string) => rest[rest.indexOf(`--${name}`) + 1] ?? "";
  const condition = rest.includes("--condition-expression") ? option("condition-expression") : undefined;
  return new UpdateItemCommand({
    TableName: option("table-name"),
    Key: JSON.parse(option("key")),
    UpdateExpression: option("update-expression"),
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: JSON.parse(option("expression-attribute-names")),
    ExpressionAttributeValues: JSON.parse(option("expression-attribute-values")),
  });
}

test("the command for the AWS command line suspends and resumes as specdrop does", async () => {
  const [[, { text }] = ["", { text: "" }]] = ofKind(snippetsOf(readPage("operate.md")), "suspend");
  const endpoints = await startEndpoints({ port: 0 });
  const client = new DynamoDBClient(endpoints.clientSettings);
  try {
    await createLedgerTable(client, "the-table");
    const ledger = dynamoLedger(client, "the-table");
    const before = Date.now();
    await client.send(updateOf(text));
    const suspension = await ledger.readSuspension();
    const since = expect.any(Number);
    expect(suspension).toEqual({ suspended: true, by: "ada", since, reason: "incident 4711", count: 1, told: false });
    expect(Math.abs((suspension?.since ?? 0) - before)).toBeLessThan(60_000);
    expect(await ledger.switchSuspension({ suspended: true, by: "grace", since: 1 })).toMatchObject({
      switched: false,
    });
    await ledger.markSuspensionAnnounced(1);

    await client.send(updateOf(text.replace('":on":{"BOOL":true}', '":on":{"BOOL":false}')));
    expect(await ledger.readSuspension()).toMatchObject({ suspended: false, count: 2, told: false });
    expect(await ledger.switchSuspension({ suspended: true, by: "grace", since: 1 })).toMatchObject({
      switched: true,
      suspension: { by: "grace", count: 3 },
    });
  } finally {
    client.destroy();
    await endpoints.close();
  }
});

test("the command that frees an API takes the lease from the owner that was seen, and from no other", async () => {
  const [[, { text }] = ["", { text: "" }]] = ofKind(snippetsOf(readPage("operate.md")), "free-lease");
  const endpoints = await startEndpoints({ port: 0 });
  const client = new DynamoDBClient(endpoints.clientSettings);
  try {
    await createLedgerTable(client, "the-table");
    const ledger = dynamoLedger(client, "the-table");
    const dead = await ledger.acquireLease("a1b2c3d4e5", "dead", 60_000, Date.now());
    await expect(client.send(updateOf(text))).rejects.toThrow("conditional");
    expect(await ledger.readLease("a1b2c3d4e5")).toEqual(dead);
    await client.send(updateOf(text.replace("the owner that was seen", "dead")));
    expect(await ledger.readLease("a1b2c3d4e5")).toBeUndefined();
    expect(await ledger.acquireLease("a1b2c3d4e5", "next", 60_000, Date.now())).toMatchObject({ fence: 2 });
  } finally {
    client.destroy();
    await endpoints.close();
  }
});

test("an item that somebody wrote by other means suspends, whatever it leaves out", async () => {
  const endpoints = await startEndpoints({ port: 0 });
  const client = new DynamoDBClient(endpoints.clientSettings);
  try {
    await createLedgerTable(client, "the-table");
    const key = { pk: { S: "operations" }, sk: { S: "suspension" } };
    await client.send(new UpdateItemCommand({ TableName: "the-table", Key: key }));
    const ledger = dynamoLedger(client, "the-table");
    expect(await ledger.readSuspension()).toMatchObject({ suspended: true, by: "somebody", told: false });
    await ledger.markSuspensionAnnounced(1);
    expect(await ledger.readSuspension()).toMatchObject({ told: true });
    expect(await ledger.switchSuspension({ suspended: false, by: "ada", since: 1 })).toMatchObject({ switched: true });
  } finally {
    client.destroy();
    await endpoints.close();
  }
});

const hasJq = spawnSync("jq", ["--version"]).status === 0;
if (!hasJq) console.warn("skipped: jq is not installed");
test.skipIf(!hasJq)(
  "events that intake failed on are sent again, and leave the queue once Lambda has taken them",
  () => {
    const [[, { text }] = ["", { text: "" }]] = ofKind(snippetsOf(readPage("operate.md")), "intake-failures");
    // Two events, of which Lambda refuses the first, with what a shell might take for its own.
    const answer = `
    case "$2" in
      receive-message)
        echo >>received
        case $(wc -l <received) in
          1) echo '["r1","{\\"refuse\\":\\"$HOME\\"}"]' ;;
          2) echo '["r2","{\\"detail\\":\\"a b\\"}"]' ;;
          *) echo null ;;
        esac ;;
      invoke)
        payload=$(cat)
        printf '%s\\0' 1 "$payload" >>calls
        case $payload in *refuse*) return 1 ;; esac ;;
    esac`;
    const calls = awsCalls(text, answer);
    expect(calls.filter((call) => call.length === 1)).toEqual([['{"refuse":"$HOME"}'], ['{"detail":"a b"}']]);
    const named = (operation: string) => calls.filter((call) => call[1] === operation);
    expect(named("receive-message")).toHaveLength(3);
    for (const call of named("receive-message")) expect(call.join(" ")).toContain("--wait-time-seconds 5");
    for (const call of named("invoke")) {
      expect(call.join(" ")).toContain(
        "--function-name the-intakeFunction --invocation-type Event --payload fileb:///dev/stdin",
      );
    }
    expect(named("delete-message").map((call) => call.slice(2))).toEqual([
      ["--queue-url", "the-intakeFailuresUrl", "--receipt-handle", "r2"],
    ]);
  },
);

test("every command is bash", () => {
  for (const page of ["operate.md", "integrate.md"]) {
    for (const { text, language } of snippetsOf(readPage(page))) {
      if (language === "sh") execFileSync("bash", ["-n"], { input: text.replace(/<the commit before>/, "HEAD~1") });
    }
  }
});
