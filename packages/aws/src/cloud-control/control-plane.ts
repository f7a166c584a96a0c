import {
  acceptedAllTheSame,
  type ControlPlane,
  ControlPlaneError,
  type IntegrationRef,
  type LiveResource,
  type OperationResult,
} from "@specdrop/engine";
import { type CloudControlApi, INTEGRATION_RESPONSE as TypeName } from "./api.ts";
import { assertOn, parentOf } from "./identifier.ts";
import { desiredState, readIdentifier, readPartialResource, readResource } from "./model.ts";
import { marked, type ResourcesOptions, resources, unlessNotFound, unreadable, type Written } from "./resources.ts";

export type ControlPlaneOptions = ResourcesOptions;

/** The engine's port on Cloud Control's calls. Reads are retried here; a write is sent once, and followed to its end. */
export function controlPlane(api: CloudControlApi, options: ControlPlaneOptions): ControlPlane {
  const { get: read, getInTurn: readInTurn, list: describe, write, follow, underWay } = resources(api, options);

  async function get(identifier: string, deadline?: number, by = read): Promise<LiveResource | undefined> {
    const description = await by(TypeName, identifier, deadline);
    if (description === undefined) return undefined;
    const resource = readPartialResource({ ...description, Identifier: description.Identifier ?? identifier });
    if (resource === undefined) throw unreadable(`GetResource gave no IntegrationResponseKey for ${identifier}.`);
    return resource;
  }

  return {
    async list({ ApiId, IntegrationId }, deadline) {
      const found = await describe(TypeName, { ApiId, IntegrationId }, deadline);
      const live = new Map<string, LiveResource>();
      for (const description of found ?? []) {
        const identifier = description.Identifier ?? readIdentifier(description.Properties);
        if (identifier === undefined) throw unreadable("ListResources gave a resource without its Identifier.");
        const parent = parentOf(identifier);
        if (parent.ApiId !== ApiId || parent.IntegrationId !== IntegrationId) continue;
        const resource = readResource(description) ?? (await get(identifier, deadline, readInTurn));
        if (resource !== undefined) live.set(identifier, resource);
      }
      return marked([...live.values()], found);
    },

    get: (identifier, deadline) => get(identifier, deadline),

    async create(model, clientToken, deadline) {
      const DesiredState = desiredState(model);
      const request = { TypeName, DesiredState, ClientToken: clientToken };
      return settled(await write("CREATE", () => api.create(request), deadline), model);
    },

    async update(identifier, patch, clientToken, deadline) {
      const parent = parentOf(identifier);
      const request = {
        TypeName,
        Identifier: identifier,
        PatchDocument: JSON.stringify(patch),
        ClientToken: clientToken,
      };
      const event = await write("UPDATE", () => api.update(request), deadline);
      return settled({ ...event, Identifier: event.Identifier ?? identifier }, parent);
    },

    async delete(identifier, clientToken, deadline) {
      const request = { TypeName, Identifier: identifier, ClientToken: clientToken };
      await unlessNotFound(write("DELETE", () => api.delete(request), deadline));
    },

    followCreate: async (parent, requestToken, deadline) =>
      settled(await follow("CREATE", requestToken, deadline), parent),

    async untilQuiet(apiId, deadline) {
      for (const event of await underWay(deadline)) {
        const { Operation: operation, RequestToken: requestToken, Identifier: identifier } = event;
        const isOurs = event.TypeName === TypeName && identifier?.startsWith(`${apiId}|`);
        if (!isOurs || operation === undefined || requestToken === undefined) continue;
        await follow(operation, requestToken, deadline).catch((error: unknown) => {
          if (!(error instanceof ControlPlaneError) || error.accepted) throw error;
        });
      }
    },

    async followWrite(operation, requestToken, deadline) {
      await unlessNotFound(follow(operation === "update" ? "UPDATE" : "DELETE", requestToken, deadline));
    },
  };
}

/**
 * What a write that succeeded says of itself. The model is worth something only where the event is known to be this
 * request's own. Where the event names no response of the integration that was asked for, nobody knows what AWS made: the
 * request counts as accepted, with an unknown end.
 */
function settled({ isReplay, RequestToken, ...event }: Written, asked: IntegrationRef): OperationResult {
  const identifier = event.Identifier ?? readIdentifier(event.ResourceModel);
  if (identifier === undefined) throw unreadable("Cloud Control reported SUCCESS without an Identifier.");
  try {
    assertOn(asked, identifier);
  } catch (error) {
    throw error instanceof ControlPlaneError ? acceptedAllTheSame(error, RequestToken) : error;
  }
  const model =
    isReplay === false ? readResource({ Identifier: identifier, Properties: event.ResourceModel }) : undefined;
  return { identifier, ...(model && { model }), ...(isReplay && { replayed: true }) };
}
