import { type Fields, record } from "./shape.ts";

/**
 * The format of what this version writes: a DynamoDB item says it in `format`, a ledger file in `version`. 1 are items
 * that say none, and files from before unknown attributes were kept. It is counted up only when an older version must
 * not touch what a newer one wrote.
 */
export const LEDGER_FORMAT = 2;

/** What a ledger holds is not what it has to be. `message` says where, and repeats no value. */
export class DamagedLedgerError extends Error {
  override readonly name: string = "DamagedLedgerError";
}

/** It may be whole, but it takes a newer version to tell. */
export class NewerLedgerError extends DamagedLedgerError {
  override readonly name = "NewerLedgerError";
}

/** A record has grown beyond what its ledger takes; nothing was written. */
export class RecordTooLargeError extends Error {
  override readonly name = "RecordTooLargeError";
}

/** Throws a `NewerLedgerError` where `format` is beyond this version, a `DamagedLedgerError` where it is no format. */
export function assertFormat(format: unknown, subject: string): void {
  if (!Number.isSafeInteger(format) || Number(format) < 1) {
    throw new DamagedLedgerError(`${subject} has an unknown format.`);
  }
  if (Number(format) > LEDGER_FORMAT) {
    const said = `${subject} has format ${Number(format)}; this specdrop reads formats up to ${LEDGER_FORMAT}.`;
    throw new NewerLedgerError(`${said} Use the specdrop that wrote it, or a newer one.`);
  }
}

/** The value as the record it is. Throws a `DamagedLedgerError` that names the place where it is none. */
export function checked<T>(fields: Fields<T>, value: unknown, at = ""): T {
  const problem = record(fields).problem(value, at);
  if (problem !== undefined) throw new DamagedLedgerError(problem);
  return value as T;
}

/** The attributes of a stored value that are not this version's: a write has to keep them. */
export function unknownOf<T>(fields: Fields<T>, held: object | undefined): object {
  const others = Object.entries(held ?? {}).filter(([name]) => !Object.hasOwn(fields, name));
  return Object.fromEntries(others);
}

/** The attributes of a value that `fields` names. */
export function knownOf<T>(fields: Fields<T>, value: T): T {
  const own = Object.entries(value as object).filter(([name]) => Object.hasOwn(fields, name));
  return Object.fromEntries(own) as T;
}
