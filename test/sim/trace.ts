/** The schedule of a seed, one line for each thing that happened. */
export interface Trace {
  readonly lines: readonly string[];
  readonly write: (process: string, what: string, fault?: string) => void;
}

/** Keeps nothing unless it is wanted: most seeds are never looked at. */
export function createTrace(wanted: boolean, time: () => { readonly ms: number; readonly step: number }): Trace {
  const lines: string[] = [];
  return {
    lines,
    write(process, what, fault) {
      if (!wanted) return;
      const { ms, step } = time();
      const said = fault === undefined ? what : `${what}   *** ${fault}`;
      lines.push(`${String(step).padStart(6)} ${seconds(ms).padStart(13)}  ${process.padEnd(15)} ${said}`);
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** Enough of an identifier to tell it from others. */
export function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 90 ? `${text.slice(0, 87)}...` : text;
}
