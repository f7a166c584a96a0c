import type { ConsoleState, DocumentState } from "@specdrop/console/state";
import { counts, liveApi } from "./parts.ts";

const document = (name: string, sequence: number, apiId: string, actor: string, commit: string): DocumentState => ({
  documentId: `s3://specs/${name}`,
  name,
  state: "live",
  sequence,
  dropped: [{ time: "2026-11-30T14:39:58.000Z" }, ` by ${actor}, commit `, { code: commit }],
  apiIds: [apiId],
});

const DOCUMENTS: readonly DocumentState[] = [
  document("dunning.yaml", 2, "b1ll1ng001", "ada", "c20b5d4"),
  document("invoices.yaml", 4, "b1ll1ng001", "ada", "c20b5d4"),
  document("macros.yaml", 22, "sup4411aab", "ci/support", "0d31f9e"),
  document("messages.yaml", 9, "a1b2c3d4e5", "ada", "c20b5d4"),
  document("orders.yaml", 13, "ord7x2k9p1", "ada", "77aa0c1"),
  document("pings.yaml", 3, "telemetry0", "noor", "b81d02a"),
  document("presence.yaml", 5, "pre5ence01", "noor", "b81d02a"),
  document("rooms.yaml", 3, "a1b2c3d4e5", "noor", "b81d02a"),
  document("tickets.yaml", 7, "sup4411aab", "ci/support", "0d31f9e"),
];

/** Nothing is wrong: 42 responses on 6 APIs. */
export const ALL_LIVE: ConsoleState = {
  version: "34",
  at: "2026-11-30T14:40:02.000Z",
  where: {
    kind: "dev",
    name: "dev",
    address: "127.0.0.1:4566",
    ledger: "dynamodb:specdrop",
    region: "us-east-1",
    comparedAt: "2026-11-30T14:40:02.000Z",
  },
  verdict: {
    kind: "live",
    state: "live",
    headline: ["Everything is live"],
    past: ["Everything was live at ", { time: "2026-11-30T14:40:02.000Z" }],
    line: [
      "42 responses on 6 APIs are in AWS as their 9 documents declare, and deployed. Compared at ",
      { time: "2026-11-30T14:40:02.000Z" },
      ".",
    ],
    title: "✓ live",
  },
  counts: counts({ live: 42 }),
  banners: [],
  problems: [],
  apis: [
    liveApi("b1ll1ng001", "billing", 8, ["s3://specs/dunning.yaml", "s3://specs/invoices.yaml"]),
    liveApi("a1b2c3d4e5", "chat", 7, ["s3://specs/messages.yaml", "s3://specs/rooms.yaml"]),
    liveApi("ord7x2k9p1", "orders", 6, ["s3://specs/orders.yaml"]),
    liveApi("pre5ence01", "presence", 4, ["s3://specs/presence.yaml"]),
    liveApi("sup4411aab", "support", 9, ["s3://specs/macros.yaml", "s3://specs/tickets.yaml"]),
    liveApi("telemetry0", "telemetry", 8, ["s3://specs/pings.yaml"]),
  ],
  documents: DOCUMENTS,
  withdrawn: [
    {
      documentId: "s3://specs/old.yaml",
      name: "old.yaml",
      at: "2026-11-29T10:00:00.000Z",
      who: ["by account ", { code: "222233334444" }],
    },
  ],
  activity: {
    scope: ["34 since ", { time: "2026-11-30T09:12:00.000Z" }],
    entries: [
      {
        id: "op-messages-9",
        documentId: "s3://specs/messages.yaml",
        name: "messages.yaml",
        sequence: 9,
        state: "live",
        outcome: "applied",
        at: "2026-11-30T14:39:58.000Z",
        line: ["dropped by ada, commit ", { code: "c20b5d4" }],
        apiIds: ["a1b2c3d4e5"],
        steps: [
          { name: "Dropped", state: "live", fact: [{ time: "2026-11-30T14:39:58.000Z" }] },
          { name: "Planned", state: "live", fact: ["2 to update"] },
          { name: "Applied", state: "live", fact: ["2 of 2"] },
          { name: "Deployed", state: "live", fact: [{ code: "prod" }] },
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
        line: ["event from ", { code: "billing-stack" }, ", account ", { code: "444455556666" }, " · 2 updated"],
        apiIds: ["b1ll1ng001"],
      },
    ],
  },
};
