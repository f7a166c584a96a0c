import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./layout.ts";

/** Licences that allow what we do: to pass the code on with its notice. */
const ALLOWED = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"]);

interface Part {
  readonly name: string;
  readonly license: string;
  readonly text: string;
}

/**
 * The notices of every package whose code is in the bundles, each text once.
 *
 * @throws Error where a package has another licence
 */
export function notices(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const parts = [...folders].map((folder) => partIn(join(ROOT, folder)));
  const byText = Map.groupBy(parts, ({ text }) => text);
  const sections = [...byText].map(([text, all]) => {
    const names = [...new Set(all.map(({ name, license }) => `${name} (${license})`))].sort();
    return `${names.join("\n")}\n\n${text}\n`;
  });
  const rule = `\n${"-".repeat(80)}\n\n`;
  return `specdrop contains code of these packages, under their own licences.\n${rule}${sections.sort().join(rule)}`;
}

function partIn(folder: string): Part {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!ALLOWED.has(license)) throw new Error(`${name} has the licence ${license}: may it be passed on?`);
  const files = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i.test(file))
    .sort();
  const text = files
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");
  const by = typeof author === "string" ? author : author?.name;
  const otherwise = `Copyright ${by ?? `the authors of ${name}`}. https://spdx.org/licenses/${license}.html`;
  return { name: `${name} ${version}`, license, text: text === "" ? otherwise : text };
}
