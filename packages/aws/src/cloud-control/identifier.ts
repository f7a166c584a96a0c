import { ControlPlaneError } from "@specdrop/engine/errors";

/** Long enough for every identifier of AWS's. */
const LONGEST_SHOWN = 120;

/** The parts of an identifier. Throws a `ControlPlaneError` where they are not as many as names, or one is empty. */
export function partsOf(identifier: string, names: readonly string[]): readonly string[] {
  const parts = identifier.split("|");
  if (parts.length === names.length && !parts.includes("")) return parts;
  throw misnamed(`Cloud Control calls a resource ${shown(identifier)}, and that is no ${names.join("|")}.`);
}

/** A write that succeeded names something other than what was asked for. `place`: where that had to be. */
export function elsewhere(identifier: string, place: string): ControlPlaneError {
  return misnamed(`AWS reported SUCCESS, and names ${shown(identifier)}: that is not on ${place}.`);
}

function misnamed(message: string): ControlPlaneError {
  return new ControlPlaneError("UnreadableIdentifier", message, { retryable: false });
}

/** Between quotes, so that what cannot be seen is seen. */
function shown(identifier: string): string {
  const isLong = identifier.length > LONGEST_SHOWN;
  return JSON.stringify(isLong ? `${identifier.slice(0, LONGEST_SHOWN)}…` : identifier);
}
