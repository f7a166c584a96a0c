import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** The repository. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** Where the package is put together. */
export const STAGE = join(ROOT, "dist/package");

/** What users may import, below `specdrop/`, and the module of ours that it is. */
export const LIBRARIES = {
  authoring: "@specdrop/authoring",
  events: "@specdrop/events/public",
  preview: "@specdrop/template",
} as const;

/** What the command line starts or reads by a name of its own: the `imports` of our package.json files have the same names. */
export const PROGRAMS = {
  cli: "@specdrop/cli/main",
  "program-host": "@specdrop/authoring/host",
} as const;

/** Packages that users install beside ours: the embedded stack reads them by their paths, or they hold native code. */
export const DEPENDENCIES = ["dynalite", "fauxqs"] as const;

/** The least Node; its TypeScript, `require` of modules and SQLite are what we build on. */
export const LEAST_NODE = "22.13.0";

const { resolve: find } = createRequire(join(ROOT, "packages/cli/package.json"));

/** The source file of a module of ours, as the `exports` of its package say. */
export function sourceOf(specifier: string): string {
  return find(specifier);
}
