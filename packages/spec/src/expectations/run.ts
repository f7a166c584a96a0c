import { type Backend, frameOf, type Given, type Preview, type ResponseDefinition } from "@specdrop/template";
import type { Draft } from "../draft.ts";
import { propertiesOf } from "../meaning.ts";
import type { ExpectationResult, Expected } from "./expectation.ts";
import { isSameJson } from "./plain-value.ts";
import type { ExpectationDraft } from "./read.ts";

/** What the document says for all its expectations. */
export interface Defaults {
  readonly ApiId?: string;
  readonly IntegrationId?: string;
  readonly backend?: Backend;
}

/** What came of an expectation, before its place is known. */
export type Judged = Omit<ExpectationResult, "range"> & {
  /** It names something that the document does not have. */
  readonly missing?: "response" | "integration";
};

/** Follows an expectation's reply through the responses it is about, and compares what comes of it. */
export function runExpectation(expectation: ExpectationDraft, drafts: readonly Draft[], defaults: Defaults): Judged {
  const { given, expect } = expectation;
  const name = expectation.name.text;
  const ApiId = expectation.ApiId ?? defaults.ApiId;
  const IntegrationId = expectation.IntegrationId ?? defaults.IntegrationId;
  const ofOne = drafts.filter(
    (draft) =>
      (ApiId === undefined || draft.ApiId?.text === ApiId) &&
      (IntegrationId === undefined || draft.IntegrationId?.text === IntegrationId),
  );
  const base = { name, given, expected: expect, actual: NOTHING };
  if (ofOne.length === 0) {
    return {
      ...base,
      verdict: "fail",
      missing: "integration",
      reason: "The document has no response for the integration that it names.",
    };
  }
  if (expect.response != null && !drafts.some(({ logicalId }) => logicalId === expect.response)) {
    return {
      ...base,
      verdict: "fail",
      missing: "response",
      reason: "The document has no response with the logical id that it expects.",
    };
  }
  const [first] = ofOne;
  const isSame = (draft: Draft) =>
    draft.ApiId?.text === first?.ApiId?.text && draft.IntegrationId?.text === first?.IntegrationId?.text;
  if (!ofOne.every(isSame)) {
    return {
      ...base,
      verdict: "unproven",
      reason: "The document has responses of several integrations, and the expectation names none.",
    };
  }
  const preview = frameOf(definitionsOf(ofOne), withBackend(given, defaults.backend));
  const actual = { response: preview.response, template: preview.template, frame: preview.frame?.text ?? null };
  const { verdict, reason, unknown } = compare(expect, preview);
  return {
    ...base,
    verdict,
    actual,
    given: withBackend(given, defaults.backend),
    ...(reason === undefined ? {} : { reason }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(first?.ApiId === undefined ? {} : { ApiId: first.ApiId.text }),
    ...(first?.IntegrationId === undefined ? {} : { IntegrationId: first.IntegrationId.text }),
  };
}

/** The document's backend is for what an expectation does not say itself. */
function withBackend(given: Given, backend: Backend | undefined): Given {
  return given.backend !== undefined || backend === undefined ? given : { ...given, backend };
}

const NOTHING = { response: null, template: null, frame: null };

/** The responses of one integration, as far as they have a key. */
export function definitionsOf(drafts: readonly Draft[]): readonly ResponseDefinition[] {
  return drafts.flatMap((draft) => {
    const { logicalId, IntegrationResponseKey: key } = draft;
    if (key === undefined) return [];
    const { ResponseParameters: _, ...properties } = propertiesOf(draft);
    return [{ logicalId, IntegrationResponseKey: key.text, ...properties }];
  });
}

function compare(expect: Expected, preview: Preview): Pick<ExpectationResult, "verdict" | "reason" | "unknown"> {
  // The first is the cause: what comes after it is unknown because of it.
  const doubt = preview.steps.find(({ grade }) => grade === "unknown");
  if (doubt !== undefined) {
    return {
      verdict: "unproven",
      reason: `The step "${doubt.step}" is not known for certain.`,
      unknown: doubt.rule,
    };
  }
  if (expect.response !== undefined && expect.response !== preview.response) {
    return { verdict: "fail", reason: "AWS takes another response than the expected one." };
  }
  if (expect.template !== undefined && expect.template !== preview.template) {
    return { verdict: "fail", reason: "AWS takes another template than the expected one." };
  }
  if (expect.frame === undefined || isFrame(expect.frame, preview.frame?.text)) return { verdict: "pass" };
  return { verdict: "fail", reason: "The frame is not the expected one." };
}

function isFrame(expected: NonNullable<Expected["frame"]> | null, frame: string | undefined): boolean {
  if (expected === null || frame === undefined) return expected === null && frame === undefined;
  if ("text" in expected) return expected.text === frame;
  try {
    return isSameJson(JSON.parse(frame), expected.json);
  } catch {
    return false;
  }
}
