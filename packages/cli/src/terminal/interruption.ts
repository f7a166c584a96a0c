/** Whether somebody asked us to stop. */
export interface CommandInterruption {
  readonly requested: boolean;
  /** Aborted when somebody does. */
  readonly requests: AbortSignal;
  /** Gives the signals back to the process. */
  release(): void;
}

/** npx passes a Ctrl-C on that the terminal has already sent: two this close together are one. */
const ONE_PRESS_MS = 1_000;
/** Requests that nobody waits for any more hold up the process of an interrupted command no longer than this. */
const LINGER_MS = 1_000;

/** Turns the first SIGINT or SIGTERM into a request to stop soon; another ends the process at once. */
export function onInterrupt(tell: () => void): CommandInterruption {
  let requestedAt: number | undefined;
  const requests = new AbortController();
  const request = () => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      tell();
      requests.abort();
    } else if (Date.now() - requestedAt > ONE_PRESS_MS) {
      process.exit(130);
    }
  };
  process.on("SIGINT", request).on("SIGTERM", request);
  return {
    get requested() {
      return requestedAt !== undefined;
    },
    requests: requests.signal,
    release() {
      process.off("SIGINT", request).off("SIGTERM", request);
      if (requestedAt !== undefined) setTimeout(() => process.exit(), LINGER_MS).unref();
    },
  };
}
