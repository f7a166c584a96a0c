import type {
  ChangeSet,
  Clock,
  ControlPlane,
  ConvergeOptions,
  ConvergePorts,
  Outcome,
  OwnedIntegrationResponse,
  planChanges,
  ReadPorts,
  RunChangeSet,
} from "@specdrop/engine";
import { isIntegrationResponse } from "@specdrop/engine";
import { type ChangeResult, parseResultEvent, type ResultEvent, summarise } from "@specdrop/events";
import { memoryLedger } from "@specdrop/ledger/memory";
import type { Ledger } from "@specdrop/ledger/port";
import type { ObjectEvent } from "@specdrop/service/intake";
import type { AllowedApis } from "@specdrop/service/policy";
import type { Log, ResultBus } from "@specdrop/service/ports";
import { reconcile } from "@specdrop/service/reconcile";
import type { DesiredResource } from "@specdrop/spec";
import type { Signal, SignalQueue } from "../../packages/service/src/ports/signals.ts";
import type {
  ObjectRef,
  SpecListing,
  SpecStore,
  StoreAnswer,
  StoredSpec,
  SubmissionStore,
} from "../../packages/service/src/ports/spec-store.ts";

export const BUCKET = "specs";
const LISTED_AT_ONCE = 3;

/** A document that wants one response per key, on the APIs it is given. */
export function spec(
  apis: Readonly<Record<string, readonly string[]>>,
  rest: Readonly<Record<string, unknown>> = {},
): string {
  const entries = Object.entries(apis).flatMap(([ApiId, keys]) =>
    keys.map((key) => [
      `on${ApiId}${key.replaceAll(/\W/g, "")}`,
      { ApiId, IntegrationId: "int0001", IntegrationResponseKey: key, ResponseTemplates: { "application/json": "{}" } },
    ]),
  );
  return JSON.stringify({ ...rest, IntegrationResponses: Object.fromEntries(entries) });
}

export const BROKEN = JSON.stringify({ IntegrationResponses: { one: { ApiId: 1 } } });

interface Version {
  readonly versionId: string;
  readonly etag: string;
  /** Absent in a delete marker. */
  readonly body?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedAt: number;
}

/** A bucket that answers what it is told with the event S3 would send. It lists three objects at a time. */
export interface Bucket extends SpecStore, SubmissionStore, SpecListing {
  put(key: string, body: string, metadata?: Readonly<Record<string, string>>): ObjectEvent;
  remove(key: string): ObjectEvent;
  removeVersion(key: string, versionId: string): ObjectEvent;
  textOf(key: string): string | undefined;
  /** What S3 says of the writes for submissions, in order. */
  readonly announced: ObjectEvent[];
}

export function memoryBucket({
  versioned,
  now = () => 0,
}: {
  readonly versioned: boolean;
  readonly now?: () => number;
}): Bucket {
  const objects = new Map<string, Version[]>();
  const announced: ObjectEvent[] = [];
  let counter = 0;

  function event(kind: ObjectEvent["kind"], key: string, version: Partial<Version>): ObjectEvent {
    counter += 1;
    return {
      kind,
      id: `event-${counter}`,
      bucket: BUCKET,
      key,
      ...(versioned && version.versionId !== undefined ? { versionId: version.versionId } : {}),
      ...(kind === "created" && version.etag !== undefined ? { etag: version.etag } : {}),
      sequencer: counter.toString(16).padStart(8, "0"),
      requestId: `request-${counter}`,
      ...(kind === "deleted"
        ? { deletionType: versioned && version.body === undefined ? "Delete Marker Created" : "Permanently Deleted" }
        : {}),
    };
  }

  function add(key: string, body: string | undefined, metadata: Version["metadata"]): Version {
    const versions = objects.get(key) ?? [];
    const number = counter + 1;
    const version = {
      versionId: `v${number}`,
      etag: `etag${number}`,
      metadata,
      modifiedAt: now(),
      ...(body === undefined ? {} : { body }),
    };
    objects.set(key, versioned ? [...versions, version] : [version]);
    return version;
  }

  const latestOf = (key: string) => {
    const latest = objects.get(key)?.at(-1);
    return latest?.body === undefined ? undefined : latest;
  };

  function remove(key: string): ObjectEvent {
    if (versioned) return event("deleted", key, add(key, undefined, {}));
    objects.delete(key);
    return event("deleted", key, { body: "" });
  }

  function announce(said: ObjectEvent): StoreAnswer {
    announced.push(said);
    return said.requestId === undefined ? {} : { requestId: said.requestId };
  }

  function find({ key, versionId, etag }: ObjectRef): Version | undefined {
    const versions = objects.get(key) ?? [];
    if (versionId !== undefined) return versions.find((version) => version.versionId === versionId);
    const latest = versions.at(-1);
    return etag === undefined || etag === latest?.etag ? latest : undefined;
  }

  function stored(key: string, { versionId, etag, body, metadata, modifiedAt }: Version): StoredSpec | undefined {
    if (body === undefined) return undefined;
    const source = { bucket: BUCKET, key, etag, ...(versioned ? { versionId } : {}) };
    return { source, body: new TextEncoder().encode(body), metadata, modifiedAt, truncated: false };
  }

  return {
    put: (key, body, metadata = {}) => event("created", key, add(key, body, metadata)),
    announced,
    remove,
    removeVersion(key, versionId) {
      objects.set(
        key,
        (objects.get(key) ?? []).filter((version) => version.versionId !== versionId),
      );
      return event("deleted", key, { versionId, body: "" });
    },
    bucket: BUCKET,
    async list(after = "") {
      const all = [...objects].flatMap(([key, versions]) => {
        const { etag, body, modifiedAt } = versions.at(-1) ?? {};
        return body === undefined || etag === undefined ? [] : [{ key, etag, modifiedAt: modifiedAt ?? 0 }];
      });
      const rest = all.filter(({ key }) => key > after).sort((one, other) => (one.key < other.key ? -1 : 1));
      const page = rest.slice(0, LISTED_AT_ONCE);
      const last = page.at(-1)?.key;
      return { objects: page, now: now(), ...(rest.length > page.length && last !== undefined ? { next: last } : {}) };
    },
    exists: async (key) => objects.get(key)?.at(-1)?.body !== undefined,
    textOf: (key) => objects.get(key)?.at(-1)?.body,
    async read(ref) {
      const version = find(ref);
      return version && stored(ref.key, version);
    },
    async write(key, body, _contentType, metadata) {
      const { versionId, etag } = add(key, body, metadata);
      counter += 1;
      return { bucket: BUCKET, key, etag, ...(versioned ? { versionId } : {}) };
    },
    async replace(key, etag, { body, metadata }) {
      if (latestOf(key)?.etag !== etag) return undefined;
      return announce(event("created", key, add(key, body, metadata)));
    },
    async delete(key, etag) {
      return latestOf(key)?.etag === etag ? announce(remove(key)) : undefined;
    },
  };
}

interface TestClock extends Clock {
  time: number;
}

export interface World {
  readonly ledger: Ledger;
  readonly store: Bucket;
  readonly queue: SignalQueue;
  readonly bus: ResultBus;
  readonly clock: TestClock;
  readonly random: () => number;
  readonly log: Log;
  readonly controlPlane: ControlPlane;
  readonly converge: typeof import("@specdrop/engine").converge;
  readonly plan: typeof planChanges;
  readonly allowedApis?: AllowedApis;
  /** What was sent and not taken yet, in order. */
  readonly signals: Signal[];
  readonly published: ResultEvent[];
  readonly logged: string[];
  /** What the engine was asked for, in order. */
  readonly runs: RunChangeSet[];
  /** What it was asked to plan. */
  readonly plans: ChangeSet[];
}

/** Everything the use cases need, in memory; any part may be replaced. */
export function world(given: Partial<World> & { readonly versioned?: boolean } = {}): World {
  const signals: Signal[] = [];
  const published: ResultEvent[] = [];
  const logged: string[] = [];
  const runs: RunChangeSet[] = [];
  const plans: ChangeSet[] = [];
  const clock: TestClock = { time: 1_800_000_000_000, now: () => clock.time, sleep: async () => {} };
  const write =
    (level: string): Log["info"] =>
    (message, fields) =>
      logged.push(JSON.stringify({ level, message, ...fields }));
  return {
    ledger: memoryLedger(),
    store: memoryBucket({ versioned: given.versioned ?? true, now: clock.now }),
    queue: { send: async (signal) => void signals.push(signal) },
    bus: {
      publish: async (events) => {
        for (const event of events) expectContract(event);
        published.push(...events);
      },
    },
    clock,
    random: () => 0.5,
    log: { info: write("info"), warn: write("warn"), error: write("error") },
    controlPlane: unused,
    converge: async (changeSet, ports, options) => {
      runs.push(changeSet);
      return ownOnly(changeSet, ports, options);
    },
    plan: async (changeSet, ports) => {
      plans.push(changeSet);
      const steps = await ownSteps(changeSet, ports);
      return outcomeOf(
        "planned",
        steps.map((step) => changeOf(step, "planned")),
      );
    },
    signals,
    published,
    logged,
    runs,
    plans,
    ...given,
  };
}

/** No use case sends what its consumers' schema refuses. */
function expectContract({ detailType, detail }: ResultEvent): void {
  const parsed = parseResultEvent({ source: "specdrop", "detail-type": detailType, detail });
  if (!parsed.ok) throw new Error(parsed.problems.join("; "));
}

const unused = new Proxy({} as ControlPlane, {
  get() {
    throw new Error("These tests do not reach AWS");
  },
});

interface OwnStep {
  readonly resource: DesiredResource | OwnedIntegrationResponse;
  readonly action: "none" | "create" | "delete";
}

/** What it takes to own what is declared. */
async function ownSteps(
  { documentId, apiId, desired }: ChangeSet,
  { ledger }: Pick<ReadPorts, "ledger">,
): Promise<readonly OwnStep[]> {
  const owned = (await ledger.listOwned(apiId))
    .filter((resource) => resource.documentId === documentId)
    .filter(isIntegrationResponse);
  const wanted = new Set(desired.map((resource) => resource.IntegrationResponseKey));
  const held = new Set(owned.map((resource) => resource.IntegrationResponseKey));
  return [
    ...desired.map(
      (resource): OwnStep => ({ resource, action: held.has(resource.IntegrationResponseKey) ? "none" : "create" }),
    ),
    ...owned
      .filter((one) => !wanted.has(one.IntegrationResponseKey))
      .map((resource): OwnStep => ({ resource, action: "delete" })),
  ];
}

function changeOf({ resource, action }: OwnStep, status: "planned" | "succeeded"): ChangeResult {
  const { logicalId, IntegrationId: integrationId, IntegrationResponseKey: integrationResponseKey } = resource;
  return { logicalId, action, status, integrationId, integrationResponseKey, changedProperties: [] };
}

/** Stands in for the engine: brings what the document owns to what it declares, one ledger write a change. */
async function ownOnly(changeSet: ChangeSet, ports: ConvergePorts, options: ConvergeOptions): Promise<Outcome> {
  const { documentId } = changeSet;
  const { ledger, clock } = ports;
  const steps = await ownSteps(changeSet, ports);
  const changes: ChangeResult[] = [];
  for (const step of steps) {
    const { resource, action } = step;
    if (action !== "none") {
      if (clock.now() >= options.deadline || options.stop?.()) return { ...outcomeOf("interrupted", changes) };
      await options.holdLease();
      const { ApiId, IntegrationId, IntegrationResponseKey, logicalId } = resource;
      const key = { ApiId, IntegrationId, IntegrationResponseKey, documentId };
      if (action === "delete") await ledger.release(key, options.fence);
      else await ledger.claim({ ...key, logicalId, origin: "created", applied: {} }, options.fence);
    }
    changes.push(changeOf(step, "succeeded"));
    await options.onChange?.(changes.at(-1) as ChangeResult, {
      ended: changes.length,
      total: steps.length,
      removed: { delete: 0, forget: 0 },
    });
  }
  const isUnchanged = steps.every((step) => step.action === "none");
  return outcomeOf(isUnchanged ? "unchanged" : "succeeded", changes);
}

function exampleOf(action: ChangeResult["action"], status: ChangeResult["status"]): ChangeResult {
  const error = { code: "Throttling", message: "Rate exceeded", retryable: true };
  const about = { logicalId: "one", integrationId: "int0001", integrationResponseKey: "/200/", changedProperties: [] };
  return { ...about, action, status, ...(status === "failed" ? { error } : {}) };
}

const EXAMPLES: Partial<Record<Outcome["status"], ChangeResult>> = {
  planned: exampleOf("create", "planned"),
  succeeded: exampleOf("create", "succeeded"),
  unchanged: exampleOf("none", "succeeded"),
  failed: exampleOf("create", "failed"),
};

/** What a run comes to; without changes, one that such a run may have. */
export function outcomeOf(status: Outcome["status"], changes: readonly ChangeResult[] = exampleFor(status)): Outcome {
  return { status, changes, summary: summarise(changes), omittedChanges: 0, diagnostics: [] };
}

function exampleFor(status: Outcome["status"]): readonly ChangeResult[] {
  const example = EXAMPLES[status];
  return example === undefined ? [] : [example];
}

/** What a document owns on an API, by response key. */
export async function ownedKeys(ledger: Ledger, documentId: string, apiId: string): Promise<readonly string[]> {
  const owned = (await ledger.listOwned(apiId)).filter((resource) => resource.documentId === documentId);
  return owned
    .filter(isIntegrationResponse)
    .map((resource) => resource.IntegrationResponseKey)
    .sort();
}

/** A short name for each result, in order: what it says, of which revision, on which API. */
export function told(published: readonly ResultEvent[]): readonly string[] {
  return published.map(({ detailType, detail }) =>
    [detailType, detail.metadata.sequence, detail.data.apiId].filter((part) => part !== undefined).join(" "),
  );
}

/** Delivers what is in the queue, and what that puts there, until it is empty. */
export async function drain(world: World, deadline = Number.POSITIVE_INFINITY): Promise<void> {
  for (let signal = world.signals.shift(); signal !== undefined; signal = world.signals.shift()) {
    await reconcile(world, signal, { deadline, owner: "run" });
  }
}

/** Another run has the API, and lives: it extends its lease whenever somebody waits. */
export async function heldByAnother(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  apiId: string,
  ttlMs = 60_000,
): Promise<{ release(): Promise<void> }> {
  let lease = await ledger.acquireLease(apiId, "another", ttlMs, clock.now());
  if (lease === undefined) throw new Error(`${apiId} is taken`);
  const { sleep } = clock;
  clock.sleep = async (milliseconds) => {
    await sleep(milliseconds);
    if (lease !== undefined) lease = await ledger.renewLease(lease, ttlMs, clock.now());
  };
  return {
    async release() {
      if (lease !== undefined) await ledger.releaseLease(lease);
      lease = undefined;
    },
  };
}

/** Somebody takes the API from whoever has it, as if that had not stirred for its lease's time. */
export async function takeOver(ledger: Ledger, apiId: string, owner: string, ttlMs: number, now: number) {
  return await ledger.acquireLease(apiId, owner, ttlMs, now, await ledger.readLease(apiId));
}
