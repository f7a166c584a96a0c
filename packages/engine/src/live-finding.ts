import { type DesiredResource, type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import type { ChangeSet } from "./change-set.ts";
import type { BackendKind } from "./gateway.ts";
import type { IntegrationRef, IntegrationResponseName, RouteDescription } from "./model.ts";

/** What a check found, before it is a diagnostic. */
export type LiveFinding = Pick<Diagnostic, "code" | "severity" | "message" | "help"> & {
  /** Where it points: a resource's name or its ApiId, else the document's stage or the document. */
  readonly at: DesiredResource | "ApiId" | "StageName" | "document";
};

export function noApi(apiId: string): LiveFinding {
  return {
    code: "SD4002",
    severity: "error",
    message: `API ${apiId} does not exist.`,
    help: "Check the ApiId, and that it is an API of this account and region.",
    at: "ApiId",
  };
}

export function notWebSocket(apiId: string, type: string): LiveFinding {
  return {
    code: "SD4003",
    severity: "error",
    message: `API ${apiId} is of type ${type}: it cannot have integration responses.`,
    help: "Integration responses exist on WebSocket APIs only: check that ApiId is the one you mean.",
    at: "ApiId",
  };
}

export function noIntegration(desired: DesiredResource): LiveFinding {
  return {
    code: "SD4004",
    severity: "error",
    message: `${integration(desired)} does not exist.`,
    help: "Check the IntegrationId, or create the integration first.",
    at: desired,
  };
}

export function proxy(desired: DesiredResource, type: string): LiveFinding {
  return {
    code: "SD4005",
    severity: "warning",
    message: `${integration(desired)} is ${type}: AWS stores its responses, but never uses them.`,
    help: "A proxy's reply goes to the client unchanged. Make the integration AWS, HTTP or MOCK, or remove its responses.",
    at: desired,
  };
}

const KINDS = {
  lambda: "a Lambda function",
  http: "an HTTP backend",
  aws: "an AWS service",
  mock: "a mock",
} as const satisfies Record<BackendKind, string>;

/** Keys of a Lambda integration are matched to errorMessage ("WebSocket API data transformations", developer guide). */
export function explainStatusKey(
  key: IntegrationResponseName,
): Pick<Diagnostic, "message"> & { readonly help: string } {
  return {
    message: `${integration(key)} is a Lambda function: the key ${key.IntegrationResponseKey} is matched to errorMessage, not to a status.`,
    help: "Match the text of the error, as in /.*not found.*/; $default always takes a success.",
  };
}

export function statusKey(desired: DesiredResource): LiveFinding {
  return { code: "SD4009", severity: "warning", ...explainStatusKey(desired), at: desired };
}

export function otherBackend(desired: DesiredResource, declared: BackendKind, live: BackendKind): LiveFinding {
  return {
    code: "SD4010",
    severity: "warning",
    message: `The document says Backend: ${declared}, but ${integration(desired, "integration")} is ${KINDS[live]}.`,
    help: `Write Backend: ${live}, so that expectations run as on AWS, or check the IntegrationId.`,
    at: desired,
  };
}

export function unreached(desired: DesiredResource): LiveFinding {
  return {
    code: "SD4006",
    severity: "warning",
    message: `No route leads to ${integration(desired, "integration")}: its responses never reach a client.`,
    help: `Give a route the target integrations/${desired.IntegrationId}, or check the IntegrationId.`,
    at: desired,
  };
}

export function oneWay(desired: DesiredResource, routes: readonly RouteDescription[]): LiveFinding {
  const keys = routes.map(({ RouteKey, RouteId }) => RouteKey ?? RouteId);
  const only = keys.length === 1 ? `Route ${keys[0]}, the only one to` : `None of the routes ${keys.join(", ")} to`;
  const verb = keys.length === 1 ? ", has no route response" : " has a route response";
  return {
    code: "SD4006",
    severity: "warning",
    message: `${only} ${integration(desired, "integration")}${verb}: its replies never reach a client.`,
    help: "Write TwoWay: true at the top of the document, and specdrop creates the route response. Or create it yourself, with the RouteResponseKey $default.",
    at: desired,
  };
}

export function noStage(apiId: string, stageName: string): LiveFinding {
  return {
    code: "SD4007",
    severity: "error",
    message: `API ${apiId} has no stage ${stageName} to deploy to.`,
    help: "Correct StageName under Deploy, create the stage, or remove Deploy.",
    at: "StageName",
  };
}

export function notSeen(apiId: string, unseen: ReadonlyMap<string, string>): LiveFinding {
  const codes = [...new Set(unseen.values())].join(", ");
  return {
    code: "SD4008",
    severity: "warning",
    message: `Could not check API ${apiId}, because AWS denied access (${codes}): ${[...unseen.keys()].join(", ")}.`,
    help: "To check these, allow the role that runs specdrop cloudformation:GetResource, cloudformation:ListResources and apigateway:GET on the whole API.",
    at: "document",
  };
}

function integration({ IntegrationId, ApiId }: IntegrationRef, noun = "Integration"): string {
  return `${noun} ${IntegrationId} of API ${ApiId}`;
}

/** Points a finding at its place in the document. `first` stands for all that is to be written. */
export function diagnosticOf(
  { at, ...said }: LiveFinding,
  { file, deploy }: ChangeSet,
  first: DesiredResource | undefined,
): Diagnostic {
  const whole = { range: START_OF_TEXT, pointer: "" };
  switch (at) {
    case "ApiId":
      return {
        ...said,
        file,
        ...whole,
        ...(first && { range: first.range, pointer: first.apiIdPointer ?? first.pointer }),
      };
    case "StageName":
      return { ...said, file, range: deploy?.range ?? START_OF_TEXT, pointer: "/Deploy/StageName" };
    case "document":
      return { ...said, file, ...whole };
    default:
      return { ...said, file, range: at.range, pointer: at.pointer };
  }
}
