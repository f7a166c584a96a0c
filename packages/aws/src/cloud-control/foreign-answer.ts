import { ControlPlaneError } from "@specdrop/engine/errors";

/** An HTTP reply whose body was read. Names of headers are in lower case. */
export interface ForeignReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the code says of a reply that Cloud Control did not send. */
export const NOT_CLOUD_CONTROL = "NotCloudControl";

/** A proxy or load balancer says so of what stands behind it: that may come back. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Whether the body has to be read to tell who sent a reply: AWS names each of its replies, and answers in JSON. */
export function isSuspicious({ status, headers }: Omit<ForeignReply, "text">): boolean {
  return headers["x-amzn-requestid"] === undefined && (status >= 300 || !isJson(headers));
}

/** Whether a suspicious reply is another server's: it is no JSON, or an error without the code that AWS gives to each. */
export function isForeign({ headers, text }: ForeignReply): boolean {
  if (!isJson(headers)) return true;
  try {
    const body: unknown = JSON.parse(text);
    const { __type, code, Code } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    return headers["x-amzn-errortype"] === undefined && typeof (__type ?? code ?? Code) !== "string";
  } catch {
    return true;
  }
}

/** `endpoint` is the scheme, host and port that answered. */
export function foreignAnswer(endpoint: string, reply: ForeignReply): ControlPlaneError {
  const words = firstWords(reply.text);
  const what = words === undefined ? "" : ` with "${words}"`;
  return new ControlPlaneError(
    NOT_CLOUD_CONTROL,
    `${endpoint} is no Cloud Control: it answered ${reply.status}${what}.`,
    { retryable: PASSING.has(reply.status) },
  );
}

/** A reply of 200 that is JSON, and nothing that the operation may answer. */
export function unknownAnswer(endpoint: string, operation: string): ControlPlaneError {
  const message = `${endpoint} is no Cloud Control: it answered ${operation} with 200 and JSON of another kind.`;
  return new ControlPlaneError(NOT_CLOUD_CONTROL, message, { retryable: false });
}

/** Where TLS is spoken to a server that does not speak it. */
export function withoutTls(endpoint: string, cause: unknown): ControlPlaneError {
  const message = `${endpoint} is no Cloud Control: it does not speak TLS. Its address may begin with http://.`;
  return new ControlPlaneError(NOT_CLOUD_CONTROL, message, { retryable: false, cause });
}

export function isTlsFailure(error: unknown): boolean {
  const { code = "" } = error as { readonly code?: unknown };
  return typeof code === "string" && (code === "EPROTO" || code.startsWith("ERR_SSL_"));
}

function isJson(headers: ForeignReply["headers"]): boolean {
  return /json|cbor/i.test(headers["content-type"] ?? "");
}

const MOST_CHARACTERS = 60;
/** A server may answer with the request that it got, which is signed. */
const SECRET = /aws4|authorization|credential|signature|token|secret|password|akia|asia/i;

/** The page's title, or how the text begins; absent where there is none, or it may hold what is nobody's to see. */
function firstWords(text: string): string | undefined {
  const title = /<title[^>]*>([^<]+)/i.exec(text)?.[1];
  const plain = (title ?? text.replace(/<[^>]*>/g, " "))
    .replace(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, " ")
    .replace(/"/g, "'")
    .trim();
  if (plain === "" || SECRET.test(plain)) return undefined;
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS).trimEnd()}…` : plain;
}
