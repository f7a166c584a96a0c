import { parseRecord } from "../json.ts";
import { FilterPatternError, parseFilterPattern } from "./filter-pattern.ts";

interface LoggedLine {
  readonly id: string;
  readonly group: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

interface FilterInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

/** A call that CloudWatch Logs refuses; `name` is the exception's. */
class LogsError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const STREAM = "local";
/** What is kept of all groups together. */
const MOST_LINES = 50_000;
const PAGE = 10_000;

export type Logs = ReturnType<typeof createLogs>;

/** What functions log, as CloudWatch Logs shows it. It ends with the process. */
export function createLogs(now: () => number) {
  const groups = new Set<string>();
  let lines: LoggedLine[] = [];
  let count = 0;

  function filterLogEvents(input: FilterInput) {
    const {
      startTime = 0,
      endTime = Number.POSITIVE_INFINITY,
      filterPattern = "",
      limit = PAGE,
      nextToken = "0",
    } = input;
    const group = input.logGroupName ?? input.logGroupIdentifier?.replace(/^arn:.*:log-group:/, "").replace(/:\*$/, "");
    if (group === undefined || !groups.has(group)) {
      throw new LogsError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    const fits = parseFilterPattern(filterPattern);
    const found = lines.filter(
      ({ id, message, timestamp, ...line }) =>
        line.group === group &&
        Number(id) > Number(nextToken) &&
        timestamp >= startTime &&
        timestamp < endTime &&
        fits(message),
    );
    const page = found.slice(0, limit);
    return {
      events: page.map(({ id, timestamp, message }) => {
        return { logStreamName: STREAM, timestamp, message, ingestionTime: timestamp, eventId: id };
      }),
      searchedLogStreams: [],
      ...(found.length > page.length && { nextToken: page.at(-1)?.id }),
    };
  }

  return {
    addGroup: (group: string): void => void groups.add(group),
    write(group: string, message: string): void {
      lines.push({ id: String(++count), group, timestamp: now(), message });
      if (lines.length > 2 * MOST_LINES) lines = lines.slice(-MOST_LINES);
    },
    /** Answers one awsJson1_1 call. */
    answer(operation: string, body: string): { readonly status: number; readonly body: object } {
      try {
        if (operation !== "FilterLogEvents") {
          throw new LogsError("UnknownOperationException", `${operation} is not supported by this emulator.`);
        }
        return { status: 200, body: filterLogEvents((parseRecord(body) ?? {}) as FilterInput) };
      } catch (error) {
        if (!(error instanceof LogsError || error instanceof FilterPatternError)) throw error;
        return { status: 400, body: { __type: error.name, message: error.message } };
      }
    },
  };
}
