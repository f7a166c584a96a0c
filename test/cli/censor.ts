import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a censor sees of a request: the target's last part, and the body. */
export type Refuses = (operation: string, body: string) => string | undefined;

/** A proxy that answers some requests with an error of AWS's instead of sending them on; `refuses` names it. */
export async function startCensor(target: string, refuses: Refuses) {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { method, url, headers } = incoming;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const error = refuses(String(headers["x-amz-target"]).split(".").at(-1) ?? "", body.toString());
    if (error !== undefined) {
      const text = JSON.stringify({ __type: error, message: "It is not allowed." });
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(text);
      return;
    }
    const onward = request(
      new URL(url ?? "/", target),
      { method, headers: { ...headers, host: new URL(target).host } },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(outgoing);
      },
    );
    onward.end(body);
  }

  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
