import { parseRecord } from "../json.ts";
import type { CloudControl } from "./cloud-control.ts";
import { CloudControlError } from "./errors.ts";

type CloudControlCall = (input: never) => object;

const OPERATIONS = {
  CreateResource: "createResource",
  UpdateResource: "updateResource",
  DeleteResource: "deleteResource",
  GetResource: "getResource",
  ListResources: "listResources",
  GetResourceRequestStatus: "getResourceRequestStatus",
  ListResourceRequests: "listResourceRequests",
  CancelResourceRequest: "cancelResourceRequest",
} as const;

export interface JsonReply {
  readonly status: number;
  readonly body: object;
}

/** Answers one awsJson1_0 call. Throws a `ConnectionLostError` where the connection is to break. */
export function answerCloudControl(cloudControl: CloudControl, operation: string, body: string): JsonReply {
  try {
    if (!Object.hasOwn(OPERATIONS, operation)) {
      throw new CloudControlError("UnknownOperationException", `Unknown operation ${operation}`);
    }
    const method = cloudControl[OPERATIONS[operation as keyof typeof OPERATIONS]] as CloudControlCall;
    return { status: 200, body: method(parseBody(body) as never) };
  } catch (error) {
    if (!(error instanceof CloudControlError)) throw error;
    const __type = `com.amazonaws.cloudcontrol#${error.name}`;
    return { status: error.httpStatus, body: { __type, Message: error.message, message: error.message } };
  }
}

function parseBody(body: string): object {
  const value = parseRecord(body === "" ? "{}" : body);
  if (value !== undefined) return value;
  throw new CloudControlError("SerializationException", "The request body must be a JSON object");
}
