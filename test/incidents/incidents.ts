import assert from "node:assert/strict";
import {
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import type { Stack } from "@specdrop/local/stack";
import { API, document, drop, type Incident } from "./incident.ts";
import { mortalReconcile } from "./mortal.ts";
import type { Observed } from "./observe.ts";

const OTHER = "f6g7h8i9j0";

/** The minute of the first of something; fails where there is none. */
function firstMinute(what: string, minutes: readonly number[]): number {
  const [first] = minutes.toSorted((one, other) => one - other);
  assert(first !== undefined, `${what} never happened`);
  return first;
}

const succeeded = ({ results }: Observed, document: string) =>
  results
    .filter(({ type, documentId }) => type === "ApplySucceeded" && documentId.endsWith(document))
    .map(({ minute }) => minute);
const failed = ({ results }: Observed) => results.filter(({ type }) => type === "ApplyFailed");
const rang = ({ alarms }: Observed, id: string) => alarms.filter((alarm) => alarm.id === id && alarm.state === "ALARM");

/** Somebody hears of it: by an alarm, or in Slack by one of these words. */
function toldBy({ slack, alarms }: Observed, words: RegExp): number {
  const said = slack.filter(({ text }) => words.test(text)).map(({ minute }) => minute);
  const ringing = alarms.filter(({ state }) => state === "ALARM").map(({ minute }) => minute);
  return firstMinute("a message to people", [...said, ...ringing]);
}

function everyAlarmNamesACommand({ alarms }: Observed): void {
  for (const { id, next } of alarms) assert.match(next, /^(?:aws|npx specdrop) /, `${id} names no command`);
}

const down: Incident = {
  title: "Cloud Control is down for 10 minutes",
  about: "Every call of Cloud Control fails from minute 1 to minute 11. Two documents are dropped meanwhile.",
  minutes: 25,
  steps: [
    {
      minute: 1,
      says: "Cloud Control is down",
      act: ({ cloudControl }) => cloudControl.changeFaults({ errorRate: 1 }),
    },
    { minute: 2, says: "chat.yaml is changed", act: (stack) => drop(stack, "chat.yaml", document(API, "changed")) },
    { minute: 2, says: "orders.yaml is new", act: (stack) => drop(stack, "orders.yaml", document(OTHER, "new", 3)) },
    {
      minute: 11,
      says: "Cloud Control is back",
      act: ({ cloudControl }) => cloudControl.changeFaults({ errorRate: 0 }),
    },
  ],
  check(observed) {
    for (const name of ["chat.yaml", "orders.yaml"]) {
      const minute = firstMinute(`success of ${name}`, succeeded(observed, name));
      assert(minute >= 11, `${name} succeeded in minute ${minute}, while Cloud Control was down`);
      assert(minute <= 16, `${name} succeeded in minute ${minute} only`);
    }
    assert.deepEqual(failed(observed), [], "a document was given up");
    assert(toldBy(observed, /fail|error|AWS/i) <= 10, "nobody was told within 10 minutes");
    everyAlarmNamesACommand(observed);
  },
};

const dies: Incident = {
  title: "An invocation dies",
  about: "The process of reconcile is killed in the middle of 20 writes, with the lease of the API.",
  minutes: 15,
  options(stackOf, { log, metric }) {
    const sinks = {
      log,
      metric,
      logs: { addGroup: () => undefined, write: (group: string, line: string) => stackOf().logs.write(group, line) },
    };
    const mortal = mortalReconcile(stackOf, sinks);
    mortals.push(mortal);
    return { functions: { reconcile: mortal.handle } };
  },
  steps: [
    {
      minute: 1,
      says: "chat.yaml grows to 20 responses",
      act: (stack) => drop(stack, "chat.yaml", document(API, "grown", 20)),
    },
    { minute: 1, says: "reconcile is killed at its 8th write", act: () => mortals.at(-1)?.dieAfter(7) },
  ],
  check(observed) {
    const minute = firstMinute("success", succeeded(observed, "chat.yaml"));
    assert(minute <= 9, `it succeeded in minute ${minute} only`);
    assert.deepEqual(failed(observed), []);
    assert.equal(rang(observed, "ReconcileErrors").length, 1);
    everyAlarmNamesACommand(observed);
  },
};
const mortals: ReturnType<typeof mortalReconcile>[] = [];

const storm: Incident = {
  title: "A throttling storm",
  about: "Others use up what API Gateway takes: one call in 20 seconds gets through, from minute 1 to minute 16.",
  minutes: 30,
  steps: [
    {
      minute: 1,
      says: "AWS throttles nearly every call",
      act: ({ cloudControl }) => cloudControl.changeFaults({ rps: 0.05, burst: 1 }),
    },
    {
      minute: 2,
      says: "four documents are dropped",
      act: async (stack) => {
        for (const [index, name] of ["one", "two", "three", "four"].entries()) {
          await drop(stack, `${name}.yaml`, document(`${name.padEnd(9, "0")}${index}`, name, 5));
        }
      },
    },
    {
      minute: 16,
      says: "the storm is over",
      act: ({ cloudControl }) => cloudControl.changeFaults({ rps: null, burst: null }),
    },
  ],
  check(observed) {
    for (const name of ["one", "two", "three", "four"]) {
      const minute = firstMinute(`success of ${name}.yaml`, succeeded(observed, `${name}.yaml`));
      assert(minute <= 24, `${name}.yaml succeeded in minute ${minute} only`);
    }
    assert.deepEqual(failed(observed), [], "a document was given up");
    assert(toldBy(observed, /throttl/i) <= 15, "nobody was told within 15 minutes");
    // That one speaks of bugs, and of the ledger.
    assert.deepEqual(rang(observed, "SignalsFailing"), []);
    everyAlarmNamesACommand(observed);
  },
};

const revoked: Incident = {
  title: "The webhook of Slack is revoked",
  about: "Slack answers `no_service` from minute 1 until somebody rotates the webhook in minute 40.",
  minutes: 62,
  options: () => ({ slack: { mode: "webhook", paced: true } }),
  steps: [
    {
      minute: 1,
      says: "the webhook is removed in Slack",
      act: ({ slack }) => slack.changeFaults({ refused: Number.MAX_SAFE_INTEGER }),
    },
    { minute: 2, says: "chat.yaml is changed", act: (stack) => drop(stack, "chat.yaml", document(API, "changed")) },
    { minute: 2, says: "orders.yaml is new", act: (stack) => drop(stack, "orders.yaml", document(OTHER, "new")) },
    { minute: 40, says: "the webhook is rotated", act: ({ slack }) => slack.changeFaults({ refused: 0 }) },
  ],
  check(observed) {
    for (const name of ["chat.yaml", "orders.yaml"]) {
      assert(firstMinute(`success of ${name}`, succeeded(observed, name)) <= 4, `${name} waited for Slack`);
      const told = observed.slack.filter(({ text }) => text.includes(name)).map(({ minute }) => minute);
      const minute = firstMinute(`a message about ${name}`, told);
      assert(minute >= 40 && minute <= 56, `${name} was told in minute ${minute}`);
      assert.equal(told.length, 1, `${name} was told ${told.length} times`);
    }
    const refused = rang(observed, "SlackRefused");
    assert.equal(refused.length, 1, "one night, one mail");
    assert((refused[0]?.minute ?? 99) <= 10);
    everyAlarmNamesACommand(observed);
  },
};

/** What point-in-time recovery would bring back. */
let backup: NonNullable<ScanCommandOutput["Items"]> = [];

const lost: Incident = {
  title: "The ledger's table is gone",
  about: "The table is deleted in minute 1, and restored in minute 30, as [the ledger is lost](ledger-lost.md) says.",
  minutes: 42,
  steps: [
    { minute: 1, says: "the table is deleted", act: loseTable },
    { minute: 2, says: "chat.yaml is changed", act: (stack) => drop(stack, "chat.yaml", document(API, "changed")) },
    { minute: 30, says: "the table is restored, and what intake failed on is sent again", act: restoreTable },
  ],
  check(observed) {
    const minute = firstMinute("success", succeeded(observed, "chat.yaml"));
    assert(minute >= 30 && minute <= 33, `it succeeded in minute ${minute}`);
    assert.deepEqual(failed(observed), []);
    const told = firstMinute(
      "an alarm",
      observed.alarms.map((alarm) => alarm.minute),
    );
    assert(told <= 10, "nobody was told within 10 minutes");
    assert.equal(rang(observed, "IntakeFailures").length, 1);
    const status = observed.seen.filter(({ where }) => where === "status").map(({ text }) => text);
    assert(
      status.some((text) => /does not exist|there is no/i.test(text)),
      "status does not say that the table is gone",
    );
    everyAlarmNamesACommand(observed);
  },
};

async function loseTable({ clientSettings, table: TableName }: Stack): Promise<void> {
  const client = new DynamoDBClient(clientSettings);
  ({ Items: backup = [] } = await client.send(new ScanCommand({ TableName })));
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
}

async function restoreTable(stack: Stack): Promise<void> {
  const { clientSettings, table: TableName } = stack;
  const client = new DynamoDBClient(clientSettings);
  await createLedgerTable(client, TableName);
  for (const Item of backup) await client.send(new PutItemCommand({ TableName, Item }));
  client.destroy();
  await sendAgain(stack);
}

/** As docs/operate.md has it, "Send failed events again". */
async function sendAgain({ clientSettings, url, account }: Stack): Promise<void> {
  const sqs = new SQSClient(clientSettings);
  const lambda = new LambdaClient(clientSettings);
  const QueueUrl = `${url}/${account}/specdrop-intake-failures`;
  for (;;) {
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    if (message === undefined) return;
    const Payload = Buffer.from(message.Body ?? "");
    await lambda.send(new InvokeCommand({ FunctionName: "intake", InvocationType: "Event", Payload }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }
}

export const INCIDENTS: readonly Incident[] = [down, dies, storm, revoked, lost];

export function closeAll(): void {
  for (const mortal of mortals.splice(0)) mortal.close();
}
