import type { Log } from "@specdrop/service/ports";

/** A log for operators has no readers at a terminal. */
export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };
