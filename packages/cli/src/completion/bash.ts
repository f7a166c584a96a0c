import type { FlagOutline, OptionValue, Outline } from "./outline.ts";

/** A completion function for bash 3.2 and later. */
export function bashCompletion({ name, flags, commands }: Outline): string {
  const names = commands.map((command) => command.name);
  const values = commands.flatMap((command) =>
    command.flags
      .filter(({ value }) => value.kind !== "none")
      .map((flag) => `    ${spellings(flag, command.name)}) ${complete(flag.value)}; return ;;`),
  );
  const ownFlags = commands.map(
    (command) => `    ${command.name}) flags=${quote(listOf([...command.flags, ...flags]))} ;;`,
  );
  const places = commands.map((command) => `    ${command.name}) ${complete(command.argument)} ;;`);
  return `# Completion of ${name} for bash: put this line into ~/.bashrc
#   eval "$(${name} completion bash)"

_${name}_words() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$1" -- "$current")
}

_${name}_folders() {
  local line
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current")
}

_${name}_files() {
  local line ending
  _${name}_folders
  while IFS= read -r line; do
    [ -d "$line" ] && continue
    [ $# -eq 0 ] && COMPREPLY+=("$line")
    for ending in "$@"; do
      case $line in *"$ending") COMPREPLY+=("$line") ;; esac
    done
  done < <(compgen -f -- "$current")
}

_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= flags= at
  COMPREPLY=()
  # bash takes --flag=value apart.
  if [ "$current" = "=" ]; then current=; elif [ "$before" = "=" ]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
    ${names.join(" | ")}) command=\${COMP_WORDS[at]}; break ;;
    esac
  done

  case "$command $before" in
${values.join("\n")}
  esac

  case $command in
${ownFlags.join("\n")}
    *) flags=${quote(listOf(flags))} ;;
  esac
  case $current in -*) _${name}_words "$flags"; return ;; esac

  case $command in
${places.join("\n")}
    *) _${name}_words ${quote(names.join(" "))} ;;
  esac
}

complete -F _${name} ${name}
`;

  function complete(value: OptionValue): string {
    switch (value.kind) {
      case "words":
        return `_${name}_words ${quote(value.words.join(" "))}`;
      case "files":
        return [`_${name}_files`, ...value.endings.map(quote)].join(" ");
      case "folders":
        return `_${name}_folders`;
      default:
        return ":";
    }
  }
}

function spellings({ long, short }: FlagOutline, command: string): string {
  return [long, ...(short === undefined ? [] : [short])].map((flag) => quote(`${command} ${flag}`)).join(" | ");
}

function listOf(flags: readonly FlagOutline[]): string {
  return [...new Set(flags.flatMap(({ long, short }) => (short === undefined ? [long] : [short, long])))].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
