import type {
  ApiDescription,
  Gateway,
  IntegrationDescription,
  IntegrationRef,
  RouteDescription,
  StageDescription,
} from "@specdrop/engine";
import { API, INTEGRATION } from "./world.ts";

type Fault = Error | (() => void) | undefined;

/** What surrounds responses, in memory: a WebSocket API with one integration, no routes, and a stage. */
export class FakeGateway implements Gateway {
  api: ApiDescription | undefined = { ApiId: API, ProtocolType: "WEBSOCKET", Name: "chat" };
  integrations: IntegrationDescription[] = [{ ApiId: API, IntegrationId: INTEGRATION, IntegrationType: "HTTP" }];
  routes: RouteDescription[] = [];
  /** RouteIds of routes that have a route response. */
  readonly twoWay = new Set<string>();
  stage: StageDescription | undefined = { StageName: "prod", DeploymentId: "d0" };
  /** The stage that is deployed to does not change. */
  ignoresDeployments = false;
  readonly calls: string[] = [];
  readonly tokens: string[] = [];
  /** What the next calls of an operation run into, in order. */
  readonly faults: Partial<Record<keyof Gateway, Fault[]>> = {};
  readonly #deployments = new Map<string, string>();

  removeStage(): void {
    this.stage = undefined;
  }

  /** What AWS does by itself where the stage says so. */
  autoDeploy(DeploymentId: string): void {
    this.stage = { StageName: "prod", AutoDeploy: true, DeploymentId };
  }

  async getApi() {
    this.#begin("getApi");
    return this.api;
  }

  async getIntegration({ IntegrationId }: IntegrationRef) {
    this.#begin("getIntegration");
    return this.integrations.find((one) => one.IntegrationId === IntegrationId);
  }

  async listIntegrations() {
    this.#begin("listIntegrations");
    return this.integrations;
  }

  async listRoutes() {
    this.#begin("listRoutes");
    return this.routes;
  }

  async listRouteResponses(_apiId: string, routeId: string) {
    this.#begin("listRouteResponses");
    return this.twoWay.has(routeId) ? [{ RouteResponseId: "rr1", RouteResponseKey: "$default" }] : [];
  }

  async getStage(_apiId: string, stageName: string) {
    this.#begin("getStage");
    return this.stage?.StageName === stageName ? this.stage : undefined;
  }

  async listStages() {
    this.#begin("listStages");
    return this.stage === undefined ? [] : [this.stage];
  }

  async createDeployment(_apiId: string, stageName: string, clientToken: string) {
    this.#begin("createDeployment");
    this.tokens.push(clientToken);
    const earlier = this.#deployments.get(clientToken);
    if (earlier !== undefined) return { deploymentId: earlier, replayed: true as const };
    const deploymentId = `d${this.#deployments.size + 1}`;
    this.#deployments.set(clientToken, deploymentId);
    if (!this.ignoresDeployments) this.stage = { ...this.stage, StageName: stageName, DeploymentId: deploymentId };
    return { deploymentId };
  }

  #begin(operation: keyof Gateway): void {
    this.calls.push(operation);
    const fault = this.faults[operation]?.shift();
    if (fault instanceof Error) throw fault;
    fault?.();
  }
}
