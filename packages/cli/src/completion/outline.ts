import { DIAGNOSTICS } from "@specdrop/spec";
import type { Argument, Command, Option } from "commander";

/** What may stand in a place of the command line. */
export type OptionValue =
  | { readonly kind: "none" }
  /** Free text, which nothing can complete. */
  | { readonly kind: "text" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Files whose names end so, and the folders on the way; any file where there are no endings. */
  | { readonly kind: "files"; readonly endings: readonly string[] }
  | { readonly kind: "folders" };

export interface FlagOutline {
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  readonly value: OptionValue;
}

export interface CommandOutline {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagOutline[];
  /** What stands after the command, besides flags. */
  readonly argument: OptionValue;
}

/** A command line as plain data, for those who write completions. */
export interface Outline {
  readonly name: string;
  readonly flags: readonly FlagOutline[];
  readonly commands: readonly CommandOutline[];
}

/** Reads a program's commands, flags and arguments. */
export function outlineOf(program: Command): Outline {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).map((command): CommandOutline => {
    const names = program.commands.map((each) => each.name());
    const [argument] = command.registeredArguments;
    return {
      name: command.name(),
      summary: command.summary(),
      flags: help.visibleOptions(command).map(flagOf),
      argument: argument?.name() === "command" ? { kind: "words", words: names } : argumentOf(argument),
    };
  });
  return { name: program.name(), flags: help.visibleOptions(program).map(flagOf), commands };
}

function flagOf(option: Option): FlagOutline {
  return {
    long: option.long ?? option.flags,
    ...(option.short === undefined ? {} : { short: option.short }),
    description: option.description,
    value: option.required || option.optional ? valueFor(option.argChoices, option.flags) : { kind: "none" },
  };
}

function argumentOf(argument: Argument | undefined): OptionValue {
  return argument === undefined ? { kind: "none" } : valueFor(argument.argChoices, argument.name());
}

/** By its choices, or what its name says: `<ledger>`, `<folder>`, `<PATH>`, `<PROGRAM.ts>`, `[CODE]`. */
function valueFor(choices: readonly string[] | undefined, name: string): OptionValue {
  if (choices !== undefined) return { kind: "words", words: choices };
  if (name === "CODE") return { kind: "words", words: Object.keys(DIAGNOSTICS) };
  if (/<folder>|^FOLDER$/.test(name)) return { kind: "folders" };
  if (/\.ts|PROGRAM/.test(name)) return { kind: "files", endings: [".ts", ".mts", ".js", ".mjs"] };
  if (/^(?:PATH|TEMPLATE|DOCUMENT)/.test(name)) return { kind: "files", endings: [".yaml", ".yml", ".json"] };
  return /<(?:ledger|file|path)>/i.test(name) ? { kind: "files", endings: [] } : { kind: "text" };
}
