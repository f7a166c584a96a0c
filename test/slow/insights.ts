/** The query that a link to the console holds, in the console's own notation. */
export function queryIn(address: string): string {
  const detail = decodeURIComponent(address.replace(/^.*queryDetail\$3D/, "").replaceAll("$", "%"));
  const text = /~editorString~'(.*?)~source~/.exec(detail)?.[1] ?? "";
  return decodeURIComponent(text.replaceAll("*", "%"));
}

type Line = Readonly<Record<string, unknown>>;

/** What a query of Logs Insights finds: `fields`, `filter` with `=` and `and`, `sort` and `limit`; sources are not looked at. */
export function matching(query: string, lines: readonly Line[]): readonly Line[] {
  let found = lines;
  for (const command of query.split("|").map((part) => part.trim())) {
    const [verb = "", ...rest] = command.split(/\s+/);
    const words = rest.join(" ");
    if (verb === "SOURCE") continue;
    else if (verb === "filter") found = found.filter((line) => words.split(" and ").every((each) => fits(each, line)));
    else if (verb === "sort") found = sorted(found, rest);
    else if (verb === "limit") found = found.slice(0, Number(words));
    else if (verb === "fields") {
      const names = words.split(/,\s*/);
      found = found.map((line) => ({ ...line, ...Object.fromEntries(names.map((name) => [name, at(line, name)])) }));
    } else throw new Error(`unknown command ${command}`);
  }
  return found;
}

function fits(condition: string, line: Line): boolean {
  const [, name, value] = /^([\w.@]+) = ("(?:[^"\\]|\\.)*")$/.exec(condition) ?? [];
  if (name === undefined || value === undefined) throw new Error(`unknown condition ${condition}`);
  return at(line, name) === JSON.parse(value);
}

/** `error.message`: of errors too, whose properties JSON does not show. */
function at(line: Line, path: string): unknown {
  if (Object.hasOwn(line, path)) return line[path];
  return path.split(".").reduce<unknown>((value, name) => (value as Line | undefined)?.[name], line);
}

function sorted(lines: readonly Line[], [name = "", order]: readonly string[]): readonly Line[] {
  const sign = order === "desc" ? -1 : 1;
  return lines.toSorted((one, other) => sign * (Number(at(one, name)) - Number(at(other, name))));
}
