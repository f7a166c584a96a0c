import { formatElapsed } from "./elapsed.ts";
import type { Terminal } from "./terminal.ts";

/** What is being done on one API. */
export interface ActiveRow {
  readonly apiId: string;
  readonly file: string;
  readonly words: string;
  /** By the same clock as `now`, in milliseconds. */
  readonly since: number;
}

export interface ProgressState {
  /** Parts of documents on APIs. */
  readonly ended: number;
  readonly total: number;
  readonly changes: number;
  readonly failed: number;
  readonly active: readonly ActiveRow[];
}

/** More lines than this are counted. */
const MOST_ROWS = 6;
/** What stands beside the rows on a screen. */
const OTHER_ROWS = 4;
const SOON_MS = 1_000;

/** A few lines for any number of documents: how far it is, and what is under way, always in the same order. */
export function progressLines(
  { ended, total, changes, failed, active }: ProgressState,
  { now, columns = 80, rows = 24 }: { readonly now: number; readonly columns?: number; readonly rows?: number },
): readonly string[] {
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  const head = `[${ended}/${total}] ${changes} changed${failures}`;
  const most = Math.max(1, Math.min(MOST_ROWS, rows - OTHER_ROWS));
  const sorted = active.toSorted((one, other) => (one.apiId < other.apiId ? -1 : 1));
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const lines = shown.map(({ apiId, file, words, since }) => {
    const elapsed = now - since >= SOON_MS ? `  ${formatElapsed(now - since)}` : "";
    return `  ${apiId}  ${file}  ${words}${elapsed}`;
  });
  const more = sorted.length - shown.length;
  return [head, ...lines, ...(more > 0 ? [`  and ${more} more APIs`] : [])].map((line) => cut(line, columns));
}

/** A line that would be broken by the terminal moves everything below it. */
function cut(line: string, columns: number): string {
  // The first line has the spinner before it.
  const room = Math.max(20, columns - 3);
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** The moving lines of a run over many documents; nothing where nobody watches. */
export function openProgressView(terminal: Terminal, total: number, now = () => performance.now()) {
  const active = new Map<string, ActiveRow>();
  let ended = 0;
  let changes = 0;
  let failed = 0;
  const show = () => {
    const { note: columns, rows } = terminal.columns;
    const size = { now: now(), ...(columns && { columns }), ...(rows && { rows }) };
    terminal.spin(progressLines({ ended, total, changes, failed, active: [...active.values()] }, size).join("\n"));
  };
  const timer = setInterval(show, 250).unref();
  return {
    begin(apiId: string, file: string) {
      active.set(apiId, { apiId, file, words: "comparing with AWS", since: now() });
      show();
    },
    tell(apiId: string, words: string) {
      const row = active.get(apiId);
      if (row !== undefined) active.set(apiId, { ...row, words, since: now() });
    },
    changed(hasFailed: boolean) {
      if (hasFailed) failed += 1;
      else changes += 1;
    },
    /** Returns how many have ended. */
    end(apiId: string): number {
      active.delete(apiId);
      ended += 1;
      return ended;
    },
    close: () => clearInterval(timer),
  };
}
