import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

const VERSION = "/2018-06-01/runtime";

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly answer: PromiseWithResolvers<unknown>;
}

/**
 * Lambda's side of one execution environment: hands out an event at a time, and takes the answers.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi({ arn, timeoutMs }: { readonly arn: string; readonly timeoutMs: number }) {
  const waiting: Invocation[] = [];
  const underWay = new Map<string, Invocation>();
  const initialized = Promise.withResolvers<void>();
  let idle: ServerResponse | undefined;

  function hand({ id, event }: Invocation, response: ServerResponse): void {
    response
      .setHeader("Lambda-Runtime-Aws-Request-Id", id)
      .setHeader("Lambda-Runtime-Deadline-Ms", String(Date.now() + timeoutMs))
      .setHeader("Lambda-Runtime-Invoked-Function-Arn", arn)
      .setHeader("Content-Type", "application/json")
      .end(JSON.stringify(event));
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [what, id = "", outcome] =
      request.url
        ?.slice(VERSION.length + 1)
        .split("/")
        .slice(-3) ?? [];
    if (request.method === "GET") {
      initialized.resolve();
      const next = waiting.shift();
      if (next === undefined) idle = response;
      else hand(next, response);
      return;
    }
    const body = await json(request).catch(() => undefined);
    if (what === "init") initialized.reject(failure(body));
    else if (outcome === "error") underWay.get(id)?.answer.reject(failure(body));
    else underWay.get(id)?.answer.resolve(body);
    underWay.delete(id);
    response.writeHead(202).end();
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    /** What a runtime finds in AWS_LAMBDA_RUNTIME_API. */
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when the runtime asks for its first event. */
    initialized: initialized.promise,
    /** Resolves to what the function answers. Rejects where it throws. */
    invoke(event: unknown): Promise<unknown> {
      const invocation = { id: randomUUID(), event, answer: Promise.withResolvers<unknown>() };
      underWay.set(invocation.id, invocation);
      if (idle === undefined) waiting.push(invocation);
      else hand(invocation, idle);
      idle = undefined;
      return invocation.answer.promise;
    },
    /** Whoever still waits for an answer is told why none comes. */
    close(reason: Error): void {
      initialized.reject(reason);
      for (const { answer } of underWay.values()) answer.reject(reason);
      server.close();
      server.closeAllConnections();
    },
  };
}

function failure(body: unknown): Error {
  const { errorType, errorMessage } = (body ?? {}) as { errorType?: string; errorMessage?: string };
  return new Error(`${errorType}: ${errorMessage}`, { cause: body });
}
