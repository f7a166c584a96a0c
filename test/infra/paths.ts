import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");
/** SST's components and their dependencies, as `sst install` lays them out. */
export const PLATFORM = path.join(ROOT, ".sst/platform");
export const PROVIDER_LOCK = path.join(ROOT, ".sst/provider-lock.json");
export const CONFIG = path.join(ROOT, "sst.config.ts");
