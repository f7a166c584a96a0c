import type { ExpectationResult } from "@specdrop/spec";
import { linesOn } from "./format.ts";
import type { TestedFile } from "./run-file.ts";

/** JUnit's XML: a suite for each document, `skipped` for what is unproven, an error for a document with errors. */
export function formatJunit(files: readonly TestedFile[], isStrict: boolean): string {
  const suites = files.filter(({ results, errors }) => results.length + errors.length > 0);
  const all = suites.map((each) => ({ each, ...countsOf(each, isStrict) }));
  const sum = (name: "tests" | "failures" | "errors" | "skipped") =>
    all.reduce((total, suite) => total + suite[name], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="specdrop" tests="${sum("tests")}" failures="${sum("failures")}" errors="${sum("errors")}" skipped="${sum("skipped")}">`,
    ...all.flatMap(({ each, ...counts }) => suite(each, counts, isStrict)),
    "</testsuites>",
  ].join("\n");
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function countsOf({ results, errors }: TestedFile, isStrict: boolean): Counts {
  const unproven = results.filter(({ verdict }) => verdict === "unproven").length;
  const failed = results.filter(({ verdict }) => verdict === "fail").length;
  return {
    tests: results.length + errors.length,
    failures: failed + (isStrict ? unproven : 0),
    errors: errors.length,
    skipped: isStrict ? 0 : unproven,
  };
}

function suite(file: TestedFile, { tests, failures, errors, skipped }: Counts, isStrict: boolean): readonly string[] {
  const counts = `tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return [
    `  <testsuite name="${xml(file.file)}" ${counts}>`,
    ...file.results.map((result) => testCase(file.file, result, isStrict)),
    ...file.errors.map(({ code, message, range }) => {
      const head = `    <testcase classname="${xml(file.file)}" name="${xml(`${code} at line ${range.start.line}`)}">`;
      return `${head}<error type="${xml(code)}" message="${xml(message)}"/></testcase>`;
    }),
    "  </testsuite>",
  ];
}

function testCase(file: string, result: ExpectationResult, isStrict: boolean): string {
  const { name, verdict, reason = "", range } = result;
  const head = `    <testcase classname="${xml(file)}" name="${xml(name)}" line="${range.start.line}"`;
  if (verdict === "pass") return `${head}/>`;
  const isSkipped = verdict === "unproven" && !isStrict;
  const message = verdict === "unproven" ? `Unproven: ${result.unknown ?? reason}` : reason;
  const [, ...rest] = linesOn(result);
  const inner = isSkipped
    ? `<skipped message="${xml(message)}"/>`
    : `<failure type="${verdict}" message="${xml(message)}">${rest.map(xml).join("\n")}</failure>`;
  return `${head}>${inner}</testcase>`;
}

/** Without the characters that XML 1.0 does not have, and with nothing that GitHub's runner takes for a command. */
function xml(text: string): string {
  return [...text.toWellFormed()]
    .filter((character) => character >= " " || character === "\t" || character === "\n")
    .join("")
    .replace(/[\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;")
    .replaceAll("##[", "#&#35;[");
}
