import type { Action } from "@specdrop/events";
import type { DeletionPolicy, WritableProperties, WritableProperty } from "@specdrop/spec";

/** Where an integration response hangs. */
export interface IntegrationRef {
  readonly ApiId: string;
  readonly IntegrationId: string;
}

/** What is unique in AWS: at most one response per key and integration. */
export interface NaturalKey extends IntegrationRef {
  readonly IntegrationResponseKey: string;
}

/** `ApiId|IntegrationId|IntegrationResponseKey`. The key comes last, so the `|` a regular expression may hold is harmless. */
export function formatNaturalKey(key: NaturalKey): string {
  return `${key.ApiId}|${key.IntegrationId}|${key.IntegrationResponseKey}`;
}

/** An integration response as AWS has it now. */
export interface LiveResource extends NaturalKey {
  /** Cloud Control's: `ApiId|IntegrationId|IntegrationResponseId`. */
  readonly identifier: string;
  readonly properties: WritableProperties;
}

/** The whole desired state of a create request. */
export interface CreateModel extends NaturalKey, WritableProperties {}

/** SHA-256 (hex) of the canonical JSON of each property value we last applied; bodies are not kept. */
export type AppliedProperties = Readonly<Partial<Record<WritableProperty, string>>>;

/** A create that was recorded before it was sent, and whose outcome is not known yet. */
export interface PendingCreate {
  /** The ClientToken it is sent with: sending it again resumes rather than repeats (for 36 hours). */
  readonly clientToken: string;
  /** What was asked for: with the token it asks AWS what became of it, and later it recognises the resource. */
  readonly model: CreateModel;
  /** Epoch milliseconds of the first sending with this token. */
  readonly startedAt: number;
  /** What AWS calls the request, where it accepted it and its end could not be asked for. */
  readonly requestToken?: string;
}

/** An update or deletion that AWS accepted, and whose end could not be asked for: it may still change what is live. */
export interface UnfinishedWrite {
  readonly operation: "update" | "delete";
  /** Of the response that it is about. */
  readonly identifier: string;
  readonly requestToken: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** The ledger's word on one natural key: who owns it, and what was last applied. */
export interface OwnedResource extends NaturalKey {
  readonly documentId: string;
  readonly logicalId: string;
  /** Absent while a create is under way. */
  readonly identifier?: string;
  readonly origin: "created" | "adopted";
  readonly deletionPolicy?: DeletionPolicy;
  /** Properties we may remove when the document drops them. */
  readonly applied: AppliedProperties;
  readonly pending?: PendingCreate;
  readonly unfinished?: UnfinishedWrite;
  /** What last became of it: a run that takes over from another tells its result with this. */
  readonly lastChange?: LastChange;
  /** The document that handed it over. Absent once its new owner has converged it. */
  readonly takenFrom?: string;
}

/** The change that brought a resource to its present state, and the run that made it. */
export interface LastChange {
  readonly sequence: number;
  readonly epoch: number;
  readonly action: Action;
  readonly changedProperties: readonly WritableProperty[];
}

/** A response as people say it. */
export function place(key: NaturalKey): string {
  return `The response ${key.IntegrationResponseKey} of integration ${key.IntegrationId} on API ${key.ApiId}`;
}
