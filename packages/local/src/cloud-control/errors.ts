/** HTTP status of each exception, from the service model; the SDKs go by the name. */
const STATUS: Readonly<Record<string, number>> = {
  ClientTokenConflictException: 409,
  ConcurrentModificationException: 500,
  ConcurrentOperationException: 409,
  InternalFailure: 500,
  InvalidRequestException: 400,
  NotUpdatableException: 400,
  RequestTokenNotFoundException: 404,
  ResourceNotFoundException: 404,
  ServiceInternalErrorException: 502,
  // The model says 429; what was seen live was 400 (pulumi-aws-native#690).
  ThrottlingException: 400,
  TypeNotFoundException: 404,
  UnsupportedActionException: 405,
  ValidationException: 400,
};

/** A call that Cloud Control refuses at once; `name` is the exception's. */
export class CloudControlError extends Error {
  override readonly name: string;
  readonly httpStatus: number;

  constructor(name: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
    this.httpStatus = STATUS[name] ?? 400;
  }
}

/** The connection broke before the reply; whether the request took effect is for the caller to find out. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";

  constructor() {
    super("the connection was reset before the reply arrived");
  }
}

/** Why a request ends FAILED; `code` is a handler ErrorCode such as `AlreadyExists`. */
export class HandlerFailure extends Error {
  override readonly name = "HandlerFailure";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
