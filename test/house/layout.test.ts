import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGES = ["functions", ...readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}`)].filter(
  (folder) => readdirSync(join(ROOT, folder)).includes("package.json"),
);

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

const nameOf = (folder: string) => folder.replace("packages/", "");

/** The packages of ours that a package's source imports, also those it resolves by name at run time. */
function importsOf(folder: string): readonly string[] {
  const found = sourcesOf(folder).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from |import\(|resolve\()"@specdrop\/([a-z]+)/g)].map(
      ([, name = ""]) => name,
    ),
  );
  return [...new Set(found)].sort();
}

describe("imports", () => {
  const table = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
  const rows = new Map(
    [...table.matchAll(/^\| \[([a-z]+)\]\([^)]+\)\s*\|[^|]*(?:\\\|[^|]*)*\|\s*([^|]+?)\s*\|$/gm)].map(
      ([, name = "", imports = ""]) => {
        const words = imports.replace(/\. Pure$/, "");
        return [name, words === "nothing" ? [] : words.split(", ").sort()];
      },
    ),
  );

  test("the table of docs/architecture.md has a row for each package", () => {
    expect([...rows.keys()].sort()).toEqual(PACKAGES.map(nameOf).sort());
  });

  test.each(PACKAGES)("%s imports what its row says, and its package.json too", (folder) => {
    expect(importsOf(folder)).toEqual(rows.get(nameOf(folder)));
    const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    const declared = Object.keys(dependencies).flatMap((name) => /^@specdrop\/(.*)/.exec(name)?.[1] ?? []);
    expect(declared.sort()).toEqual(importsOf(folder));
  });

  test("rows stand in an order in which each imports only from above", () => {
    const seen = new Set<string>();
    for (const [name, imports] of rows) {
      expect(
        imports.filter((one) => !seen.has(one)),
        name,
      ).toEqual([]);
      seen.add(name);
    }
  });
});

test("a type name stands in one file", () => {
  const files = new Map<string, string[]>();
  for (const file of PACKAGES.flatMap(sourcesOf)) {
    const declared = readFileSync(file, "utf8").matchAll(
      /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class) ([A-Z]\w*)/gm,
    );
    for (const [, name = ""] of declared) files.set(name, [...(files.get(name) ?? []), relative(ROOT, file)]);
  }
  const twice = [...files].filter(([, where]) => new Set(where).size > 1);
  expect(twice).toEqual([]);
});
