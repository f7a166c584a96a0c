import type { ConsoleState } from "@specdrop/console/state";
import { AS_DECLARED, counts, LIVE, liveApi, liveResponse } from "./parts.ts";

const MESSAGES = "s3://specs/chat/messages.yaml";
const ROOMS = "s3://specs/chat/rooms.yaml";
const ORDERS = "s3://specs/orders.yaml";
const CHAT = "a1b2c3d4e5";
const BLOCKED = { state: "blocked", words: "blocked by route response" } as const;
const WAITS = { state: "pending", words: "1 change waits for a deployment", isCause: true } as const;

/** Six of 42 responses are not live: one failed and one waits for it, three are blocked, one drifted. */
export const FAILING: ConsoleState = {
  version: "31",
  at: "2026-11-30T14:31:55.000Z",
  where: {
    kind: "dev",
    name: "dev",
    address: "127.0.0.1:4566",
    ledger: "dynamodb:specdrop",
    region: "us-east-1",
    comparedAt: "2026-11-30T14:31:55.000Z",
  },
  verdict: {
    kind: "notLive",
    state: "failed",
    headline: ["6 of 42 responses are not live"],
    past: ["6 of 42 responses were not live at ", { time: "2026-11-30T14:31:55.000Z" }],
    line: [
      "3 problems on 2 of 6 APIs: chat and orders. Compared with AWS at ",
      { time: "2026-11-30T14:31:55.000Z" },
      ".",
    ],
    title: "● 6 not live",
  },
  counts: counts({ failed: 1, blocked: 3, drifted: 1, pending: 1, live: 36 }),
  banners: [],
  problems: [
    {
      id: "change-failed|s3://specs/chat/messages.yaml|a1b2c3d4e5|snd0001|/4\\d\\d/",
      state: "failed",
      code: "InvalidRequest",
      sentence: [
        "AWS refused the new ",
        { code: "/4\\d\\d/" },
        " of ",
        { code: "send" },
        ". Clients still get revision 7.",
      ],
      where: ["chat · messageRefused; messageSent waits for it · ", { code: MESSAGES }, " revision 8, line 24"],
      next: ["Write ", { code: "\\$default" }, ": a literal dollar sign needs a backslash. Then"],
      command: { text: "aws s3 cp messages.yaml s3://specs/chat/" },
      since: { time: "2026-11-30T14:31:52.000Z", kind: "ago" },
      apiId: CHAT,
      documentId: MESSAGES,
      responses: [
        { apiId: CHAT, integrationId: "snd0001", key: "/4\\d\\d/" },
        { apiId: CHAT, integrationId: "snd0001", key: "$default" },
      ],
    },
    {
      id: "no-route-response|a1b2c3d4e5|r7k2m9q",
      state: "blocked",
      sentence: ["Route ", { code: "join" }, " has no route response: clients get nothing back."],
      where: ["chat · roomJoined, roomClosed, roomFailed · ", { code: ROOMS }, " revision 3"],
      command: {
        text: "aws apigatewayv2 create-route-response --api-id a1b2c3d4e5 --route-id r7k2m9q --route-response-key '$default'",
      },
      since: { time: "2026-11-30T13:58:10.000Z", kind: "since" },
      apiId: CHAT,
      documentId: ROOMS,
      responses: [
        { apiId: CHAT, integrationId: "join001", key: "$default" },
        { apiId: CHAT, integrationId: "join001", key: "/4\\d\\d/" },
        { apiId: CHAT, integrationId: "join001", key: "/5\\d\\d/" },
      ],
    },
    {
      id: "drifted|s3://specs/orders.yaml|ord7x2k9p1",
      state: "drifted",
      sentence: [{ code: "/2\\d\\d/" }, " of ", { code: "place" }, " was changed in AWS after it was applied."],
      where: ["orders · orderPlaced · ", { code: ORDERS }, " revision 12 · 1 line differs"],
      next: ["Restore it, or change the document:"],
      command: { text: "aws s3 cp orders.yaml s3://specs/" },
      since: { time: "2026-11-30T11:20:00.000Z", kind: "since" },
      apiId: "ord7x2k9p1",
      documentId: ORDERS,
      responses: [{ apiId: "ord7x2k9p1", integrationId: "plc0001", key: "/2\\d\\d/" }],
    },
  ],
  apis: [
    {
      apiId: CHAT,
      name: "chat",
      state: "failed",
      counts: counts({ failed: 1, blocked: 3, pending: 1, live: 2 }),
      summary: "1 failed",
      documentIds: [MESSAGES, ROOMS],
      stageLine: ["stage ", { code: "prod" }, ", deployed ", { time: "2026-11-30T13:58:14.000Z" }],
      integrations: [
        {
          integrationId: "snd0001",
          type: "HTTP",
          cell: LIVE,
          routes: [{ routeId: "r1s2e3n", name: "send", cell: LIVE, routeResponse: { key: "$default", cell: LIVE } }],
          responses: [
            liveResponse("$default", "messageSent", MESSAGES, 8, {
              cell: { state: "pending", words: "pending deployment" },
              stage: { name: "prod", cell: WAITS },
              liveSequence: 7,
            }),
            liveResponse("/4\\d\\d/", "messageRefused", MESSAGES, 8, {
              cell: { state: "failed", words: "failed" },
              consequence: "clients still get revision 7",
              template: {
                name: "$default",
                cell: { state: "failed", words: "refused by AWS", isCause: true },
              },
              stage: { name: "prod", cell: WAITS },
              liveSequence: 7,
              liveAt: "2026-11-30T12:02:14.000Z",
              error: { code: "InvalidRequest", message: "Unexpected variable in selection expression: $default" },
              differences: [
                { property: "TemplateSelectionExpression", added: 1, removed: 1 },
                { property: "ResponseTemplates", entry: "$default", added: 2, removed: 1 },
              ],
            }),
            liveResponse("/5\\d\\d/", "messageFailed", MESSAGES, 8, { stage: { name: "prod", cell: WAITS } }),
          ],
        },
        {
          integrationId: "join001",
          type: "HTTP",
          cell: LIVE,
          routes: [
            {
              routeId: "r7k2m9q",
              name: "join",
              cell: LIVE,
              routeResponse: {
                key: "none",
                cell: { state: "blocked", words: "nothing goes back to the client", isCause: true },
              },
            },
          ],
          responses: [
            liveResponse("$default", "roomJoined", ROOMS, 3, { cell: BLOCKED }),
            liveResponse("/4\\d\\d/", "roomClosed", ROOMS, 3, { cell: BLOCKED }),
            liveResponse("/5\\d\\d/", "roomFailed", ROOMS, 3, { cell: BLOCKED }),
          ],
        },
        {
          integrationId: "typ0001",
          type: "MOCK",
          cell: LIVE,
          routes: [{ routeId: "r4t5y6p", name: "typing", cell: LIVE, routeResponse: { key: "$default", cell: LIVE } }],
          responses: [
            liveResponse("$default", "typingSeen", ROOMS, 3, { template: { name: "200", cell: AS_DECLARED } }),
          ],
        },
      ],
    },
    {
      apiId: "ord7x2k9p1",
      name: "orders",
      state: "drifted",
      counts: counts({ drifted: 1, live: 5 }),
      summary: "1 drifted",
      documentIds: [ORDERS],
      stageLine: ["stage ", { code: "prod" }, ", deployed ", { time: "2026-11-30T11:02:00.000Z" }],
      integrations: [
        {
          integrationId: "plc0001",
          type: "Lambda",
          cell: LIVE,
          routes: [{ routeId: "r9p8l7c", name: "place", cell: LIVE, routeResponse: { key: "$default", cell: LIVE } }],
          responses: [
            liveResponse("$default", "orderFailed", ORDERS, 12, {
              cell: { ...LIVE, warning: "It takes every reply that no other key matches." },
            }),
            liveResponse("/2\\d\\d/", "orderPlaced", ORDERS, 12, {
              cell: { state: "drifted", words: "drifted" },
              consequence: "clients get what is in AWS",
              template: {
                name: "application/json",
                cell: { state: "drifted", words: "1 line differs", isCause: true },
              },
              differences: [{ property: "ResponseTemplates", entry: "application/json", added: 1, removed: 1 }],
            }),
            liveResponse("/4\\d\\d/", "orderRefused", ORDERS, 12),
            liveResponse("/5\\d\\d/", "orderBroken", ORDERS, 12),
            liveResponse("/409/", "orderTwice", ORDERS, 12),
            liveResponse("/429/", "orderTooFast", ORDERS, 12),
          ],
        },
      ],
    },
    liveApi("b1ll1ng001", "billing", 8, ["s3://specs/invoices.yaml"]),
    liveApi("pre5ence01", "presence", 4, ["s3://specs/presence.yaml"]),
    liveApi("sup4411aab", "support", 9, ["s3://specs/macros.yaml"]),
    liveApi("telemetry0", "telemetry", 8, ["s3://specs/pings.yaml"]),
  ],
  documents: [
    {
      documentId: MESSAGES,
      name: "messages.yaml",
      state: "failed",
      sequence: 8,
      dropped: [{ time: "2026-11-30T14:31:52.000Z" }, " by ada, commit ", { code: "4f2c91e" }],
      apiIds: [CHAT],
      history: [
        {
          sequence: 8,
          at: "2026-11-30T14:31:52.000Z",
          state: "failed",
          outcome: "failed",
          who: ["by ada, commit ", { code: "4f2c91e" }],
          summary: "1 updated, 1 failed",
          runUrl: "https://github.com/acme/chat/actions/runs/8",
        },
        {
          sequence: 7,
          at: "2026-11-30T12:02:10.000Z",
          state: "live",
          outcome: "applied",
          who: ["by whom is not known"],
          summary: "3 updated",
        },
      ],
    },
    {
      documentId: ROOMS,
      name: "rooms.yaml",
      state: "blocked",
      sequence: 3,
      dropped: [{ time: "2026-11-30T13:58:10.000Z" }, " by noor, commit ", { code: "b81d02a" }],
      apiIds: [CHAT],
    },
    {
      documentId: ORDERS,
      name: "orders.yaml",
      state: "drifted",
      sequence: 12,
      dropped: [{ time: "2026-11-30T11:02:00.000Z" }, " by ada, commit ", { code: "77aa0c1" }],
      apiIds: ["ord7x2k9p1"],
    },
    ...["invoices", "macros", "pings", "presence"].map((name) => ({
      documentId: `s3://specs/${name}.yaml`,
      name: `${name}.yaml`,
      state: "live" as const,
      sequence: 4,
      dropped: [{ time: "2026-11-30T09:12:00.000Z" }, " by whom is not known"],
      apiIds: [{ invoices: "b1ll1ng001", macros: "sup4411aab", pings: "telemetry0" }[name] ?? "pre5ence01"],
    })),
  ],
  withdrawn: [],
  activity: {
    scope: ["31 since ", { time: "2026-11-30T09:12:00.000Z" }],
    entries: [
      {
        id: "op-messages-8",
        documentId: MESSAGES,
        name: "messages.yaml",
        sequence: 8,
        state: "failed",
        outcome: "failed",
        at: "2026-11-30T14:31:52.000Z",
        line: ["dropped by ada, commit ", { code: "4f2c91e" }],
        apiIds: [CHAT],
        steps: [
          { name: "Dropped", state: "live", fact: [{ time: "2026-11-30T14:31:52.000Z" }] },
          { name: "Planned", state: "live", fact: ["2 to update"] },
          { name: "Applied", state: "failed", fact: ["1 of 2"] },
          { name: "Deployed", state: "none", fact: ["skipped"] },
          { name: "Slack", state: "live", fact: ["#chat"] },
        ],
      },
      {
        id: "op-invoices-4",
        documentId: "s3://specs/invoices.yaml",
        name: "invoices.yaml",
        sequence: 4,
        state: "live",
        outcome: "applied",
        at: "2026-11-30T14:07:31.000Z",
        line: [
          "event from ",
          { code: "billing-stack" },
          ", account ",
          { code: "444455556666" },
          " · live on ",
          { code: "prod" },
        ],
        apiIds: ["b1ll1ng001"],
      },
      {
        id: "op-rooms-3",
        documentId: ROOMS,
        name: "rooms.yaml",
        sequence: 3,
        state: "blocked",
        outcome: "applied",
        at: "2026-11-30T13:58:10.000Z",
        line: ["dropped by noor, commit ", { code: "b81d02a" }, " · deployed; route ", { code: "join" }, " blocks it"],
        apiIds: [CHAT],
      },
    ],
  },
};
