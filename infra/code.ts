/// <reference path="../.sst/platform/config.d.ts" />
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

declare const $cli: { readonly paths: { readonly root: string; readonly work: string } };

/**
 * Where SST finds the code of a function. With `sources`, a folder of handlers below the root of the app, SST bundles
 * them; without, it takes the bundles that the package brings.
 */
export function codeOf(file: string, sources: string | undefined): Pick<sst.aws.FunctionArgs, "handler" | "bundle"> {
  if (sources !== undefined) return { handler: `${sources}/${file}.handler` };
  const { resolve } = createRequire(path.join($cli.paths.root, "sst.config.ts"));
  const bundled = path.join(path.dirname(resolve("specdrop/sst")), "functions", file);
  // SST writes what is linked to a function into the folder of its bundle, so it gets a copy: node_modules stays as it is.
  const bundle = path.join($cli.paths.work, "specdrop", file);
  cpSync(bundled, bundle, { recursive: true });
  return { bundle, handler: "bundle.handler" };
}
