import { CloudControlError } from "./errors.ts";
import { findLive, implied, liveOf, missingParent, notFound, typeNamed } from "./resources.ts";
import { identifierOf, parseIdentifier, parseModel, readable } from "./schema.ts";
import type { Model, State } from "./state.ts";
import { type EmulatedType, INTEGRATION, INTEGRATION_RESPONSE } from "./types.ts";

export interface LocalDescription {
  readonly Identifier: string;
  /** JSON. */
  readonly Properties: string;
}

export function getResource(
  state: State,
  input: { readonly TypeName: string; readonly Identifier: string },
  now: number,
): { readonly TypeName: string; readonly ResourceDescription: LocalDescription } {
  const type = typeNamed(input.TypeName);
  const identifier = parseIdentifier(type, input.Identifier);
  const live = findLive(state, type, identifier);
  const model = live === undefined ? implied(state, type, identifier) : live.visibleAt <= now ? live.model : undefined;
  if (model === undefined) throw notFound(type, identifier);
  return { TypeName: type.typeName, ResourceDescription: describe(type, model, identifier) };
}

export interface ListInput {
  readonly TypeName: string;
  readonly ResourceModel?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export function listResources(
  state: State,
  input: ListInput,
  now: number,
): {
  readonly TypeName: string;
  readonly ResourceDescriptions: readonly LocalDescription[];
  readonly NextToken?: string;
} {
  const type = typeNamed(input.TypeName);
  const asked = input.ResourceModel === undefined ? {} : parseModel("ResourceModel", input.ResourceModel);
  refuseIncomplete(type, asked);
  const found = [...liveOf(state, type).filter((live) => live.visibleAt <= now), ...impliedIntegrations(state, type)]
    .filter(({ model }) => type.listRequires.every((name) => model[name] === asked[name]))
    .sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
  const { partialLists: partial, listCap, listPage } = state.faults.quirks;
  // Faults that were stored before there were these have neither.
  const shown = found.slice(0, listCap ?? found.length);
  const { page, next } = pageOf(
    shown,
    ({ identifier }) => identifier,
    input.MaxResults ?? listPage ?? 100,
    input.NextToken,
  );
  return {
    TypeName: type.typeName,
    ResourceDescriptions: page.map(({ identifier, model }) =>
      describe(type, partial ? partOf(type, model) : model, identifier),
    ),
    ...(next === undefined ? {} : { NextToken: next }),
  };

  function refuseIncomplete(listed: EmulatedType, model: Model): void {
    for (const name of listed.listRequires) {
      if (typeof model[name] === "string" && model[name] !== "") continue;
      throw new CloudControlError(
        "InvalidRequestException",
        `Missing or invalid ResourceModel property in ${listed.typeName} list handler request input. Required property: (#: required key [${name}] not found)`,
      );
    }
    const missing = missingParent(state, listed, model);
    if (missing === undefined) return;
    throw new CloudControlError(
      "ResourceNotFoundException",
      `${listed.typeName} Handler returned status FAILED: Resource of type '${missing.type.typeName}' with identifier '${missing.identifier}' was not found. (HandlerErrorCode: NotFound)`,
    );
  }
}

/** Integrations that are taken to exist elsewhere show up once they have a response here. */
function impliedIntegrations(state: State, type: EmulatedType): readonly { identifier: string; model: Model }[] {
  if (type.typeName !== INTEGRATION) return [];
  const referenced = liveOf(state, typeNamed(INTEGRATION_RESPONSE)).map(({ model }) => identifierOf(type, model));
  return [...new Set(referenced)].flatMap((identifier) => {
    const model = findLive(state, type, identifier) === undefined ? implied(state, type, identifier) : undefined;
    return model === undefined ? [] : [{ identifier, model }];
  });
}

/** One page of `items`, which are sorted by `keyOf`; a page's token is the last key it showed, in base64. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  size: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly next?: string } {
  const after = token === undefined ? undefined : Buffer.from(token, "base64").toString();
  if (after !== undefined && Buffer.from(after).toString("base64") !== token) {
    throw new CloudControlError("ValidationException", "The NextToken is not valid.");
  }
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return last === undefined || rest.length === page.length
    ? { page }
    : { page, next: Buffer.from(keyOf(last)).toString("base64") };
}

function partOf(type: EmulatedType, model: Model): Model {
  return Object.fromEntries(type.primaryIdentifier.map((name) => [name, model[name]]));
}

function describe(type: EmulatedType, model: Model, identifier: string): LocalDescription {
  return { Identifier: identifier, Properties: JSON.stringify(readable(type, model)) };
}
