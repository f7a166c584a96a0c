import { IncomingMessage, type ServerResponse } from "node:http";

/** A request whose body has been read; `request` itself has nothing left to give. */
export interface ReadRequest {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  /** Path and query as sent, still encoded. */
  readonly target: string;
}

export async function readRequest(request: IncomingMessage): Promise<ReadRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { request, body: Buffer.concat(chunks), target: request.url ?? "/" };
}

/** The same request again, with its body, for a server that wants to read it by itself. */
export function replayed({ request, body, target }: ReadRequest): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  copy.method = request.method ?? "GET";
  copy.url = target;
  copy.httpVersion = request.httpVersion;
  copy.httpVersionMajor = request.httpVersionMajor;
  copy.httpVersionMinor = request.httpVersionMinor;
  copy.headers = { ...request.headers, "content-length": String(body.length) };
  // The whole body is here, whichever way it travelled.
  delete copy.headers["transfer-encoding"];
  copy.rawHeaders = Object.entries(copy.headers).flatMap(([name, value]) => [name, String(value)]);
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
}

/** The type that S3 gives an object that comes without one. */
const UNTYPED = "binary/octet-stream";

/**
 * The same request for the S3 server, which parses bodies of some types (forms, JSON of other services) and takes an
 * empty one without a type for none: it learns the real type only once it has read the body as it is.
 */
export function replayedObject(read: ReadRequest): IncomingMessage {
  const copy = replayed(read);
  if (copy.method !== "PUT" && copy.method !== "POST") return copy;
  const type = copy.headers["content-type"] || UNTYPED;
  copy.headers["content-type"] = UNTYPED;
  copy.once("end", () => {
    copy.headers["content-type"] = type;
  });
  return copy;
}

/** The response, which sends these headers too, whatever the server behind ours says. They may depend on its status. */
export function withHeaders(
  response: ServerResponse,
  headersOf: (status: number) => Readonly<Record<string, string>>,
): ServerResponse {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => ServerResponse;
  response.writeHead = (status: number, headers: unknown) =>
    writeHead(status, { ...(headers as object), ...headersOf(status) });
  return response;
}

/** Resolves when a response has been sent, or its connection is gone. */
export function sent(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.writableFinished || response.destroyed) resolve();
    else response.once("finish", resolve).once("close", resolve);
  });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(text)) });
  response.end(text);
}
