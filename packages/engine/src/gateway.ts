import type { IntegrationRef, RouteDescription } from "./model.ts";
import type { MayBeShort } from "./ports.ts";

/** An API as far as it matters here. Properties are CloudFormation's, here and below. */
export interface ApiDescription {
  readonly ApiId: string;
  /** `WEBSOCKET` or `HTTP`. */
  readonly ProtocolType?: string;
  readonly Name?: string;
  readonly Description?: string;
}

export interface IntegrationDescription extends IntegrationRef {
  /** `AWS`, `AWS_PROXY`, `HTTP`, `HTTP_PROXY` or `MOCK`. */
  readonly IntegrationType?: string;
  /** Names the Lambda function or AWS service behind an `AWS` integration. */
  readonly IntegrationUri?: string;
}

export interface RouteResponseDescription {
  readonly RouteResponseId: string;
  readonly RouteResponseKey?: string;
}

export interface StageDescription {
  readonly StageName: string;
  readonly AutoDeploy?: boolean;
  /** What clients of the stage get; absent where nothing was ever deployed. */
  readonly DeploymentId?: string;
}

export interface Deployment {
  readonly deploymentId: string;
  /** It was made for an earlier request with the same ClientToken, and holds nothing that was written since. */
  readonly replayed?: true;
}

/**
 * What surrounds integration responses in API Gateway. Everything reads, but for `createDeployment`, which resolves once
 * AWS reports success. Lists are whole, `[]` where their parent is gone. Throws `ControlPlaneError`s and
 * heeds a `deadline`, as `ControlPlane`.
 */
export interface Gateway {
  getApi(apiId: string, deadline?: number): Promise<ApiDescription | undefined>;
  getIntegration(integration: IntegrationRef, deadline?: number): Promise<IntegrationDescription | undefined>;
  listIntegrations(apiId: string, deadline?: number): Promise<readonly IntegrationDescription[] & MayBeShort>;
  listRoutes(apiId: string, deadline?: number): Promise<readonly RouteDescription[]>;
  listRouteResponses(apiId: string, routeId: string, deadline?: number): Promise<readonly RouteResponseDescription[]>;
  getStage(apiId: string, stageName: string, deadline?: number): Promise<StageDescription | undefined>;
  listStages(apiId: string, deadline?: number): Promise<readonly StageDescription[]>;
  /** Deploys the API as it is to the stage. */
  createDeployment(apiId: string, stageName: string, clientToken: string, deadline?: number): Promise<Deployment>;
}

const LIFECYCLE = new Set(["$connect", "$disconnect"]);

/** A route that clients do not send messages to: what its integration answers needs no route response. */
export function isLifecycleRoute({ RouteKey }: RouteDescription): boolean {
  return RouteKey !== undefined && LIFECYCLE.has(RouteKey);
}

/** Whether an integration's responses are never looked at: "There is no integration response" (developer guide). */
export function isProxy({ IntegrationType }: IntegrationDescription): boolean {
  return IntegrationType === "AWS_PROXY" || IntegrationType === "HTTP_PROXY";
}

/** What answers behind an integration: what its response keys are matched to depends on it. Absent for proxies. */
export type BackendKind = "lambda" | "http" | "aws" | "mock";

/**
 * A Lambda function is reached by a URI with `lambda:path`, or by its own ARN; every other `AWS` integration is another
 * service. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
 */
export function kindOf({ IntegrationType, IntegrationUri }: IntegrationDescription): BackendKind | undefined {
  if (IntegrationType === "MOCK") return "mock";
  if (IntegrationType === "HTTP") return "http";
  if (IntegrationType !== "AWS" || IntegrationUri === undefined) return undefined;
  return /:lambda:path\/|:lambda:[^:]+:[^:]+:function:/.test(IntegrationUri) ? "lambda" : "aws";
}

export function leadsTo({ Target }: RouteDescription, integrationId: string): boolean {
  return Target === `integrations/${integrationId}`;
}
