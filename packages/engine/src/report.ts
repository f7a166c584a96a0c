import type { ChangeError, ChangeResult, ChangeStatus } from "@specdrop/events";
import {
  type Diagnostic,
  type DiagnosticCode,
  isDiagnosticCode,
  START_OF_TEXT,
  WRITABLE_PROPERTIES,
  type WritableProperty,
} from "@specdrop/spec";
import { type Change, isHandingOver, isOfRoute } from "./change.ts";
import type { ChangeSet } from "./change-set.ts";
import type { Conflict } from "./conflict.ts";
import { isRouteResponse, type LastChange, type NaturalKey, type OwnedResource } from "./model.ts";
import type { ToldError } from "./outcome.ts";
import type { Plan } from "./plan.ts";

/** A change as events and people see it: names of properties, never their values. */
export function resultOf(
  change: Change,
  status: ChangeStatus,
  more: {
    readonly identifier?: string | undefined;
    readonly error?: ChangeError;
    /** Made by an earlier run of the same revision: told as it was then. */
    readonly done?: Pick<LastChange, "action" | "changedProperties"> | undefined;
  } = {},
): ChangeResult {
  return {
    logicalId: subject(change).logicalId,
    action: more.done?.action ?? change.action,
    status,
    ...keyOf(subject(change)),
    changedProperties: more.done?.changedProperties ?? changedProperties(change),
    ...given({ identifier: identifierBefore(change) }),
    ...given({ identifier: more.identifier, error: more.error }),
    ...(change.action === "forget" && change.isGone ? { gone: true as const } : {}),
    ...(isHandingOver(change) ? { handedTo: change.handedTo.documentId } : {}),
  };
}

/** Without what is undefined: an absent property and one that is undefined are not the same in JSON's eyes. */
function given<T extends object>(properties: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
}

function subject(change: Change): NaturalKey & { readonly logicalId: string } {
  return "desired" in change ? change.desired : change.owned;
}

function keyOf(key: NaturalKey & { readonly logicalId: string }) {
  return isRouteResponse(key)
    ? { resourceType: "RouteResponse" as const, routeId: key.RouteId, routeKey: key.logicalId }
    : { integrationId: key.IntegrationId, integrationResponseKey: key.IntegrationResponseKey };
}

function identifierBefore(change: Change): string | undefined {
  if ("live" in change) return change.live?.identifier;
  return "owned" in change ? change.owned.identifier : undefined;
}

/** The properties a change writes. */
export function changedProperties(change: Change): readonly WritableProperty[] {
  switch (change.action) {
    case "create":
    case "replace":
      return WRITABLE_PROPERTIES.filter((name) => change.desired.properties[name] !== undefined);
    case "adopt":
    case "update":
      return change.diff.changed;
    default:
      return [];
  }
}

/** The deletion of what a document owns, before anybody has looked at AWS. */
export function plannedDeletion(owned: OwnedResource): ChangeResult {
  return { ...resultOf({ action: "forget", owned }, "planned"), action: "delete" };
}

/** The changes of a plan that is only shown. */
export function planned(plan: Plan): readonly ChangeResult[] {
  return [...plan.conflicts.flatMap(conflictResult), ...plan.changes.map((change) => resultOf(change, "planned"))];
}

/** The changes of a plan that must not be carried out. An exceeded budget is one problem of the document, not one of each change. */
export function refused(plan: Plan): readonly ChangeResult[] {
  return [...plan.conflicts.flatMap(conflictResult), ...plan.changes.map((change) => resultOf(change, "skipped"))];
}

/** The resource that a conflict stops; what it would have been, had the way been free. */
function conflictResult(conflict: Conflict): readonly ChangeResult[] {
  if (conflict.desired === undefined) return [];
  const { logicalId } = conflict.desired;
  const error = conflictError(conflict);
  return [{ logicalId, action: "create", status: "failed", ...keyOf(conflict.desired), changedProperties: [], error }];
}

function conflictError({ code, message, help }: Conflict): ChangeError {
  return { code, message, retryable: false, help };
}

/** Points a failed change at its line; one that the document no longer holds has none. */
export function failureDiagnostic(changeSet: ChangeSet, change: Change, error: ToldError): Diagnostic {
  const desired = "desired" in change ? change.desired : undefined;
  return {
    code: diagnosticCode(error),
    severity: "error",
    message: `${nameOf(change)}: ${change.action} failed with ${error.code}. ${error.message}`,
    file: changeSet.file,
    range: desired?.range ?? START_OF_TEXT,
    pointer: desired?.pointer ?? "",
    help: error.help,
  };
}

function nameOf(change: Change): string {
  const { logicalId } = subject(change);
  return isOfRoute(change) ? `The response of route ${logicalId}` : logicalId;
}

function diagnosticCode(error: ChangeError): DiagnosticCode {
  if (isDiagnosticCode(error.code)) return error.code;
  if (error.code === "NotConverged") return "SD6001";
  return error.retryable ? "SD6003" : "SD6002";
}

/** AWS could not be read, and will not let us: nothing was changed. */
export function unreadable(changeSet: ChangeSet, error: ToldError): Diagnostic {
  return {
    code: "SD4001",
    severity: "error",
    message: `API ${changeSet.apiId} cannot be read: ${error.code}. ${error.message}`,
    file: changeSet.file,
    range: START_OF_TEXT,
    pointer: "",
    help: error.help,
  };
}
