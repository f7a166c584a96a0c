import type { Backend } from "@specdrop/template";

/** What somebody types into Try it, as text. */
export interface TryFields {
  readonly side: "live" | "declared";
  /** Chosen where AWS does not say what answers; "" otherwise. */
  readonly backend: Backend | "";
  /** Of HTTP, AWS and mock replies. */
  readonly status: string;
  /** A line each: `content-type: application/json`. */
  readonly headers: string;
  /** The payload as API Gateway gets it; of a Lambda what the function returned. */
  readonly body: string;
  /** Of a Lambda. */
  readonly outcome: "returned" | "threw";
  readonly errorMessage: string;
  /** What the client sent. */
  readonly request: string;
  /** JSON objects; "" gives none. */
  readonly context: string;
  readonly stageVariables: string;
  /** A document as JSON, where the page has no templates. */
  readonly pasted: string;
}

/** Values that AWS generates, in place of those of a real message. `$context` has them under these names. */
export const SAMPLE_CONTEXT = {
  apiId: "a1b2c3d4e5",
  connectedAt: 1796032315000,
  connectionId: "L0SM9cOFvHcCIhw=",
  domainName: "ws.example.com",
  eventType: "MESSAGE",
  extendedRequestId: "JKJaXmPLvHcESHA=",
  identity: { sourceIp: "203.0.113.7" },
  messageDirection: "IN",
  messageId: "JKJaXd6yvHcCIhw=",
  requestId: "JKJaXmPLvHcESHB=",
  requestTime: "30/Nov/2026:14:31:55 +0000",
  requestTimeEpoch: 1796049115000,
  stage: "prod",
} as const;

export const EMPTY_TRY: TryFields = {
  side: "live",
  backend: "",
  status: "200",
  headers: "content-type: application/json",
  body: '{\n  "message": "hello"\n}',
  outcome: "returned",
  errorMessage: "",
  request: "",
  context: JSON.stringify(SAMPLE_CONTEXT, null, 2),
  stageVariables: "",
  pasted: "",
};

/** No field is longer. UTF-16 units. */
export const MOST_TYPED = 131_072;

/** The fields as text of a link's fragment. */
export function linkOf(fields: TryFields): string {
  const changed = Object.entries(fields).filter(([name, value]) => EMPTY_TRY[name as keyof TryFields] !== value);
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(changed)));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads what `linkOf` wrote; whatever is no field, or too long, is left out. */
export function readLink(text: string): TryFields | undefined {
  if (text.length > 8 * MOST_TYPED) return undefined;
  let read: unknown;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    read = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))));
  } catch {
    return undefined;
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return undefined;
  const values = read as Readonly<Record<string, unknown>>;
  const text_ = (name: keyof TryFields) => {
    const value = values[name];
    return typeof value === "string" && value.length <= MOST_TYPED ? value : EMPTY_TRY[name];
  };
  const oneOf = <Word extends string>(name: keyof TryFields, words: readonly Word[], otherwise: Word): Word =>
    words.find((word) => word === values[name]) ?? otherwise;
  return {
    side: oneOf("side", ["live", "declared"], "live"),
    backend: oneOf<TryFields["backend"]>("backend", ["", "http", "lambda", "aws", "mock"], ""),
    outcome: oneOf("outcome", ["returned", "threw"], "returned"),
    status: text_("status"),
    headers: text_("headers"),
    body: text_("body"),
    errorMessage: text_("errorMessage"),
    request: text_("request"),
    context: text_("context"),
    stageVariables: text_("stageVariables"),
    pasted: text_("pasted"),
  };
}
