import type { ServerResponse } from "node:http";

export type PageStreams = ReturnType<typeof createStreams>;

export interface StreamsOptions {
  /** Between two signs of life, in milliseconds; 15 seconds. */
  readonly heartbeatMs?: number;
  /** Changes that come closer together than this are told once, in milliseconds. */
  readonly togetherMs?: number;
}

/** How many pages may watch at once; the others ask from time to time. */
export const MOST_STREAMS = 16;
const HEADERS = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" };

/**
 * Streams of Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html) that say that something has
 * changed, never what: whoever is told reads the state again.
 */
export function createStreams({ heartbeatMs = 15_000, togetherMs = 50 }: StreamsOptions = {}) {
  const open = new Set<ServerResponse>();
  let version = 0;
  let waiting: NodeJS.Timeout | undefined;
  const send = (text: string) => {
    for (const stream of open) stream.write(text);
  };
  const beating = setInterval(() => send(":\n\n"), heartbeatMs);
  beating.unref();

  return {
    count: (): number => open.size,
    /** Keeps the response open. Returns whether there was room for it. */
    open(response: ServerResponse, headers: Readonly<Record<string, string>>): boolean {
      if (open.size >= MOST_STREAMS) return false;
      open.add(response);
      response.once("close", () => open.delete(response));
      response.writeHead(200, { ...headers, ...HEADERS });
      response.write("retry: 1000\n\n");
      return true;
    },
    /** Something has changed; soon everybody is told so. */
    changed(): void {
      if (open.size === 0 || waiting !== undefined) return;
      waiting = setTimeout(() => {
        waiting = undefined;
        version += 1;
        send(`event: changed\nid: ${version}\ndata: ${version}\n\n`);
      }, togetherMs);
    },
    /** Ends all of them at once. */
    close(): void {
      clearInterval(beating);
      clearTimeout(waiting);
      for (const stream of open) stream.destroy();
      open.clear();
    },
  };
}
