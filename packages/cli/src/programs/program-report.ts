import { relative } from "node:path";
import type { CallSite, ThrownError } from "@specdrop/authoring/channel";
import { type ChangeResult, summarise } from "@specdrop/events";
import { type Diagnostic, visible } from "@specdrop/spec";
import { seeLines } from "../pages/see.ts";
import { formatCounts } from "../report/changes.ts";
import { nextSteps } from "../report/next-steps.ts";
import { isFine } from "../report/report.ts";
import { sayOnce } from "../report/say-once.ts";
import type { RunResult } from "../run.ts";
import { count } from "../terminal/count.ts";
import { formatElapsed } from "../terminal/elapsed.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Declarations } from "./declarations.ts";
import type { ProgramEnd } from "./start-program.ts";
import { inAProgram } from "./told-errors.ts";

export interface ProgramReportOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** What a run was at when it ended early. */
export interface Broken {
  /** Ids whose last call came to nothing. */
  readonly failed: readonly string[];
  readonly made: readonly ChangeResult[];
  readonly interrupted: boolean;
}

export interface ProgramReport {
  warn(diagnostics: readonly Diagnostic[]): void;
  /** The program did not come to its end, or went on over a call that failed. */
  broken(end: ProgramEnd, broken: Broken): void;
  /** It did, and what it no longer declares was seen to. */
  done(run: RunResult): void;
}

/** Says what a program's run comes to: results on stdout, all else on stderr. */
export function programReport(
  path: string,
  declared: Declarations,
  { json, debug }: ProgramReportOptions,
  terminal: Terminal,
): ProgramReport {
  const started = performance.now();
  const { out, note, paintNote } = terminal;
  const error = (text: string, site?: CallSite) => note(`${at(site)}${paintNote("red", "error:")} ${visible(text)}`);
  const advise = (help: string | undefined, code = "") => {
    if (help !== undefined) note(`  ${visible(inAProgram(help))}`);
    for (const line of seeLines(code)) note(`  ${line}`);
  };
  const at = (site: CallSite | undefined) => (site === undefined ? "" : `${visible(placeOf(site))}: `);
  const threw = ({ code, message, help, stack, site }: ThrownError) => {
    error(message, site);
    advise(help, code);
    if (debug && stack !== undefined) for (const line of stack.split("\n")) note(visible(line));
  };

  function tellEnd(end: ProgramEnd): void {
    if (end.kind === "exited") error(`${path} stopped early, ${end.how}`);
    if (end.kind !== "failed") return;
    const { failure } = end;
    if (failure.reason === "threw") threw(failure.told);
    else if (failure.reason === "unsettled") error(`${path} awaits a promise that never settles`);
    else error(`${path} set exit code ${failure.exitCode}`);
  }

  return {
    warn(diagnostics) {
      for (const each of diagnostics) {
        const { code, severity, message } = each;
        const tint = severity === "error" ? "red" : "yellow";
        note(`${at(declared.siteOf(each))}${paintNote(tint, `${severity} ${code}:`)} ${visible(inAProgram(message))}`);
        advise(each.help ?? (each.suggestion === undefined ? undefined : `Write ${each.suggestion} instead.`), code);
      }
    },
    broken(end, { failed, made, interrupted }) {
      if (!interrupted) tellEnd(end);
      if (end.kind === "ended" && failed.length > 0) {
        error(`${count(failed.length, "call")} failed, and the program continued: ${failed.join(", ")}`);
      }
      const message = `${interrupted ? "Stopped" : "Failed"}: ${whatWasMade(made)}`;
      json ? terminal.json({ error: { message } }) : out(message);
      note(`${interrupted ? "Run" : "Fix that, and run"} the program again: it continues from here.`);
    },
    done({ results, unfinished, brokenOff }) {
      const failures = results.filter((result) => !isFine(result));
      const once = sayOnce();
      for (const { detail } of failures) {
        for (const each of once(detail).data.diagnostics.filter(({ severity }) => severity === "error")) {
          note(
            `${at(declared.siteOf(each))}${paintNote("red", `error ${each.code}:`)} ${visible(inAProgram(each.message))}`,
          );
          advise(each.help, each.code);
        }
      }
      if (json) {
        const details = results.map(({ detail }) => detail);
        terminal.json(details);
      } else {
        const summaries = results.map(({ detail }) => detail.data.summary);
        const word = failures.length > 0 ? "Failed" : unfinished.length > 0 ? "Stopped" : "Done";
        out(`${word} in ${formatElapsed(performance.now() - started)}: ${formatCounts(summaries, "done")}.`);
        for (const line of nextSteps(results)) out(line);
      }
      if (brokenOff !== undefined) {
        error(brokenOff.message);
        advise(brokenOff.interruption.error?.help);
      }
      if (unfinished.length > 0) {
        note(`Not finished on ${unfinished.join(", ")}. Run the program again: it continues from here.`);
      }
    },
  };
}

function whatWasMade(made: readonly ChangeResult[]): string {
  if (made.length === 0) return "nothing was changed.";
  return `${formatCounts([summarise(made)], "done")}, and nothing removed.`;
}

/** As editors and terminals make a link of it. */
function placeOf({ file, line, column }: CallSite): string {
  const below = relative(process.cwd(), file);
  return `${below.startsWith("..") ? file : below}:${line}:${column}`;
}
