import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** What Lambda knows of a function. */
export interface FunctionFacts {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds until Lambda would kill an invocation. */
  readonly timeoutMs: number;
}

export type Handler = (event: never, context: Context) => Promise<unknown>;

/** One invocation, as Lambda makes it. Rejects as the handler does, and when the function's time is up. */
export async function invoke(
  { name, arn, timeoutMs }: FunctionFacts,
  handler: Handler,
  event: unknown,
): Promise<unknown> {
  const endsAt = Date.now() + timeoutMs;
  const context: Context = {
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: arn,
    memoryLimitInMB: "512",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
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
      () => reject(new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`)),
      timeoutMs,
    );
    timer.unref();
  });
  try {
    return await Promise.race([handler(event as never, context), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
