import { setTimeout as sleep } from "node:timers/promises";
import type { CloudControl } from "./cloud-control/cloud-control.ts";
import { CloudControlError } from "./cloud-control/errors.ts";
import { parseRecord } from "./json.ts";

/** The paths that list something, and what. */
const LISTED = [
  ["apis/*/integrations", "Integration"],
  ["apis/*/integrations/*/integrationresponses", "IntegrationResponse"],
  ["apis/*/routes", "Route"],
  ["apis/*/routes/*/routeresponses", "RouteResponse"],
  ["apis/*/stages", "Stage"],
] as const;

/** The paths of API Gateway V2 that create something, and what: each `*` is an id of `ids`, in order. */
const CREATED = [["apis", "Api"], ["apis/*/deployments", "Deployment"], ...LISTED] as const;
const IDS: Readonly<Record<string, string>> = {
  apis: "ApiId",
  integrations: "IntegrationId",
  routes: "RouteId",
};

export interface RestReply {
  readonly status: number;
  readonly body: object;
  /** The exception's name, which the SDKs read from the header x-amzn-errortype. */
  readonly error?: string;
}

/**
 * The create operations of API Gateway V2 (restJson1), and lists, on the same resources as Cloud Control: the commands that
 * people are told to run work here as well. Throws a `ConnectionLostError` where the connection is to break.
 */
export async function answerApiGateway(
  cloudControl: CloudControl,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
): Promise<RestReply> {
  const parts = path
    .replace(/^\/v2\//, "")
    .split("/")
    .map(decodeURIComponent);
  const shape = parts.map((part, index) => (index % 2 === 0 ? part : "*")).join("/");
  const known: readonly (readonly [string, string])[] = method === "POST" ? CREATED : method === "GET" ? LISTED : [];
  const type = known.find(([pattern]) => pattern === shape)?.[1];
  if (type === undefined) {
    const message =
      "Only create operations and lists of API Gateway are supported here; read, change and delete with Cloud Control.";
    return refused(501, "NotImplementedException", message);
  }
  const members = parseRecord(body === "" ? "{}" : body);
  if (members === undefined) return refused(400, "BadRequestException", "The request body must be a JSON object.");
  const ids = Object.fromEntries(
    parts.flatMap((part, index) => (index % 2 === 0 ? [] : [[IDS[parts[index - 1] ?? ""] ?? "", part]])),
  );
  const model = { ...recased(members, "toUpperCase"), ...ids };
  try {
    if (method === "GET")
      return { status: 200, body: { items: list(cloudControl, `AWS::ApiGatewayV2::${type}`, ids) } };
    const identifier = await create(cloudControl, `AWS::ApiGatewayV2::${type}`, model);
    const read = { TypeName: `AWS::ApiGatewayV2::${type}`, Identifier: identifier };
    const { Properties } = cloudControl.getResource(read).ResourceDescription;
    const created = recased(parseRecord(Properties) ?? {}, "toLowerCase");
    return { status: 201, body: type === "Deployment" ? { ...created, deploymentStatus: "DEPLOYED" } : created };
  } catch (error) {
    if (error instanceof GatewayRefusal) return refused(error.status, error.name, error.message);
    if (!(error instanceof CloudControlError)) throw error;
    const isThrottled = error.name === "ThrottlingException";
    return isThrottled
      ? refused(429, "TooManyRequestsException", error.message)
      : refused(error.httpStatus, "BadRequestException", error.message);
  }
}

/** What a handler refused, as API Gateway itself says it. */
class GatewayRefusal extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(code: string | undefined, message: string) {
    super(message);
    const known = code === undefined ? undefined : REFUSALS[code];
    [this.status, this.name] = known ?? [400, "BadRequestException"];
  }
}

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  AlreadyExists: [409, "ConflictException"],
  NotFound: [404, "NotFoundException"],
  ResourceConflict: [409, "ConflictException"],
  Throttling: [429, "TooManyRequestsException"],
};

/** All there are: nobody has so many here that a page would not hold them. */
function list(cloudControl: CloudControl, TypeName: string, parents: object): readonly object[] {
  const { ResourceDescriptions } = cloudControl.listResources({ TypeName, ResourceModel: JSON.stringify(parents) });
  return ResourceDescriptions.map(({ Identifier }) => {
    const { Properties } = cloudControl.getResource({ TypeName, Identifier }).ResourceDescription;
    return recased(parseRecord(Properties) ?? {}, "toLowerCase");
  });
}

/** Waits for the end: API Gateway answers when it is done. Returns the identifier. */
async function create(cloudControl: CloudControl, TypeName: string, model: object): Promise<string> {
  let { ProgressEvent: event } = cloudControl.createResource({ TypeName, DesiredState: JSON.stringify(model) });
  while (event.OperationStatus === "IN_PROGRESS") {
    await sleep(Math.max(1, cloudControl.faults().settleMs));
    event = cloudControl.getResourceRequestStatus({ RequestToken: event.RequestToken }).ProgressEvent;
  }
  if (event.OperationStatus === "SUCCESS") return event.Identifier ?? "";
  throw new GatewayRefusal(event.ErrorCode, event.StatusMessage ?? "The request was cancelled.");
}

/** The members with the first letter of each name in the other case; what they hold stays as it is. */
function recased(members: object, to: "toLowerCase" | "toUpperCase"): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [`${name.charAt(0)[to]()}${name.slice(1)}`, value]),
  );
}

function refused(status: number, error: string, message: string): RestReply {
  return { status, error, body: { message } };
}
