import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request that a function made, and what it was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly status: number;
  readonly replyHeaders: Readonly<Record<string, string>>;
  readonly reply: Buffer;
}

export interface ExchangeServer {
  readonly url: string;
  close(): void;
}

/** Passes every request on to `target`, and keeps it with its answer. */
export async function startRecorder(target: string): Promise<ExchangeServer & { readonly exchanges: Exchange[] }> {
  const exchanges: Exchange[] = [];
  const server = await listen(async (request, response) => {
    const { method = "GET", url: path = "/", headers } = request;
    const body = await buffer(request);
    const { host: _, connection: __, "content-length": ___, expect: ____, ...passed } = headers;
    const answer = await fetch(target + path, {
      method,
      headers: passed as Record<string, string>,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const reply = Buffer.from(await answer.arrayBuffer());
    const {
      "content-encoding": _e,
      "transfer-encoding": _t,
      connection: _c,
      ...rest
    } = Object.fromEntries(answer.headers);
    const replyHeaders = { ...rest, "content-length": String(reply.length) };
    exchanges.push({ method, path, headers, body, status: answer.status, replyHeaders, reply });
    response.writeHead(answer.status, replyHeaders).end(reply);
  });
  return { ...server, exchanges };
}

/** Answers as was recorded, each kind of request in its own order, and at once: what is measured is who asks. What was not recorded is refused, and named in `unknown`. */
export async function startReplay(
  exchanges: readonly Exchange[],
): Promise<ExchangeServer & { readonly unknown: readonly string[] }> {
  const unknown: string[] = [];
  const left = new Map<string, Exchange[]>();
  for (const exchange of exchanges) left.set(kindOf(exchange), [...(left.get(kindOf(exchange)) ?? []), exchange]);
  const server = await listen(async (request, response) => {
    await buffer(request);
    const kind = kindOf({ method: request.method ?? "GET", path: request.url ?? "/", headers: request.headers });
    const answer = left.get(kind)?.shift();
    if (answer === undefined) unknown.push(kind);
    response.writeHead(answer?.status ?? 400, answer?.replyHeaders).end(answer?.reply);
  });
  return { ...server, unknown };
}

function kindOf({ method, path, headers }: Pick<Exchange, "method" | "path" | "headers">): string {
  return String(headers["x-amz-target"] ?? `${method} ${path.split("?")[0]}`);
}

async function listen(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<ExchangeServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
