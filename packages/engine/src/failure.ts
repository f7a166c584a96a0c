import { command, commandText, type WritableProperty } from "@specdrop/spec";
import { ControlPlaneError, type DeadlineReachedError } from "./errors.ts";
import { isRouteResponse, type LiveResource, type NaturalKey, place } from "./model.ts";
import type { ToldError } from "./outcome.ts";

/** One change cannot be made; the others go on. */
export class ChangeFailed extends Error {
  override readonly name = "ChangeFailed";
  readonly code: string;
  readonly retryable: boolean;
  readonly help: string;

  constructor(code: string, message: string, options: { retryable: boolean; help: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.help = options.help;
  }
}

export function ownedElsewhere(key: NaturalKey, owner: string): ChangeFailed {
  return new ChangeFailed("SD5002", `${place(key)} belongs to ${owner}.`, {
    retryable: false,
    help: `Remove it from ${owner}: the response then passes to this document as it is, without being deleted. Or remove it from this document.`,
  });
}

/** AWS has it and does not list it, so nobody can learn its id: no line in the document makes up for that. */
export function unlisted(key: NaturalKey & { readonly adopt: boolean }, cause: unknown): ChangeFailed {
  const look = commandText(
    isRouteResponse(key)
      ? command`aws apigatewayv2 get-route-responses --api-id ${key.ApiId} --route-id ${key.RouteId}`
      : command`aws apigatewayv2 get-integration-responses --api-id ${key.ApiId} --integration-id ${key.IntegrationId}`,
  );
  const adopt = key.adopt ? "" : ", and this document does not adopt it";
  return new ChangeFailed(
    "AlreadyExists",
    `${place(key)} already exists, but AWS does not list it${adopt}. ListResources sometimes returns only the first 25.`,
    {
      retryable: false,
      help: `If it was created just now, run again. If not, "${look}" shows its id: delete it in AWS, and this document creates its own. Or delete responses that nobody needs, until AWS lists it.`,
      cause,
    },
  );
}

/** What moved to another API did not get there: what it would leave behind is all there is. */
export function successorMissing(change: { readonly action: string }): ChangeFailed {
  return new ChangeFailed(
    "SD5006",
    "The response should move to another API but does not exist there yet, so the old one was kept.",
    {
      retryable: false,
      help: `The result for the other API says why. Correct that, and drop the document again: the ${change.action} follows.`,
    },
  );
}

/** What a run failed by last whose time was up while it waited to try again; nothing where it waited for something else. */
export function lastFailure({ cause }: DeadlineReachedError): { readonly error?: ToldError } {
  return cause instanceof ControlPlaneError ? { error: toChangeError(cause) } : {};
}

/** What people are told of a failed change. Anything but a change's own failure is not ours to swallow. */
export function toChangeError(error: unknown): ToldError {
  if (error instanceof ChangeFailed) {
    return { code: error.code, message: error.message, retryable: error.retryable, help: error.help };
  }
  if (error instanceof ControlPlaneError && error.accepted) return outcomeUnknown(error);
  if (error instanceof ControlPlaneError) {
    return { code: error.code, message: error.message, retryable: error.retryable, help: helpFor(error) };
  }
  throw error;
}

/** What AWS has accepted goes on, whatever keeps us from asking about it. */
function outcomeUnknown(error: ControlPlaneError): ToldError {
  // It ended, and what it made has no name that we could know it by.
  if (error.code === MISNAMED)
    return { code: MISNAMED, message: error.message, retryable: false, help: HELP[MISNAMED] };
  const did = error.requestToken === undefined ? "may have accepted" : "accepted";
  return {
    code: error.code,
    message: `AWS ${did} this request, but its result is not known yet. ${error.message}`,
    retryable: true,
    help: `${helpFor(error)} The next run asks for the result, and continues from there.`,
  };
}

const CREDENTIALS = "AWS does not accept the credentials: check AWS_PROFILE, or the access key and its secret.";

/** Where Cloud Control names a response otherwise than AWS does, or one that was not asked for. */
const MISNAMED = "UnreadableIdentifier";

const HELP: Readonly<Record<string, string>> & { readonly [MISNAMED]: string } = {
  AccessDenied:
    "Give the role that runs specdrop this cloudformation: action and API Gateway's own (apigateway:GET, POST, PATCH, PUT, DELETE) on the API.",
  AlreadyExists:
    'Somebody created a response with this key during the run. To adopt it, add the line "adopt: true" to the resource.',
  ExpiredToken:
    "The credentials have expired: sign in again (aws sso login), or renew AWS_SESSION_TOKEN, and try again.",
  InvalidClientTokenId: CREDENTIALS,
  InvalidRequest: "Correct the property that AWS names, and drop the document again.",
  InvalidSignature: CREDENTIALS,
  NetworkFailure:
    "AWS cannot be reached: check the network, and AWS_ENDPOINT_URL if it is set. Completed changes are kept; run it again for the rest.",
  NotCloudControl:
    "Check AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDCONTROL and endpoint_url in the AWS profile, and the proxy if there is one.",
  NotFound: "Check ApiId and IntegrationId: AWS does not know them in this account and region.",
  NotUpdatable:
    "AWS cannot change this in place. Remove the resource from the document, wait for the result, and add it again.",
  ServiceLimitExceeded: "A quota of API Gateway is used up: delete what is not needed, or ask AWS to raise it.",
  [MISNAMED]:
    "Check that AWS_ENDPOINT_URL, if it is set, names AWS or a service that names resources as AWS does. Check the resource that was created, and delete it if nobody needs it.",
  UnrecognizedClient: CREDENTIALS,
};

function helpFor(error: ControlPlaneError): string {
  if (/not supported for this API protocol type/i.test(error.message)) {
    return "Integration responses exist on WebSocket APIs only: check that ApiId is the one you mean.";
  }
  const advice = HELP[error.code];
  if (advice !== undefined) return advice;
  return error.retryable
    ? "AWS kept failing this request. Drop the document again later; completed changes are kept."
    : "Look the error up in AWS's Cloud Control documentation, correct the cause, and drop the document again.";
}

/** AWS says SUCCESS, and what is live says otherwise. */
export function notConverged(
  desired: { readonly logicalId: string },
  live: LiveResource,
  unmet: readonly WritableProperty[],
): ChangeFailed {
  const names = unmet.join(", ");
  return new ChangeFailed(
    "NotConverged",
    `AWS reported SUCCESS, but ${names} of ${live.identifier} does not match ${desired.logicalId}.`,
    {
      retryable: false,
      help: `Correct ${names} in AWS by hand, or delete the response there, and drop the document again.`,
    },
  );
}
