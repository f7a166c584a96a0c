import { createCipheriv, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { bundleFunction } from "../../scripts/pack/bundle-function.ts";

export const ROOT = join(import.meta.dirname, "../..");

export interface Bundle {
  /** Of the code. Source maps are left out, for SST does not ship them. */
  readonly bytes: number;
  readonly metafile: Metafile;
}

/** Bundles a file into a folder as SST does, and as the package brings it. */
export async function bundle(
  file: string,
  folder: string,
  { minify, splitting }: { readonly minify: boolean; readonly splitting: boolean },
): Promise<Bundle> {
  const metafile = await bundleFunction(file, folder, { minify, splitting, sourcemap: true });
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
