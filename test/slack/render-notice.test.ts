import type { OperationsEvent } from "@specdrop/events";
import { checkMessage, renderNotice } from "@specdrop/slack";
import { expect, test } from "vitest";

const metadata = { id: "suspension-1", version: "1", time: "2026-11-22T12:00:00.000Z" } as const;
const since = "2026-11-22T12:00:00.000Z";
const suspension = { by: "ada", since, reason: "<!channel> incident `4711`" };

const RESUME = "npx specdrop resume --ledger dynamodb:ledger --bus events";
const STATUS = "npx specdrop status --ledger dynamodb:ledger";

test.each<[OperationsEvent, string, ...string[]]>([
  [
    { detailType: "Suspended", detail: { metadata, data: suspension } },
    "⏸️ Applying is suspended by ada: &lt;!channel&gt; incident ˋ4711ˋ. Documents are accepted, and wait. This ends it:",
    RESUME,
  ],
  [
    { detailType: "Resumed", detail: { metadata, data: { by: "ada", since } } },
    "▶️ Applying is resumed by ada. Waiting documents are applied now.",
  ],
  [
    {
      detailType: "SpecWaiting",
      detail: {
        metadata,
        data: {
          documentId: "s3://specs/team/chat.yaml",
          apiId: "a1b2c3d4e5",
          sequence: 7,
          correlationId: "c-1",
          suspension: { by: "ada", since },
        },
      },
    },
    "⏸️ chat.yaml (revision 7, API `a1b2c3d4e5`) is accepted but not applied: applying is suspended by ada.",
  ],
  [
    {
      detailType: "WithdrawalsHeld",
      detail: {
        metadata,
        data: {
          by: "specdrop",
          since,
          reason: "21 documents with 63 of 80 responses were withdrawn within 10 minutes",
          documents: 21,
          responses: 63,
          documentIds: ["s3://specs/team/chat.yaml", "s3://specs/<!here>.yaml"],
        },
      },
    },
    "🛑 Withdrawals are held: 21 documents with 63 of 80 responses were withdrawn within 10 minutes. " +
      "21 deleted documents with 63 responses wait, still live: `chat.yaml`, `&lt;!here&gt;.yaml` and 19 more. " +
      "Other documents are applied as before. " +
      "If this was not meant, drop the documents again (a versioned bucket keeps them). That cancels their withdrawal. " +
      "The first command shows them; if it was meant, the second deletes what they own:",
    STATUS,
    RESUME,
  ],
  [
    {
      detailType: "WithdrawalsHeld",
      detail: { metadata, data: { by: "specdrop", since, documents: 1, responses: 60, documentIds: [] } },
    },
    "🛑 Withdrawals are held. 1 deleted document with 60 responses waits, still live. " +
      "Other documents are applied as before. " +
      "If this was not meant, drop the documents again (a versioned bucket keeps them). That cancels their withdrawal. " +
      "The first command shows them; if it was meant, the second deletes what they own:",
    STATUS,
    RESUME,
  ],
  [
    { detailType: "WithdrawalsReleased", detail: { metadata, data: { by: "ada", since } } },
    "▶️ Held withdrawals are released by ada. They are applied now.",
  ],
])("a notice is one line that mentions nobody, and commands", (notice, expected, ...commands) => {
  const message = renderNotice(notice, { ledger: "dynamodb:ledger", bus: "events" });
  expect(message.text).toBe(expected);
  const shown = commands.length === 0 ? expected : `${expected}\n\`\`\`\n${commands.join("\n")}\n\`\`\``;
  expect(message.blocks).toMatchObject([{ type: "section", text: { text: shown, verbatim: true } }]);
  expect(checkMessage(message)).toEqual([]);
});
