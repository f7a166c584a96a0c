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

const call = fc.oneof(
  fc.tuple(documentId, newRevision).map((args) => calling("recordRevision", args)),
  fc
    .tuple(documentId, sequence, fc.constantFrom("03", "06"), fc.integer({ min: 1, max: 3 }))
    .map((args) => calling("confirmRevision", args)),
  fc.tuple(documentId, sequence).map((args) => calling("clearSuperseded", args)),
  fc
    .tuple(documentId, newRevision, sequence)
    .map(([document, one, number]) => calling("noteRevision", [document, { ...one, sequence: number }])),
  fc
    .tuple(documentId, apiId, sequence, fc.constantFrom("ApplyFailed 1", "ApplySucceeded 2"))
    .map((args) => calling("noteOutcome", args)),
  fc.tuple(documentId).map((args) => calling("readDocument", args)),
  fc.tuple(documentId).map((args) => calling("readSubmissions", args)),
  fc.tuple(submissionRecords).map((args) => calling("writeSubmissions", args)),
  fc
    .tuple(documentId, apiId, sequence, fence, fc.constantFrom("run a", "run b"))
    .map((args) => calling("beginRun", args)),
  fc
    .tuple(documentId, apiId, sequence)
    .map(([document, api, number]) => calling("settle", [document, api, number, resultEvent(number)])),
  fc.tuple(documentId, apiId, sequence).map((args) => calling("markPublished", args)),
  fc.tuple(documentId, apiId).map((args) => calling("readChangeSet", args)),
  fc
    .tuple(documentId, apiId, sequence, driftNote)
    .map(([document, api, number, drift]) => calling("noteDrift", [document, api, number, drift])),
  fc.tuple(documentId, apiId, driftCount).map((args) => calling("markDriftPublished", args)),
  fc.tuple(documentId, apiId, driftCount, now).map((args) => calling("noteRepair", args)),
  fc.tuple(documentId, apiId, sequence, fence).map((args) => calling("endRun", args)),
  fc.tuple(resource, fence).map((args) => calling("claim", args)),
  fc.tuple(resource, fence).map((args) => calling("release", args)),
  fc.tuple(apiId, owner, ttl, now, fc.option(lease, { nil: undefined })).map((args) => calling("acquireLease", args)),
  fc.tuple(lease, ttl, now).map((args) => calling("renewLease", args)),
  fc.tuple(lease).map((args) => calling("releaseLease", args)),
  fc.tuple(apiId).map((args) => calling("readLease", args)),
  fc.tuple(suspension).map((args) => calling("switchSuspension", args)),
  fc.tuple(driftCount, scope).map((args) => calling("markSuspensionTold", args)),
  fc.tuple(scope).map((args) => calling("readSuspension", args)),
  fc.tuple(withdrawal).map((args) => calling("noteWithdrawal", args)),
);

function calling<Name extends Exclude<keyof Ledger, "listDocuments" | "listChangeSets">>(
  name: Name,
  args: Parameters<Ledger[Name]>,
): Call {
  const text = `${name}(${JSON.stringify(args).slice(1, -1)})`;
  return { text, on: (ledger) => (ledger[name] as (...args: unknown[]) => Promise<unknown>)(...args) };
}

const calls = fc.array(call, { minLength: 1, maxLength: 40 });

/** What a caller sees: of an error only its class, for the wording may differ. */
async function observe({ text, on }: Call, ledger: Ledger): Promise<unknown> {
  const seen = await on(ledger).catch((error: Error) => ({ thrown: error.name }));
  return { text, seen };
}

async function contents(ledger: Ledger): Promise<unknown> {
  const inOrder = <Value>(values: readonly Value[]) =>
    values.toSorted((left, right) => (keyText(left) < keyText(right) ? -1 : 1));
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
    ["ApiId", "IntegrationId", "IntegrationResponseKey", "documentId", "apiId", "period", "sequence"].map(
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
