import type { Telemetry } from "@specdrop/functions/runtime/lambda";

/** Keeps what a function tells its operators. */
export function recorded(): Telemetry & { readonly lines: string[]; readonly counts: string[] } {
  const lines: string[] = [];
  const counts: string[] = [];
  const write = (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push(JSON.stringify({ message, ...fields, error: `${fields?.["error"] ?? ""}` }));
  return {
    log: { info: write, warn: write, error: write },
    count: (metric, amount) => void counts.push(amount === undefined ? metric : `${metric} ${amount}`),
    duration: (metric, milliseconds) => void counts.push(`${metric} ${milliseconds}`),
    middleware: [],
    lines,
    counts,
  };
}
