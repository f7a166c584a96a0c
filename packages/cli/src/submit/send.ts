import { randomUUID } from "node:crypto";
import { basename, extname } from "node:path";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { submitDocument } from "@specdrop/aws/submissions";
import type { DocumentSource } from "@specdrop/events";
import type { Author } from "@specdrop/ledger/history-entry";
import { metadataOf, WAY } from "@specdrop/service/authorship";
import { wrongUsage } from "../terminal/failure.ts";

/** Where a document went. */
export interface Sent {
  /** What the pipeline's results of it say too. */
  readonly correlationId: string;
  /** Present where it was put into a bucket. */
  readonly document?: DocumentSource;
  /** Present where it was sent to a bus: its name among the documents of this source, and the event. */
  readonly event?: { readonly bus: string; readonly source: string; readonly name: string; readonly id: string };
}

/** The `source` of events that carry documents from the command line. */
const SOURCE = "specdrop.cli";
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
};

/** A document's name in the pipeline: the file's own, below the prefix. Throws wrong usage where intake would not take it. */
export function nameOf(path: string, prefix = ""): string {
  if (path === "-") throw wrongUsage("standard input has no name to submit it by: give the path of a file");
  if (CONTENT_TYPES[extname(path).toLowerCase()] === undefined) {
    throw wrongUsage(`${path}: specdrop takes documents whose names end in .yaml, .yml or .json`);
  }
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return `${folder}${basename(path)}`;
}

/** Puts the document into the specs bucket, where its object is the document. */
export async function sendToBucket(
  bucket: string,
  key: string,
  text: string,
  author: Omit<Author, "from">,
): Promise<Sent> {
  if (/^(?:events|results)\//.test(key)) {
    throw wrongUsage(`objects below ${key.split("/", 1)[0]}/ are specdrop's own: choose another --prefix`);
  }
  const { S3Client } = await import("@aws-sdk/client-s3");
  // An endpoint of one's own serves every bucket under one host name.
  const ownEndpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  const client = new S3Client({ forcePathStyle: ownEndpoint !== undefined });
  try {
    const correlationId = randomUUID();
    const contentType = CONTENT_TYPES[extname(key).toLowerCase()] ?? "";
    const document = await specsBucket(client, bucket).write(key, text, contentType, {
      "correlation-id": correlationId,
      [WAY]: "submit",
      ...metadataOf(author),
    });
    return { correlationId, document };
  } finally {
    client.destroy();
  }
}

/** Sends the document as an event; the pipeline makes the object. */
export async function sendToBus(bus: string, name: string, document: string): Promise<Sent> {
  const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
  const client = new EventBridgeClient({});
  try {
    const correlationId = randomUUID();
    const id = await submitDocument(client, bus, SOURCE, { name, document, correlationId });
    return { correlationId, event: { bus, source: SOURCE, name, id } };
  } finally {
    client.destroy();
  }
}
