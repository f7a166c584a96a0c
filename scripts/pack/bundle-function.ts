import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { ROOT } from "./layout.ts";

/** What SST writes at the head of each file, for code that was CommonJS. */
const BANNER = `import { createRequire as topLevelCreateRequire } from 'module';
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"
const __filename = topLevelFileUrlToPath(import.meta.url)
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))
`;

export interface BundleOptions {
  readonly minify: boolean;
  readonly splitting: boolean;
  /** Whether to write source maps too. */
  readonly sourcemap?: boolean;
}

/**
 * Bundles a Lambda function into a folder as SST 4.17.1 does for nodejs24.x, with the version of esbuild that is in its
 * binary. The options are those of pkg/runtime/node/build.go in SST's repository. `file` is below the repository's root.
 */
export async function bundleFunction(
  file: string,
  folder: string,
  { minify, splitting, sourcemap = false }: BundleOptions,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [file],
    platform: "node",
    external: ["sharp", "pg-native"],
    keepNames: true,
    bundle: true,
    metafile: true,
    sourcemap: sourcemap ? "linked" : false,
    format: "esm",
    target: "es2024",
    mainFields: ["module", "main"],
    banner: { js: BANNER },
    minify,
    splitting,
    ...(splitting
      ? { outdir: folder, outExtension: { ".js": ".mjs" }, entryNames: "bundle" }
      : { outfile: join(folder, "bundle.mjs") }),
    logLevel: "silent",
  });
  return metafile;
}
