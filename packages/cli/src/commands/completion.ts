import type { Command } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { outlineOf } from "../completion/outline.ts";
import { zshCompletion } from "../completion/zsh.ts";
import type { Terminal } from "../terminal/terminal.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Prints a shell's completion of the program's commands, flags and files. */
export function completion(shell: keyof typeof SHELLS, program: Command, terminal: Terminal): number {
  terminal.document(SHELLS[shell](outlineOf(program)).trimEnd());
  return 0;
}
