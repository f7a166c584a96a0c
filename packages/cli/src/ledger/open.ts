import type { OperationTimes } from "@specdrop/aws/cloud-control/operation-times";
import { processRequestRate, type RequestRate } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { watchEndpoint } from "../aws/endpoint.ts";
import { clock } from "../converge/clock.ts";
import { wrongUsage } from "../terminal/failure.ts";
import { fileOperationTimes } from "./operation-times.ts";

/** A ledger that has to be closed. */
export interface OpenLedger {
  readonly ledger: Ledger;
  /** As `--ledger` has it. */
  readonly name: string;
  /** Whether no other process can have it open at the same time. */
  readonly exclusive: boolean;
  /** Shared with all who use the same table; with a file there is nobody else to share it with. */
  readonly requestRate: RequestRate;
  /** Likewise. */
  readonly operationTimes: OperationTimes;
  /** Where the table was asked; absent for a file. */
  endpoint?(): string | undefined;
  close(): Promise<void>;
}

const DYNAMODB = "dynamodb:";
/** `dynamdb:specdrop-prod` would make a file of that name, which knows nothing; a drive of Windows has one letter. */
const MISSPELT = /^\w{2,}:/;

/** Opens what `--ledger` names: a file, made where there is none, or `dynamodb:TABLE`. */
export async function openLedger(name: string): Promise<OpenLedger> {
  const table = tableOf(name);
  if (table !== undefined) return openTable(table);
  const { openFileLedger } = await import("@specdrop/ledger/file");
  const ledger = await openFileLedger(name);
  return { ledger, name, exclusive: true, ...ofFile(name), close: () => ledger.close() };
}

/** Opens it to look at only: a file is neither made nor locked. */
export async function lookAtLedger(name: string): Promise<OpenLedger> {
  const table = tableOf(name);
  // Who only looks may not be allowed to write its share of the rate.
  if (table !== undefined) return { ...(await openTable(table)), requestRate: processRequestRate(clock) };
  const { readFileLedger } = await import("@specdrop/ledger/file");
  const ledger = await readFileLedger(name);
  return { ledger, name, exclusive: false, ...ofFile(name), close: async () => {} };
}

function ofFile(name: string) {
  return { requestRate: processRequestRate(clock), operationTimes: fileOperationTimes(name) };
}

/** Whether others use the same ledger, from other checkouts. */
export function isShared(name: string): boolean {
  return tableOf(name) !== undefined;
}

function tableOf(name: string): string | undefined {
  if (name.startsWith(DYNAMODB)) return name.slice(DYNAMODB.length) || noName();
  return name === "" || MISSPELT.test(name) ? noName(name) : undefined;
}

function noName(name = ""): never {
  throw wrongUsage(`--ledger ${name && `${name} `}needs to be the path of a file, or dynamodb:TABLE`);
}

async function openTable(table: string): Promise<OpenLedger> {
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { dynamoLedger } = await import("@specdrop/aws/dynamodb/ledger");
  const { sharedOperationTimes } = await import("@specdrop/aws/dynamodb/operation-times");
  const { sharedRequestRate } = await import("@specdrop/aws/dynamodb/request-rate");
  const client = new DynamoDBClient({});
  const requestRate = sharedRequestRate(client, table, clock);
  const operationTimes = sharedOperationTimes(client, table);
  const ledger = dynamoLedger(client, table);
  const endpoint = watchEndpoint(client);
  const name = `${DYNAMODB}${table}`;
  const close = async () => client.destroy();
  return { ledger, name, exclusive: false, requestRate, operationTimes, endpoint, close };
}
