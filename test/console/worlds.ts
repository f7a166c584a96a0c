import type { OwnedIntegrationResponse } from "@specdrop/engine";
import type { ChangeResult, DeploymentResult, ResultEvent } from "@specdrop/events";
import type { LedgerView } from "@specdrop/inspect/ledger-view";
import type { ApiLook, AwsView } from "@specdrop/inspect/look";
import type { ChangeSetState, DocumentRecord, Revision } from "@specdrop/ledger/port";
import { type DesiredResource, type SpecDocument, START_OF_TEXT } from "@specdrop/spec";
import fc from "fast-check";

const NOW = Date.parse("2026-11-30T14:00:00.000Z");
const APIS = ["api1", "api2"];
const DOCUMENTS = ["s3://specs/a.yaml", "s3://specs/b.yaml", "file:c.yaml"];
const INTEGRATIONS = ["int1", "int2"];
const KEYS = ["$default", "/4\\d\\d/", "/5\\d\\d/"];
const TEMPLATES = ["{}", '{"a":1}'];

/** What a page is made of, whatever happened before. */
export interface World {
  readonly view: LedgerView;
  readonly aws: AwsView | undefined;
}

const time = fc.integer({ min: 0, max: 3_600_000 }).map((ago) => new Date(NOW - ago).toISOString());
const deployment: fc.Arbitrary<DeploymentResult | undefined> = fc.option(
  fc.record({
    status: fc.constantFrom("live", "pending", "unknown", "failed"),
    stageName: fc.constantFrom("prod", "beta"),
  }),
  { nil: undefined },
);

const place = fc.record({
  ApiId: fc.constantFrom(...APIS),
  IntegrationId: fc.constantFrom(...INTEGRATIONS),
  IntegrationResponseKey: fc.constantFrom(...KEYS),
});
type NamedPlace = typeof place extends fc.Arbitrary<infer P> ? P : never;
const nameOf = ({ ApiId, IntegrationId, IntegrationResponseKey }: NamedPlace) =>
  `${ApiId}|${IntegrationId}|${IntegrationResponseKey}`;

const logicalIdOf = (one: NamedPlace) => `r${nameOf(one)}`;

function revisionOf(documentId: string, sequence: number, kind: Revision["kind"], seenAt: number): Revision {
  const key = documentId.replace(/^.*[/:]/, "");
  return {
    ...{ sequence, kind, seenAt, apiIds: APIS, correlationId: "c" },
    source: { bucket: documentId.startsWith("s3:") ? "specs" : "", key },
  };
}

const record: fc.Arbitrary<(documentId: string) => DocumentRecord> = fc
  .record({
    sequence: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom("accepted", "accepted", "accepted", "withdrawn", "rejected"),
    isRejectedSince: fc.boolean(),
    ago: fc.integer({ min: 0, max: 3_600_000 }),
  })
  .map(({ sequence, kind, isRejectedSince, ago }) => (documentId) => {
    const last = revisionOf(documentId, sequence, kind, NOW - ago);
    const head = isRejectedSince ? revisionOf(documentId, sequence + 1, "rejected", NOW - ago) : last;
    return {
      ...{ documentId, count: sequence + 1, head, overtaken: [], recent: [] },
      ...(kind === "rejected" ? {} : { current: last }),
    };
  });

const change: fc.Arbitrary<ChangeResult> = fc
  .record({
    at: place,
    action: fc.constantFrom("create", "update", "delete", "none"),
    status: fc.constantFrom("succeeded", "failed", "skipped"),
    code: fc.constantFrom("InvalidRequest", "SD5001", "SD5002", "SD5004"),
  })
  .map(({ at, action, status, code }) => ({
    ...{ logicalId: logicalIdOf(at), action, status, changedProperties: ["ResponseTemplates"] },
    ...{ integrationId: at.IntegrationId, integrationResponseKey: at.IntegrationResponseKey },
    ...(status === "failed" ? { error: { code, message: "It failed.", retryable: false } } : {}),
  }));

const changeSet: fc.Arbitrary<(documentId: string, apiId: string) => ChangeSetState> = fc
  .record({
    sequence: fc.integer({ min: 0, max: 3 }),
    detailType: fc.constantFrom(
      ...([
        "ApplySucceeded",
        "ApplySucceeded",
        "ApplyUnchanged",
        "ApplyFailed",
        "PlanProduced",
        "SpecSuperseded",
      ] as const),
    ),
    changes: fc.array(change, { maxLength: 4 }),
    deployment,
    live: fc.option(fc.record({ sequence: fc.integer({ min: 1, max: 3 }), at: time, stageName: fc.constant("prod") }), {
      nil: undefined,
    }),
    at: time,
    isDrifted: fc.boolean(),
    isRunning: fc.boolean(),
  })
  .map(({ sequence, detailType, changes, live, at, isDrifted, isRunning, ...rest }) => (documentId, apiId) => {
    const summary = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 };
    const event: ResultEvent = {
      detailType,
      detail: {
        metadata: {
          id: "e",
          version: "1",
          time: at,
          operationId: `${documentId}${sequence}`,
          correlationId: "c",
          documentId,
          sequence,
        },
        data: {
          ...{
            document: { bucket: "specs", key: "k" },
            apiId,
            mode: "apply",
            summary,
            changes,
            diagnostics: [],
            durationMs: 1,
          },
          ...(rest.deployment === undefined ? {} : { deployment: rest.deployment }),
        },
      },
    };
    return {
      ...{ documentId, apiId, settledSequence: sequence, epoch: sequence },
      ...(sequence === 0 ? {} : { result: { sequence, event, published: true } }),
      ...(live === undefined ? {} : { live }),
      ...(isDrifted
        ? {
            drift: {
              count: 1,
              fingerprint: "f",
              event: { ...event, detailType: "DriftDetected" as const },
              published: true,
            },
          }
        : {}),
      ...(isRunning
        ? {
            runningSequence: sequence + 1,
            progress: { sequence: sequence + 1, ended: 1, total: 2, removed: { delete: 0, forget: 0 } },
          }
        : {}),
    };
  });

const look: fc.Arbitrary<(apiId: string) => ApiLook> = fc
  .record({
    how: fc.constantFrom("survey", "survey", "survey", "gone", "error"),
    isUnseen: fc.boolean(),
    isTakenToExist: fc.boolean(),
    isTwoWay: fc.boolean(),
    isDeployed: fc.boolean(),
    isRouted: fc.boolean(),
    mask: fc.integer({ min: 0, max: 7 }),
  })
  .map((made) => (apiId) => {
    if (made.how === "gone") return { isGone: true };
    if (made.how === "error") return { error: { code: "Throttling", message: "Too fast." } };
    const responses = KEYS.map((IntegrationResponseKey) => ({ IntegrationResponseKey }));
    // One thing wrong at a time, or none: else next to nothing is ever live.
    const only = (bit: number) => made.mask === bit;
    return {
      survey: {
        api: { ApiId: apiId, Name: `name of ${apiId}`, ProtocolType: "WEBSOCKET" },
        routes:
          only(1) && !made.isRouted
            ? []
            : INTEGRATIONS.map((id) => ({
                RouteId: `route-${id}`,
                RouteKey: `key-${id}`,
                Target: `integrations/${id}`,
                responses: only(2) && !made.isTwoWay ? [] : [{ RouteResponseId: "rr", RouteResponseKey: "$default" }],
              })),
        integrations: INTEGRATIONS.map((IntegrationId) => ({
          ...{ ApiId: apiId, IntegrationId, IntegrationType: "HTTP" },
          responses: responses.map((one) => ({
            ...{ ApiId: apiId, IntegrationId, identifier: `${apiId}|${IntegrationId}|x`, ...one },
            properties: { ResponseTemplates: { "application/json": "{}" } },
          })),
        })),
        stages: [{ StageName: "prod", ...(only(3) && !made.isDeployed ? {} : { DeploymentId: "d1" }) }],
        unseen: new Map(only(4) && made.isUnseen ? [["stages", "AccessDenied"]] : []),
        isTakenToExist: only(5) && made.isTakenToExist,
      },
    };
  });

/** Every world that a ledger and a look at AWS can come to, and some that they cannot. */
export const world: fc.Arbitrary<World> = fc
  .record({
    records: fc.tuple(record, record, record),
    changeSets: fc.array(changeSet, { minLength: 6, maxLength: 6 }),
    owned: fc.uniqueArray(
      fc.record({ at: place, by: fc.constantFrom(...DOCUMENTS), written: fc.integer({ min: 1, max: 3 }) }),
      {
        selector: ({ at }) => nameOf(at),
        maxLength: 10,
      },
    ),
    declared: fc.array(
      fc.record({ at: place, by: fc.constantFrom(...DOCUMENTS), template: fc.constantFrom(...TEMPLATES) }),
      { maxLength: 10 },
    ),
    drift: fc.array(fc.constantFrom("same", "same", "same", "changed", "missing", "unreadable", "none"), {
      minLength: 6,
      maxLength: 6,
    }),
    looks: fc.tuple(look, look),
    isSuspended: fc.boolean(),
    isLooked: fc.boolean(),
    isTextKnown: fc.boolean(),
  })
  .map(({ records, changeSets, owned, declared, drift, looks, isSuspended, isLooked, isTextKnown }) => {
    const documents = DOCUMENTS.map((documentId, index) => records[index]?.(documentId)) as DocumentRecord[];
    const inForce = new Set(
      documents.filter(({ current }) => current?.kind === "accepted").map((one) => one.documentId),
    );
    const resources = owned.map(
      ({ at, by, written }): OwnedIntegrationResponse => ({
        ...{
          ...at,
          documentId: by,
          logicalId: logicalIdOf(at),
          identifier: `${nameOf(at)}x`,
          origin: "created",
          applied: {},
        },
        lastChange: { sequence: written, epoch: 1, action: "update", changedProperties: [] },
      }),
    );
    const texts = new Map<string, SpecDocument>();
    for (const { at, by, template } of isTextKnown ? declared : []) {
      if (!inForce.has(by)) continue;
      const before = texts.get(by)?.resources ?? [];
      if (before.some((one) => nameOf(one) === nameOf(at))) continue;
      const resource: DesiredResource = {
        ...{ ...at, logicalId: logicalIdOf(at), adopt: false, pointer: "", range: START_OF_TEXT },
        properties: { ResponseTemplates: { "application/json": template } },
      };
      texts.set(by, {
        dryRun: false,
        onDrift: "report",
        deploy: { stageName: "prod" },
        resources: [...before, resource],
      });
    }
    const drifts = DOCUMENTS.map((documentId, index) => {
      const apis = APIS.flatMap((apiId, at) => {
        const how = drift[index * 2 + at] ?? "none";
        if (how === "none") return [];
        const own = [...resources, ...(texts.get(documentId)?.resources ?? [])].filter(({ ApiId }) => ApiId === apiId);
        const changes = own.map(
          (one): ChangeResult => ({
            ...{
              logicalId: one.logicalId,
              integrationId: one.IntegrationId,
              integrationResponseKey: one.IntegrationResponseKey,
            },
            action: how === "same" ? "none" : how === "missing" ? "create" : "update",
            ...{ status: "planned", changedProperties: [] },
          }),
        );
        const unreadable = how === "unreadable" ? { unreadable: true as const } : {};
        const summary = { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, forget: 0, unchanged: 0, failed: 0 };
        return [
          { apiId, drift: how === "changed" || how === "missing", ...unreadable, changes, summary, diagnostics: [] },
        ];
      });
      return [documentId, { documentId, sequence: 1, apis }] as const;
    });
    const view: LedgerView = {
      ...{ at: NOW, documents, leases: [] },
      changeSets: DOCUMENTS.flatMap((documentId, index) =>
        APIS.flatMap((apiId, at) => changeSets[index * 2 + at]?.(documentId, apiId) ?? []),
      ),
      owned: new Map(APIS.map((apiId) => [apiId, resources.filter(({ ApiId }) => ApiId === apiId)])),
      ...(isSuspended ? { suspension: { suspended: true, by: "ada", since: NOW, count: 1, told: true } } : {}),
    };
    const apis = new Map(
      APIS.flatMap((apiId, index) => {
        const one = looks[index]?.(apiId);
        return one === undefined ? [] : [[apiId, one] as const];
      }),
    );
    return { view, aws: isLooked ? { at: NOW, apis, declared: texts, drift: new Map(drifts) } : undefined };
  });
