import type { Diagnostic } from "@specdrop/spec/diagnostic";
import type { CallError } from "./channel.ts";

/** Why a call did not come to a live response. */
export class SpecdropError extends Error {
  override readonly name: string = "SpecdropError";
  /** `SD` and four digits: `specdrop explain` has a page on each. */
  readonly code: string;
  /** What to do next, in a sentence. */
  readonly help: string;
  /** The same call may succeed later. */
  readonly retryable: boolean;

  constructor({ code, message, help, retryable }: Omit<CallError, "kind">) {
    super(message);
    this.code = code;
    this.help = help;
    this.retryable = retryable;
  }
}

/** The properties are not those of a response, or AWS would refuse them. SD1xxx to SD3xxx. */
export class InvalidPropertiesError extends SpecdropError {
  override readonly name = "InvalidPropertiesError";
  /** Everything that is wrong with them; the first one made the message. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(told: Omit<CallError, "kind">) {
    super(told);
    this.diagnostics = told.diagnostics ?? [];
  }
}

/** Another call of the program has the same id (SD7003), or means the same response (SD1013). */
export class DuplicateError extends SpecdropError {
  override readonly name = "DuplicateError";
}

/** The response exists already (SD5001, SD5004), or belongs to another document (SD5002). Nothing was changed. */
export class ConflictError extends SpecdropError {
  override readonly name = "ConflictError";
}

/** It could not be made as declared. SD4xxx and SD6xxx. */
export class NotAppliedError extends SpecdropError {
  override readonly name = "NotAppliedError";
  /** What AWS calls it, such as `AccessDenied` or `Throttling`, where AWS had a word on it. */
  readonly reason: string | undefined;

  constructor(told: Omit<CallError, "kind">) {
    super(told);
    this.reason = told.reason;
  }
}

/** Called without `specdrop run` (SD7001), or when its run was over (SD7002). */
export class OutsideRunError extends SpecdropError {
  override readonly name = "OutsideRunError";
}

const CLASSES = {
  invalid: InvalidPropertiesError,
  duplicate: DuplicateError,
  conflict: ConflictError,
  failed: NotAppliedError,
  outside: OutsideRunError,
} as const;

/** The error that a program gets to see. */
export function errorFrom({ kind, ...told }: CallError): SpecdropError {
  return new CLASSES[kind](told);
}
