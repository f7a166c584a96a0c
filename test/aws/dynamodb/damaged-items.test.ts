import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { DocumentRecord, Ledger } from "@specdrop/ledger/port";
import { LEDGER_FORMAT } from "@specdrop/ledger/records/checked";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { all, owned, pendingCreate, resultEvent, revision } from "../../contract/ledger.ts";
import { startDynalite } from "../dynalite.ts";

const DOCUMENT = "s3://specs/a.yaml";
const OTHER = "s3://specs/b.yaml";
const API = owned().ApiId;

const KEYS = {
  document: { pk: `doc#${DOCUMENT}`, sk: "document" },
  changeSet: { pk: `doc#${DOCUMENT}`, sk: `api#${API}` },
  response: { pk: `api#${API}`, sk: `response#abc1234|${owned().IntegrationResponseKey}` },
  bid: { pk: `api#${API}`, sk: `bid#${DOCUMENT}` },
  lease: { pk: `api#${API}`, sk: "lease" },
  suspension: { pk: "operations", sk: "suspension" },
  submissions: { pk: `doc#${DOCUMENT}`, sk: "submissions" },
} as const;

const LEASE = { apiId: API, owner: "one", fence: 1, expiresAt: 1_000, renewals: 0, ttlMs: 1_000 };

let dynamo: Awaited<ReturnType<typeof startDynalite>>;
let documents: DynamoDBDocumentClient;
let tables = 0;
let table: string;
let ledger: Ledger;

beforeAll(async () => {
  dynamo = await startDynalite();
  documents = DynamoDBDocumentClient.from(dynamo.client);
});
afterAll(() => dynamo.close());

/** One record of every kind. */
beforeEach(async () => {
  tables += 1;
  table = `ledger-${tables}`;
  await createLedgerTable(dynamo.client, table);
  ledger = dynamoLedger(dynamo.client, table);
  await ledger.recordRevision(DOCUMENT, revision());
  await ledger.acquireLease(API, "one", 1_000, 0);
  await ledger.beginRun(DOCUMENT, API, 1, 1, "run-1");
  await ledger.settle(DOCUMENT, API, 1, resultEvent(1), 1);
  await ledger.claim(owned({ documentId: DOCUMENT, pending: pendingCreate() }), 1);
  await ledger.putBid(bid(1));
  await ledger.switchSuspension({ suspended: true, by: "one", since: 1 });
  await ledger.writeSubmissions(submissions(1));
});

const bid = (sequence: number) => ({ documentId: DOCUMENT, apiId: API, sequence, at: 5, wishes: [{ key: "k" }] });

const submissions = (version: number) => ({
  documentId: DOCUMENT,
  version,
  latest: { id: "e-1", kind: "submitted" as const, sentAt: 5, arrivedAt: 5, correlationId: "c-1" },
  displaced: [],
  ended: [],
  writes: [],
});

async function set(Key: object, attribute: string, value: unknown): Promise<void> {
  await documents.send(
    new UpdateCommand({
      TableName: table,
      Key: Key as Record<string, string>,
      UpdateExpression: "SET #name = :value",
      ExpressionAttributeNames: { "#name": attribute },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
}

async function itemAt(Key: object): Promise<Record<string, unknown>> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: table, Key: Key as Record<string, string>, ConsistentRead: true }),
  );
  return Item ?? {};
}

test("every item says its format", async () => {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: table }));
  expect(Items).toHaveLength(Object.keys(KEYS).length);
  for (const item of Items) expect(item).toMatchObject({ format: LEDGER_FORMAT });
});

test("items of before there were formats are read, and get one when they are written", async () => {
  const { format: _, ...item } = await itemAt(KEYS.document);
  await documents.send(new PutCommand({ TableName: table, Item: item }));
  expect(await ledger.readDocument(DOCUMENT)).toMatchObject({ count: 1 });
  await ledger.recordRevision(DOCUMENT, revision());
  expect(await itemAt(KEYS.document)).toMatchObject({ count: 2, format: LEDGER_FORMAT });
});

/** Every call that reads or writes one kind of item. */
const CALLS: Readonly<Record<keyof typeof KEYS, readonly (() => Promise<unknown>)[]>> = {
  document: [
    () => ledger.readDocument(DOCUMENT),
    () => all(ledger.listDocuments()),
    () => ledger.recordRevision(DOCUMENT, revision()),
    () => ledger.confirmRevision(DOCUMENT, 1, "07", 1),
    () => ledger.clearSuperseded(DOCUMENT, 1),
  ],
  changeSet: [
    () => ledger.readChangeSet(DOCUMENT, API),
    () => all(ledger.listChangeSets()),
    () => ledger.beginRun(DOCUMENT, API, 2, 1, "run-2"),
    () => ledger.checkpoint(DOCUMENT, API, { sequence: 2, ended: 0, total: 1, removed: { delete: 0, forget: 0 } }, 1),
    () => ledger.settle(DOCUMENT, API, 2, resultEvent(2), 1),
    () => ledger.markPublished(DOCUMENT, API, 1),
    () => ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "f", event: resultEvent(1) }),
    () => ledger.noteRepair(DOCUMENT, API, 1, 5),
    () => ledger.markDriftPublished(DOCUMENT, API, 1),
    () => ledger.endRun(DOCUMENT, API, 1, 1),
    () => ledger.reopen(DOCUMENT, API, 1),
  ],
  response: [
    () => ledger.listOwned(API),
    () => ledger.claim(owned({ documentId: DOCUMENT }), 1),
    () => ledger.release(owned({ documentId: DOCUMENT }), 1),
  ],
  bid: [() => ledger.listBids(API), () => ledger.putBid(bid(2))],
  lease: [
    () => ledger.readLease(API),
    () => ledger.acquireLease(API, "two", 1_000, 2_000),
    () => ledger.renewLease(LEASE, 1_000, 5),
    () => ledger.releaseLease(LEASE),
  ],
  suspension: [
    () => ledger.readSuspension(),
    () => ledger.switchSuspension({ suspended: false, by: "two", since: 2 }),
    () => ledger.markSuspensionAnnounced(1),
  ],
  submissions: [() => ledger.readSubmissions(DOCUMENT)],
};

test.each(Object.keys(KEYS) as (keyof typeof KEYS)[])(
  "a %s of a newer format is neither read nor written, and the message says what to do",
  async (kind) => {
    await set(KEYS[kind], "format", LEDGER_FORMAT + 1);
    const before = await itemAt(KEYS[kind]);
    for (const call of CALLS[kind]) {
      const message = await call().then(String, (error: Error) => `${error.name}: ${error.message}`);
      expect(message, call.toString()).toBe(
        `NewerLedgerError: The item ${before["pk"]} ${before["sk"]} of the table ${table} has format ${LEDGER_FORMAT + 1}; ` +
          `this specdrop reads formats up to ${LEDGER_FORMAT}. Use the specdrop that wrote it, or a newer one.`,
      );
    }
    expect(await itemAt(KEYS[kind])).toEqual(before);
  },
);

test("a write over submissions of a newer format is refused", async () => {
  await set(KEYS.submissions, "format", LEDGER_FORMAT + 1);
  await expect(ledger.writeSubmissions(submissions(2))).rejects.toThrow("has format");
});

test("what a newer version has added to an item survives every write of this one", async () => {
  for (const key of Object.values(KEYS)) await set(key, "added", { since: 7 });
  await ledger.recordRevision(DOCUMENT, revision());
  await ledger.clearSuperseded(DOCUMENT, 1);
  await ledger.beginRun(DOCUMENT, API, 2, 1, "run-2");
  await ledger.claim(owned({ documentId: DOCUMENT }), 1);
  await ledger.acquireLease(API, "one", 1_000, 0);
  await ledger.switchSuspension({ suspended: false, by: "two", since: 2 });
  await ledger.writeSubmissions(submissions(2));
  await ledger.putBid(bid(2));
  for (const key of Object.values(KEYS)) expect(await itemAt(key)).toMatchObject({ added: { since: 7 } });
  expect(await itemAt(KEYS.document)).toMatchObject({ count: 2, overtaken: [] });
  expect(await itemAt(KEYS.response)).not.toHaveProperty("pending");
  expect(await itemAt(KEYS.submissions)).toMatchObject({ version: 2 });
  const [resource] = await ledger.listOwned(API);
  expect(resource).toEqual(owned({ documentId: DOCUMENT }));
});

test.each([
  ["document", "head", "secret", "head is not a map", () => ledger.readDocument(DOCUMENT)],
  [
    "document",
    "overtaken",
    [{}],
    "overtaken[0].sequence is missing",
    () => ledger.recordRevision(DOCUMENT, revision()),
  ],
  [
    "changeSet",
    "result",
    { sequence: 1, event: "{secret", published: true },
    "result.event is not JSON",
    () => ledger.readChangeSet(DOCUMENT, API),
  ],
  [
    "changeSet",
    "result",
    { sequence: 1, event: '{"detail":"secret"}', published: true },
    "result.event.detailType is missing",
    () => ledger.readChangeSet(DOCUMENT, API),
  ],
  [
    "changeSet",
    "drift",
    { count: 1, event: 7, published: true },
    "drift.event is not a map",
    () => ledger.readChangeSet(DOCUMENT, API),
  ],
  ["response", "origin", "secret", "origin is not one of created, adopted", () => ledger.listOwned(API)],
  ["response", "pending", "secret", "pending is not JSON", () => ledger.listOwned(API)],
  ["lease", "fence", "secret", "fence is not a whole number, 0 or more", () => ledger.readLease(API)],
  ["suspension", "since", "secret", "since is not a number", () => ledger.readSuspension()],
  ["submissions", "ended", "secret", "ended is not a list", () => ledger.readSubmissions(DOCUMENT)],
] as const)(
  "a %s whose %s is damaged is an error that names the item and the place",
  async (kind, name, value, problem, call) => {
    await set(KEYS[kind], name, value);
    const { pk, sk } = KEYS[kind];
    await expect(call()).rejects.toThrow(
      `The item ${pk} ${sk} of the table ${table} cannot be used: ${problem}. Correct it`,
    );
    await expect(call()).rejects.not.toThrow("secret");
  },
);

test("a list yields all that can be read before it throws for what cannot", async () => {
  await ledger.recordRevision(OTHER, revision());
  await ledger.recordRevision("s3://specs/c.yaml", revision());
  await set(KEYS.document, "head", "secret");
  await set({ pk: "doc#s3://specs/c.yaml", sk: "document" }, "head", "secret");
  const seen: DocumentRecord[] = [];
  const listing = (async () => {
    for await (const record of ledger.listDocuments()) seen.push(record);
  })();
  await expect(listing).rejects.toThrow("1 more items cannot be used.");
  expect(seen.map(({ documentId }) => documentId)).toEqual([OTHER]);
});
