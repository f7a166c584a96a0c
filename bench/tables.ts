import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Puts the tables of the last runs into docs/performance.md, each between the comments that bear its bench's name. */
const page = new URL("../docs/performance.md", import.meta.url);
let text = readFileSync(page, "utf8");
for (const [whole, name = ""] of text.matchAll(/<!-- (\w+) -->\n[\s\S]*?<!-- \/\1 -->/g)) {
  const result = new URL(`results/${name}.json`, import.meta.url);
  if (!existsSync(result)) continue;
  const { rows, time, machine } = JSON.parse(readFileSync(result, "utf8")) as Result;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly unknown[]) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
  const table = [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map((of) => row[of]))),
  ];
  const when = `_${time.slice(0, 10)}, Node ${machine.node}, ${machine.cpus} processors._`;
  text = text.replace(whole, `<!-- ${name} -->\n\n${table.join("\n")}\n\n${when}\n\n<!-- /${name} -->`);
}
writeFileSync(page, text);

interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly time: string;
  readonly machine: { readonly node: string; readonly cpus: number };
}
