/** Something a person can put right: printed as one message, without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** 1: it failed; 2: the command line is wrong. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A failure to be told as wrong usage. */
export function wrongUsage(message: string): Failure {
  return new Failure(message, { exitCode: 2 });
}
