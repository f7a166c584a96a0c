import { createCipheriv, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

export const ROOT = join(import.meta.dirname, "../..");

/** What SST writes at the head of each file, for code that was CommonJS. */
const BANNER = `import { createRequire as topLevelCreateRequire } from 'module';
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"
const __filename = topLevelFileUrlToPath(import.meta.url)
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))
`;

export interface Bundle {
  /** Of the code. Source maps are left out, for SST does not ship them. */
  readonly bytes: number;
  readonly metafile: Metafile;
}

/**
 * Bundles a file into a folder as SST 4.17.1 does for nodejs24.x, with the version of esbuild that is in its binary. The
 * options are those of pkg/runtime/node/build.go in SST's repository, with what `sst.config.ts` sets under `nodejs`.
 */
export async function bundle(
  file: string,
  folder: string,
  { minify, splitting }: { readonly minify: boolean; readonly splitting: boolean },
): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [file],
    platform: "node",
    external: ["sharp", "pg-native"],
    keepNames: true,
    bundle: true,
    metafile: true,
    sourcemap: "linked",
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
  const code = Object.entries(metafile.outputs).filter(([path]) => !path.endsWith(".map"));
  return { bytes: code.reduce((sum, [, { bytes }]) => sum + bytes, 0), metafile };
}

/**
 * Puts what is linked to a function next to its code, as SST does: encrypted, under a key that only the function's
 * environment holds (pkg/runtime/runtime.go in its repository). Resolves to what it adds to the environment.
 */
export async function linkTo(folder: string, links: Readonly<Record<string, object>>): Promise<Record<string, string>> {
  const key = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, Buffer.alloc(12));
  const encrypted = [cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "resource.enc"), Buffer.concat(encrypted));
  return {
    SST_RESOURCE_App: JSON.stringify({ name: "specdrop", stage: "test" }),
    SST_KEY: key.toString("base64"),
    SST_KEY_FILE: "resource.enc",
  };
}
