import { readFileSync } from "node:fs";
import { join } from "node:path";

const CONFIG = readFileSync(join(import.meta.dirname, "../../sst.config.ts"), "utf8");

export const FUNCTION_NAMES = ["intake", "reconcile", "notify", "sweep"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The files that `sst.config.ts` names as handlers, without their extension. */
export const HANDLER_FILES = [...CONFIG.matchAll(/handler: "([^"]+)\.handler"/g)].map(([, file]) => String(file));

/** What `sst.config.ts` sets under `nodejs` for every function, as it stands there. */
export const NODEJS_AS_WRITTEN = /args\.nodejs \?\?= (\{.*\});/.exec(CONFIG)?.[1];

/** The same. */
export const NODEJS = { minify: true, splitting: true } as const;
