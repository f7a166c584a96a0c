import { ControlPlaneError, type IntegrationRef } from "@specdrop/engine";

/** The parts of a response's identifier, in Cloud Control's order. */
const RESPONSE = ["ApiId", "IntegrationId", "IntegrationResponseId"];

/** Long enough for every identifier of AWS's. */
const LONGEST_SHOWN = 120;

/** The parts of an identifier. Throws a `ControlPlaneError` where they are not as many as names, or one is empty. */
export function partsOf(identifier: string, names: readonly string[]): readonly string[] {
  const parts = identifier.split("|");
  if (parts.length === names.length && !parts.includes("")) return parts;
  throw misnamed(`Cloud Control calls a resource ${shown(identifier)}, and that is no ${names.join("|")}.`);
}

/** Which integration a response is on, by its identifier. Throws as `partsOf` does. */
export function parentOf(identifier: string): IntegrationRef {
  const [ApiId = "", IntegrationId = ""] = partsOf(identifier, RESPONSE);
  return { ApiId, IntegrationId };
}

/** Throws a `ControlPlaneError` where a write that succeeded names something other than a response of that integration. */
export function assertOn(asked: IntegrationRef, identifier: string): void {
  const { ApiId, IntegrationId } = parentOf(identifier);
  if (ApiId === asked.ApiId && IntegrationId === asked.IntegrationId) return;
  throw misnamed(
    `AWS reported SUCCESS, and names ${shown(identifier)}: that is not on integration ${asked.IntegrationId} of API ${asked.ApiId}.`,
  );
}

function misnamed(message: string): ControlPlaneError {
  return new ControlPlaneError("UnreadableIdentifier", message, { retryable: false });
}

/** Between quotes, so that what cannot be seen is seen. */
function shown(identifier: string): string {
  const isLong = identifier.length > LONGEST_SHOWN;
  return JSON.stringify(isLong ? `${identifier.slice(0, LONGEST_SHOWN)}…` : identifier);
}
