import type { ConsoleState } from "../state.ts";
import type { PageConnection } from "../view/ui.ts";

interface StreamFollower {
  readonly version: () => string;
  /** When the last state was made. */
  readonly lastUpdate: () => string;
  readonly update: (state: ConsoleState) => void;
  readonly tell: (connection: PageConnection) => void;
}

/** At most four states a second. */
const LEAST_BETWEEN_MS = 250;
const POLL_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;

/**
 * Keeps the page up to date: the stream says that something has changed, and the page fetches the state. Where the server
 * has no stream left it is asked every five seconds; where it does not answer, the page says so and tries again.
 */
export function followServer({ version, lastUpdate, update, tell }: StreamFollower): void {
  let source: EventSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let isFetching = false;
  let isStale = false;
  let fetchedAt = 0;
  let isConnected = true;

  async function fetchState(): Promise<boolean> {
    const response = await fetch("state.json", { headers: { "if-none-match": `"${version()}"` } });
    if (response.status === 200) update((await response.json()) as ConsoleState);
    return response.ok || response.status === 304;
  }

  /** Fetches now, or as soon as it may; whatever changes meanwhile is fetched after it. */
  function refresh(): void {
    isStale = true;
    if (isFetching) return;
    isFetching = true;
    const wait = Math.max(0, fetchedAt + LEAST_BETWEEN_MS - Date.now());
    setTimeout(async () => {
      isStale = false;
      fetchedAt = Date.now();
      try {
        await fetchState();
      } catch {
        // The stream notices that nobody is there.
      }
      isFetching = false;
      if (isStale) refresh();
    }, wait);
  }

  function connected(): void {
    retryMs = FIRST_RETRY_MS;
    if (isConnected) return;
    isConnected = true;
    tell({ kind: "connected" });
  }

  function open(): void {
    source = new EventSource("stream");
    source.addEventListener("open", () => {
      connected();
      refresh();
    });
    source.addEventListener("changed", refresh);
    source.addEventListener("error", () => void lost());
  }

  async function lost(): Promise<void> {
    source?.close();
    source = undefined;
    try {
      if (await fetchState()) {
        connected();
        setTimeout(open, POLL_MS);
        return;
      }
    } catch {
      // Said below.
    }
    isConnected = false;
    const retryAt = Date.now() + retryMs;
    retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    const count = () => tell({ kind: "lost", since: lastUpdate(), retryAt: new Date(retryAt).toISOString() });
    count();
    const ticking = setInterval(count, 1_000);
    setTimeout(() => {
      clearInterval(ticking);
      open();
    }, retryAt - Date.now());
  }

  open();
  addEventListener("pagehide", () => source?.close());
}
