import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { tidyMap } from "./bundle.ts";
import { bundleFunction } from "./bundle-function.ts";
import { ROOT } from "./layout.ts";

/** The functions that the component deploys: infra/specdrop.ts names them. */
const FUNCTIONS = ["intake", "reconcile", "notify", "sweep"] as const;

/**
 * Writes `specdrop/sst` into a folder: specdrop.js with its types, and the functions' bundles beside it. SST bundles
 * specdrop.js into the user's sst.config.ts and gives it its globals (`sst`, `aws`, `$app`), which it does for .js files
 * and not for .mjs. Resolves to the paths of what went into the JavaScript, below the repository.
 *
 * @throws Error where tsc or esbuild writes nothing
 */
export async function component(folder: string): Promise<readonly string[]> {
  const [code, ...functions] = await Promise.all([
    bundleComponent(folder),
    // SST puts every file of the folder into the function, so there are no source maps.
    ...FUNCTIONS.map((name) =>
      bundleFunction(`functions/src/${name}.ts`, join(folder, "functions", name), { minify: true, splitting: true }),
    ),
  ]);
  await tidyMap(join(folder, "specdrop.js.map"));
  declarations(folder);
  const parts = [code, ...functions].flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)),
  );
  return [...new Set(parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path))];
}

async function bundleComponent(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["infra/specdrop.ts"],
    outfile: join(folder, "specdrop.js"),
    platform: "node",
    format: "esm",
    target: "es2023",
    bundle: true,
    sourcemap: "linked",
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/**
 * The types, without looking at those of SST, which are not there until a project has installed its platform: tsc writes
 * what stands in the source, and says that it does not know `sst`.
 */
function declarations(folder: string): void {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  const scratch = mkdtempSync(join(ROOT, "dist/component-"));
  try {
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      isolatedDeclarations: true,
      noCheck: true,
      rootDir: ROOT,
      outDir: scratch,
    };
    const files = [join(ROOT, "infra/specdrop.ts")];
    const config = join(scratch, "tsconfig.json");
    writeFileSync(
      config,
      JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], files }),
    );
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    spawnSync(process.execPath, [compiler, "-p", config], { stdio: ["ignore", "ignore", 2] });
    for (const name of ["specdrop", "settings"]) {
      const text = readFileSync(join(scratch, `infra/${name}.d.ts`), "utf8");
      if (/: any\b|@specdrop|packages\//.test(text)) throw new Error(`The types of ${name}.ts are not all written out`);
      writeFileSync(join(folder, `${name}.d.ts`), text.replaceAll('.ts"', '.js"'));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (!readdirSync(folder).includes("specdrop.d.ts")) throw new Error("tsc wrote no types of the component");
}
