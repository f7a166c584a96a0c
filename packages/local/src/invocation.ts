import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** What Lambda knows of a function. */
export interface FunctionFacts {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds until Lambda would kill an invocation. */
  readonly timeoutMs: number;
  readonly logGroup: string;
}

export type Handler = (event: never, context: Context) => Promise<unknown>;

/** As Lambda calls it. */
class TimedOutError extends Error {
  override readonly name = "Sandbox.Timedout";
}

const recorded = new AsyncLocalStorage<string[]>();

/** Runs something, and has what its invocations log added to `lines`. */
export function recordLog<T>(lines: string[], run: () => Promise<T>): Promise<T> {
  return recorded.run(lines, run);
}

/** Adds a line to the log of the invocation that this runs in. */
export function logLine(line: string): void {
  recorded.getStore()?.push(line);
}

/** One invocation, as Lambda makes it. Rejects as the handler does, and when the function's time is up. */
export async function invoke(
  { name, arn, timeoutMs, logGroup }: FunctionFacts,
  handler: Handler,
  event: unknown,
): Promise<unknown> {
  const begunAt = Date.now();
  const endsAt = begunAt + timeoutMs;
  const awsRequestId = randomUUID();
  const context: Context = {
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: arn,
    memoryLimitInMB: "512",
    awsRequestId,
    logGroupName: logGroup,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TimedOutError(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`)),
      timeoutMs,
    );
    timer.unref();
  });
  logLine(`START RequestId: ${awsRequestId} Version: $LATEST`);
  try {
    return await Promise.race([handler(event as never, context), timedOut]);
  } finally {
    clearTimeout(timer);
    logLine(`END RequestId: ${awsRequestId}`);
    logLine(`REPORT RequestId: ${awsRequestId}\tDuration: ${Date.now() - begunAt} ms`);
  }
}
