import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Ledger } from "@specdrop/ledger/port";
import * as bids from "./ledger/bids.ts";
import * as changeSets from "./ledger/change-sets.ts";
import * as comparison from "./ledger/comparison.ts";
import * as documents from "./ledger/documents.ts";
import * as drift from "./ledger/drift.ts";
import * as history from "./ledger/history.ts";
import * as leases from "./ledger/leases.ts";
import * as ownership from "./ledger/ownership.ts";
import * as rename from "./ledger/rename.ts";
import * as submissions from "./ledger/submissions.ts";
import * as suspension from "./ledger/suspension.ts";
import * as withdrawals from "./ledger/withdrawals.ts";
import { ledgerTable, type Pauses } from "./table.ts";

// The items. Each has its whole record as attributes, and its `kind`, which the lists filter by.
//
// | kind      | pk               | sk                                                 | guarded by                     |
// |-----------|------------------|----------------------------------------------------|--------------------------------|
// | document  | doc#<documentId> | document                                           | version                        |
// | changeSet | doc#<documentId> | api#<apiId>                                        | settledSequence, fence, drift  |
// | submissions | doc#<documentId> | submissions                                       | version                        |
// | revision  | doc#<documentId> | revision#<slot of the sequence>                    | sequence                       |
// | response  | api#<apiId>      | response#<IntegrationId>|<IntegrationResponseKey>  | documentId, fence, the lease   |
// | bid       | api#<apiId>      | bid#<documentId>                                   | sequence                       |
// | lease     | api#<apiId>      | lease                                              | owner, fence, renewals         |
// | suspension| operations       | suspension, or withdrawals                         | suspended, count               |
// | withdrawal| withdrawals#<n>  | doc#<documentId>                                   | nothing: the last one counts   |
// | comparison| operations       | comparison                                         | nothing: the last one stays    |
// | owned     | operations       | owned                                              | nothing: the last count stays  |
//
// A value too long for its key stands there as a digest (`doc/sha256#…`, `response/sha256#…`).

/**
 * The engine's `Ledger` on one DynamoDB table: every write is one conditional write, and what is said of ownership goes
 * in one transaction with a look at the lease. Throws what the SDK throws; a condition that does not hold is an outcome,
 * not an error.
 */
export function dynamoLedger(
  client: DynamoDBDocumentClient | DynamoDBClient,
  tableName: string,
  pauses?: Pauses,
): Ledger {
  const table = ledgerTable(client, tableName, pauses);
  return {
    listOwned: (...args) => ownership.listOwned(table, ...args),
    claim: (...args) => ownership.claim(table, ...args),
    release: (...args) => ownership.release(table, ...args),
    handOver: (...args) => ownership.handOver(table, ...args),
    putBid: (...args) => bids.putBid(table, ...args),
    removeBid: (...args) => bids.removeBid(table, ...args),
    listBids: (...args) => bids.listBids(table, ...args),

    readDocument: (...args) => documents.readDocument(table, ...args),
    recordRevision: (...args) => documents.recordRevision(table, ...args),
    confirmRevision: (...args) => documents.confirmRevision(table, ...args),
    noteRevision: (...args) => history.noteRevision(table, ...args),
    noteOutcome: (...args) => history.noteOutcome(table, ...args),
    readHistory: (...args) => history.readHistory(table, ...args),
    clearSuperseded: (...args) => documents.clearSuperseded(table, ...args),
    renameDocument: (...args) => rename.renameDocument(table, ...args),
    listDocuments: () => documents.listDocuments(table),

    readSubmissions: (...args) => submissions.readSubmissions(table, ...args),
    writeSubmissions: (...args) => submissions.writeSubmissions(table, ...args),

    readChangeSet: (...args) => changeSets.readChangeSet(table, ...args),
    beginRun: (...args) => changeSets.beginRun(table, ...args),
    checkpoint: (...args) => changeSets.checkpoint(table, ...args),
    settle: (...args) => changeSets.settle(table, ...args),
    markPublished: (...args) => changeSets.markPublished(table, ...args),
    noteDrift: (...args) => drift.noteDrift(table, ...args),
    noteRepair: (...args) => drift.noteRepair(table, ...args),
    markDriftPublished: (...args) => drift.markDriftPublished(table, ...args),
    endRun: (...args) => changeSets.endRun(table, ...args),
    reopen: (...args) => changeSets.reopen(table, ...args),
    listChangeSets: () => changeSets.listChangeSets(table),

    acquireLease: (...args) => leases.acquireLease(table, ...args),
    renewLease: (...args) => leases.renewLease(table, ...args),
    releaseLease: (...args) => leases.releaseLease(table, ...args),
    readLease: (...args) => leases.readLease(table, ...args),

    readSuspension: (...args) => suspension.readSuspension(table, ...args),
    switchSuspension: (...args) => suspension.switchSuspension(table, ...args),
    markSuspensionAnnounced: (...args) => suspension.markSuspensionAnnounced(table, ...args),

    readComparison: () => comparison.readComparison(table),
    writeComparison: (...args) => comparison.writeComparison(table, ...args),

    noteWithdrawal: (...args) => withdrawals.noteWithdrawal(table, ...args),
    listWithdrawals: (...args) => withdrawals.listWithdrawals(table, ...args),
    countOwned: (...args) => withdrawals.countOwned(table, ...args),
  };
}

/** Makes the table as the infrastructure does, for development and tests, and waits for it. Fine if it is there. */
export async function createLedgerTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 60 }, { TableName: name });
}
