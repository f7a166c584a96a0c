import {
  type Clock,
  type ControlPlane,
  ControlPlaneError,
  type LiveResource,
  type Random,
  type Settled,
} from "@specdrop/engine";
import {
  type CloudControlApi,
  type Operation,
  type ProgressEvent,
  type ResourceDescription,
  INTEGRATION_RESPONSE as TypeName,
} from "./api.ts";
import { fromEvent, fromThrown } from "./errors.ts";
import { desiredState, parentOf, readIdentifier, readPartialResource, readResource } from "./model.ts";
import { adaptivePace } from "./pace.ts";
import { patiently } from "./retry.ts";
import { settle } from "./settle.ts";

/** The engine repeats whole reads; this saves a list of many pages from starting over. */
const READ_ATTEMPTS = 3;

export interface ControlPlaneOptions {
  readonly clock: Clock;
  readonly random?: Random;
  /** How long one write may take to settle, in milliseconds; 15 minutes. */
  readonly settleTimeoutMs?: number;
}

/** The engine's port on Cloud Control's calls. Reads are retried here; a write is sent once, and followed to its end. */
export function controlPlane(
  api: CloudControlApi,
  { clock, random = Math.random, settleTimeoutMs = 15 * 60_000 }: ControlPlaneOptions,
): ControlPlane {
  const pace = adaptivePace();
  const read = <T>(call: () => Promise<T>) => patiently(call, { clock, random, attempts: READ_ATTEMPTS });

  async function write(operation: Operation, send: () => Promise<ProgressEvent>): Promise<ProgressEvent> {
    const first = await send().catch((thrown: unknown) => {
      throw fromThrown(thrown);
    });
    const event = await settle(first, api, { operation, clock, random, pace, timeoutMs: settleTimeoutMs });
    if (event.OperationStatus !== "SUCCESS") throw fromEvent({ ...event, Operation: operation }, clock.now());
    return event;
  }

  async function get(identifier: string): Promise<LiveResource | undefined> {
    const description = await unlessNotFound(read(() => api.get({ TypeName, Identifier: identifier })));
    if (description === undefined) return undefined;
    const resource = readPartialResource({ ...description, Identifier: description.Identifier ?? identifier });
    if (resource === undefined) throw unreadable(`GetResource gave no IntegrationResponseKey for ${identifier}.`);
    return resource;
  }

  async function describe(model: string): Promise<readonly ResourceDescription[]> {
    const found: ResourceDescription[] = [];
    let next: { NextToken?: string } = {};
    do {
      const page = await read(() => api.list({ TypeName, ResourceModel: model, ...next }));
      found.push(...page.ResourceDescriptions);
      next = page.NextToken ? { NextToken: page.NextToken } : {};
    } while (next.NextToken !== undefined);
    return found;
  }

  return {
    async list({ ApiId, IntegrationId }) {
      const found = await unlessNotFound(describe(JSON.stringify({ ApiId, IntegrationId })));
      const live = new Map<string, LiveResource>();
      for (const description of found ?? []) {
        const identifier = description.Identifier ?? readIdentifier(description.Properties);
        if (identifier === undefined) throw unreadable("ListResources gave a resource without its Identifier.");
        const parent = parentOf(identifier);
        if (parent.ApiId !== ApiId || parent.IntegrationId !== IntegrationId) continue;
        const resource = readResource(description) ?? (await get(identifier));
        if (resource !== undefined) live.set(identifier, resource);
      }
      return [...live.values()];
    },

    get,

    async create(model, clientToken) {
      const DesiredState = desiredState(model);
      return settled(await write("CREATE", () => api.create({ TypeName, DesiredState, ClientToken: clientToken })));
    },

    async update(identifier, patch, clientToken) {
      const request = {
        TypeName,
        Identifier: identifier,
        PatchDocument: JSON.stringify(patch),
        ClientToken: clientToken,
      };
      const event = await write("UPDATE", () => api.update(request));
      return settled({ ...event, Identifier: event.Identifier ?? identifier });
    },

    async delete(identifier, clientToken) {
      const request = { TypeName, Identifier: identifier, ClientToken: clientToken };
      await unlessNotFound(write("DELETE", () => api.delete(request)));
    },
  };
}

async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ControlPlaneError && error.code === "NotFound") return undefined;
    throw error;
  }
}

function settled(event: ProgressEvent): Settled {
  const identifier = event.Identifier ?? readIdentifier(event.ResourceModel);
  if (identifier === undefined) throw unreadable("Cloud Control reported SUCCESS without an Identifier.");
  const model = readResource({ Identifier: identifier, Properties: event.ResourceModel });
  return model === undefined ? { identifier } : { identifier, model };
}

function unreadable(message: string): ControlPlaneError {
  return new ControlPlaneError("InternalFailure", message, { retryable: true });
}
