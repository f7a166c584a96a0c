import type { ResultEvent } from "@specdrop/events";
import { visible } from "@specdrop/spec";
import type { FileVerdict } from "../converge/check.ts";
import { formatChange } from "../report/changes.ts";
import { formatResult } from "../report/result-line.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { slackLines } from "./slack-text.ts";
import type { Reaction } from "./stage.ts";

/** Tells the demo: a title for each scene, and below it labelled rows. */
export interface Story {
  title(text: string): void;
  /** `lines` after the first stand below it. */
  row(label: string, ...lines: readonly string[]): void;
  validated(verdict: FileVerdict): void;
  planned(plan: ResultEvent): void;
  reaction(reaction: Reaction): void;
  /** What is being waited for. */
  progress(text: string): void;
}

const LABEL_WIDTH = 12;

export function tellStory({ out, progress, paint }: Terminal): Story {
  function row(label: string, ...lines: readonly string[]): void {
    const [first = "", ...rest] = lines;
    out(`  ${paint("dim", label.padEnd(LABEL_WIDTH))}${first}`);
    for (const line of rest) out(`  ${" ".repeat(LABEL_WIDTH)}${line}`);
  }
  return {
    row,
    progress,
    title: (text) => out(`\n${paint("bold", text)}`),
    validated({ ok, resources, diagnostics }) {
      const errors = diagnostics.filter(({ severity }) => severity === "error").length;
      const verdict = ok
        ? paint("green", `valid, ${count(resources, "resource")}`)
        : paint("red", count(errors, "error"));
      const warnings = diagnostics.length - errors;
      const problems = diagnostics.map(({ severity, range, code, message }) => {
        const place = `line ${range.start.line}`.padEnd(9);
        return `${place}${paint(severity === "error" ? "red" : "yellow", code)} ${visible(message)}`;
      });
      row("validated", warnings > 0 ? `${verdict}, ${count(warnings, "warning")}` : verdict, ...problems);
    },
    planned({ detail }) {
      row("planned", ...detail.data.changes.map((change) => formatChange(change, paint)));
    },
    reaction({ result, slack }) {
      const isGood = result.detailType !== "ApplyFailed" && result.detailType !== "SpecRejected";
      row("event", paint(isGood ? "green" : "red", formatResult(result)));
      if (slack !== undefined)
        row("Slack", ...slackLines(slack).map((line) => `${paint("dim", "│")} ${visible(line)}`));
    },
  };
}
