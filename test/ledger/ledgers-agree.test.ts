import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLedgerTable, dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import type { OwnedResource } from "@specdrop/engine";
import { openFileLedger } from "@specdrop/ledger/file";
import { memoryLedger } from "@specdrop/ledger/memory";
import type { Ledger } from "@specdrop/ledger/port";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startDynalite } from "../aws/dynalite.ts";
import { all, owned, ownedRoute, resultEvent, revision, submissionRecord } from "../contract/ledger.ts";

/** One call, as text for the counterexample, and as a deed. */
interface Call {
  readonly text: string;
  readonly on: (ledger: Ledger) => Promise<unknown>;
}

const DOCUMENTS = ["s3://specs/a.yaml", "s3://specs/b.yaml"];
const APIS = ["api1", "api2"];

const documentId = fc.constantFrom(...DOCUMENTS);
const apiId = fc.constantFrom(...APIS);
const sequence = fc.integer({ min: 1, max: 4 });
const fence = fc.integer({ min: 1, max: 3 });
const owner = fc.constantFrom("one", "two");
const now = fc.integer({ min: 0, max: 6 });
const ttl = fc.integer({ min: 1, max: 3 });
const renewals = fc.nat({ max: 1 });
const lease = fc.record({ apiId, owner, fence, expiresAt: now, renewals, ttlMs: ttl });

const newRevision = fc
  .record(
    {
      kind: fc.constantFrom("accepted", "rejected", "withdrawn"),
      sequencer: fc.constantFrom("05", "0500", "0501", "06", "1", "10", "0F"),
      correlationId: fc.string(),
      apiIds: fc.subarray(APIS),
    },
    { requiredKeys: ["kind", "apiIds"] },
  )
  .map((over) => revision(over));

const responseOfIntegration = fc
  .record(
    {
      documentId,
      ApiId: apiId,
      IntegrationResponseKey: fc.constantFrom("$default", "/a|b/", "x".repeat(1100)),
      logicalId: fc.string(),
      origin: fc.constantFrom("created", "adopted"),
      deletionPolicy: fc.constantFrom("Delete", "Retain"),
      applied: fc.record({ ResponseTemplates: fc.string() }),
    },
    { requiredKeys: ["documentId", "ApiId", "IntegrationResponseKey"] },
  )
  .map((over) => owned(over));
const responseOfRoute = fc
  .record(
    { documentId, ApiId: apiId, RouteId: fc.constantFrom("abc1234", "x".repeat(1100)), logicalId: fc.string() },
    { requiredKeys: ["documentId", "ApiId", "RouteId"] },
  )
  .map((over) => ownedRoute(over));
const resource: fc.Arbitrary<OwnedResource> = fc.oneof(responseOfIntegration, responseOfRoute);

const driftCount = fc.integer({ min: 1, max: 3 });
const driftNote = fc.record(
  { count: driftCount, fingerprint: fc.constantFrom("a", "b"), event: fc.constant(resultEvent(1)) },
  { requiredKeys: ["count", "event"] },
);

const scope = fc.constantFrom("applying" as const, "withdrawals" as const);
const suspension = fc.record(
  {
    scope: fc.constant("withdrawals" as const),
    suspended: fc.boolean(),
    by: owner,
    since: now,
    reason: fc.constantFrom("maintenance", ""),
  },
  { requiredKeys: ["suspended", "by", "since"] },
);
const withdrawal = fc.record({
  documentId,
  responses: fc.integer({ min: 0, max: 3 }),
  at: now,
  period: fc.integer({ min: 0, max: 1 }),
});

const submissionRecords = fc
  .record({ documentId, version: sequence, ended: fc.array(fc.string(), { maxLength: 2 }) })
  .map((over) => submissionRecord(over));

const outcomeText = fc.constantFrom("ApplyFailed 1", "ApplySucceeded 2");
const bid = fc
  .record(
    { documentId, apiId, sequence, at: now, met: fc.constantFrom("m", "n") },
    { requiredKeys: ["documentId", "apiId", "sequence", "at"] },
  )
  .map((over) => ({ ...over, wishes: [{ key: "0f" }] }));
const removed = fc.record({ delete: fc.nat(3), forget: fc.nat(3) });
const progress = fc.record({ sequence, ended: fc.nat(3), total: fc.constant(3), removed });
const comparison = fc.record(
  { after: fc.string(), missing: fc.array(fc.record({ key: fc.string(), since: now }), { maxLength: 2 }) },
  { requiredKeys: ["missing"] },
);

/** Lists are compared at the end; a count of all that is owned may be ten minutes old. */
type Method = Exclude<keyof Ledger, "listDocuments" | "listChangeSets" | "countOwned">;

/** What each method is called with: a new one breaks the build until it stands here. */
const ARGUMENTS: { readonly [Name in Method]: fc.Arbitrary<Parameters<Ledger[Name]>> } = {
  recordRevision: fc.tuple(documentId, newRevision),
  confirmRevision: fc.tuple(documentId, sequence, fc.constantFrom("03", "06"), sequence),
  clearSuperseded: fc.tuple(documentId, sequence),
  noteRevision: fc
    .tuple(documentId, newRevision, sequence)
    .map(([document, one, number]): Parameters<Ledger["noteRevision"]> => [document, { ...one, sequence: number }]),
  noteOutcome: fc.tuple(documentId, apiId, sequence, outcomeText),
  readHistory: fc.tuple(documentId),
  renameDocument: fc
    .tuple(documentId, documentId, fence)
    .map(([from, to, held]) => [
      { from, to: from === to ? `${to}.new` : to },
      "new.yaml",
      new Map(APIS.map((api) => [api, held])),
    ]),
  readDocument: fc.tuple(documentId),
  readSubmissions: fc.tuple(documentId),
  writeSubmissions: fc.tuple(submissionRecords),
  beginRun: fc.tuple(documentId, apiId, sequence, fence, fc.constantFrom("run a", "run b")),
  checkpoint: fc.tuple(documentId, apiId, progress, fence),
  settle: fc
    .tuple(documentId, apiId, sequence, fc.option(fence, { nil: undefined }))
    .map(([document, api, number, held]) => [document, api, number, resultEvent(number), held]),
  markPublished: fc.tuple(documentId, apiId, sequence),
  readChangeSet: fc.tuple(documentId, apiId),
  noteDrift: fc.tuple(documentId, apiId, sequence, driftNote),
  markDriftPublished: fc.tuple(documentId, apiId, driftCount),
  noteRepair: fc.tuple(documentId, apiId, driftCount, now),
  endRun: fc.tuple(documentId, apiId, sequence, fence),
  reopen: fc.tuple(documentId, apiId, sequence),
  claim: fc.tuple(resource, fence),
  release: fc.tuple(resource, fence),
  listOwned: fc.tuple(apiId),
  putBid: fc.tuple(bid, fc.record({ unlessMet: fc.boolean() })),
  removeBid: fc.tuple(documentId, apiId, sequence),
  listBids: fc.tuple(apiId),
  handOver: fc
    .tuple(resource, documentId, sequence, fence)
    .map(([to, from, number, held]) => [{ ...to, takenFrom: from }, from, number, held]),
  acquireLease: fc.tuple(apiId, owner, ttl, now, fc.option(lease, { nil: undefined })),
  renewLease: fc.tuple(lease, ttl, now),
  releaseLease: fc.tuple(lease),
  readLease: fc.tuple(apiId),
  switchSuspension: fc.tuple(suspension),
  markSuspensionAnnounced: fc.tuple(driftCount, scope),
  readSuspension: fc.tuple(scope),
  noteWithdrawal: fc.tuple(withdrawal),
  listWithdrawals: fc.tuple(fc.nat(1), now),
  readComparison: fc.constant([]),
  writeComparison: fc.tuple(comparison),
};

const call = fc.oneof(
  ...(Object.keys(ARGUMENTS) as Method[]).map((name) =>
    (ARGUMENTS[name] as fc.Arbitrary<never>).map((args) => calling(name, args)),
  ),
);

function calling<Name extends Method>(name: Name, args: Parameters<Ledger[Name]>): Call {
  const text = `${name}(${JSON.stringify(args).slice(1, -1)})`;
  return { text, on: (ledger) => (ledger[name] as (...args: unknown[]) => Promise<unknown>)(...args) };
}

const calls = fc.array(call, { minLength: 1, maxLength: 40 });

/** What a caller sees: of an error only its class, for the wording may differ. */
async function observe({ text, on }: Call, ledger: Ledger): Promise<unknown> {
  const seen = await on(ledger).catch((error: Error) => ({ thrown: error.name }));
  return { text, seen: Array.isArray(seen) ? inOrder(seen) : seen };
}

const inOrder = <Value>(values: readonly Value[]) =>
  values.toSorted((left, right) => (keyText(left) < keyText(right) ? -1 : 1));

async function contents(ledger: Ledger): Promise<unknown> {
  return {
    documents: inOrder(await all(ledger.listDocuments())),
    changeSets: inOrder(await all(ledger.listChangeSets())),
    withdrawals: inOrder((await Promise.all([0, 1].map((period) => ledger.listWithdrawals(period, 2)))).flat()),
    history: inOrder((await Promise.all(DOCUMENTS.map((id) => ledger.readHistory(id)))).flat()),
    owned: inOrder((await Promise.all(APIS.map((api) => ledger.listOwned(api)))).flat()),
  };
}

function keyText(value: unknown): string {
  const record = value as Record<string, unknown>;
  return JSON.stringify(
    ["ApiId", "IntegrationId", "IntegrationResponseKey", "RouteId", "documentId", "apiId", "period", "sequence"].map(
      (name) => record[name] ?? null,
    ),
  );
}

test("a file sees what memory sees, also when it is closed and opened in between", async () => {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-ledgers-"));
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 4 }), async (sessions) => {
      files += 1;
      const path = join(folder, `${files}.json`);
      const memory = memoryLedger();
      for (const session of sessions) {
        const file = await openFileLedger(path);
        for (const each of session) expect(await observe(each, file)).toEqual(await observe(each, memory));
        expect(await contents(file)).toEqual(await contents(memory));
        await file.close();
      }
    }),
    { numRuns: 60 },
  );
  await rm(folder, { recursive: true });
});

test("DynamoDB sees what memory sees", async () => {
  const dynamo = await startDynalite();
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(calls, async (session) => {
      tables += 1;
      await createLedgerTable(dynamo.client, `ledger-${tables}`);
      const table = dynamoLedger(dynamo.client, `ledger-${tables}`);
      const memory = memoryLedger();
      for (const each of session) expect(await observe(each, table)).toEqual(await observe(each, memory));
      expect(await contents(table)).toEqual(await contents(memory));
    }),
    { numRuns: 25 },
  );
  await dynamo.close();
});
