import type { FunctionName } from "@specdrop/functions/pipeline";
import type { Telemetry } from "@specdrop/functions/runtime/lambda";
import { logLine } from "./invocation.ts";
import type { Logs } from "./logs/logs.ts";
import { logGroupOf } from "./stack-names.ts";

/** A line that a function logged, or that says how an invocation failed. */
export interface LogLine {
  readonly function: FunctionName;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What CloudWatch would get: counts of a function's own, and Lambda's of its invocations. */
export interface MetricLine {
  readonly namespace: "specdrop" | "AWS/Lambda";
  readonly function: FunctionName;
  readonly name: string;
  readonly value: number;
}

/** Where the functions' logs and metrics go. */
export interface LogSinks {
  readonly logs: Pick<Logs, "addGroup" | "write">;
  readonly log: ((line: LogLine) => void) | undefined;
  readonly metric: ((line: MetricLine) => void) | undefined;
}

export type StackLog = (level: LogLine["level"], message: string, fields?: LogLine["fields"]) => void;

/** The log of a function: in CloudWatch's form for who reads the log group, as a line for who runs the stack. */
export function loggerOf({ logs, log }: LogSinks, name: FunctionName): StackLog {
  const group = logGroupOf(name);
  logs.addGroup(group);
  return (level, message, fields = {}) => {
    const timestamp = new Date().toISOString();
    const line = { level: level.toUpperCase(), message, timestamp, service: `specdrop-${name}`, ...fields };
    const text = JSON.stringify(line, plainError);
    logs.write(group, text);
    logLine(text);
    log?.({ function: name, level, message, fields });
  };
}

export function telemetryOf(sinks: LogSinks, name: FunctionName): Telemetry {
  const log = loggerOf(sinks, name);
  return {
    log: {
      info: (message, fields) => log("info", message, fields),
      warn: (message, fields) => log("warn", message, fields),
      error: (message, fields) => log("error", message, fields),
    },
    count: (metric, value = 1) => sinks.metric?.({ namespace: "specdrop", function: name, name: metric, value }),
    duration: () => undefined,
    middleware: [],
  };
}

/** Of an error JSON shows nothing by itself. */
function plainError(_: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
