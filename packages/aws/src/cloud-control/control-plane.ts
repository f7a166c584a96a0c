import type { ControlPlane, OperationResult, Parent, ResponseCalls } from "@specdrop/engine";
import { acceptedAllTheSame, ControlPlaneError } from "@specdrop/engine/errors";
import type { CloudControlApi } from "./api.ts";
import { gatewayOf } from "./gateway.ts";
import { elsewhere } from "./identifier.ts";
import { INTEGRATION_RESPONSES, identifierIn, isOn, type Kind, parentOf, ROUTE_RESPONSES } from "./kinds.ts";
import {
  marked,
  type ResourceCalls,
  type ResourcesOptions,
  resources,
  unlessNotFound,
  unreadable,
  type Written,
} from "./resources.ts";

export type ControlPlaneOptions = ResourcesOptions;

const TYPE_NAMES: readonly (string | undefined)[] = [INTEGRATION_RESPONSES.typeName, ROUTE_RESPONSES.typeName];

/** The engine's port on Cloud Control's calls. Reads are retried here; a write is sent once, and followed to its end. */
export function controlPlane(api: CloudControlApi, options: ControlPlaneOptions): ControlPlane {
  const calls = resources(api, options);
  const { write, follow, underWay } = calls;
  const { listRoutes } = gatewayOf(api, options);
  return {
    ...callsOf(api, calls, INTEGRATION_RESPONSES),

    async update(identifier, patch, clientToken, deadline) {
      const parent = parentOf(INTEGRATION_RESPONSES, identifier);
      const request = {
        TypeName: INTEGRATION_RESPONSES.typeName,
        Identifier: identifier,
        PatchDocument: JSON.stringify(patch),
        ClientToken: clientToken,
      };
      const event = await write("UPDATE", () => api.update(request), deadline);
      return settled({ ...event, Identifier: event.Identifier ?? identifier }, parent, INTEGRATION_RESPONSES);
    },

    async untilQuiet(apiId, deadline) {
      for (const event of await underWay(deadline)) {
        const { Operation: operation, RequestToken: requestToken, Identifier: identifier } = event;
        const isOurs = TYPE_NAMES.includes(event.TypeName) && identifier?.startsWith(`${apiId}|`);
        if (!isOurs || operation === undefined || requestToken === undefined) continue;
        await follow(operation, requestToken, deadline).catch((error: unknown) => {
          if (!(error instanceof ControlPlaneError) || error.accepted) throw error;
        });
      }
    },

    time: () => api.time?.(),

    routeResponses: { ...callsOf(api, calls, ROUTE_RESPONSES), listRoutes },
  };
}

/** What both kinds of response have in common. */
function callsOf<On extends Parent, Live extends { readonly identifier: string }, Model extends On>(
  api: CloudControlApi,
  { get: read, getInTurn: readInTurn, list: describe, write, follow }: ResourceCalls,
  kind: Kind<On, Live, Model>,
): ResponseCalls<On, Live, Model> {
  const { typeName: TypeName } = kind;

  async function get(identifier: string, deadline?: number, by = read): Promise<Live | undefined> {
    const description = await by(TypeName, identifier, deadline);
    if (description === undefined) return undefined;
    const resource = kind.readPartial({ ...description, Identifier: description.Identifier ?? identifier });
    if (resource === undefined) throw unreadable(`GetResource gave no ${kind.key} for ${identifier}.`);
    return resource;
  }

  return {
    async list(parent, deadline) {
      const found = await describe(TypeName, modelOf(kind, parent), deadline);
      const live = new Map<string, Live>();
      for (const description of found ?? []) {
        const identifier = description.Identifier ?? identifierIn(kind, description.Properties);
        if (identifier === undefined) throw unreadable("ListResources gave a resource without its Identifier.");
        if (!isOn(kind, parent, identifier) || kind.isOther(description)) continue;
        const resource = kind.read(description) ?? (await get(identifier, deadline, readInTurn));
        if (resource !== undefined) live.set(identifier, resource);
      }
      return marked([...live.values()], found);
    },

    get: (identifier, deadline) => get(identifier, deadline),

    async create(model, clientToken, deadline) {
      const request = { TypeName, DesiredState: kind.desiredState(model), ClientToken: clientToken };
      return settled(await write("CREATE", () => api.create(request), deadline), model, kind);
    },

    async delete(identifier, clientToken, deadline) {
      const request = { TypeName, Identifier: identifier, ClientToken: clientToken };
      await unlessNotFound(write("DELETE", () => api.delete(request), deadline));
    },

    followCreate: async (parent, requestToken, deadline) =>
      settled(await follow("CREATE", requestToken, deadline), parent, kind),

    async followWrite(operation, requestToken, deadline) {
      await unlessNotFound(follow(operation === "update" ? "UPDATE" : "DELETE", requestToken, deadline));
    },
  };
}

/** What a list request has to say. */
function modelOf<On extends Parent>({ identifier }: Kind<On, unknown, never>, parent: On): object {
  const [, name] = identifier;
  return { ApiId: parent.ApiId, [name]: parent[name] };
}

function placeOf<On extends Parent>({ identifier, parent }: Kind<On, unknown, never>, asked: On): string {
  const [, name] = identifier;
  return `${parent} ${asked[name]} of API ${asked.ApiId}`;
}

/**
 * What a write that succeeded says of itself. The model is worth something only where the event is known to be this
 * request's own. Where the event names no response of the integration or route that was asked for, nobody knows what AWS
 * made: the request counts as accepted, with an unknown result.
 */
function settled<On extends Parent, Live, Model extends On>(
  { isReplay, RequestToken, ...event }: Written,
  asked: On,
  kind: Kind<On, Live, Model>,
): OperationResult<Live> {
  const identifier = event.Identifier ?? identifierIn(kind, event.ResourceModel);
  if (identifier === undefined) throw unreadable("Cloud Control reported SUCCESS without an Identifier.");
  try {
    if (!isOn(kind, asked, identifier)) throw elsewhere(identifier, placeOf(kind, asked));
  } catch (error) {
    throw error instanceof ControlPlaneError ? acceptedAllTheSame(error, RequestToken) : error;
  }
  const model = isReplay === false ? kind.read({ Identifier: identifier, Properties: event.ResourceModel }) : undefined;
  return { identifier, ...(model && { model }), ...(isReplay && { replayed: true }) };
}
