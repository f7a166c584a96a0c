import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
const [, SOURCES] = /sources: "(.*)"/.exec(read("sst.config.ts")) ?? [];
const INFRASTRUCTURE = read("infra/specdrop.ts");

export const FUNCTION_NAMES = ["intake", "reconcile", "notify", "sweep"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The files that `sst.config.ts` deploys as handlers, without their extension. */
export const HANDLER_FILES = [...INFRASTRUCTURE.matchAll(/\bfile: "(\w+)"/g)].map(([, file]) => `${SOURCES}/${file}`);

/** What it sets under `nodejs` for every function, as it stands there. */
export const NODEJS_AS_WRITTEN = /\bnodejs: (\{.*?\}),/.exec(INFRASTRUCTURE)?.[1];

/** The same. */
export const NODEJS = { minify: true, splitting: true } as const;
