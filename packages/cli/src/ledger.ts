import { processRequestRate, type RequestRate } from "@specdrop/engine";
import type { Ledger } from "@specdrop/service";
import { clock } from "./clock.ts";
import { wrongUsage } from "./failure.ts";

/** A ledger that has to be closed. */
export interface OpenLedger {
  readonly ledger: Ledger;
  /** Whether no other process can have it open at the same time. */
  readonly exclusive: boolean;
  /** Shared with all who use the same table; with a file there is nobody else to share it with. */
  readonly requestRate: RequestRate;
  close(): Promise<void>;
}

const DYNAMODB = "dynamodb:";

/** Opens what `--ledger` names: a file, made where there is none, or `dynamodb:TABLE`. */
export async function openLedger(name: string): Promise<OpenLedger> {
  const table = tableOf(name);
  if (table !== undefined) return openTable(table);
  const { openFileLedger } = await import("@specdrop/local/ledger/file");
  const ledger = await openFileLedger(name);
  return { ledger, exclusive: true, requestRate: processRequestRate(clock), close: () => ledger.close() };
}

/** Opens it to look at only: a file is neither made nor locked. */
export async function lookAtLedger(name: string): Promise<OpenLedger> {
  const table = tableOf(name);
  if (table !== undefined) return openTable(table);
  const { readFileLedger } = await import("@specdrop/local/ledger/file");
  const ledger = await readFileLedger(name);
  return { ledger, exclusive: false, requestRate: processRequestRate(clock), close: async () => {} };
}

function tableOf(name: string): string | undefined {
  if (!name.startsWith(DYNAMODB)) return name === "" ? noName() : undefined;
  return name.slice(DYNAMODB.length) || noName();
}

function noName(): never {
  throw wrongUsage("--ledger needs the path of a file, or dynamodb:TABLE");
}

async function openTable(table: string): Promise<OpenLedger> {
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { dynamoLedger } = await import("@specdrop/aws/ledger");
  const { sharedRequestRate } = await import("@specdrop/aws/request-rate");
  const client = new DynamoDBClient({});
  const requestRate = sharedRequestRate(client, table, clock);
  return { ledger: dynamoLedger(client, table), exclusive: false, requestRate, close: async () => client.destroy() };
}
