import type { ResultDetailType } from "@specdrop/events";
import { sha256Hex } from "@specdrop/sha256";

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

/** The same for every run over one revision of a document; 32 hexadecimal digits. */
export function operationIdOf(documentId: string, revision: number | RevisionMark): string {
  return digest(documentId, nameOf(revision));
}

/** The same for every delivery of one result; 32 hexadecimal digits. `apiId` is `""` for a result on no API. */
export function resultIdOf(
  documentId: string,
  apiId: string,
  revision: number | RevisionMark,
  detailType: ResultDetailType,
): string {
  return digest(documentId, apiId, nameOf(revision), detailType);
}

/** The same for every delivery of what is told of one drift; `count` is its number in the ledger. */
export function driftIdOf(
  documentId: string,
  apiId: string,
  sequence: number,
  detailType: ResultDetailType,
  count: number,
): string {
  return digest(documentId, apiId, nameOf(sequence), detailType, `${count}`);
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
