import { basename, resolve } from "node:path";
import { watch } from "chokidar";

/** Editors save in several steps, and often by renaming one file over another: what happens this close together is one change. */
const DEBOUNCE_MS = 100;

/** Calls `look` once everything at `paths` is watched and after each change, never twice at a time, until `signal` aborts. */
export async function watchFiles(
  paths: readonly string[],
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const named = new Set(paths.map((path) => resolve(path)));
  const watcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path) => /^(?:node_modules|\..+)$/.test(basename(path)) && !named.has(resolve(path)),
  });
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const lookNext = () => {
    last = last.then(look);
    last.catch(reject);
  };
  watcher.once("ready", lookNext);
  watcher.on("all", () => {
    clearTimeout(timer);
    timer = setTimeout(lookNext, DEBOUNCE_MS);
  });
  watcher.on("error", reject);
  signal.addEventListener("abort", () => end());
  if (signal.aborted) end();
  try {
    await ended;
    await last;
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
