import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { bundle, linkTo } from "../../bundles/build.ts";
import type { Infrastructure } from "../../infra/infrastructure.ts";
import type { Context } from "./resource.ts";

/** Bundles each function as it ships, with what is linked to it; `env` is added to the environment of each. */
export function codeOf(
  { builds, resources }: Pick<Infrastructure, "builds" | "resources">,
  env: Readonly<Record<string, string>>,
): Context["codeOf"] {
  return async (name) => {
    const resource = resources.find(({ type, state }) => type.endsWith(":Function") && state["name"] === name);
    const build = builds.find(({ logGroup }) => logGroup === resource?.inputs["loggingConfig"]?.logGroup);
    if (build === undefined) throw new Error(`nothing is bundled for ${name}`);
    const folder = await mkdtemp(path.join(tmpdir(), "specdrop-code-"));
    try {
      const { minify, splitting } = build.properties as { minify: boolean; splitting: boolean };
      await bundle(`${build.handler.replace(/\.handler$/, "")}.ts`, folder, { minify, splitting });
      const linked = await linkTo(folder, build.links);
      const files = (await readdir(folder)).filter((file) => !file.endsWith(".map"));
      const contents = await Promise.all(
        files.map(async (file) => [file, await readFile(path.join(folder, file))] as const),
      );
      return { zip: zipSync(Object.fromEntries(contents)), env: { ...linked, ...env } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
