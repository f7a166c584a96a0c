import { ControlPlaneError } from "./errors.ts";

/** So many changes in a row may fail for reasons that are not theirs; then the others are left to another run. */
export const OUTAGE_STREAK = 3;

/**
 * What goes wrong between us and AWS. AccessDenied is not here: it may be about one kind of change or one API, comes at
 * once, and is told best where it happened.
 */
const OUTAGES: ReadonlySet<string> = new Set([
  // Nobody answers, or somebody else does.
  "NetworkFailure",
  "NotCloudControl",
  "InternalFailure",
  "ServiceInternalError",
  "ServiceTimeout",
  "ServiceUnavailable",
  "Throttling",
  // Nobody knows us.
  "CredentialsProviderError",
  "ExpiredToken",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignature",
  "MissingAuthenticationToken",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClient",
]);

/** Whether a failure has nothing to do with the change that it stopped: the next one would fail as well. */
export function isOutage(error: unknown): boolean {
  return error instanceof ControlPlaneError && !error.completed && OUTAGES.has(error.code);
}
