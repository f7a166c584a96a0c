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
  // Without a type, the server behind ours takes an empty body for none; this is the type that S3 gives such an object.
  if (request.method === "PUT" && body.length === 0) copy.headers["content-type"] ??= "binary/octet-stream";
  copy.rawHeaders = Object.entries(copy.headers).flatMap(([name, value]) => [name, String(value)]);
  copy.complete = true;
  copy.push(body);
  copy.push(null);
  return copy;
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
