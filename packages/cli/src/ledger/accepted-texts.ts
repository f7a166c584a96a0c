import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcceptedText, AcceptedTexts } from "@specdrop/inspect/drift/accepted-texts";
import type { SpecStore } from "@specdrop/service/ports";
import type { LedgerOptions } from "../documents/document.ts";
import { isProgram } from "../programs/is-program.ts";
import { type Home, homeOf } from "./namespace/home.ts";

/** Tells one text of a file from another. */
export function etagOf(text: Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** They have to be closed. */
export interface OpenTexts extends AcceptedTexts {
  close(): void;
}

/**
 * Texts of documents in a bucket, and of files: of a ledger of its own those below the working folder, of a shared one those
 * of this checkout. The S3 client is made when it is needed.
 */
export function acceptedTexts(options: LedgerOptions): OpenTexts {
  let home: Promise<Home | undefined> | undefined;
  /** Without a namespace of its own nothing of a shared ledger is this checkout's. */
  const ownHome = () => {
    home ??= homeOf(join(process.cwd(), "any file"), options.namespace).catch(() => undefined);
    return home;
  };
  const buckets = new Map<string, { readonly store: SpecStore; readonly close: () => void }>();
  return {
    async read(documentId, { source }) {
      if (documentId.startsWith("file:")) {
        const namespace = namespaceIn(documentId, source.key);
        if (namespace === undefined) return readApplied(source.key, source.etag);
        const own = await ownHome();
        return own?.namespace === namespace
          ? readApplied(join(own.root, source.key), source.etag)
          : { missing: `its file is in ${namespace}, and not in this checkout` };
      }
      const { store } = buckets.get(source.bucket) ?? (await openBucket(source.bucket, buckets));
      const stored = await store.read(source);
      return stored ?? { missing: "its text is gone or overwritten" };
    },
    close() {
      for (const { close } of buckets.values()) close();
    },
  };
}

/** Of an id `file:NAMESPACE:PATH`. */
function namespaceIn(documentId: string, key: string): string | undefined {
  const name = documentId.slice("file:".length);
  return name === key || !name.endsWith(`:${key}`) ? undefined : name.slice(0, -key.length - 1);
}

async function openBucket(
  bucket: string,
  buckets: Map<string, { readonly store: SpecStore; readonly close: () => void }>,
) {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { specsBucket } = await import("@specdrop/aws/specs-bucket");
  // An endpoint of one's own serves every bucket under one host name.
  const ownEndpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  const client = new S3Client({ forcePathStyle: ownEndpoint !== undefined });
  const opened = { store: specsBucket(client, bucket), close: () => client.destroy() };
  buckets.set(bucket, opened);
  return opened;
}

/** A file may have been edited since: then the text that was applied is gone. */
async function readApplied(path: string, etag: string | undefined): Promise<AcceptedText> {
  if (isProgram(path)) return { missing: "it is a program: specdrop run compares it, and makes it as declared" };
  let body: Uint8Array;
  try {
    body = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOENT") throw error;
    return { missing: "the file is gone" };
  }
  return etag === undefined || etag === etagOf(body)
    ? { body }
    : { missing: "the file was edited since it was applied" };
}
