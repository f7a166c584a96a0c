import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { LIBRARIES, ROOT, STAGE, sourceOf } from "./layout.ts";

const SCRATCH = join(ROOT, "dist/declarations");

/**
 * Writes the types of what users import below `types/`: what these files reach, and nothing else. Returns the path of
 * each library's, below the package.
 *
 * @throws Error where they would need another package's types
 */
export function declarations(): Readonly<Record<keyof typeof LIBRARIES, string>> {
  const sources = new Set(Object.values(LIBRARIES).map(sourceOf));
  emit([...sources]);
  for (const source of sources) {
    // tsc writes none for what another package of ours leads to, until it is told of the file itself.
    if (!existsSync(emittedFor(source))) emit([...sources]);
    for (const target of write(source)) sources.add(target);
  }
  rmSync(SCRATCH, { recursive: true });
  const paths = Object.entries(LIBRARIES).map(([name, specifier]) => [name, `./${placeOf(sourceOf(specifier))}`]);
  return Object.fromEntries(paths);
}

function emit(files: readonly string[]): void {
  mkdirSync(SCRATCH, { recursive: true });
  const config = join(SCRATCH, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: ROOT,
    outDir: SCRATCH,
  };
  writeFileSync(config, JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], files }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", config], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("tsc wrote no declarations");
}

function emittedFor(source: string): string {
  return join(SCRATCH, relative(ROOT, source)).replace(/\.ts$/, ".d.ts");
}

/** Copies the declarations of a source file, with specifiers that hold in the package. Returns the sources that they name. */
function write(source: string): readonly string[] {
  const named: string[] = [];
  const text = readFileSync(emittedFor(source), "utf8").replace(
    /(\bfrom |\bimport\()"([^"]+)"/g,
    (_, keyword: string, specifier: string) => {
      const target = resolved(specifier, source);
      named.push(target);
      const path = relative(dirname(placeOf(source)), placeOf(target).replace(/\.d\.ts$/, ".js"));
      const portable = path.split(sep).join("/");
      return `${keyword}"${portable.startsWith(".") ? portable : `./${portable}`}"`;
    },
  );
  const file = join(STAGE, placeOf(source));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return named;
}

function resolved(specifier: string, from: string): string {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  if (specifier.startsWith("@specdrop/")) return sourceOf(specifier);
  throw new Error(`The types of ${relative(ROOT, from)} need those of ${specifier}, which users may not have`);
}

/** packages/events/src/parse.ts → types/events/parse.d.ts */
function placeOf(source: string): string {
  const path = relative(ROOT, source).split(sep).join("/");
  const [, name, rest] = /^packages\/([^/]+)\/src\/(.+)\.ts$/.exec(path) ?? [];
  if (name === undefined) throw new Error(`${source} is no source file of a package`);
  return `types/${name}/${rest}.d.ts`;
}
