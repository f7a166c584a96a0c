import type { Backend } from "@specdrop/template";
import { checkTemplate } from "@specdrop/template/check";
import type { Draft, Drafted } from "./draft.ts";
import type { ExpectationResult } from "./expectations/expectation.ts";
import type { ExpectationDraft } from "./expectations/read.ts";
import { type Defaults, type Judged, runExpectation } from "./expectations/run.ts";
import { rangeIn } from "./lines.ts";
import { type Reading, report } from "./node.ts";
import { spanInScalar } from "./source-map.ts";
import { didYouMean, shown } from "./words.ts";
import { written } from "./written.ts";

/** Checks the templates of a document, and runs its expectations. Loaded only where `needsJudging` says so. */
export function judgeTemplates(
  reading: Reading,
  { drafts, expectations = [], settings, defaults }: Drafted,
): readonly ExpectationResult[] {
  for (const draft of drafts) checkDraft(reading, draft);
  const all: Defaults = {
    ...defaults,
    ...(settings.backend === undefined ? {} : { backend: settings.backend as Backend }),
  };
  return expectations.map((expectation) => {
    const { missing, ...judged } = runExpectation(expectation, drafts, all);
    const { node } = expectation.name;
    say(reading, { ...judged, ...(missing === undefined ? {} : { missing }) }, expectation, drafts);
    return { ...judged, range: rangeIn(reading.lineStarts, node.start, node.end) };
  });
}

function checkDraft(reading: Reading, { ResponseTemplates = [] }: Draft): void {
  for (const { value } of ResponseTemplates) {
    if (value === undefined) continue;
    for (const { start, end, ...said } of checkTemplate(value.text)) {
      const at = spanInScalar(reading, value.node, start, end);
      report(reading, at, { ...said, pointer: value.pointer });
    }
  }
}

/** Names and verdicts only: what is said here travels to the bus and to Slack. */
function say(
  reading: Reading,
  { name, verdict, reason = "", unknown, missing }: Judged,
  { name: { node }, pointer, responseNode, expect }: ExpectationDraft,
  drafts: readonly Draft[],
): void {
  if (verdict === "pass") return;
  if (missing !== undefined) {
    const at = (missing === "response" && responseNode) || node;
    const meant =
      missing === "response" &&
      didYouMean(
        String(expect.response),
        drafts.map(({ logicalId }) => logicalId),
      );
    const what = missing === "response" ? "the logical id" : "the IntegrationId";
    report(reading, at, {
      code: "SD3403",
      message: `The expectation ${shown(name)} cannot be met: ${lower(reason)}`,
      pointer,
      ...(meant ? { suggestion: written(reading, true, meant) } : {}),
      help: `Write ${what} of a response that stands in this document.`,
    });
    return;
  }
  if (verdict === "fail") {
    report(reading, node, {
      code: "SD3401",
      message: `The expectation ${shown(name)} fails. ${reason}`,
      pointer,
      help: "specdrop test shows what the client gets; specdrop preview shows each step.",
    });
    return;
  }
  report(reading, node, {
    code: "SD3402",
    message: `The expectation ${shown(name)} is unproven. ${reason}`,
    pointer,
    help:
      unknown === undefined
        ? "Give the expectation the IntegrationId of the responses that it is about."
        : "specdrop test says what is not known; specdrop explain SD3402 says how to make it certain.",
  });
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
