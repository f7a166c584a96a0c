import type { Metafile } from "esbuild";

type Outputs = Metafile["outputs"];

/** The bundle, and of its parts those that are loaded with it: all that is imported, and not at need. */
function startOf(outputs: Outputs): readonly string[] {
  const bundle = Object.keys(outputs).filter((path) => path.endsWith("/bundle.mjs"));
  const seen = new Set(bundle);
  for (const path of seen) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && imported in outputs) seen.add(imported);
    }
  }
  return [...seen];
}

export interface Contents {
  /** Bytes that are loaded when the function starts. */
  readonly startBytes: number;
  /** The sources in them, as paths from the repository's root. */
  readonly start: readonly string[];
  /** The sources in all of it, what is loaded at need included. */
  readonly all: readonly string[];
  /** What our sources load at need, and has lost its names: a bundled CommonJS module exports `default` alone. */
  readonly nameless: readonly string[];
}

function namelessIn({ inputs, outputs }: Metafile): readonly string[] {
  const exportsOf = new Map(Object.values(outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
  const ours = Object.entries(inputs).filter(([source]) => /^(functions|packages)\//.test(source));
  return ours.flatMap(([source, { imports }]) =>
    imports
      .filter(({ path, kind }) => kind === "dynamic-import" && exportsOf.get(path)?.join() === "default")
      .map(({ path }) => `${path} in ${source}`),
  );
}

export function contentsOf(metafile: Metafile): Contents {
  const { outputs } = metafile;
  const start = startOf(outputs);
  const sourcesIn = (paths: readonly string[]) =>
    paths.flatMap((path) => {
      const inputs = Object.entries(outputs[path]?.inputs ?? {});
      return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([source]) => source);
    });
  return {
    startBytes: start.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0),
    start: sourcesIn(start).sort(),
    all: [...new Set(sourcesIn(Object.keys(outputs)))].sort(),
    nameless: namelessIn(metafile),
  };
}
