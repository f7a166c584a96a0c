import type { FailureCause } from "@specdrop/ledger/port";
import { LeaseHeldError } from "./lease.ts";

/** Names and codes of errors, without `Exception` or `Error` at their end: Cloud Control's, and those of other AWS services. */
const CAUSES: Readonly<Record<Exclude<FailureCause, "busy" | "other">, ReadonlySet<string>>> = {
  throttled: new Set([
    "LimitExceeded",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttled",
    "Throttling",
    "TooManyRequests",
  ]),
  aws: new Set([
    "HandlerInternalFailure",
    "Internal",
    "InternalFailure",
    "InternalServer",
    "NetworkFailure",
    "NetworkingError",
    "NotCloudControl",
    "NotStabilized",
    "RequestTimeout",
    "ServiceInternal",
    "ServiceTimeout",
    "ServiceUnavailable",
    "Timeout",
  ]),
  credentials: new Set([
    "AccessDenied",
    "CredentialsProvider",
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignature",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenProvider",
    "UnrecognizedClient",
  ]),
};

const NETWORK_CODE = /^E(?:AI_AGAIN|CONN\w+|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT)$/;

/** What an error may carry, by whoever threw it. */
interface ThrownCause {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of a run that was interrupted. */
  readonly interruption?: { readonly cause?: unknown; readonly error?: unknown };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The cause that an error names first, on the way from the error to what caused it. */
export function failureCause(error: unknown): FailureCause {
  for (const thrown of chainOf(error)) {
    if (thrown instanceof LeaseHeldError) return "busy";
    const named = causeOf(thrown);
    if (named !== undefined) return named;
    // Not one change in all of a run's time: AWS throttled it all the while, or was slow.
    if (thrown.interruption?.cause === "deadline") return "aws";
  }
  return "other";
}

/** Four are more than any error here has. */
function chainOf(error: unknown): readonly ThrownCause[] {
  const chain: ThrownCause[] = [];
  for (let next = error; typeof next === "object" && next !== null && chain.length < 4; ) {
    const thrown = next as ThrownCause;
    chain.push(thrown);
    next = thrown.interruption?.error ?? thrown.cause;
  }
  return chain;
}

function causeOf({ name, code, $metadata }: ThrownCause): FailureCause | undefined {
  for (const known of [code, name]) {
    if (typeof known !== "string") continue;
    if (NETWORK_CODE.test(known)) return "aws";
    const bare = known.replace(/(?:Exception|Error)$/, "");
    for (const cause of ["throttled", "credentials", "aws"] as const) {
      if (CAUSES[cause].has(bare) || CAUSES[cause].has(known)) return cause;
    }
  }
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return "throttled";
  return status >= 500 ? "aws" : undefined;
}
