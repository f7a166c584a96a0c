import { type Diagnostic, type ExpectationResult, formatGithub, type Verdict, visible } from "@specdrop/spec";
import { adviceOn } from "../preview/advice.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { TestedFile } from "./run-file.ts";

const MARKS: Readonly<Record<Verdict, readonly [string, "green" | "red" | "yellow"]>> = {
  pass: ["✓", "green"],
  fail: ["✗", "red"],
  unproven: ["?", "yellow"],
};

/** A document's tests as a person reads them; frames stand side by side where they differ. */
export function formatTests({ file, results }: TestedFile, paint: Terminal["paint"]): string {
  return [paint("bold", visible(file)), ...results.flatMap((result) => formatResult(result, paint))].join("\n");
}

function formatResult(result: ExpectationResult, paint: Terminal["paint"]): readonly string[] {
  const { name, verdict, range } = result;
  const [mark, tint] = MARKS[verdict];
  const head = `  ${paint(tint, mark)} ${visible(name)}${paint("dim", `  line ${range.start.line}`)}`;
  if (verdict === "pass") return [head];
  return [head, ...linesOn(result).map((line) => `      ${line}`)];
}

/** What a test that does not pass has to say, frames included: for whoever runs it, and nobody else. */
export function linesOn({ verdict, reason = "", unknown, expected, actual }: ExpectationResult): readonly string[] {
  if (verdict === "unproven") {
    return [`Unproven: ${unknown ?? reason}`, certainty(unknown)].map(visible);
  }
  // Where nothing was taken, the expectation is about something that is not there.
  if (actual.response === null) return [reason, ...named(expected.response)].map(visible);
  const lines = [reason];
  if (expected.response !== undefined) lines.push(...pair("response", expected.response, actual.response));
  if (expected.template !== undefined) lines.push(...pair("template", expected.template, actual.template));
  if (expected.frame !== undefined) {
    const wanted =
      expected.frame === null
        ? null
        : "text" in expected.frame
          ? expected.frame.text
          : JSON.stringify(expected.frame.json);
    lines.push(...pair("frame", wanted, actual.frame));
  }
  return lines.map(visible);
}

/** How to make it certain; without anything unknown it is the integration that is not named. */
function certainty(unknown: string | undefined): string {
  if (unknown === undefined) return "To make it certain, give the expectation an IntegrationId.";
  const advice = adviceOn(unknown)?.expectation;
  return advice === undefined ? "See: specdrop explain SD3402" : `To make it certain, ${advice}.`;
}

function named(response: string | null | undefined): readonly string[] {
  return response == null ? [] : [`expected response: ${response}`];
}

function pair(what: string, expected: string | null, actual: string | null): readonly string[] {
  if (expected === actual) return [];
  return [`expected ${what}: ${expected ?? "none"}`, `actual ${what}:   ${actual ?? "none"}`];
}

/** Annotations of GitHub, one a test that does not pass. */
export function formatTestsGithub({ file, results, errors }: TestedFile, isStrict: boolean): string {
  const failing = results.filter(({ verdict }) => verdict !== "pass");
  const diagnostics = failing.map(({ name, verdict, reason = "", actual, range }): Diagnostic => {
    const isFailed = verdict === "fail";
    return {
      code: !isFailed ? "SD3402" : actual.response === null ? "SD3403" : "SD3401",
      severity: isFailed || isStrict ? "error" : "warning",
      message: `The expectation ${JSON.stringify(name)} ${isFailed ? "fails" : "is unproven"}. ${reason}`,
      file,
      range,
      pointer: "",
    };
  });
  const all = [...errors, ...diagnostics];
  return all.length === 0 ? "" : formatGithub(all).trimEnd();
}
