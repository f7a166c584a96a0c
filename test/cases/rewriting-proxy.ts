import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** What becomes of a reply of Cloud Control's; `undefined` leaves it as it is. `operation` is the target's last part. */
export type Rewrite = (operation: string, body: string, reply: Reply) => Reply | undefined;

/** A refusal as AWS writes it. */
export function refusal(code: string, message: string): Reply {
  return { status: 400, body: JSON.stringify({ __type: code, message }) };
}

/** A proxy that may alter what an endpoint of AWS's answers, after it has done what it was asked. */
export async function startRewriting(target: string, rewrite: Rewrite) {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = new Headers({ "content-type": String(incoming.headers["content-type"]) });
    for (const [name, value] of Object.entries(incoming.headers))
      if (/^(?:x-amz|authorization)/.test(name)) headers.set(name, String(value));
    const answered = await fetch(new URL(incoming.url ?? "/", target), { method: "POST", headers, body });
    const reply = { status: answered.status, body: await answered.text() };
    const operation = String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const { status, body: text } = rewrite(operation, body, reply) ?? reply;
    const date = answered.headers.get("date");
    const said = { "content-type": "application/x-amz-json-1.0", ...(date === null ? {} : { date }) };
    outgoing.writeHead(status, said).end(text);
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
