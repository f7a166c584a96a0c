import { parseRecord } from "../json.ts";
import { EventBridgeError } from "./errors.ts";
import type { EventBridge } from "./event-bridge.ts";

type EventBridgeCall = (input: never) => object;

const OPERATIONS: Readonly<Record<string, keyof EventBridge>> = {
  PutEvents: "putEvents",
  CreateEventBus: "createEventBus",
  DescribeEventBus: "describeEventBus",
  ListEventBuses: "listEventBuses",
  DeleteEventBus: "deleteEventBus",
  PutRule: "putRule",
  DescribeRule: "describeRule",
  ListRules: "listRules",
  DeleteRule: "deleteRule",
  PutTargets: "putTargets",
  ListTargetsByRule: "listTargetsByRule",
  RemoveTargets: "removeTargets",
  TestEventPattern: "testEventPattern",
};

/** Answers one awsJson1_1 call. */
export function answerEventBridge(
  eventBridge: EventBridge,
  operation: string,
  body: string,
): { readonly status: number; readonly body: object } {
  try {
    const method = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (method === undefined)
      throw new EventBridgeError("UnknownOperationException", `${operation} is not supported by this emulator.`);
    return { status: 200, body: (eventBridge[method] as unknown as EventBridgeCall)(parseBody(body) as never) };
  } catch (error) {
    if (!(error instanceof EventBridgeError)) throw error;
    return { status: 400, body: { __type: error.name, message: error.message } };
  }
}

function parseBody(body: string): object {
  const value = parseRecord(body === "" ? "{}" : body);
  if (value === undefined)
    throw new EventBridgeError("SerializationException", "The request body must be a JSON object");
  return value;
}
