import type { FlagOutline, OptionValue, Outline } from "./outline.ts";

/** A completion function for zsh, to be evaluated or to stand in a folder of `fpath` as `_specdrop`. */
export function zshCompletion({ name, flags, commands }: Outline): string {
  const described = commands.map((command) => `    ${quote(`${command.name}:${escaped(command.summary)}`)}`);
  const cases = commands.map((command) => {
    const specs = [...command.flags, ...flags.filter(({ long }) => !command.flags.some((flag) => flag.long === long))];
    const parts = [...specs.map(flagSpec), ...argumentSpec(command.argument)];
    return `      ${command.name})\n        _arguments \\\n${parts.map((part) => `          ${part}`).join(" \\\n")}\n        ;;`;
  });
  return `#compdef ${name}
# Completion of ${name} for zsh: put this line into ~/.zshrc, after compinit
#   eval "$(${name} completion zsh)"

_${name}() {
  local -a commands
  local context state state_descr line
  typeset -A opt_args
  commands=(
${described.join("\n")}
  )
  _arguments -C \\
${flags.map((flag) => `    ${flagSpec(flag)}`).join(" \\\n")} \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument)
    case $words[1] in
${cases.join("\n")}
    esac
    ;;
  esac
}

if [ "$funcstack[1]" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function flagSpec({ long, short, description, value }: FlagOutline): string {
  const takes = value.kind === "none" ? "" : `:value:${action(value)}`;
  const told = `[${escaped(description).replaceAll("[", "\\[").replaceAll("]", "\\]")}]`;
  if (short === undefined) return quote(`${long}${value.kind === "none" ? "" : "="}${told}${takes}`);
  return `'(${short} ${long})'{${short},${long}}${quote(`${told}${takes}`)}`;
}

function argumentSpec(value: OptionValue): readonly string[] {
  return value.kind === "none" ? [] : [quote(`*:argument:${action(value)}`)];
}

function action(value: OptionValue): string {
  switch (value.kind) {
    case "words":
      return `(${value.words.join(" ")})`;
    case "files":
      return value.endings.length === 0 ? "_files" : `_files -g "*(${value.endings.join("|")})"`;
    case "folders":
      return "_files -/";
    default:
      return " ";
  }
}

/** Colons part the fields of a description. */
function escaped(text: string): string {
  return text.replaceAll("\n", " ").replaceAll(":", "\\:");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
