import { readFile } from "node:fs/promises";
import { build, type Plugin } from "esbuild";

/** Bundles the browser's script, small and on its own: no text of it may end the element that holds it. */
export async function bundlePageScript(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    format: "iife",
    platform: "browser",
    target: "es2023",
    legalComments: "none",
    logLevel: "silent",
    plugins: [UNINDENTED],
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no script for the page");
  return output.text.trimEnd().replaceAll("<!--", "\\u003c!--");
}

/** Markup in the components is indented for those who read it; htm takes a line break for nothing, with or without blanks. */
const UNINDENTED: Plugin = {
  name: "unindented",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]console[\\/]src[\\/]view[\\/][\w-]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/\n[ \t]+/g, "\n"),
      loader: "ts",
    }));
  },
};
