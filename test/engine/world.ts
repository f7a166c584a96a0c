import {
  type AppliedProperties,
  type ConvergeOptions,
  type ConvergePorts,
  converge,
  type IntegrationResponseModel,
  type LiveIntegrationResponse,
  type Outcome,
  type OwnedIntegrationResponse,
  type OwnedResource,
  planChanges,
  type RunChangeSet,
} from "@specdrop/engine";
import { memoryLedger } from "@specdrop/ledger/memory";
import { type DesiredResource, START_OF_TEXT, type WritableProperties } from "@specdrop/spec";
import { FakeControlPlane } from "./fake-control-plane.ts";

export const API = "a1b2c3d4e5";
export const INTEGRATION = "abc1234";
export const DOCUMENT = "s3://specs/chat.yaml";

/** A desired resource; the key doubles as logical id where none is given. */
export function desired(
  IntegrationResponseKey: string,
  properties: WritableProperties = {},
  more: Partial<DesiredResource> = {},
): DesiredResource {
  return {
    logicalId: IntegrationResponseKey,
    ApiId: API,
    IntegrationId: INTEGRATION,
    IntegrationResponseKey,
    properties,
    adopt: false,
    pointer: `/IntegrationResponses/${IntegrationResponseKey}`,
    range: START_OF_TEXT,
    ...more,
  };
}

export function model(IntegrationResponseKey: string, properties: WritableProperties = {}): IntegrationResponseModel {
  return { ApiId: API, IntegrationId: INTEGRATION, IntegrationResponseKey, ...properties };
}

/** What a test asks of a run; a `plan` is only looked at. */
export type AskedRun = Partial<Omit<RunChangeSet, "mode">> & { readonly mode?: RunChangeSet["mode"] | "plan" };

/** An API, a ledger and a clock that moves only by sleeping. */
export function world() {
  const plane = new FakeControlPlane();
  const ledger = memoryLedger();
  const time = { now: 1_800_000_000_000, slept: 0 };
  const clock = {
    now: () => time.now,
    sleep: async (milliseconds: number) => {
      time.now += milliseconds;
      time.slept += milliseconds;
    },
  };
  let epoch = 0;

  async function run(
    resources: readonly DesiredResource[],
    { mode = "apply", ...asked }: AskedRun = {},
    options: Partial<ConvergeOptions> = {},
    ports: Partial<ConvergePorts> = {},
  ): Promise<Outcome> {
    const changeSet: RunChangeSet = {
      documentId: DOCUMENT,
      apiId: API,
      sequence: 1,
      epoch,
      runId: `run ${asked.epoch ?? epoch}`,
      mode: mode === "plan" ? "apply" : mode,
      desired: resources,
      elsewhere: { owned: 0, deletions: 0, sharesIds: false },
      file: DOCUMENT,
      resumed: false,
      ...asked,
    };
    const all = { controlPlane: plane, ledger, clock, random: () => 0.5, ...ports };
    const { resumed } = changeSet;
    const outcome =
      mode === "plan"
        ? await planChanges(changeSet, all, { ...options, resumed })
        : await converge(changeSet, all, {
            fence: 1,
            holdLease: async () => {},
            deadline: Number.POSITIVE_INFINITY,
            ...options,
          });
    epoch += 1;
    return outcome;
  }

  async function owned(key?: string): Promise<readonly OwnedResource[]> {
    const all = await ledger.listOwned(API);
    return key === undefined ? all : all.filter((one) => one.IntegrationResponseKey === key);
  }

  return { plane, ledger, clock, time, run, owned };
}

/** What a record says of `live`, if `documentId` had created it. */
export function ownershipOf(
  live: LiveIntegrationResponse,
  more: Partial<OwnedIntegrationResponse> = {},
): OwnedIntegrationResponse {
  const { identifier, ApiId, IntegrationId, IntegrationResponseKey } = live;
  const applied: AppliedProperties = {};
  return {
    documentId: DOCUMENT,
    logicalId: IntegrationResponseKey,
    ApiId,
    IntegrationId,
    IntegrationResponseKey,
    identifier,
    origin: "created",
    applied,
    ...more,
  };
}

/** `action key status`, one line per change, as a test reads it best. */
export function lines(outcome: Outcome): readonly string[] {
  return outcome.changes.map((change) =>
    [change.action, change.logicalId, change.status, ...(change.error === undefined ? [] : [change.error.code])].join(
      " ",
    ),
  );
}
