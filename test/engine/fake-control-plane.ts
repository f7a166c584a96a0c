import {
  acceptedAllTheSame,
  type ControlPlane,
  ControlPlaneError,
  formatNaturalKey,
  type IntegrationRef,
  type IntegrationResponseModel,
  type Listing,
  type LiveIntegrationResponse,
  type LiveRouteResponse,
  type NaturalKey,
  type OperationResult,
  type Parent,
  type Patch,
  parentOf,
  type ResponseCalls,
  type RouteDescription,
  type RouteRef,
  type RouteResponseModel,
  type RouteResponses,
} from "@specdrop/engine";
import type { WritableProperties } from "@specdrop/spec";

export interface Call {
  readonly operation: "list" | "get" | "create" | "update" | "delete" | "follow" | "untilQuiet";
  readonly identifier?: string;
  readonly patch?: Patch;
  readonly token?: string;
}

type Fault = Error | ((call: Call) => void | Promise<void>);

/** One kind of response in memory: settles at once, replays by ClientToken, and misbehaves when told to. */
abstract class FakeResponses<
  On extends Parent,
  Live extends LiveIntegrationResponse | LiveRouteResponse,
  Model extends NaturalKey & On,
> implements ResponseCalls<On, Live, Model>
{
  readonly live = new Map<string, Live>();
  readonly calls: Call[] = [];
  /** Errors to throw instead of the next calls of an operation, in order; a function runs before the call. */
  readonly faults: Partial<Record<Call["operation"], (Fault | undefined)[]>> = {};
  /** The effect happens, and the answer is lost. */
  readonly lostReplies: Partial<Record<Call["operation"], number>> = {};
  /** AWS accepts the next writes of an operation, and their ends cannot be asked for; they come when asked for again, or by `land`. */
  readonly pollErrors: Partial<Record<Call["operation"], ControlPlaneError[]>> = {};
  withoutModels = false;
  /** Replies say when they were sent, so that a replay is known as one. */
  datesReplies = true;
  /** How many reads of each new resource do not see it yet. */
  staleReads = 0;
  protected readonly tokens = new Map<string, string>();
  readonly #underWay = new Map<string, () => { identifier: string; model?: Live } | undefined>();
  readonly #unseen = new Map<string, number>();
  #count = 0;

  protected abstract made(identifier: string, model: Model): Live;

  /** Puts a response there, as somebody else would. */
  put(model: Model): Live {
    this.#count += 1;
    const identifier = [...Object.values(parentOf(model)), `r${this.#count}`].join("|");
    const resource = this.made(identifier, model);
    this.live.set(identifier, resource);
    return resource;
  }

  at(key: NaturalKey): Live | undefined {
    return [...this.live.values()].find((one) => formatNaturalKey(one) === formatNaturalKey(key));
  }

  writes(): readonly Call[] {
    return this.calls.filter(({ operation }) => operation !== "list" && operation !== "get");
  }

  forgetTokens(): void {
    this.tokens.clear();
  }

  forgetRequests(): void {
    this.#underWay.clear();
  }

  /** Whatever is under way ends. */
  land(): void {
    for (const effect of this.#underWay.values()) effect();
  }

  async followCreate(_parent: On, requestToken: string): Promise<OperationResult<Live>> {
    await this.begin({ operation: "follow", token: requestToken });
    const ended = this.#end(requestToken);
    if (ended === undefined) throw new Error(`${requestToken} creates nothing`);
    return ended;
  }

  async followWrite(_operation: "update" | "delete", requestToken: string) {
    await this.begin({ operation: "follow", token: requestToken });
    this.#end(requestToken);
  }

  #end(requestToken: string) {
    const effect = this.#underWay.get(requestToken);
    if (effect === undefined) throw new ControlPlaneError("RequestTokenNotFound", "Unknown.", { retryable: false });
    return effect();
  }

  protected accept<T extends { identifier: string; model?: Live } | undefined>(
    operation: Call["operation"],
    token: string,
    effect: () => T,
  ): T {
    const error = this.pollErrors[operation]?.shift();
    if (error === undefined) return effect();
    this.#underWay.set(`request of ${token}`, effect);
    throw acceptedAllTheSame(error, `request of ${token}`);
  }

  async list(parent: On): Promise<Listing<Live>> {
    await this.begin({ operation: "list" });
    const on = (one: Parent) => JSON.stringify(parentOf(one as NaturalKey));
    return [...this.live.values()].filter((one) => on(one) === on(parent) && !this.#unseen.has(one.identifier));
  }

  async get(identifier: string): Promise<Live | undefined> {
    await this.begin({ operation: "get", identifier });
    const unseen = this.#unseen.get(identifier) ?? 0;
    if (unseen === 0) return this.live.get(identifier);
    if (unseen === 1) this.#unseen.delete(identifier);
    else this.#unseen.set(identifier, unseen - 1);
    return undefined;
  }

  async create(model: Model, token: string): Promise<OperationResult<Live>> {
    await this.begin({ operation: "create", token });
    return this.accept("create", token, () => this.#create(model, token));
  }

  #create(model: Model, token: string) {
    const replayed = this.tokens.get(token);
    if (replayed !== undefined) return this.replay("create", replayed);
    if (this.at(model) !== undefined) {
      throw new ControlPlaneError("AlreadyExists", "It already exists.", { retryable: false, completed: true });
    }
    const { identifier } = this.put(model);
    this.tokens.set(token, identifier);
    if (this.staleReads > 0) this.#unseen.set(identifier, this.staleReads);
    return this.answer("create", identifier);
  }

  async delete(identifier: string, token: string) {
    await this.begin({ operation: "delete", identifier, token });
    this.accept("delete", token, () => {
      this.live.delete(identifier);
      this.answer("delete", identifier);
      return undefined;
    });
  }

  protected replay(operation: Call["operation"], identifier: string): OperationResult<Live> {
    this.answer(operation, identifier);
    return this.datesReplies ? { identifier, replayed: true as const } : { identifier };
  }

  protected answer(operation: Call["operation"], identifier: string, told?: Live): OperationResult<Live> {
    const lost = this.lostReplies[operation] ?? 0;
    if (lost > 0) {
      this.lostReplies[operation] = lost - 1;
      throw new ControlPlaneError("NetworkFailure", "The connection broke.", { retryable: true });
    }
    const model = told ?? this.live.get(identifier);
    return model === undefined || this.withoutModels ? { identifier } : { identifier, model };
  }

  protected async begin(call: Call): Promise<void> {
    this.calls.push(call);
    const fault = this.faults[call.operation]?.shift();
    if (fault instanceof Error) throw fault;
    await fault?.(call);
  }
}

/** An API Gateway in memory. */
export class FakeControlPlane
  extends FakeResponses<IntegrationRef, LiveIntegrationResponse, IntegrationResponseModel>
  implements ControlPlane
{
  removeClearsNothing = false;
  mapsMerge = false;
  readonly routeResponses = new FakeRouteResponses();
  /** AWS's clock, where it has one of its own. */
  time: () => number | undefined = () => undefined;

  protected made(identifier: string, model: IntegrationResponseModel): LiveIntegrationResponse {
    const { ApiId, IntegrationId, IntegrationResponseKey, RouteId: _, ...properties } = model;
    return { identifier, ApiId, IntegrationId, IntegrationResponseKey, properties };
  }

  /** Whatever is under way ends meanwhile. */
  async untilQuiet(_apiId: string) {
    await this.begin({ operation: "untilQuiet" });
    this.land();
    this.routeResponses.land();
  }

  async update(identifier: string, patch: Patch, token: string) {
    await this.begin({ operation: "update", identifier, patch, token });
    return this.accept("update", token, () => this.#update(identifier, patch, token));
  }

  #update(identifier: string, patch: Patch, token: string) {
    const before = this.live.get(identifier);
    if (before === undefined) throw new ControlPlaneError("NotFound", "No such response.", { retryable: false });
    const asked: Record<string, unknown> = { ...before.properties };
    for (const operation of patch) {
      if (operation.op === "remove") delete asked[operation.path.slice(1)];
      else asked[operation.path.slice(1)] = operation.value;
    }
    if (this.tokens.has(token)) return this.replay("update", identifier);
    const properties: Record<string, unknown> = { ...before.properties };
    for (const operation of patch) this.#applyOperation(properties, operation);
    this.live.set(identifier, { ...before, properties: properties as WritableProperties });
    this.tokens.set(token, identifier);
    // The event tells what was asked for, as AWS's does, whatever became of it.
    return this.answer("update", identifier, { ...before, properties: asked as WritableProperties });
  }

  #applyOperation(properties: Record<string, unknown>, operation: Patch[number]): void {
    const name = operation.path.slice(1);
    if (operation.op === "remove") {
      if (!this.removeClearsNothing) delete properties[name];
    } else if (this.mapsMerge && typeof operation.value === "object") {
      properties[name] = { ...(properties[name] as object), ...operation.value };
    } else {
      properties[name] = operation.value;
    }
  }
}

/** The routes of an API and their responses. */
export class FakeRouteResponses
  extends FakeResponses<RouteRef, LiveRouteResponse, RouteResponseModel>
  implements RouteResponses
{
  routes: RouteDescription[] = [];

  protected made(identifier: string, { ApiId, RouteId }: RouteResponseModel): LiveRouteResponse {
    return { identifier, ApiId, RouteId, properties: {} };
  }

  async listRoutes(_apiId: string): Promise<readonly RouteDescription[]> {
    return this.routes;
  }
}

/** A read has no end that stays. */
export const throttledRead = () => new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true });
export const throttled = () =>
  new ControlPlaneError("Throttling", "Rate exceeded", { retryable: true, completed: true });
export const refusedByAws = () =>
  new ControlPlaneError("InvalidRequest", "Invalid mapping expression", { retryable: false, completed: true });
