import { frameOf, type Given, type ResponseDefinition } from "@specdrop/template";
import { expect, test } from "vitest";
import { readShared } from "./recordings.ts";

interface Case {
  readonly name: string;
  readonly document: { readonly IntegrationResponses: Readonly<Record<string, Omit<ResponseDefinition, "logicalId">>> };
  readonly given: Given;
  readonly expect: {
    readonly verdict: "pass" | "unproven";
    readonly response: string | null;
    readonly template: string | null;
    readonly frame: string | null;
  };
}

const cases = readShared<Case>("preview-cases.json");

test.skipIf(cases.length === 0)("every case of the whole chain comes out as it should", () => {
  const wrong: unknown[] = [];
  for (const { name, document, given, expect: wanted } of cases) {
    const responses = Object.entries(document.IntegrationResponses).map(([logicalId, rest]) => ({
      logicalId,
      ...rest,
    }));
    const { verdict, response, template, frame } = frameOf(responses, given);
    const got = { verdict: verdict === "proven" ? "pass" : "unproven", response, template, frame: frame?.text ?? null };
    if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push({ name, got, wanted });
  }
  expect(wrong).toEqual([]);
});
