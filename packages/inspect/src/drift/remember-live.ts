import type { ControlPlane, LiveIntegrationResponse } from "@specdrop/engine";

/** A control plane, and what it was last seen to hold. */
export interface RememberingControlPlane {
  readonly controlPlane: ControlPlane;
  /** As the last read had it. */
  liveOf(identifier: string): LiveIntegrationResponse | undefined;
  /** Every response of an integration that was seen. */
  liveOn(ApiId: string, IntegrationId: string): readonly LiveIntegrationResponse[];
}

/** Results name properties and never carry their values: who wants to show those keeps what the reads brought. */
export function rememberLive(controlPlane: ControlPlane): RememberingControlPlane {
  const seen = new Map<string, LiveIntegrationResponse>();
  return {
    liveOf: (identifier) => seen.get(identifier),
    liveOn: (ApiId, IntegrationId) =>
      [...seen.values()].filter((live) => live.ApiId === ApiId && live.IntegrationId === IntegrationId),
    controlPlane: {
      ...controlPlane,
      async list(parent) {
        const all = await controlPlane.list(parent);
        for (const live of all) seen.set(live.identifier, live);
        return all;
      },
      async get(identifier) {
        const live = await controlPlane.get(identifier);
        if (live !== undefined) seen.set(identifier, live);
        return live;
      },
    },
  };
}
