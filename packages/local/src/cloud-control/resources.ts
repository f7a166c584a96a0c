import { TAKEN_TO_EXIST } from "@specdrop/inspect/doctor/taken-to-exist";
import { CloudControlError } from "./errors.ts";
import { identifierOf, readable } from "./schema.ts";
import type { LiveState, Model, State } from "./state.ts";
import { API, type EmulatedType, INTEGRATION, RESOURCE_TYPES, STAGE } from "./types.ts";

/** Throws TypeNotFoundException for a type the emulator does not know. */
export function typeNamed(typeName: string): EmulatedType {
  const type = Object.hasOwn(RESOURCE_TYPES, typeName) ? RESOURCE_TYPES[typeName] : undefined;
  if (type === undefined) {
    throw new CloudControlError("TypeNotFoundException", `The type '${typeName}' cannot be found.`);
  }
  return type;
}

export function notFound(type: EmulatedType, identifier: string): CloudControlError {
  const message = `Resource of type '${type.typeName}' with identifier '${identifier}' was not found.`;
  return new CloudControlError("ResourceNotFoundException", message);
}

export function findLive(state: State, type: EmulatedType, identifier: string): LiveState | undefined {
  const ofType = state.resources[type.typeName];
  return ofType !== undefined && Object.hasOwn(ofType, identifier) ? ofType[identifier] : undefined;
}

export function liveOf(state: State, type: EmulatedType): readonly LiveState[] {
  return Object.values(state.resources[type.typeName] ?? {});
}

export function put(state: State, type: EmulatedType, model: Model, visibleAt: number): LiveState {
  const live: LiveState = { typeName: type.typeName, identifier: identifierOf(type, model), model, visibleAt };
  const ofType = state.resources[type.typeName] ?? {};
  state.resources[type.typeName] = ofType;
  ofType[live.identifier] = live;
  return live;
}

/** Removes a resource and everything that hangs below it. */
export function removeWithChildren(state: State, type: EmulatedType, live: LiveState): void {
  delete state.resources[type.typeName]?.[live.identifier];
  if (type.typeName === API || type.typeName === INTEGRATION || type.typeName === STAGE)
    state.gone[live.identifier] = true;
  for (const childType of Object.values(RESOURCE_TYPES)) {
    if (!childType.parents.includes(type.typeName)) continue;
    for (const child of liveOf(state, childType)) {
      if (identifierOf(type, child.model) === live.identifier) removeWithChildren(state, childType, child);
    }
  }
}

/** The API, integration or stage that is taken to exist elsewhere, as reads show it; `undefined` where it is not. */
export function implied(state: State, type: EmulatedType, identifier: string): Model | undefined {
  if (!state.faults.quirks.impliedParents || Object.hasOwn(state.gone, identifier)) return undefined;
  const [apiId = "", child] = identifier.split("|");
  if (findLive(state, apiType, apiId) !== undefined || Object.hasOwn(state.gone, apiId)) return undefined;
  if (type.typeName === API) {
    return {
      ApiEndpoint: `wss://${apiId}.execute-api.local`,
      ApiId: apiId,
      Description: TAKEN_TO_EXIST,
      Name: apiId,
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    };
  }
  if (type.typeName === STAGE) {
    const hasStages = liveOf(state, type).some(({ model }) => model["ApiId"] === apiId);
    return hasStages ? undefined : { ApiId: apiId, StageName: child };
  }
  return type.typeName === INTEGRATION ? { ApiId: apiId, IntegrationId: child, IntegrationType: "AWS" } : undefined;
}

/** A resource's whole model, created here or implied; `undefined` where there is none. */
export function existing(state: State, type: EmulatedType, identifier: string): Model | undefined {
  return findLive(state, type, identifier)?.model ?? implied(state, type, identifier);
}

/** The first of the type's parents that `model` names and that does not exist. */
export function missingParent(
  state: State,
  type: EmulatedType,
  model: Model,
): { readonly type: EmulatedType; readonly identifier: string } | undefined {
  for (const name of type.parents) {
    const parent = typeNamed(name);
    const identifier = identifierOf(parent, model);
    if (existing(state, parent, identifier) === undefined) return { type: parent, identifier };
  }
  return undefined;
}

/** Every live resource as reads show it, implied ones left out. */
export function allResources(state: State): readonly { TypeName: string; Identifier: string; Properties: Model }[] {
  return Object.values(RESOURCE_TYPES).flatMap((type) =>
    liveOf(state, type).map((live) => ({
      TypeName: type.typeName,
      Identifier: live.identifier,
      Properties: structuredClone(readable(type, live.model)),
    })),
  );
}

const apiType = typeNamed(API);
