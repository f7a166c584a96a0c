import { sha256Hex } from "@specdrop/engine";
import type { ResultDetailType } from "@specdrop/events";

/** What tells two states of an object apart before the ledger has numbered them. */
export interface RevisionMark {
  readonly sequencer?: string;
  readonly versionId?: string;
  readonly etag?: string;
}

/** `s3://bucket/key`, the key as it is: neither encoded nor decoded. */
export function documentIdOf(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}

/** Whether a pipeline runs a document; what the command line applies by itself has neither a queue nor a bus. */
export function isPipelineDocument(documentId: string): boolean {
  return documentId.startsWith("s3://");
}

/** The same for every run over one revision of a document; 32 hexadecimal digits. */
export function operationIdOf(documentId: string, revision: number | RevisionMark): string {
  return digest(documentId, nameOf(revision));
}

/**
 * The same for every delivery of one result; 32 hexadecimal digits. `apiId` is `""` for a result on no API. `uid` is the
 * random id of the run, or of the revision where no run made the result: a ledger that was lost or restored counts its
 * revisions anew, and its results are no repeats. Absent for revisions that an older version recorded.
 */
export function resultIdOf(
  documentId: string,
  apiId: string,
  revision: number | RevisionMark,
  detailType: ResultDetailType,
  uid?: string,
): string {
  return digest(documentId, apiId, nameOf(revision), detailType, ...(uid === undefined ? [] : [uid]));
}

/**
 * The same for every delivery of one drift's event. `count` is its number in the ledger; `uid` is random, and stored with
 * the event.
 */
export function driftIdOf(
  documentId: string,
  apiId: string,
  sequence: number,
  detailType: ResultDetailType,
  count: number,
  uid: string,
): string {
  return digest(documentId, apiId, nameOf(sequence), detailType, `${count}`, uid);
}

/** 32 hexadecimal digits that tell apart what is told of live state. */
export function fingerprintOf(findings: readonly unknown[]): string {
  return digest(JSON.stringify(findings));
}

/** A legal and unambiguous part of an object key for any document; 32 hexadecimal digits. */
export function documentHash(documentId: string): string {
  return digest(documentId);
}

function nameOf(revision: number | RevisionMark): string {
  if (typeof revision === "number") return `${revision}`;
  return `unread ${revision.sequencer ?? revision.versionId ?? revision.etag ?? ""}`;
}

function digest(...parts: readonly string[]): string {
  return sha256Hex(JSON.stringify(parts)).slice(0, 32);
}
