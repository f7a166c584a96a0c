import { renderResult } from "@specdrop/slack";
import { expect, test } from "vitest";
import { resultEvent } from "../contract/ledger.ts";

const DOCUMENT = { bucket: "specs", key: "team/chat.yaml", versionId: "v2" };

function back(over: { type?: string; document?: object; mode?: string; sequence?: number } = {}): string | undefined {
  const { type = "ApplySucceeded", document = DOCUMENT, mode = "apply", sequence = 2 } = over;
  const { detail } = resultEvent(sequence);
  const event = { detailType: type, detail: { ...detail, data: { ...detail.data, document, mode } } };
  const text = JSON.stringify(renderResult(event as never));
  return /\*Back:\* `([^`]*)`/.exec(text)?.[1];
}

test("what was applied, or failed, names the command that goes back", () => {
  expect(back()).toBe("specdrop rollback s3://specs/team/chat.yaml");
  expect(back({ type: "ApplyFailed" })).toBe("specdrop rollback s3://specs/team/chat.yaml");
  expect(back({ document: { ...DOCUMENT, key: "it's a (draft).yaml" } })).toBe(
    "specdrop rollback 's3://specs/it'\\\\''s a (draft).yaml'",
  );
});

test("a key that a message cannot show to the letter is left out of the command", () => {
  for (const key of ["a`b.yaml", "a\u200bb.yaml", `${"k".repeat(400)}.yaml`]) {
    expect(back({ document: { ...DOCUMENT, key } })).toBe("specdrop rollback");
  }
});

test("where there is no way back, none is named", () => {
  const { versionId: _, ...unversioned } = DOCUMENT;
  expect(back({ sequence: 1 })).toBeUndefined();
  expect(back({ document: unversioned })).toBeUndefined();
  expect(back({ document: { ...DOCUMENT, key: "events/111122223333/orders/a" } })).toBeUndefined();
  expect(back({ mode: "withdraw" })).toBeUndefined();
  expect(back({ type: "SpecRejected" })).toBeUndefined();
});
