import { isRecord, parseJson } from "../json.ts";
import { CloudControlError } from "./errors.ts";
import { applyPatch, PatchError } from "./patch.ts";
import { findLive, implied, notFound } from "./resources.ts";
import { parseIdentifier, parseModel, readable, schemaProblems } from "./schema.ts";
import type { KeptOperation, Model, State, WriteCall } from "./state.ts";
import type { EmulatedType } from "./types.ts";

/** A write call's members, as they arrive. */
export interface WriteInput {
  readonly TypeName: string;
  readonly Identifier?: string | undefined;
  readonly DesiredState?: string | undefined;
  readonly PatchDocument?: string | undefined;
  readonly ClientToken?: string | undefined;
}

/** What a write is about, once it is known to be well-formed. */
export interface RequestTarget {
  readonly operation: KeptOperation;
  readonly type: EmulatedType;
  readonly identifier: string | undefined;
  readonly desired: Model | undefined;
  readonly apiId: string | undefined;
}

/** Holds a write against the schema and what is live. Throws a `CloudControlError`. */
export function targetOf(
  state: State,
  type: EmulatedType,
  operation: WriteCall["operation"],
  input: WriteInput,
): RequestTarget {
  if (operation === "CreateResource") return creation(type, parseModel("DesiredState", input.DesiredState ?? ""));
  const identifier = parseIdentifier(type, input.Identifier ?? "");
  const live = findLive(state, type, identifier);
  if (live === undefined) throw cannotChange(state, type, identifier);
  const apiId = apiIdOf(live.model);
  if (operation === "DeleteResource") return { operation: "DELETE", type, identifier, desired: undefined, apiId };
  const before = readable(type, live.model);
  const desired = patched(before, input.PatchDocument ?? "");
  refuseChanges(type, before, desired);
  refuseUnfit(type, desired);
  return { operation: "UPDATE", type, identifier, desired, apiId };
}

function creation(type: EmulatedType, desired: Model): RequestTarget {
  const readOnly = type.readOnly.filter((name) => Object.hasOwn(desired, name));
  if (readOnly.length > 0) {
    const message = `Encountered readOnlyProperties ${paths(readOnly)} in the desired state`;
    throw new CloudControlError("InvalidRequestException", message);
  }
  refuseUnfit(type, desired);
  // An identifier that the caller makes up is known before the handler has run.
  const identifier = type.generates === undefined ? parseIdentifier(type, partsOf(type, desired)) : undefined;
  return { operation: "CREATE", type, identifier, desired, apiId: apiIdOf(desired) };
}

function refuseUnfit(type: EmulatedType, model: Model): void {
  const found = schemaProblems(type, model);
  if (found.length === 0) return;
  // Seen live as a ValidationException (pulumi-aws-native#581).
  throw new CloudControlError("ValidationException", `Model validation failed (${found.join("\n")})`);
}

/** Names and wordings as seen live (carina#806, carina#809). */
function refuseChanges(type: EmulatedType, before: Model, after: Model): void {
  const changed = (names: readonly string[]) =>
    names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const readOnly = changed(type.readOnly);
  if (readOnly.length > 0) {
    const message = `Invalid patch update: readOnlyProperties ${paths(readOnly)} cannot be updated`;
    throw new CloudControlError("ValidationException", message);
  }
  const createOnly = changed(type.createOnly);
  if (createOnly.length > 0) {
    const message = `Invalid patch update: createOnlyProperties ${paths(createOnly)} cannot be updated`;
    throw new CloudControlError("NotUpdatableException", message);
  }
}

function patched(before: Model, document: string): Model {
  try {
    const after = applyPatch(before, parseJson(document));
    if (isRecord(after)) return after;
    throw new PatchError("the patch leaves no JSON object");
  } catch (cause) {
    throw cause instanceof PatchError ? invalidPatch(cause) : cause;
  }
}

function invalidPatch(cause: PatchError): CloudControlError {
  return new CloudControlError("InvalidRequestException", `Invalid patch document: ${cause.message}`, { cause });
}

/** The exception for a write to a resource that is not there, or that only is taken to be. */
function cannotChange(state: State, type: EmulatedType, identifier: string): CloudControlError {
  if (implied(state, type, identifier) === undefined) return notFound(type, identifier);
  return new CloudControlError(
    "InvalidRequestException",
    `${identifier} is only taken to exist (quirk impliedParents): create it here to change or delete it.`,
  );
}

function partsOf(type: EmulatedType, model: Model): string {
  return JSON.stringify(Object.fromEntries(type.primaryIdentifier.map((name) => [name, model[name]])));
}

function apiIdOf(model: Model): string | undefined {
  return typeof model["ApiId"] === "string" ? model["ApiId"] : undefined;
}

function paths(names: readonly string[]): string {
  return `[${names.map((name) => `/properties/${name}`).join(", ")}]`;
}
