import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Ledger } from "@specdrop/ledger/port";
import { type DocumentChange, documentIdOf } from "@specdrop/service/documents";
import { command, commandText } from "@specdrop/spec";
import { homeOf, pathFrom } from "../ledger/namespace/home.ts";
import { isShared } from "../ledger/open.ts";
import { Failure, wrongUsage } from "../terminal/failure.ts";
import { originHere } from "./author.ts";

/** Which ledger a file is a document of, and whose file it is there. */
export interface LedgerOptions {
  readonly ledger: string;
  readonly namespace?: string | undefined;
  /** `s3://BUCKET/PREFIX`: the files stand for the objects that a sync of their folder makes of them. */
  readonly as?: string | undefined;
}

/** A file as a document of a ledger. */
export interface FileDocument extends DocumentChange {
  /** Ids that the file may have in a shared ledger from before there were namespaces. */
  readonly formerIds: readonly string[];
}

/**
 * A file as a document: in a ledger of its own under its path below the working folder, in a shared one under its
 * namespace and its path in its repository. Throws wrong usage where a shared ledger needs a namespace and nothing gives one.
 */
export async function documentAt(path: string, options?: LedgerOptions): Promise<FileDocument> {
  if (path === "-") throw wrongUsage("standard input has no name to keep in the ledger: give the path of a file");
  const below = pathFrom(process.cwd(), path);
  if (options === undefined || !isShared(options.ledger)) return fileDocument(`file:${below}`, below, []);
  const { namespace, root } = await homeOf(path, options.namespace);
  const key = pathFrom(root, path);
  return fileDocument(
    `file:${namespace}:${key}`,
    key,
    [...new Set([below, key])].map((former) => `file:${former}`),
  );
}

/** Whose documents lie below a folder: their ids begin with `prefix`, and the rest is a path from `base`. */
export interface FolderDocuments {
  readonly folder: string;
  readonly prefix: string;
  readonly base: string;
}

/** The documents of a ledger whose files lie, or lay, below a folder. Throws as `documentAt` does. */
export async function documentsBelow(folder: string, options: LedgerOptions): Promise<FolderDocuments> {
  if (options.as !== undefined) {
    const { bucket, prefix } = syncTarget(options.as);
    return { folder, prefix: `s3://${bucket}/${prefix}`, base: folder };
  }
  if (!isShared(options.ledger)) return below("file:", process.cwd(), folder);
  // Where the repository is looked for is the folder of a file.
  const { namespace, root } = await homeOf(join(folder, "any"), options.namespace);
  return below(`file:${namespace}:`, root, folder);
}

function below(owner: string, base: string, folder: string): FolderDocuments {
  const path = pathFrom(base, folder);
  return { folder, prefix: `${owner}${path === "" ? "" : `${path}/`}`, base };
}

/** The file of a document of the folder, as a path from the working folder; absent where it is none of the folder's. */
export function fileBelow({ prefix, base, folder }: FolderDocuments, documentId: string): string | undefined {
  const rest = documentId.slice(prefix.length);
  if (!documentId.startsWith(prefix) || rest === "" || rest.startsWith("../")) return undefined;
  // What was sent as an event is in the bucket, too, and in no folder.
  if (/^s3:\/\/[^/]+\/$/.test(prefix) && rest.startsWith("events/")) return undefined;
  return pathFrom(process.cwd(), join(base, pathFrom(base, folder), rest));
}

export function fileDocument(documentId: string, key: string, formerIds: readonly string[] = []): FileDocument {
  const source = { bucket: "", key };
  return { documentId, source, correlationId: randomUUID(), origin: originHere("cli"), formerIds };
}

/** Throws where a rename of the document was cut off, or where the ledger has the file under an id without a namespace. */
export async function refuseUnmoved(
  ledger: Pick<Ledger, "readDocument">,
  { documentId, formerIds }: FileDocument,
  ledgerName: string,
): Promise<void> {
  const record = await ledger.readDocument(documentId);
  if (record?.renaming !== undefined) {
    const { from, to } = record.renaming;
    throw new Failure(
      `The rename of ${from} to ${to} was interrupted, so nothing was changed. Finish it: ${moveCommand(from, to, ledgerName)}`,
    );
  }
  if (record !== undefined) return;
  for (const former of formerIds) {
    const known = (await ledger.readDocument(former))?.current;
    if (known === undefined || known.kind === "withdrawn") continue;
    throw new Failure(
      `The ledger ${ledgerName} knows this file as ${former}, without a namespace, so nothing was changed. ` +
        `Rename it first: ${moveCommand(former, documentId, ledgerName)}. ` +
        `If ${former} is the file of another checkout, rename it from there.`,
    );
  }
}

export function moveCommand(from: string, to: string, ledger: string): string {
  return commandText(command`npx specdrop mv ${from} ${to} --ledger ${ledger}`);
}

/** A file as the object that `aws s3 sync FOLDER s3://BUCKET/PREFIX` makes of it. Throws wrong usage where `as` is none. */
export function objectAt(path: string, folder: string, as: string): FileDocument {
  const { bucket, prefix } = syncTarget(as);
  const key = `${prefix}${pathFrom(folder, path)}`;
  const change = fileDocument(documentIdOf(bucket, key), key);
  return { ...change, source: { bucket, key } };
}

function syncTarget(as: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(as) ?? [];
  if (bucket === undefined)
    throw wrongUsage("--as takes where the folder is synced to: s3://BUCKET or s3://BUCKET/PREFIX");
  return { bucket, prefix: path === "" || path.endsWith("/") ? path : `${path}/` };
}
