import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy that holds requests of one operation back until it is told to let them through. */
export interface Turnstile {
  readonly url: string;
  /** How many more requests of the operation may pass. */
  letThrough(requests: number): void;
  /** Resolves once so many requests of the operation have come, those that passed included. */
  waiting(requests: number): Promise<void>;
  close(): Promise<void>;
}

/** `operation` is the `X-Amz-Target` of the requests to hold. */
export async function startTurnstile(target: string, operation: string): Promise<Turnstile> {
  let arrived = 0;
  let allowed = 0;
  const held: (() => void)[] = [];
  const awaited: { readonly requests: number; readonly done: () => void }[] = [];
  const letOut = () => {
    while (allowed > 0 && held.length > 0) {
      allowed--;
      held.shift()?.();
    }
  };

  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const pass = () => {
      const onwards = { ...headers, host: new URL(target).host };
      const onward = request(new URL(url ?? "/", target), { method, headers: onwards }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    };
    if (headers["x-amz-target"] !== operation) return pass();
    arrived++;
    held.push(pass);
    letOut();
    for (const { requests, done } of awaited) if (arrived >= requests) done();
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letThrough(requests) {
      allowed += requests;
      letOut();
    },
    waiting: (requests) =>
      new Promise((done) => {
        if (arrived >= requests) done();
        else awaited.push({ requests, done });
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
