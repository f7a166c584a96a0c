import { type Diagnostic, type ExpectationResult, formatGithub, type Verdict, visible } from "@specdrop/spec";
import type { Terminal } from "../terminal.ts";
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

function formatResult(
  { name, verdict, reason, expected, actual, range }: ExpectationResult,
  paint: Terminal["paint"],
): readonly string[] {
  const [mark, tint] = MARKS[verdict];
  const head = `  ${paint(tint, mark)} ${visible(name)}${paint("dim", `  line ${range.start.line}`)}`;
  if (verdict === "pass") return [head];
  const lines = [`${verdict === "fail" ? "" : "unproven: "}${reason ?? ""}`];
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
  return [head, ...lines.map((line) => `      ${visible(line)}`)];
}

function pair(what: string, expected: string | null, actual: string | null): readonly string[] {
  if (expected === actual) return [];
  return [`expected ${what}: ${expected ?? "none"}`, `actual ${what}:   ${actual ?? "none, or not known"}`];
}

/** Annotations of GitHub, one a test that does not pass. */
export function formatTestsGithub({ file, results, errors }: TestedFile, isStrict: boolean): string {
  const failing = results.filter(({ verdict }) => verdict !== "pass");
  const diagnostics = failing.map(({ name, verdict, reason = "", range }): Diagnostic => {
    const isFailed = verdict === "fail";
    return {
      code: isFailed ? "SD3401" : "SD3402",
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
