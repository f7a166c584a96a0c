/**
 * Notices about the pipeline itself. They have a source of their own: a rule on `specdrop` sees results and nothing
 * else.
 */
export const OPERATIONS_SOURCE = "specdrop.operations";

export const OPERATIONS_DETAIL_TYPES = [
  "Suspended",
  "Resumed",
  "SpecWaiting",
  "WithdrawalsHeld",
  "WithdrawalsReleased",
] as const;
export type OperationsDetailType = (typeof OPERATIONS_DETAIL_TYPES)[number];

export interface OperationsMetadata {
  /** The same for every delivery of one notice: consumers drop what they have seen. */
  readonly id: string;
  readonly version: "1";
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** Who switched, and since when it stands that way. */
export interface SuspensionData {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly reason?: string;
}

/** A document that was accepted, and is not applied before somebody resumes. */
export interface WaitingData {
  readonly documentId: string;
  readonly apiId: string;
  readonly sequence: number;
  readonly correlationId: string;
  readonly suspension: SuspensionData;
}

/** How many of the held documents a notice names. */
export const MAX_HELD_LISTED = 10;

/** Withdrawals that came too many at once, and are not applied before somebody lets them go. */
export interface HeldData extends SuspensionData {
  /** How many documents were withdrawn and wait, and how many responses they own. */
  readonly documents: number;
  readonly responses: number;
  /** The first of them. */
  readonly documentIds: readonly string[];
}

/** A notice, ready for the bus. */
export type OperationsEvent =
  | {
      readonly detailType: "Suspended" | "Resumed" | "WithdrawalsReleased";
      readonly detail: { readonly metadata: OperationsMetadata; readonly data: SuspensionData };
    }
  | {
      readonly detailType: "SpecWaiting";
      readonly detail: { readonly metadata: OperationsMetadata; readonly data: WaitingData };
    }
  | {
      readonly detailType: "WithdrawalsHeld";
      readonly detail: { readonly metadata: OperationsMetadata; readonly data: HeldData };
    };
