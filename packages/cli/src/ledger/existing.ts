import { existsSync } from "node:fs";
import { visible } from "@specdrop/spec";
import { type Failure, wrongUsage } from "../terminal/failure.ts";
import { isShared, lookAtLedger, type OpenLedger, openLedger } from "./open.ts";

export interface ExistingLedgerOptions {
  readonly ledger: string;
  /** Whether somebody named it, so that it is expected to exist. */
  readonly isLedgerNamed?: boolean;
}

/**
 * Opens a ledger to look at. `undefined` where nobody named one and there is none at its usual place. Throws wrong usage
 * where the one that was named does not exist.
 */
export async function lookAtExistingLedger({
  ledger: name,
  isLedgerNamed = false,
}: ExistingLedgerOptions): Promise<OpenLedger | undefined> {
  const opened = await lookAtLedger(name);
  if (await exists(name, opened)) return opened;
  await opened.close();
  if (!isLedgerNamed) return undefined;
  throw missing(name);
}

/** Opens a ledger to write to. Throws wrong usage where it does not exist: there is nothing to change in it. */
export async function openExistingLedger({
  ledger: name,
  isLedgerNamed = false,
}: ExistingLedgerOptions): Promise<OpenLedger> {
  await assertLedgerExists({ ledger: name, isLedgerNamed });
  // To open a file is to make it.
  return await openLedger(name);
}

/** Throws wrong usage where a ledger does not exist. */
export async function assertLedgerExists({
  ledger: name,
  isLedgerNamed = false,
}: ExistingLedgerOptions): Promise<void> {
  const opened = await lookAtExistingLedger({ ledger: name, isLedgerNamed });
  if (opened === undefined) throw wrongUsage(`${noLedger(name)} A pipeline's is --ledger dynamodb:TABLE.`);
  await opened.close();
}

async function exists(name: string, opened: OpenLedger): Promise<boolean> {
  return isShared(name) ? await tableExists(opened) : existsSync(name);
}

function missing(name: string): Failure {
  const where = isShared(name) ? " in this account and region" : "";
  return wrongUsage(
    `the ledger ${visible(name)} does not exist${where}. Correct --ledger; apply makes a file where there is none.`,
  );
}

async function tableExists({ ledger }: OpenLedger): Promise<boolean> {
  try {
    await ledger.readSuspension();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return false;
    throw error;
  }
}

/** A ledger's name, and where it was asked. */
export function placeOf(name: string, { endpoint }: Pick<OpenLedger, "endpoint">): string {
  const asked = endpoint?.();
  return asked === undefined ? name : `${name} at ${asked}`;
}

/** What is said where there is no ledger to look at. */
export function noLedger(name: string): string {
  return `No ledger at ${visible(name)}: nothing was applied from this folder.`;
}
