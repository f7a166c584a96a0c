/** How long others get to finish what they are at before the sweep takes it for left behind. */
export const DEFAULT_GRACE_MS = 5 * 60_000;
