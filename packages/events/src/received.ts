import type {
  ChangeError,
  ChangeResult,
  ChangeStatus,
  Mode,
  ResultData,
  ResultDetail,
  ResultDetailType,
} from "./events.ts";

/** A change with one of these statuses; where that is `failed`, it says why. */
export type ChangeWith<Status extends ChangeStatus> = Status extends "failed"
  ? ChangeResult & { readonly status: "failed"; readonly error: ChangeError }
  : ChangeResult & { readonly status: Status };

interface Applied<M extends Mode, Status extends ChangeStatus> {
  readonly mode: M;
  readonly changes: readonly ChangeWith<Status>[];
}

interface OnApi {
  readonly apiId: string;
}

interface Unapplied<M extends Mode> {
  readonly mode: M;
  readonly changes: readonly [];
}

/** What of `data` is so in one detail-type only; the schemas say the same. */
interface Distinctions {
  readonly SpecRejected: Unapplied<"apply" | "plan" | "withdraw">;
  readonly PlanProduced: Applied<"plan", "planned" | "failed"> & OnApi;
  readonly ApplySucceeded: Applied<"apply" | "withdraw", "succeeded">;
  readonly ApplyUnchanged: Applied<"apply" | "withdraw", "succeeded">;
  readonly ApplyFailed: Applied<"apply" | "plan" | "withdraw", "succeeded" | "failed" | "skipped"> & OnApi;
  readonly SpecSuperseded: Unapplied<"apply" | "withdraw">;
  readonly DriftDetected: Applied<"drift", "planned" | "failed"> & OnApi;
  readonly DriftResolved: Applied<"drift", "planned" | "succeeded"> & OnApi;
}

/** The `data` of one detail-type. */
export type ResultDataOf<Type extends ResultDetailType> = Omit<ResultData, keyof Distinctions[Type]> &
  Distinctions[Type];

/** The `detail` of one detail-type. */
export interface ResultDetailOf<Type extends ResultDetailType> extends Omit<ResultDetail, "data"> {
  readonly data: ResultDataOf<Type>;
}

/** A result as received: `switch (event.detailType)` tells them apart, and narrows `event.detail`. */
export type ReceivedResultEvent = {
  [Type in ResultDetailType]: { readonly detailType: Type; readonly detail: ResultDetailOf<Type> };
}[ResultDetailType];

/** The same as EventBridge delivers it: what `event["detail-type"]` narrows. */
export type DeliveredResultEvent = {
  [Type in ResultDetailType]: {
    readonly version: string;
    readonly id: string;
    readonly "detail-type": Type;
    readonly source: "specdrop";
    readonly account: string;
    readonly time: string;
    readonly region: string;
    readonly resources: readonly string[];
    readonly detail: ResultDetailOf<Type>;
  };
}[ResultDetailType];
