import { createInterface } from "node:readline";
import { hasLinks } from "./links.ts";
import { printable, printableJson, styled, type TextStyle } from "./printable.ts";
import { openSpinner, type Spinner } from "./spinner.ts";

/** Where words go: the process's own two, or a test's. */
export interface Streams {
  /** Where a person answers, if it is a terminal. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Where a command's words go: results to `out` (stdout), everything else to `note` (stderr). Nothing else writes to them,
 * so nothing that others wrote reaches a terminal as anything but text.
 */
/** Colours text, where the terminal shows colours. */
export type Paint = Terminal["paint"];

export interface Terminal {
  out(text: string): void;
  /** A result as JSON. */
  json(value: unknown): void;
  /** A result that is a document of its own: as it is, unless people read it. */
  document(text: string): void;
  /** Workflow commands for GitHub's runner, which have escaped what they hold. */
  commands(text: string): void;
  note(text: string): void;
  /** What is being waited for; on stderr, and gone with the next words where that is a terminal. */
  progress(text: string): void;
  /** What is being done at this moment, for a person who watches: nothing where stderr is not a terminal. */
  spin(text: string): void;
  /** Colours for `out`, where stdout shows them. */
  paint(style: TextStyle, text: string): string;
  /** Colours for `note`, where stderr shows them. */
  paintNote(style: TextStyle, text: string): string;
  /** Asks on stderr, and takes one line of stdin for the answer: yes or no. Absent where one of the two is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** How wide `out` and `note` are, in columns, and how high `note` is; absent where they are no terminals. */
  readonly columns: {
    readonly out: number | undefined;
    readonly note: number | undefined;
    readonly rows?: number | undefined;
  };
  /** Aborted once nobody reads stdout any more. */
  readonly unread: AbortSignal;
  /** Ends what is shown of progress. Returns whether every word got through, as far as that is known by now. */
  close(): boolean;
}

/** Colours follow the stream being a terminal, NO_COLOR and FORCE_COLOR. */
export function openTerminal({ stdin, stdout, stderr }: Streams = process): Terminal {
  const lost = new Set<NodeJS.WriteStream>();
  const unread = new AbortController();
  let isWhole = true;
  let spinner: Spinner | undefined;

  for (const stream of new Set([stdout, stderr])) stream.on("error", (error) => lose(stream, error));

  // A reader that has seen enough (`| head`) is none of the command's business; words that got lost are.
  function lose(stream: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
    if (lost.has(stream)) return;
    lost.add(stream);
    if (stream === stdout) unread.abort();
    if (error.code === "EPIPE") return;
    isWhole = false;
    process.exitCode = 1;
    if (stream === stdout)
      write(stderr, `error: cannot write to stdout: ${error.message}; the rest of the output is lost.\n`);
  }

  function write(stream: NodeJS.WriteStream, text: string): void {
    rest();
    if (!lost.has(stream)) stream.write(text);
  }

  function rest(): void {
    spinner?.stop();
    spinner = undefined;
  }

  function spin(text: string): void {
    if (lost.has(stderr)) return;
    if (spinner === undefined) spinner = openSpinner(stderr, printable(text));
    else spinner.show(printable(text));
  }

  async function ask(input: NodeJS.ReadStream, question: string): Promise<boolean> {
    write(stderr, printable(question));
    return /^y(?:es)?$/i.test((await firstLine(input)).trim());
  }

  return {
    ...(stdin?.isTTY && stderr.isTTY ? { ask: (question: string) => ask(stdin, question) } : {}),
    out: (text) => write(stdout, `${printable(text, { hasLinks: hasLinks(stdout) })}\n`),
    json: (value) => write(stdout, `${printableJson(value)}\n`),
    document: (text) => write(stdout, `${stdout.isTTY ? printable(text) : text}\n`),
    commands: (text) => write(stdout, `${text}\n`),
    note: (text) => write(stderr, `${printable(text, { hasLinks: hasLinks(stderr) })}\n`),
    progress(text) {
      if (isWatched(stderr)) spin(text);
      else write(stderr, `${printable(styled("dim", `… ${text}`, stderr))}\n`);
    },
    spin(text) {
      if (isWatched(stderr)) spin(text);
    },
    paint: (style, text) => styled(style, text, stdout),
    paintNote: (style, text) => styled(style, text, stderr),
    columns: {
      out: stdout.isTTY ? stdout.columns : undefined,
      note: stderr.isTTY ? stderr.columns : undefined,
      rows: stderr.isTTY ? stderr.rows : undefined,
    },
    unread: unread.signal,
    close() {
      rest();
      return isWhole;
    },
  };
}

/** Empty where the input ends before. Ctrl-C ends the process, as ever. */
async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  const lines = createInterface({ input, terminal: false });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

/** Whether a line may be written over; the logs of CI show every version of it. */
function isWatched(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined;
}
