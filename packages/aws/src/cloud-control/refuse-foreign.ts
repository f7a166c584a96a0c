import { Readable } from "node:stream";
import type { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { foreignAnswer, isForeign, isSuspicious, isTlsFailure, withoutTls } from "./foreign-answer.ts";

/** As far as they matter here: what the SDK's HTTP handler takes and gives. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}
interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: Readable;
}

/** Where each client's last request went: several ports may use one client. */
const endpoints = new WeakMap<CloudControlClient, string>();

/** The Date header of each client's last reply from AWS, in epoch milliseconds. */
const dates = new WeakMap<CloudControlClient, number>();

/** What AWS's clock showed when it last replied to a client; `undefined` where it has not said so. */
export function timeOfReply(client: CloudControlClient): number | undefined {
  return dates.get(client);
}

/** More of a body than this is not looked at, in bytes. */
const MOST_BYTES = 64 * 1024;

/**
 * Has the client throw a `ControlPlaneError` for replies that are not Cloud Control's, before the SDK tries to read them.
 * Returns what tells where the last request went: scheme, host and port.
 */
export function refuseForeignAnswers(client: CloudControlClient): () => string {
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as SignedRequest;
      const endpoint = addressOf(request);
      endpoints.set(client, endpoint);
      const result = await next(args).catch((error: unknown) => {
        throw isTlsFailure(error) ? withoutTls(endpoint, error) : error;
      });
      const response = result.response as HttpResponse;
      const { statusCode: status } = response;
      const headers = lowerCased(response.headers);
      if (isSuspicious({ status, headers })) {
        const body = await collected(response.body);
        const reply = { status, headers, text: body.toString("utf8", 0, MOST_BYTES) };
        if (isForeign(reply)) throw foreignAnswer(endpoint, reply);
        response.body = Readable.from(body);
      }
      const repliedAt = Date.parse(headers["date"] ?? "");
      if (!Number.isNaN(repliedAt)) dates.set(client, repliedAt);
      return result;
    },
    { step: "deserialize", priority: "low", name: "refuseForeignAnswers", override: true },
  );
  return () => endpoints.get(client) ?? "The endpoint";
}

function addressOf({ protocol, hostname, port }: SignedRequest): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function collected(body: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (body !== undefined) for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
