import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Inputs } from "./infrastructure.ts";
import { PLATFORM, PROVIDER_LOCK } from "./paths.ts";

export const PLATFORM_REQUIRE = createRequire(path.join(PLATFORM, "package.json"));

interface Resolution {
  readonly path: string;
  readonly importer: string;
  readonly kind: string;
}

interface PluginBuild {
  onResolve(filter: { filter: RegExp }, resolve: (args: Resolution) => object | undefined): void;
  onLoad(filter: { filter: RegExp }, load: (args: { readonly path: string }) => object | undefined): void;
}

const esbuild: { build(options: object): Promise<unknown> } = PLATFORM_REQUIRE("esbuild");

/** `app` of the configuration: SST reads it first, in a bundle without any globals but `$config`. */
export async function importConfig(config: string): Promise<{ app(input: { stage: string }): Promise<Inputs> }> {
  const code = `import config from ${JSON.stringify(config)}; export const app = config.app;`;
  return bundled(code, {
    banner: "const $config = (config) => config;",
    plugin: (build) =>
      build.onResolve({ filter: /.*/ }, ({ path: imported, importer, kind }) => {
        if (importer !== config) return undefined;
        return kind === "import-statement"
          ? { errors: [{ text: "SST rejects imports at the top of sst.config.ts" }] }
          : { path: imported, external: true }; // Only `run` imports.
      }),
  });
}

type Run = (before: () => void) => Promise<unknown>;

/** `run` of the configuration, with the globals it gets from SST. `before` is called when Pulumi's stack is there. */
export async function importRun(
  config: string,
  root: string,
  globals: Readonly<Record<string, unknown>>,
): Promise<Run> {
  const providers: { alias: string; package: string }[] = JSON.parse(readFileSync(PROVIDER_LOCK, "utf8"));
  const imports = [
    ...providers.map((provider) => `import * as ${provider.alias} from "${provider.package}";`),
    `import * as sst from ${JSON.stringify(path.join(PLATFORM, "src/components"))};`,
  ];
  const code = `
    import { run } from ${JSON.stringify(path.join(PLATFORM, "src/auto/run.ts"))};
    import config from ${JSON.stringify(config)};
    export const main = (before) => run(async () => { before(); return config.run(); });`;
  const { main } = await bundled<{ main: Run }>(code, {
    define: Object.fromEntries(Object.entries(globals).map(([name, value]) => [name, JSON.stringify(value)])),
    inject: [path.join(PLATFORM, "src/shim/run.js")],
    plugin: (build) =>
      // SST 4.17.1 puts them into every file but its own, those in node_modules too (pkg/js/js.go in its repository).
      build.onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, ({ path: file }) => {
        if (file.includes(".sst")) return undefined;
        const text = readFileSync(file, "utf8");
        // What break-config.ts breaks; code that has been bundled has no such table.
        const broken = file.endsWith("infra/settings.ts") ? (process.env["SPECDROP_BROKEN_SETTING"] ?? "") : "";
        const contents = `${imports.join("\n")}\n${text}\n${broken}`;
        // Where it imports from, wherever a copy of it may be.
        return { contents, loader: "default", ...(file === config && { resolveDir: root }) };
      }),
  });
  return main;
}

interface Bundling {
  readonly banner?: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly inject?: readonly string[];
  readonly plugin: (build: PluginBuild) => void;
}

let bundles = 0;

/** Bundles as SST's command line does, and imports the bundle. It has to lie where the externals are found. */
async function bundled<Module>(
  contents: string,
  { banner = "", define = {}, inject = [], plugin }: Bundling,
): Promise<Module> {
  bundles += 1;
  const outfile = path.join(PLATFORM, `synth.${process.pid}.${bundles}.mjs`);
  process.on("exit", () => rmSync(outfile, { force: true }));
  await esbuild.build({
    stdin: { contents, resolveDir: PLATFORM, sourcefile: "synth.ts", loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    sourcemap: "inline",
    logLevel: "error",
    mainFields: ["module", "main"],
    nodePaths: [path.join(PLATFORM, "node_modules")],
    define,
    inject,
    banner: {
      js: [
        `import { createRequire as createBundleRequire } from "node:module";`,
        "const require = createBundleRequire(import.meta.url);",
        "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
        banner,
      ].join("\n"),
    },
    external: [
      "@pulumi/*",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "undici",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    plugins: [{ name: "specdrop", setup: plugin }],
  });
  return import(pathToFileURL(outfile).href);
}
