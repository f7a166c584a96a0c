import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { fitEvent, type ResultEvent } from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import { RecordTooLargeError } from "@specdrop/ledger/records/checked";
import { itemBytes } from "@specdrop/local/dynamodb-item-size";
import { SPEC_LIMITS } from "@specdrop/spec";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startDynalite } from "../aws/dynalite.ts";
import { owned, pendingCreate, resultEvent, revision } from "../contract/ledger.ts";

let dynamo: Awaited<ReturnType<typeof startDynalite>>;
let tables = 0;
let ledger: Ledger;

beforeAll(async () => {
  dynamo = await startDynalite();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  tables += 1;
  await createLedgerTable(dynamo.client, `sizes-${tables}`);
  ledger = dynamoLedger(dynamo.client, `sizes-${tables}`);
});

test.each([
  [{ a: { S: "" } }, 1],
  [{ ab: { S: "xyz" } }, 5],
  [{ 中: { S: "中💙" } }, 3 + 3 + 4],
  [{ a: { N: "0" } }, 2],
  [{ a: { N: "27" } }, 3],
  [{ a: { N: "1790000000000" } }, 1 + 1 + 2],
  [{ a: { N: "-1.5E+3" } }, 1 + 1 + 1 + 1],
  [{ a: { B: "AAEC" } }, 4],
  [{ a: { BOOL: true } }, 2],
  [{ a: { NULL: true } }, 2],
  [{ a: { L: [] } }, 4],
  [{ a: { M: {} } }, 4],
  [{ a: { L: [{ S: "xy" }, { BOOL: false }] } }, 1 + 3 + (1 + 2) + (1 + 1)],
  [{ a: { M: { bc: { S: "xy" } } } }, 1 + 3 + 1 + 2 + 2],
  [{ a: { SS: ["xy", "中"] } }, 1 + 2 + 3],
  [{ a: { NS: ["27", "7"] } }, 1 + 2 + 2],
])("%j takes the bytes that AWS counts", (item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

const API = "a".repeat(SPEC_LIMITS.id);
/** As long as an S3 URI can be. */
const DOCUMENT = `s3://${"b".repeat(63)}/${"k".repeat(1_024)}`;
const chinese = (bytes: number) => "中".repeat(Math.floor(bytes / 3));

test("the largest resource that is valid is taken, and one of 480,000 bytes is refused for its size", async () => {
  const IntegrationResponseKey = "$default";
  const response = owned({ ApiId: API, documentId: DOCUMENT, logicalId: "💙".repeat(255), IntegrationResponseKey });
  const pending = (bytes: number) => {
    const { model, ...rest } = pendingCreate({ ResponseTemplates: { t: chinese(bytes) } });
    return { ...rest, model: { ...model, ApiId: API, IntegrationResponseKey } };
  };
  expect(await ledger.claim({ ...response, pending: pending(SPEC_LIMITS.modelBytes) }, 1)).toEqual({ claimed: true });
  const claiming = ledger.claim({ ...response, pending: pending(480_000) }, 1);
  await expect(claiming).rejects.toThrow(RecordTooLargeError);
  await expect(claiming).rejects.toThrow("larger than DynamoDB's limit of 400 KB");
});

test("a change set takes the two largest events that there can be", async () => {
  const large = (event: ResultEvent): ResultEvent => {
    const diagnostic = {
      code: "SD3107",
      severity: "warning",
      message: chinese(3_000),
      file: "f",
      pointer: "",
    } as const;
    const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const change = { logicalId: chinese(700), action: "none", status: "succeeded", integrationId: "i" } as const;
    const changes = Array.from({ length: 2_000 }, () => ({
      ...change,
      integrationResponseKey: "k",
      changedProperties: [],
    }));
    const diagnostics = Array.from({ length: 100 }, () => ({ ...diagnostic, range }));
    const whole = { ...event, detail: { ...event.detail, data: { ...event.detail.data, changes, diagnostics } } };
    return fitEvent(whole).event;
  };
  const event = large(resultEvent(1, { documentId: DOCUMENT, apiId: API }));
  expect(Buffer.byteLength(JSON.stringify(event))).toBeGreaterThan(195_000);
  await ledger.beginRun(DOCUMENT, API, 1, 1, "0f".repeat(16));
  expect(await ledger.settle(DOCUMENT, API, 1, event, 1)).toBe(true);
  await ledger.markPublished(DOCUMENT, API, 1);
  expect(await ledger.noteDrift(DOCUMENT, API, 1, { count: 1, fingerprint: "0f".repeat(32), event })).toBe(true);
  await ledger.noteRepair(DOCUMENT, API, 1, 1_790_000_000_000);
  await ledger.beginRun(DOCUMENT, API, 1, 1, "0f".repeat(16));
  expect(await ledger.readChangeSet(DOCUMENT, API)).toMatchObject({ runningSequence: 1, drift: { event } });
});

test("a document on as many APIs as it may have is accepted three times over, and withdrawn", async () => {
  const apiIds = (letter: string) => Array.from({ length: 2_000 }, (_, n) => `${n}`.padStart(30, letter));
  const source = { bucket: "b".repeat(63), key: "k".repeat(1_024), versionId: "v".repeat(100), etag: "e".repeat(32) };
  const record = (over: object) => ledger.recordRevision(DOCUMENT, revision({ source, ...over }));
  for (const [n, letter] of ["a", "b", "c"].entries()) {
    expect(await record({ apiIds: apiIds(letter), sequencer: `0${n + 1}` })).toMatchObject({ outcome: "recorded" });
  }
  expect(await record({ kind: "withdrawn", apiIds: apiIds("c"), sequencer: "04" })).toMatchObject({
    outcome: "recorded",
  });
});

test("a document's record that would be too large is refused as such, and stays as it was", async () => {
  const apiIds = Array.from({ length: 2_000 }, (_, n) => `${n}`.padStart(128, "a"));
  await ledger.recordRevision(DOCUMENT, revision({ apiIds: ["a"] }));
  const before = await ledger.readDocument(DOCUMENT);
  await expect(ledger.recordRevision(DOCUMENT, revision({ apiIds }))).rejects.toThrow(RecordTooLargeError);
  expect(await ledger.readDocument(DOCUMENT)).toEqual(before);
});

test("a revision on as many APIs as it may have keeps its outcome on each in the history", async () => {
  const apiIds = Array.from({ length: SPEC_LIMITS.apiIds / 10 }, (_, n) => `${n}`.padStart(10, "a"));
  await ledger.noteRevision(DOCUMENT, { ...revision({ apiIds }), sequence: 1 });
  const outcome = "ApplySucceeded 100 10 100 10 100 10 1000 100";
  // One by one it would take minutes: the item is the same when the last outcome comes.
  const full = Object.fromEntries(apiIds.slice(1).map((apiId) => [apiId, outcome]));
  const [TableName, Key] = [`sizes-${tables}`, { pk: `doc#${DOCUMENT}`, sk: "revision#00" }];
  const documents = DynamoDBDocumentClient.from(dynamo.client);
  const { Item } = await documents.send(new GetCommand({ TableName, Key }));
  await documents.send(new PutCommand({ TableName, Item: { ...Item, outcomes: { ...full, [apiIds[0] ?? ""]: "" } } }));
  expect(await ledger.noteOutcome(DOCUMENT, apiIds[0] ?? "", 1, outcome)).toBe(true);
  const [entry] = await ledger.readHistory(DOCUMENT);
  expect(Object.keys(entry?.outcomes ?? {})).toHaveLength(6_000);
});
