import type { ApiState, ConsoleState, DocumentState, IntegrationState, ResponseState } from "@specdrop/console/state";
import { AS_DECLARED, counts, LIVE, liveResponse } from "./parts.ts";

const AT = "2026-11-30T14:32:00.000Z";
const APIS = 50;
const DOCUMENTS_OF_AN_API = 4;
const RESPONSES = 30;
const idOf = (index: number) => `api${String(index).padStart(7, "0")}`;
const nameOf = (index: number) => `service-${String(index).padStart(2, "0")}`;
const documentOf = (api: number, index: number) => `s3://acme-specs/${nameOf(api)}/document-${index}.yaml`;
const KEYS = ["$default", "/2\\d\\d/", "/4\\d\\d/", "/5\\d\\d/", "/409/", "/429/"];

function responsesOf(api: number, integration: number): readonly ResponseState[] {
  return KEYS.map((key, index) => {
    const at = integration * KEYS.length + index;
    const response = liveResponse(key, `response${at}`, documentOf(api, at % DOCUMENTS_OF_AN_API), 3 + (at % 5));
    if (api === 0 && at === 1) {
      return {
        ...response,
        cell: { state: "drifted", words: "drifted" },
        template: { name: "application/json", cell: { state: "drifted", words: "1 line differs", isCause: true } },
        differences: [{ property: "ResponseTemplates", entry: "application/json", added: 1, removed: 1 }],
      };
    }
    if (api === 1 && at < 14) return { ...response, cell: { state: "pending", words: "pending deployment" } };
    return response;
  });
}

function integrationOf(api: number, index: number): IntegrationState {
  const routes = [
    { routeId: `r${api}${index}`, name: `action${index}`, cell: LIVE, routeResponse: { key: "$default", cell: LIVE } },
  ];
  return { integrationId: `int${api}x${index}`, type: "HTTP", cell: LIVE, routes, responses: responsesOf(api, index) };
}

function apiOf(index: number, isWhole: boolean): ApiState {
  const states = [counts({ drifted: 1, live: RESPONSES - 1 }), counts({ pending: 14, live: RESPONSES - 14 })];
  const state = (["drifted", "pending"] as const)[index] ?? "live";
  return {
    apiId: idOf(index),
    name: nameOf(index),
    state,
    counts: states[index] ?? counts({ live: RESPONSES }),
    summary: ["1 drifted", "14 pending"][index] ?? "live",
    documentIds: Array.from({ length: DOCUMENTS_OF_AN_API }, (_, one) => documentOf(index, one)),
    stageLine: ["stage ", { code: "prod" }, ", deployed ", { time: "2026-11-29T17:20:00.000Z" }],
    ...(isWhole || state !== "live"
      ? { integrations: Array.from({ length: RESPONSES / KEYS.length }, (_, one) => integrationOf(index, one)) }
      : {}),
  };
}

const documents: readonly DocumentState[] = Array.from({ length: APIS * DOCUMENTS_OF_AN_API }, (_, index) => {
  const api = Math.floor(index / DOCUMENTS_OF_AN_API);
  const documentId = documentOf(api, index % DOCUMENTS_OF_AN_API);
  return {
    documentId,
    name: documentId.slice(documentId.lastIndexOf("/") + 1),
    state: api === 0 ? "drifted" : api === 1 ? "pending" : "live",
    sequence: 3 + (index % 5),
    dropped: [{ time: "2026-11-29T16:02:00.000Z" }, " by ci/pricing, commit ", { code: "9e01c77" }],
    apiIds: [idOf(api)],
  };
});

/** 200 documents and 1,500 responses on 50 APIs: 1 drifted, 14 pending. In dev, APIs that are all live have counts only. */
export function fifty(kind: "dev" | "snapshot"): ConsoleState {
  return {
    version: "77",
    at: AT,
    where: {
      kind,
      name: kind === "dev" ? "dev" : "production",
      ledger: "dynamodb:specdrop",
      region: "eu-central-1",
      comparedAt: AT,
      ...(kind === "dev" ? { address: "127.0.0.1:4566" } : { accountId: "111122223333", caller: "role/ReadOnly" }),
    },
    verdict: {
      kind: "notLive",
      state: "drifted",
      headline: ["15 of 1,500 responses are not live"],
      past: ["15 of 1,500 responses were not live at ", { time: AT }],
      line: ["2 problems on 2 of 50 APIs: service-00 and service-01. Compared with AWS at ", { time: AT }, "."],
      title: "● 15 not live",
    },
    counts: counts({ drifted: 1, pending: 14, live: 1_485 }),
    banners: [],
    problems: [
      {
        id: "drifted|0",
        state: "drifted",
        sentence: [{ code: "/2\\d\\d/" }, " of ", { code: "action0" }, " was changed in AWS after it was applied."],
        where: ["service-00 · response1 · ", { code: documentOf(0, 1) }, " revision 4 · 1 line differs"],
        next: ["Restore it, or change the document:"],
        command: { text: "specdrop submit document-1.yaml --bucket acme-specs --wait" },
        since: { time: "2026-11-30T02:14:09.000Z", kind: "since" },
        apiId: idOf(0),
        documentId: documentOf(0, 1),
        responses: [{ apiId: idOf(0), integrationId: "int0x0", key: "/2\\d\\d/" }],
      },
      {
        id: "pending|1",
        state: "pending",
        sentence: ["14 responses wait for a deployment of ", { code: "prod" }, "."],
        where: ["service-01 · 4 documents, none of which has Deploy"],
        command: { text: `aws apigatewayv2 create-deployment --api-id ${idOf(1)} --stage-name prod` },
        since: { time: "2026-11-30T09:41:00.000Z", kind: "since" },
        apiId: idOf(1),
        responses: [{ apiId: idOf(1), integrationId: "int1x0", key: "$default" }],
      },
    ],
    apis: Array.from({ length: APIS }, (_, index) => apiOf(index, kind === "snapshot")),
    documents,
    withdrawn: [],
    activity: {
      scope: ["last result of each document"],
      entries: Array.from({ length: 20 }, (_, index) => ({
        id: `operation-${index}`,
        documentId: documentOf(index, 0),
        name: "document-0.yaml",
        sequence: 3,
        state: "live" as const,
        outcome: "applied",
        at: "2026-11-29T17:20:00.000Z",
        line: ["dropped by ci/pricing, commit ", { code: "c41f770" }, " · live on prod"],
        apiIds: [idOf(index)],
      })),
    },
  };
}

/** One document on one API that dev invented: nothing is compared but what was written. */
export const ONE: ConsoleState = {
  ...fifty("dev"),
  verdict: {
    kind: "unproven",
    state: "unproven",
    headline: ["0 of 1 response is live, 1 is unproven"],
    past: ["0 of 1 response was live at ", { time: AT }],
    line: ["Compared with AWS at ", { time: AT }, "."],
    title: "? 1 unproven",
  },
  counts: counts({ unproven: 1 }),
  problems: [],
  apis: [
    {
      apiId: "a1b2c3d4e5",
      name: "a1b2c3d4e5",
      state: "unproven",
      counts: counts({ unproven: 1 }),
      summary: "1 unproven",
      documentIds: ["s3://specs/minimal.yaml"],
      integrations: [
        {
          integrationId: "abc1234",
          cell: { state: "unproven", words: "assumed by dev" },
          routes: [],
          responses: [
            liveResponse("$default", "greeting", "s3://specs/minimal.yaml", 1, {
              cell: { state: "unproven", words: "unproven" },
              template: { name: "$default", cell: AS_DECLARED },
              stage: { name: "", cell: { state: "unproven", words: "assumed by dev" } },
            }),
          ],
        },
      ],
    },
  ],
  documents: [
    {
      documentId: "s3://specs/minimal.yaml",
      name: "minimal.yaml",
      state: "unproven",
      sequence: 1,
      dropped: ["by whom is not known"],
      apiIds: ["a1b2c3d4e5"],
    },
  ],
  activity: { scope: ["1"], entries: [] },
};
