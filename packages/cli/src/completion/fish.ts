import type { FlagOutline, OptionValue, Outline } from "./outline.ts";

/** Completions for fish 3 and later. */
export function fishCompletion({ name, flags, commands }: Outline): string {
  const lines = [
    `# Completion of ${name} for fish: put this line into ~/.config/fish/config.fish`,
    `#   ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...flags.map((flag) => `complete -c ${name} ${flagSpec(flag)}`),
  ];
  for (const command of commands) {
    const isIt = quote(`__fish_seen_subcommand_from ${command.name}`);
    const about = quote(command.summary);
    lines.push(`complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${about}`);
    const takes = words(command.argument);
    if (takes !== "") lines.push(`complete -c ${name} -n ${isIt} ${takes}`);
    const own = command.flags.filter(({ long }) => !flags.some((flag) => flag.long === long));
    lines.push(...own.map((flag) => `complete -c ${name} -n ${isIt} ${flagSpec(flag)}`));
  }
  return `${lines.join("\n")}\n`;
}

function flagSpec({ long, short, description, value }: FlagOutline): string {
  const parts = [
    `-l ${long.replace(/^--/, "")}`,
    ...(short === undefined ? [] : [`-s ${short.replace(/^-/, "")}`]),
    ...(value.kind === "none" ? [] : [isAnyFile(value) ? "-r" : "-x"]),
    ...(words(value) === "" ? [] : [words(value)]),
    `-d ${quote(description.replaceAll("\n", " "))}`,
  ];
  return parts.join(" ");
}

function isAnyFile(value: OptionValue): boolean {
  return value.kind === "files" && value.endings.length === 0;
}

function words(value: OptionValue): string {
  switch (value.kind) {
    case "words":
      return `-a ${quote(value.words.join(" "))}`;
    case "files": {
      const bySuffix = value.endings.map((ending) => `__fish_complete_suffix ${ending}`);
      return isAnyFile(value) ? "-F" : `-k -a ${quote(`(${bySuffix.join("; ")})`)}`;
    }
    case "folders":
      return `-a ${quote("(__fish_complete_directories)")}`;
    default:
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
