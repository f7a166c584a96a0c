import type { Signal } from "@specdrop/service/ports";

const VERSION = 1;

/** Writes a message's body. */
export function formatSignal(signal: Signal): string {
  const { documentId, apiId, sequence, part, correlationId, nonce, deliveries, repair } = signal;
  return asciiJson({ version: VERSION, documentId, apiId, sequence, part, correlationId, nonce, deliveries, repair });
}

/** SQS takes no control characters, U+FFFE or U+FFFF in a body, and an object's key may hold any of them. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Reads a message's body. Throws where it is not a signal of this version. */
export function parseSignal(body: string): Signal {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch (cause) {
    throw new Error("The message is not a signal: its body is not JSON.", { cause });
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    throw new Error("The message is not a signal: its body is not a JSON object.");
  }
  const fields = message as Readonly<Record<string, unknown>>;
  if (fields["version"] !== VERSION) {
    throw new Error(`The message is not a signal of version ${VERSION}: it has ${JSON.stringify(fields["version"])}.`);
  }
  return {
    documentId: text(fields, "documentId"),
    apiId: text(fields, "apiId"),
    sequence: count(fields, "sequence"),
    part: count(fields, "part"),
    correlationId: text(fields, "correlationId"),
    ...(fields["deliveries"] === undefined ? {} : { deliveries: count(fields, "deliveries") }),
    ...(fields["nonce"] === undefined ? {} : { nonce: text(fields, "nonce") }),
    ...(fields["repair"] === undefined ? {} : { repair: count(fields, "repair") }),
  };
}

function text(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw new Error(`The signal's ${name} is not a text.`);
  return value;
}

function count(fields: Readonly<Record<string, unknown>>, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error(`The signal's ${name} is not a count.`);
  return value as number;
}
