import { randomUUID } from "node:crypto";
import { relative, sep } from "node:path";
import type { DocumentChange } from "@specdrop/service";
import { wrongUsage } from "./failure.ts";

/** A file as a document: its name in the ledger is its path below the working folder, with forward slashes. */
export function documentAt(path: string): DocumentChange {
  if (path === "-") throw wrongUsage("standard input has no name to keep in the ledger: give the path of a file");
  const key = relative(process.cwd(), path).split(sep).join("/");
  return { documentId: `file:${key}`, source: { bucket: "", key }, correlationId: randomUUID() };
}
