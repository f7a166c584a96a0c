import { CommanderError } from "commander";
import { explain } from "./explain.ts";
import { createProgram } from "./program.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** Runs one command line; resolves to the exit code: 0 fine, 1 it failed or found errors, 2 wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its message already, and ends every misuse with 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return tell(error, terminal, program.opts()["debug"] === true);
  }
}

function tell(error: unknown, terminal: Terminal, debug: boolean): number {
  const { message, exitCode } = explain(error);
  terminal.note(`${terminal.paintNote("red", "error:")} ${message}`);
  if (debug && error instanceof Error) terminal.note(`${error.stack ?? error.message}\n${causes(error)}`);
  return exitCode;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? ""}\n${causes(error.cause)}` : "";
}
