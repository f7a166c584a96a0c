import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { explain } from "./terminal/explain.ts";
import { openTerminal, type Streams, type Terminal } from "./terminal/terminal.ts";

/** Runs one command line; resolves to the exit code: 0 fine, 1 it failed or found errors, 2 wrong usage. */
export async function main(args: readonly string[], streams: Streams = process): Promise<number> {
  const terminal = openTerminal(streams);
  let exitCode = 0;
  let isJsonOwed = false;
  const out = (text: string) => {
    isJsonOwed = false;
    terminal.out(text);
  };
  const json = (value: unknown) => {
    isJsonOwed = false;
    terminal.json(value);
  };
  const program = createProgram({ ...terminal, out, json }, (code) => {
    exitCode = code;
  }).hook("preAction", (_, command) => {
    isJsonOwed = command.opts()["json"] === true || command.opts()["format"] === "json";
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    exitCode = tell(error, terminal, program.opts()["debug"] === true);
    if (isJsonOwed) terminal.json({ error: { message: explain(error).message } });
  }
  return terminal.close() ? exitCode : Math.max(exitCode, 1);
}

function tell(error: unknown, terminal: Terminal, debug: boolean): number {
  // Commander has printed its message already, and ends every misuse with 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { message, exitCode } = explain(error);
  terminal.note(`${terminal.paintNote("red", "error:")} ${message}`);
  if (debug && error instanceof Error) terminal.note(`${error.stack ?? error.message}\n${causes(error)}`);
  return exitCode;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? ""}\n${causes(error.cause)}` : "";
}
