import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundlePageScript } from "@specdrop/console/bundle-page-script";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { DEPENDENCIES, LEAST_NODE, LIBRARIES, PROGRAMS, ROOT, STAGE, sourceOf } from "./layout.ts";

/** CommonJS code of others calls `require`, which a module does not have. */
const REQUIRE = `import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);`;

/** Builds every JavaScript file of `dist/`. Resolves to the paths of what went into them, below the repository. */
export async function bundle(): Promise<readonly string[]> {
  const { authoring, ...anywhere } = LIBRARIES;
  const built = await Promise.all([
    run({ entryPoints: sourcesOf({ cli: PROGRAMS.cli }), platform: "node", banner: { js: REQUIRE } }),
    // One build: a program and the host that carries it share the scope of the run.
    run({ entryPoints: sourcesOf({ authoring, "program-host": PROGRAMS["program-host"] }), platform: "node" }),
    // Browsers load these too.
    run({ entryPoints: sourcesOf(anywhere), platform: "neutral" }),
  ]);
  // What dev and a page that is written to a file put into it, with no map: it is a part of one HTML answer.
  await writeFile(
    join(STAGE, "dist/page-script.js"),
    await bundlePageScript(sourceOf("@specdrop/console/browser/main")),
  );
  const maps = built.flatMap(({ outputs }) => Object.keys(outputs)).filter((path) => path.endsWith(".map"));
  await Promise.all(maps.map((path) => tidyMap(join(ROOT, path))));
  // What tree shaking left nothing of is not passed on.
  const parts = built.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)));
  return [...new Set(parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path))];
}

async function run(options: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: "esm",
    target: [`node${LEAST_NODE}`, "es2024"],
    outdir: join(STAGE, "dist"),
    chunkNames: "chunks/[name]-[hash]",
    // In the package the page's script is bundled already.
    external: [...DEPENDENCIES, "esbuild"],
    mainFields: ["module", "main"],
    sourcemap: "linked",
    logLevel: "warning",
    ...options,
    metafile: true,
  });
  return metafile;
}

function sourcesOf(modules: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(modules).map(([name, specifier]) => [name, sourceOf(specifier)]));
}

/** Names the sources by their path in the repository, and leaves out the text of those of others, which npm has. */
export async function tidyMap(file: string): Promise<void> {
  const map = JSON.parse(await readFile(file, "utf8"));
  const sources: string[] = map.sources.map((path: string) => path.replace(/^(?:\.\.\/)+/, ""));
  const isOurs = (path: string): boolean => !path.includes("node_modules/");
  const sourcesContent = map.sourcesContent.map((text: string, index: number) =>
    isOurs(sources[index] ?? "") ? text : null,
  );
  await writeFile(file, JSON.stringify({ ...map, sourceRoot: "specdrop:///", sources, sourcesContent }));
}
