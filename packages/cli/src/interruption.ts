/** Whether somebody asked us to stop. */
export interface Interruption {
  readonly requested: boolean;
  /** Gives the signals back to the process. */
  release(): void;
}

/** npx passes a Ctrl-C on that the terminal has already sent: two this close together are one. */
const ONE_PRESS_MS = 1_000;

/** Turns the first SIGINT or SIGTERM into a request to stop soon; another ends the process at once. */
export function onInterrupt(tell: () => void): Interruption {
  let requestedAt: number | undefined;
  const request = () => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      tell();
    } else if (Date.now() - requestedAt > ONE_PRESS_MS) {
      process.exit(130);
    }
  };
  process.on("SIGINT", request).on("SIGTERM", request);
  return {
    get requested() {
      return requestedAt !== undefined;
    },
    release: () => void process.off("SIGINT", request).off("SIGTERM", request),
  };
}
