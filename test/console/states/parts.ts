import type { ApiState, Cell, ResponseState, StateCounts } from "@specdrop/console/state";

/** Counts of which all others are 0. */
export const counts = (some: Partial<StateCounts>): StateCounts => ({
  failed: 0,
  blocked: 0,
  drifted: 0,
  pending: 0,
  unproven: 0,
  live: 0,
  ...some,
});

export const LIVE: Cell = { state: "live", words: "live" };
export const AS_DECLARED: Cell = { state: "live", words: "as declared" };

/** A live response of one template, deployed to `prod`. */
export function liveResponse(
  key: string,
  logicalId: string,
  documentId: string,
  sequence: number,
  rest: Partial<ResponseState> = {},
): ResponseState {
  return {
    key,
    logicalId,
    cell: LIVE,
    template: { name: "$default", cell: AS_DECLARED },
    stage: { name: "prod", cell: LIVE },
    documentId,
    sequence,
    liveSequence: sequence,
    ...rest,
  };
}

/** An API of which all is live: counts only. */
export function liveApi(apiId: string, name: string, live: number, documentIds: readonly string[]): ApiState {
  return { apiId, name, state: "live", counts: counts({ live }), summary: "live", documentIds };
}
