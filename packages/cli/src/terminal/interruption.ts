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

/** For how long the changes under way may go on once somebody asks to stop, in milliseconds. Most take a few seconds. */
const GRACE_MS = 20_000;

/**
 * Turns the first SIGINT or SIGTERM into a request to stop soon; another ends the process at once. `onGraceOver` is called
 * where the command is still at work 20 seconds after the first.
 */
export function onInterrupt(tell: () => void, onGraceOver: () => void = () => {}): CommandInterruption {
  let requestedAt: number | undefined;
  let grace: NodeJS.Timeout | undefined;
  const requests = new AbortController();
  const request = () => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      tell();
      requests.abort();
      grace = setTimeout(onGraceOver, GRACE_MS).unref();
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
      clearTimeout(grace);
      process.off("SIGINT", request).off("SIGTERM", request);
      if (requestedAt !== undefined) setTimeout(() => process.exit(), LINGER_MS).unref();
    },
  };
}
