import { fromEvent, fromThrown } from "@specdrop/aws/cloud-control/errors";
import { ControlPlaneError } from "@specdrop/engine";
import { describe, expect, test } from "vitest";

function thrown(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const CONCURRENT = "Unable to complete operation due to concurrent modification. Please try again later.";
const PROTOCOL = "IntegrationResponses are currently not supported for this API protocol type.";

describe("by name", () => {
  test.each([
    ["ThrottlingException", "Throttling", true],
    ["TooManyRequestsException", "Throttling", true],
    ["ConcurrentModificationException", "ConcurrentModification", true],
    ["ConcurrentOperationException", "ConcurrentOperation", true],
    ["ResourceConflictException", "ResourceConflict", true],
    ["ServiceInternalErrorException", "ServiceInternalError", true],
    ["InternalFailure", "InternalFailure", true],
    ["InternalServerError", "InternalFailure", true],
    ["ServiceUnavailable", "ServiceUnavailable", true],
    ["HandlerInternalFailureException", "HandlerInternalFailure", true],
    ["NetworkFailureException", "NetworkFailure", true],
    ["NotStabilizedException", "NotStabilized", true],
    ["RequestTokenNotFoundException", "RequestTokenNotFound", true],
    ["TimeoutError", "NetworkFailure", true],
    ["AlreadyExistsException", "AlreadyExists", false],
    ["ResourceNotFoundException", "NotFound", false],
    ["TypeNotFoundException", "TypeNotFound", false],
    ["InvalidRequestException", "InvalidRequest", false],
    ["ValidationException", "InvalidRequest", false],
    ["NotUpdatableException", "NotUpdatable", false],
    ["ClientTokenConflictException", "ClientTokenConflict", false],
    ["AccessDeniedException", "AccessDenied", false],
    ["InvalidCredentialsException", "InvalidCredentials", false],
    ["ServiceLimitExceededException", "ServiceLimitExceeded", false],
    ["GeneralServiceException", "GeneralService", false],
    ["HandlerFailureException", "HandlerFailure", false],
    ["UnsupportedActionException", "UnsupportedAction", false],
    ["CredentialsProviderError", "CredentialsProviderError", false],
    ["constructor", "constructor", false],
  ])("%s is %s, retryable: %s", (name, code, retryable) => {
    const error = thrown(name, "AWS's own words");
    const result = fromThrown(error);
    expect(result).toMatchObject({ code, retryable, completed: false, message: "AWS's own words" });
    expect(result.cause).toBe(error);
  });

  test.each([
    ["@smithy/node-http-handler - [ERROR] a request has exceeded the configured 15000 ms requestTimeout.", 15],
    ["the request socket did not establish a connection with the server within the configured timeout of 3000 ms.", 3],
  ])("a time-out of the SDK says how long nobody answered: %s", (message, seconds) => {
    expect(fromThrown(thrown("TimeoutError", message)).message).toBe(`no answer within ${seconds} s`);
  });

  test("the HTTP status is not looked at", () => {
    const $metadata = { httpStatusCode: 400 };
    expect(fromThrown(thrown("ThrottlingException", "Rate exceeded", { $metadata }))).toMatchObject({
      code: "Throttling",
      retryable: true,
    });
    const missing = thrown("TypeNotFoundException", "no such type", { $metadata: { httpStatusCode: 404 } });
    expect(fromThrown(missing)).toMatchObject({ code: "TypeNotFound", retryable: false });
  });

  test.each([
    ["HandlerFailureException", 502, "HandlerFailure"],
    ["GeneralServiceException", 500, "GeneralService"],
    ["GatewayTimeoutException", 504, "GatewayTimeout"],
    ["OddException", 429, "Throttling"],
  ])("%s with the status %s is retryable", (name, httpStatusCode, code) => {
    const $metadata = { httpStatusCode };
    expect(fromThrown(thrown(name, "x", { $metadata }))).toMatchObject({ code, retryable: true });
    expect(fromThrown(thrown(name, "x", { $metadata: { httpStatusCode: 400 } })).retryable).toBe(false);
  });

  test("what the SDK calls retryable is, a refusal of access excepted", () => {
    expect(fromThrown(thrown("OddException", "x", { $retryable: {} })).retryable).toBe(true);
    expect(fromThrown(thrown("AccessDeniedException", "x", { $retryable: {} })).retryable).toBe(false);
    const $metadata = { clockSkewCorrected: true };
    expect(fromThrown(thrown("InvalidSignatureException", "x", { $metadata })).retryable).toBe(true);
    expect(fromThrown(thrown("InvalidSignatureException", "x")).retryable).toBe(false);
  });

  test("an error of ours stays itself, and what is no error at all gets a message", () => {
    const ours = new ControlPlaneError("NotStabilized", "x", { retryable: true });
    expect(fromThrown(ours)).toBe(ours);
    expect(fromThrown("a string").message).toBe("a string");
    expect(fromThrown(thrown("OddException", "")).message).toBe("OddException");
  });
});

describe("by message", () => {
  test.each([
    ["GeneralServiceException", "Rate exceeded (Service: ApiGatewayV2, Status Code: 429)", "Throttling", true],
    ["ServiceLimitExceededException", "Too Many Requests", "Throttling", true],
    ["InvalidRequestException", "Too Many Requests (Service: ApiGatewayV2)", "Throttling", true],
    ["ServiceLimitExceededException", "Maximum number of routes for this API", "ServiceLimitExceeded", false],
    [
      "HandlerFailureException",
      "User: arn:aws:sts::1:x is not authorized to perform: apigateway:GET on resource: not found",
      "AccessDenied",
      false,
    ],
    ["GeneralServiceException", "Unable to find Integration with id abc1234", "NotFound", false],
    ["GeneralServiceException", "Invalid API identifier specified 111122223333:a1b2c3d4e5", "NotFound", false],
    [
      "HandlerFailureException",
      "Resource of type 'AWS::ApiGatewayV2::IntegrationResponse' with identifier 'a|b|c' was not found.",
      "NotFound",
      false,
    ],
    ["GeneralServiceException", "The role was not found", "GeneralService", false],
    ["HandlerInternalFailureException", "The handler timed out", "ServiceTimeout", true],
    ["ResourceConflictException", "The resource already exists.", "AlreadyExists", false],
    ["GeneralServiceException", CONCURRENT, "ConcurrentModification", true],
    ["ResourceConflictException", CONCURRENT, "ConcurrentModification", true],
    ["AlreadyExistsException", CONCURRENT, "ConcurrentModification", true],
    ["InvalidRequestException", CONCURRENT, "ConcurrentModification", true],
    ["GeneralServiceException", PROTOCOL, "InvalidRequest", false],
    // A refusal may quote the document: a precise code is believed.
    ["InvalidRequestException", "required key [FunctionName] not found", "InvalidRequest", false],
    ["InvalidRequestException", 'Invalid template: "rate exceeded, already exists"', "InvalidRequest", false],
  ])("%s: %s", (name, message, code, retryable) => {
    expect(fromThrown(thrown(name, message))).toMatchObject({ code, retryable, message });
    expect(fromEvent({ OperationStatus: "FAILED", ErrorCode: name, StatusMessage: message }, 0)).toMatchObject({
      code,
      retryable,
      message,
    });
  });

  test("an API of the wrong protocol is explained", () => {
    const original = thrown("InvalidRequestException", PROTOCOL);
    const { code, retryable, cause } = fromThrown(original);
    expect({ code, retryable }).toEqual({ code: "InvalidRequest", retryable: false });
    expect(cause).toMatchObject({ message: expect.stringContaining("Only WebSocket APIs"), cause: original });
    const event = { OperationStatus: "FAILED", ErrorCode: "InvalidRequest", StatusMessage: PROTOCOL } as const;
    expect(fromEvent(event, 0).cause).toMatchObject({ message: expect.stringContaining("Only WebSocket APIs") });
  });
});

describe("a broken connection", () => {
  test.each([
    thrown("Error", "read ECONNRESET", { code: "ECONNRESET" }),
    thrown("Error", "connect ECONNREFUSED", { code: "ECONNREFUSED" }),
    thrown("Error", "getaddrinfo EAI_AGAIN", { code: "EAI_AGAIN" }),
    thrown("Error", "socket hang up"),
    thrown("TypeError", "fetch failed", { cause: thrown("Error", "x", { code: "ETIMEDOUT" }) }),
    thrown("SyntaxError", "Unexpected token '<'", { $metadata: {} }),
  ])("%s is a retryable NetworkFailure", (error) => {
    expect(fromThrown(error)).toMatchObject({ code: "NetworkFailure", retryable: true });
  });
});

describe("a wait that AWS asks for", () => {
  test("in the header", () => {
    const error = (value: string) =>
      thrown("ThrottlingException", "x", { $response: { headers: { "retry-after": value } } });
    expect(fromThrown(error("3")).retryAfterMs).toBe(3_000);
    expect(fromThrown(error("soon")).retryAfterMs).toBeUndefined();
  });

  test("in the event", () => {
    const event = { OperationStatus: "FAILED", ErrorCode: "Throttling", RetryAfter: new Date(5_000) } as const;
    expect(fromEvent(event, 2_000).retryAfterMs).toBe(3_000);
    expect(fromEvent(event, 9_000).retryAfterMs).toBeUndefined();
  });
});

describe("a terminal event", () => {
  test("keeps the identifier of what may exist all the same", () => {
    const event = { OperationStatus: "FAILED", ErrorCode: "NotStabilized", Identifier: "a|b|c" } as const;
    expect(fromEvent(event, 0)).toMatchObject({ code: "NotStabilized", identifier: "a|b|c", completed: true });
  });

  test("without a code or message still says something", () => {
    expect(fromEvent({ OperationStatus: "FAILED", Operation: "DELETE" }, 0)).toMatchObject({
      code: "GeneralService",
      message: "The DELETE ended without a message.",
      retryable: false,
    });
    expect(fromEvent({ OperationStatus: "CANCEL_COMPLETE", Operation: "UPDATE" }, 0)).toMatchObject({
      code: "Canceled",
      message: "The UPDATE was canceled.",
      retryable: false,
    });
  });
});
