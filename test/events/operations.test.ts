import { OPERATIONS_DETAIL_TYPES, parseOperationsEvent, parseResultEvent } from "@specdrop/events";
import { expect, test } from "vitest";
import { readGolden } from "./golden.ts";
import { validatorOf } from "./schemas.ts";

const metadata = { id: "n-1", version: "1", time: "2026-11-22T12:00:00.000Z" };
const suspension = { by: "ada", since: "2026-11-22T12:00:00.000Z", reason: "maintenance" };
const waiting = { documentId: "s3://specs/a.json", apiId: "api1", sequence: 1, correlationId: "c-1", suspension };

const held = { ...suspension, documents: 21, responses: 63, documentIds: ["s3://specs/a.json"] };
const dataOf: Readonly<Record<string, object>> = { SpecWaiting: waiting, WithdrawalsHeld: held };

const received = (type: string, detail: unknown, source = "specdrop.operations") => ({
  version: "0",
  source,
  "detail-type": type,
  detail,
});

test.each(OPERATIONS_DETAIL_TYPES)("%s is read as the published schema has it", (detailType) => {
  const detail = { metadata, data: dataOf[detailType] ?? suspension };
  expect(validatorOf(detailType)(detail)).toBe(true);
  expect(parseOperationsEvent(received(detailType, detail))).toEqual({ ok: true, value: { detailType, detail } });
  expect(parseResultEvent(received(detailType, detail)).ok).toBe(false);

  const short = { metadata, data: {} };
  expect(validatorOf(detailType)(short)).toBe(false);
  const parsed = parseOperationsEvent(received(detailType, short));
  expect(parsed.ok ? [] : parsed.problems.join()).toContain("/detail/data");
});

test("what is no notice is told apart", () => {
  expect(parseOperationsEvent("text").ok).toBe(false);
  expect(parseOperationsEvent(received("Suspended", { metadata, data: suspension }, "orders")).ok).toBe(false);
  expect(parseOperationsEvent(received("Other", { metadata, data: suspension })).ok).toBe(false);
  expect(parseOperationsEvent(readGolden("ApplySucceeded").received).ok).toBe(false);
});
