import type { ControlPlane, LiveIntegrationResponse } from "@specdrop/engine";

/** A control plane that remembers each response as it was last seen after the last write to it. */
export interface Remembering extends ControlPlane {
  lastSeen(identifier: string): LiveIntegrationResponse | undefined;
}

export function remembering(controlPlane: ControlPlane): Remembering {
  const seen = new Map<string, LiveIntegrationResponse>();
  const see = (live: LiveIntegrationResponse | undefined) => {
    if (live !== undefined) seen.set(live.identifier, live);
  };
  return {
    ...controlPlane,
    lastSeen: (identifier) => seen.get(identifier),
    async list(parent) {
      const found = await controlPlane.list(parent);
      found.forEach(see);
      return found;
    },
    async get(identifier) {
      const live = await controlPlane.get(identifier);
      see(live);
      return live;
    },
    async create(model, token) {
      const settled = await controlPlane.create(model, token);
      seen.delete(settled.identifier);
      see(settled.model);
      return settled;
    },
    async update(identifier, patch, token) {
      seen.delete(identifier);
      const settled = await controlPlane.update(identifier, patch, token);
      see(settled.model);
      return settled;
    },
    async delete(identifier, token) {
      seen.delete(identifier);
      await controlPlane.delete(identifier, token);
    },
  };
}
