import type { Signal, SignalCause } from "@specdrop/service/ports";

const VERSION = 1;

/** Writes a message's body. The invocation is called `part`, as versions before causes read it. */
export function formatSignal(signal: Signal): string {
  const { documentId, apiId, sequence, invocation: part, cause, correlationId, nonce, deliveries, repair } = signal;
  const why = { part, cause, correlationId, nonce, deliveries, repair };
  return asciiJson({ version: VERSION, documentId, apiId, sequence, ...why });
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
    ...causeIn(fields, count(fields, "part")),
    correlationId: text(fields, "correlationId"),
    ...(fields["deliveries"] === undefined ? {} : { deliveries: count(fields, "deliveries") }),
    ...(fields["nonce"] === undefined ? {} : { nonce: text(fields, "nonce") }),
    ...(fields["repair"] === undefined ? {} : { repair: count(fields, "repair") }),
  };
}

const CAUSES: readonly unknown[] = ["accepted", "continued", "woken", "swept", "resumed"] satisfies SignalCause[];

/** So many parts an older version left free for the continuations of a run that a sweep began: its number was a time. */
const OLD_PARTS = 1_000;

function causeIn(fields: Readonly<Record<string, unknown>>, part: number): Pick<Signal, "cause" | "invocation"> {
  const { cause } = fields;
  if (CAUSES.includes(cause)) return { cause: cause as SignalCause, invocation: part };
  if (cause !== undefined) throw new Error("The signal's cause is not one that this version knows.");
  if (part < OLD_PARTS) return { cause: part === 0 ? "accepted" : "continued", invocation: part };
  return { cause: "swept", invocation: part % OLD_PARTS };
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
