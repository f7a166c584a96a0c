import { renderResult } from "@specdrop/slack";
import { expect, test } from "vitest";
import { resultEvent } from "../contract/ledger.ts";

const DOCUMENT = { bucket: "specs", key: "team/chat.yaml", versionId: "v2" };

function back(over: { type?: string; document?: object; mode?: string; sequence?: number } = {}): string | undefined {
  const { type = "ApplySucceeded", document = DOCUMENT, mode = "apply", sequence = 2 } = over;
  const { detail } = resultEvent(sequence);
  const event = { detailType: type, detail: { ...detail, data: { ...detail.data, document, mode } } };
  const pipeline = { ledger: "dynamodb:ledger", bus: "events" };
  const text = JSON.stringify(renderResult(event as never, { pipeline }));
  return /\*Back:\* This puts the last revision that succeeded back:\\n(?:```\\n)?(.*?)(?:\\n```)?"/.exec(text)?.[1];
}

test("what was applied, or failed, names the command that goes back", () => {
  expect(back()).toBe("npx specdrop rollback s3://specs/team/chat.yaml --ledger dynamodb:ledger");
  expect(back({ type: "ApplyFailed" })).toBe(
    "npx specdrop rollback s3://specs/team/chat.yaml --ledger dynamodb:ledger",
  );
  expect(back({ document: { ...DOCUMENT, key: "it's a (draft).yaml" } })).toBe(
    "npx specdrop rollback 's3://specs/it'\\\\''s a (draft).yaml' --ledger dynamodb:ledger",
  );
});

test("a key that a message cannot show to the letter makes no command, and the reason is said", () => {
  for (const key of ["a`b.yaml", "a\u200bb.yaml", "a\nb.yaml"]) {
    expect(back({ document: { ...DOCUMENT, key } })).toMatch(
      /^No command is shown here: a name in it has the character U\+[\dA-F]{4}\b.*, which a message cannot show\.$/,
    );
  }
  const long = { ...DOCUMENT, key: `${"&".repeat(400)}.yaml` };
  expect(back({ document: long })).toBe("No command is shown here: a name in it is too long.");
});

test("where there is no way back, none is named", () => {
  const { versionId: _, ...unversioned } = DOCUMENT;
  expect(back({ sequence: 1 })).toBeUndefined();
  expect(back({ document: unversioned })).toBeUndefined();
  expect(back({ document: { ...DOCUMENT, key: "events/111122223333/orders/a" } })).toBeUndefined();
  expect(back({ mode: "withdraw" })).toBeUndefined();
  expect(back({ type: "SpecRejected" })).toBeUndefined();
});
