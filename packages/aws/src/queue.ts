import { createHash } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Signal, SignalQueue } from "@specdrop/engine";

const VERSION = 1;

/** Sends signals to the FIFO queue: one group per API, and a repeat of a signal within five minutes is dropped by SQS. */
export function signalQueue(client: SQSClient, queueUrl: string): SignalQueue {
  return {
    async send({ documentId, apiId, sequence, part, correlationId, repair }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: asciiJson({ version: VERSION, documentId, apiId, sequence, part, correlationId, repair }),
          MessageGroupId: isLegalGroup(apiId) ? apiId : sha256(apiId),
          MessageDeduplicationId: sha256([documentId, apiId, sequence, part, ...asked(repair)].join("|")),
        }),
      );
    },
  };
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
    ...(fields["repair"] === undefined ? {} : { repair: count(fields, "repair") }),
  };
}

function asked(repair: number | undefined): readonly string[] {
  return repair === undefined ? [] : [`repair ${repair}`];
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

/** 1 to 128 of ASCII's letters, digits and punctuation: all of its printable characters but the space. */
function isLegalGroup(id: string): boolean {
  return /^[!-~]{1,128}$/.test(id);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
