import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type CloudControl, createCloudControl } from "@specdrop/local/cloud-control/cloud-control";
import { ConnectionLostError } from "@specdrop/local/cloud-control/errors";
import { answerCloudControl } from "@specdrop/local/cloud-control/http";

/** What one write came to, as the server saw it. Times are milliseconds on its clock. */
export interface WriteSeen {
  readonly operation: string;
  readonly sentAt: number;
  /** When it settled, and when a reply first said so. */
  readonly settledAt: number;
  toldAt?: number;
  /** Questions about it, up to the one that told. */
  questions: number;
}

/** What an account's Cloud Control saw. */
export interface AccountSeen {
  readonly writes: readonly WriteSeen[];
  /** Calls by operation, refused ones included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly resources: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

interface Account {
  readonly emulator: CloudControl;
  readonly writes: Map<string, WriteSeen>;
  readonly calls: Record<string, number>;
  throttled: number;
  firstAt: number;
  lastAt: number;
}

/**
 * The embedded stack's Cloud Control in a process of its own, for many accounts at once: the first part of the path is
 * the account. `PUT /account` makes one, with the faults in the body; `GET /account` tells what it has seen.
 */
const accounts = new Map<string, Account>();
const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = (request.url ?? "/").split(/[/?]/)[1] ?? "";
  const body = await text(request);
  const reply = (status: number, value: object) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(value));
  };
  if (request.method === "PUT") {
    const emulator = createCloudControl({ now: Date.now, random: Math.random });
    emulator.changeFaults(JSON.parse(body));
    accounts.set(name, { emulator, writes: new Map(), calls: {}, throttled: 0, firstAt: 0, lastAt: 0 });
    return reply(200, {});
  }
  const account = accounts.get(name);
  if (account === undefined) return reply(404, {});
  if (request.method === "GET") return reply(200, seenBy(account));
  const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
  account.calls[operation] = (account.calls[operation] ?? 0) + 1;
  const at = Date.now();
  account.firstAt ||= at;
  account.lastAt = at;
  try {
    const answer = answerCloudControl(account.emulator, operation, body);
    if (answer.status === 400 || answer.status === 429) {
      if (JSON.stringify(answer.body).includes("Throttling")) account.throttled++;
    }
    note(account, answer.body as { ProgressEvent?: Progress }, operation, at);
    reply(answer.status, answer.body);
  } catch (error) {
    if (!(error instanceof ConnectionLostError)) throw error;
    request.socket.destroy();
  }
}

interface Progress {
  readonly RequestToken: string;
  readonly OperationStatus: string;
}

function note(account: Account, { ProgressEvent: event }: { ProgressEvent?: Progress }, operation: string, at: number) {
  if (event === undefined) return;
  const { settleMs } = account.emulator.faults();
  const isQuestion = operation === "GetResourceRequestStatus";
  const known = account.writes.get(event.RequestToken);
  const write = known ?? { operation, sentAt: at, settledAt: at + settleMs, questions: 0 };
  account.writes.set(event.RequestToken, write);
  if (write.toldAt !== undefined) return;
  if (isQuestion) write.questions++;
  if (event.OperationStatus !== "IN_PROGRESS") write.toldAt = Date.now();
}

function seenBy({ emulator, writes, ...rest }: Account): AccountSeen {
  const ours = emulator.resources().filter(({ TypeName }) => TypeName.endsWith("IntegrationResponse"));
  return { ...rest, writes: [...writes.values()], resources: ours.length };
}

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
