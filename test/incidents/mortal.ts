import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { API_GATEWAY_LIMITS } from "@specdrop/engine";
import type { Stack } from "@specdrop/local/stack";
import { type LogSinks, telemetryOf } from "@specdrop/local/stack-log";
import type { Context } from "aws-lambda";
import { createReconcile } from "../../functions/src/reconcile.ts";
import { progressWiring, reconcileWiring } from "../../functions/src/wiring/reconcile.ts";

/** As Lambda says it of a process that was killed. */
class ExitError extends Error {
  override readonly name = "Runtime.ExitError";
}

/**
 * Reconcile in a process that may be killed: whatever it sends afterwards reaches nobody, its lease's renewals included, and
 * its invocation fails at once. The next invocation has a new process, as on Lambda.
 */
export function mortalReconcile(stackOf: () => Stack, sinks: LogSinks) {
  const servers: Server[] = [];
  let writesLeft = Number.POSITIVE_INFINITY;

  /** A process: its handler, and what it reaches the stack by. */
  async function start(stack: Stack) {
    let isDead = false;
    let die: (error: Error) => void = () => undefined;
    const death = new Promise<never>((_, reject) => {
      die = reject;
    });
    death.catch(() => undefined);
    const server = createServer((incoming, outgoing) => {
      const target = String(incoming.headers["x-amz-target"] ?? "");
      if (/\.(?:Create|Update|Delete)Resource$/.test(target) && --writesLeft < 0) {
        isDead = true;
        writesLeft = Number.POSITIVE_INFINITY;
        die(new ExitError("Runtime exited with error: signal: killed"));
      }
      if (isDead) return;
      const { host: _, ...headers } = incoming.headers;
      const { pathname, port, hostname } = new URL(incoming.url ?? "/", stack.url);
      const forwarded = request(
        {
          hostname,
          port,
          path: incoming.url ?? pathname,
          method: incoming.method,
          headers: { ...headers, host: `${hostname}:${port}` },
        },
        (answer) => {
          if (isDead) return;
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const settings = { ...stack.clientSettings, endpoint: `http://127.0.0.1:${port}` };
    const config = {
      bucket: stack.bucket,
      bus: stack.bus,
      table: stack.table,
      queueUrl: stack.queueUrl,
      delayedQueueUrl: stack.queueUrl.replace(/[^/]+$/, "specdrop-delayed"),
    };
    const wiring = { ...reconcileWiring(config, settings, API_GATEWAY_LIMITS), ...progressWiring(config, settings) };
    const handler = createReconcile(wiring, telemetryOf(sinks, "reconcile"));
    return { handler, death, isDead: () => isDead };
  }

  let living: Awaited<ReturnType<typeof start>> | undefined;
  return {
    /** The process dies when it sends so many writes more. */
    dieAfter(writes: number): void {
      writesLeft = writes;
    },
    async handle(event: unknown, context?: Context): Promise<unknown> {
      if (living === undefined || living.isDead()) living = await start(stackOf());
      const { handler, death } = living;
      const working = handler(event as Parameters<typeof handler>[0], context as Context);
      working.catch(() => undefined);
      return Promise.race([working, death]);
    },
    close(): void {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
