import { appendFileSync, mkdtempSync, readFileSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { applyChange, type StateChange } from "@specdrop/local/cloud-control/changes";
import { createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { NO_FAULTS } from "@specdrop/local/cloud-control/faults";
import { emptyState } from "@specdrop/local/cloud-control/state";
import { openJournal } from "@specdrop/local/data/journal";
import { type Endpoints, type Stack, type StackOptions, startEndpoints, startStack } from "@specdrop/local/index";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

let data: string;
const open: (() => Promise<void>)[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "specdrop-data-"));
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function stackOn(folder: string, options: StackOptions = {}): Promise<Stack & { readonly s3: S3Client }> {
  const stack = await startStack({ data: folder, ...options });
  const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
  open.push(stack.close);
  return { ...stack, s3 };
}

async function endpointsOn(folder: string): Promise<Endpoints> {
  const endpoints = await startEndpoints({ data: folder });
  open.push(endpoints.close);
  return endpoints;
}

async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

const document = (text: string) =>
  JSON.stringify({
    IntegrationResponses: {
      ok: {
        ApiId: "abcdefghij",
        IntegrationId: "abc1234",
        IntegrationResponseKey: "$default",
        ResponseTemplates: { $default: text },
      },
    },
  });

test("the next start goes on where the last one ended", async () => {
  const first = await stackOn(data);
  await first.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "a.json", Body: document("one") }));
  await first.idle();
  first.cloudControl.changeFaults({ settleMs: 1 });
  const before = {
    events: first.eventBridge.eventsOn("specdrop"),
    slack: first.slack.messages(),
    state: first.cloudControl.snapshot(),
  };
  expect(before.events).toHaveLength(1);
  await closeAll();

  const second = await stackOn(data);
  expect(second.eventBridge.eventsOn("specdrop")).toEqual(before.events);
  expect(second.slack.messages()).toEqual(before.slack);
  expect(second.cloudControl.snapshot()).toEqual(before.state);
  const { Body } = await second.s3.send(new GetObjectCommand({ Bucket: "specs", Key: "a.json" }));
  expect(await Body?.transformToString()).toBe(document("one"));
  await second.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "a.json" }));
  await second.idle();
  expect(second.cloudControl.resources()).toEqual([]);
  expect(second.eventBridge.eventsOn("specdrop").at(-1)?.detail["metadata"]).toMatchObject({ sequence: 2 });
});

test("a folder belongs to one stack at a time", async () => {
  await endpointsOn(data);
  await expect(startEndpoints({ data })).rejects.toThrow(`Process ${process.pid} keeps its data in ${data}. Stop it,`);
  await closeAll();
  await endpointsOn(data);
});

test("a stack that cannot start lets go of its folder", async () => {
  const { port } = await endpointsOn(mkdtempSync(join(tmpdir(), "specdrop-data-")));
  await expect(startEndpoints({ data, port })).rejects.toThrow("is in use");
  await endpointsOn(data);
});

test("an event that was not delivered is delivered by the next process", async () => {
  const first = await endpointsOn(data);
  const Arn = first.registerFunction("slow", () => new Promise(() => undefined));
  first.eventBridge.createEventBus({ Name: "mine" });
  const events = new EventBridgeClient(first.clientSettings);
  await events.send(new CreateEventBusCommand({ Name: "theirs" }));
  const rule = { Name: "all", EventBusName: "theirs" };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["s"]}' }));
  await events.send(new PutTargetsCommand({ Rule: "all", EventBusName: "theirs", Targets: [{ Id: "f", Arn }] }));
  events.destroy();
  first.eventBridge.putEvents({
    Entries: [{ EventBusName: "theirs", Source: "s", DetailType: "t", Detail: '{"n":1}' }],
  });
  await closeAll();

  for (const expected of [[{ n: 1 }], []]) {
    const next = await endpointsOn(data);
    const got: unknown[] = [];
    next.registerFunction("slow", async (event) => got.push((event as { readonly detail: unknown }).detail));
    await next.resume();
    await next.inFlight.none();
    expect(got).toEqual(expected);
    const client = new EventBridgeClient(next.clientSettings);
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: "all", EventBusName: "theirs" }));
    expect(Targets).toEqual([{ Id: "f", Arn }]);
    client.destroy();
    await closeAll();
  }
});

test.each([true, false])(
  "a deletion without its event has it from the next process (unversioned: %s)",
  async (unversioned) => {
    const first = await stackOn(data, { unversioned });
    await first.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "gone.json", Body: document("one") }));
    await first.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "stays.json", Body: "{}" }));
    await first.idle();
    const journal = join(data, "journal.jsonl");
    const length = readFileSync(journal).length;
    await first.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "gone.json" }));
    await closeAll();

    // As after a kill between the deletion and its event.
    const added = readFileSync(journal).subarray(length).toString();
    const lines = added.split("\n").filter((line) => /"kind":"(intent|version)"/.test(line));
    expect(lines).toHaveLength(unversioned ? 1 : 2);
    truncateSync(journal, length);
    appendFileSync(journal, lines.map((line) => `${line}\n`).join(""));

    const second = await stackOn(data, { unversioned });
    await second.idle();
    expect(second.eventBridge.eventsOn("default").at(-1)).toMatchObject({
      "detail-type": "Object Deleted",
      detail: { object: { key: "gone.json" } },
    });
    expect(second.cloudControl.resources()).toEqual([]);
  },
);

const textOf = async (s3: S3Client, Key: string, VersionId?: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: "specs", Key, VersionId }))).Body?.transformToString();

async function versionsIn(s3: S3Client): Promise<readonly (string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: "specs" }));
  return [...DeleteMarkers, ...Versions].map(({ VersionId }) => VersionId);
}

test("versions and delete markers outlive the process", async () => {
  const first = await stackOn(data);
  const put = (Body: string) => first.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "a.txt", Body }));
  const { VersionId: old } = await put("one");
  await put("two");
  const { VersionId: marker } = await first.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "a.txt" }));
  const before = await versionsIn(first.s3);
  await closeAll();

  const { s3 } = await stackOn(data);
  expect(await versionsIn(s3)).toEqual(before);
  await expect(textOf(s3, "a.txt")).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await textOf(s3, "a.txt", old)).toBe("one");
  await s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "a.txt", VersionId: marker }));
  expect(await textOf(s3, "a.txt")).toBe("two");
});

test("a folder from before versions goes on with them, and not back", async () => {
  const first = await stackOn(data, { unversioned: true });
  await first.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "a.json", Body: document("one") }));
  await first.idle();
  await closeAll();

  const second = await stackOn(data);
  expect(await versionsIn(second.s3)).toEqual(["null"]);
  await second.s3.send(new PutObjectCommand({ Bucket: "specs", Key: "a.json", Body: document("two") }));
  await second.idle();
  expect(await textOf(second.s3, "a.json", "null")).toBe(document("one"));
  await second.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key: "a.json" }));
  await second.idle();
  expect(second.cloudControl.resources()).toEqual([]);
  await closeAll();

  await expect(stackOn(data, { unversioned: true })).rejects.toThrow("Start without --unversioned");
});

test("wherever a kill cut the journal, versions and objects agree, and nothing answered is lost", async () => {
  const first = await endpointsOn(data);
  const s3 = new S3Client({ ...first.clientSettings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "specs" }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: "specs", VersioningConfiguration: { Status: "Enabled" } }));
  const { VersionId: one } = await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "k", Body: "one" }));
  await s3.send(new PutObjectCommand({ Bucket: "specs", Key: "k", Body: "two" }));
  await closeAll();
  const journal = join(data, "journal.jsonl");
  const whole = readFileSync(journal);

  // The second write was stored, and its version not noted.
  const at = whole.lastIndexOf('{"kind":"version"');
  truncateSync(journal, at);
  const next = await endpointsOn(data);
  const again = new S3Client({ ...next.clientSettings, forcePathStyle: true });
  const versions = await versionsIn(again);
  expect(versions).toHaveLength(2);
  expect(versions[1]).toBe(one);
  expect(await textOf(again, "k")).toBe("two");
  expect(await textOf(again, "k", versions[0])).toBe("two");
  await closeAll();

  // A delete marker was noted, and the object not taken away.
  const line = { kind: "version", bucket: "specs", key: "k" };
  const marker = { id: "m", stored: "m", isMarker: true, etag: "", size: 0, modifiedAt: Date.now() };
  appendFileSync(journal, `${JSON.stringify({ ...line, version: marker })}\n`);
  const third = await endpointsOn(data);
  const last = new S3Client({ ...third.clientSettings, forcePathStyle: true });
  await expect(textOf(last, "k")).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await versionsIn(last)).toEqual(["m", ...versions]);
});

test("a message in flight is delivered again at once, and its first delivery does not count", async () => {
  const first = await endpointsOn(data);
  const clientOf = ({ clientSettings }: Endpoints) => new SQSClient(clientSettings);
  const sqs = clientOf(first);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "q.fifo", Attributes: { FifoQueue: "true", VisibilityTimeout: "600" } }),
  );
  for (const n of ["1", "2"]) {
    const message = { MessageBody: n, MessageGroupId: "g", MessageDeduplicationId: n };
    await sqs.send(new SendMessageCommand({ QueueUrl, ...message }));
  }
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(["1"]);
  sqs.destroy();
  await closeAll();

  const again = clientOf(await endpointsOn(data));
  const { QueueUrl: url } = await again.send(new GetQueueUrlCommand({ QueueName: "q.fifo" }));
  const received = await again.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    }),
  );
  expect(received.Messages?.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
    ["1", "1"],
  ]);
  const { Attributes } = await again.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["VisibilityTimeout"] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: "600" });
  again.destroy();
});

test("a line that a kill cut short was never said; any other damage is", () => {
  const path = join(data, "j");
  const { journal } = openJournal<number>(path);
  journal.append(1, 2);
  journal.close();
  appendFileSync(path, '{"half');
  const second = openJournal<number>(path);
  expect(second.lines).toEqual([1, 2]);
  second.journal.append(3);
  second.journal.rewrite([4]);
  second.journal.append(5);
  second.journal.close();
  const third = openJournal<number>(path);
  expect(third.lines).toEqual([4, 5]);
  third.journal.close();
  appendFileSync(path, "x\n6\n");
  expect(() => openJournal(path)).toThrow("line 3 is not JSON");
});

test("the changes of a Cloud Control come to the same state, whatever is asked of it", () => {
  const key = fc.constantFrom("/1/", "/2/", "/3/");
  const step = fc.record({
    operation: fc.constantFrom("create", "update", "delete", "cancel", "list", "faults", "wait"),
    key,
    seed: fc.nat(1_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let time = 0;
      let drawn = 0;
      const changes: StateChange[] = [];
      const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
      const cloudControl = createCloudControl({
        now: () => time,
        random: () => (++drawn * 0.618_033_988_7) % 1,
        onChange: (change) => changes.push(structuredClone(change)),
      });
      const live = () => cloudControl.resources()[0]?.Identifier ?? "abcdefghij|abc1234|none";
      for (const { operation, key: IntegrationResponseKey, seed } of steps) {
        const DesiredState = JSON.stringify({ ApiId: "abcdefghij", IntegrationId: "abc1234", IntegrationResponseKey });
        const PatchDocument = JSON.stringify([{ op: "add", path: "/TemplateSelectionExpression", value: `${seed}` }]);
        try {
          if (operation === "create")
            cloudControl.createResource({ TypeName, DesiredState, ClientToken: `t${seed % 5}` });
          if (operation === "update") cloudControl.updateResource({ TypeName, Identifier: live(), PatchDocument });
          if (operation === "delete") cloudControl.deleteResource({ TypeName, Identifier: live() });
          if (operation === "cancel")
            cloudControl.cancelResourceRequest({ RequestToken: cloudControl.snapshot().open[0] ?? "none" });
          if (operation === "list") cloudControl.listResourceRequests({});
          if (operation === "faults") cloudControl.changeFaults({ seed, errorRate: 0.2, lostReplies: 0.2 });
        } catch (error) {
          if (!(error instanceof Error) || error instanceof TypeError) throw error;
        }
        time += operation === "wait" ? 50 : 5;
      }
      const replayed = emptyState(NO_FAULTS);
      for (const change of changes) applyChange(replayed, change);
      // What a read draws from the generator is not worth a line.
      const { seed: _, ...expected } = cloudControl.snapshot();
      const { seed: __, ...got } = replayed;
      expect(got).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
