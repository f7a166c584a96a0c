import type { OperationsEvent } from "@specdrop/events";
import { checkMessage, renderNotice } from "@specdrop/slack";
import { expect, test } from "vitest";

const metadata = { id: "suspension-1", version: "1", time: "2026-11-22T12:00:00.000Z" } as const;
const since = "2026-11-22T12:00:00.000Z";
const suspension = { by: "ada", since, reason: "<!channel> incident `4711`" };

test.each<[OperationsEvent, string]>([
  [
    { detailType: "Suspended", detail: { metadata, data: suspension } },
    "⏸️ Applying is suspended by ada: &lt;!channel&gt; incident ˋ4711ˋ. Documents are accepted, and wait. `specdrop resume` ends it.",
  ],
  [
    { detailType: "Resumed", detail: { metadata, data: { by: "ada", since } } },
    "▶️ Applying is resumed by ada. What waited is applied now.",
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
    "⏸️ chat.yaml (revision 7, API `a1b2c3d4e5`) is accepted, and waits: applying is suspended by ada.",
  ],
])("a notice is one line that mentions nobody", (notice, expected) => {
  const message = renderNotice(notice);
  expect(message.text).toBe(expected);
  expect(message.blocks).toMatchObject([{ type: "section", text: { text: expected, verbatim: true } }]);
  expect(checkMessage(message)).toEqual([]);
});
