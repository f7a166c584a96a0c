import { SOURCE } from "./events.ts";
import { OPERATIONS_SOURCE } from "./operations.ts";
import { PROGRESS_SOURCE } from "./progress.ts";

/** The sources of what specdrop sends itself: no document comes from them. */
export const OUR_SOURCES: readonly string[] = [SOURCE, OPERATIONS_SOURCE, PROGRESS_SOURCE];
