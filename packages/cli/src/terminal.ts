import { styleText } from "node:util";

/** ECMA-48: to the first column, erase all of the line. */
const ERASE_LINE = "\r\u001b[2K";

type Style = Parameters<typeof styleText>[0];

/** Where a command's words go: results to `out` (stdout), everything else to `note` (stderr). */
export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  /** What is being waited for; on stderr, and gone with the next words where that is a terminal. */
  progress(text: string): void;
  /** Colours for `out`, where stdout shows them. */
  paint(style: Style, text: string): string;
  /** Colours for `note`, where stderr shows them. */
  paintNote(style: Style, text: string): string;
}

/** Colours follow the stream being a terminal, NO_COLOR and FORCE_COLOR. */
export function openTerminal(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Terminal {
  for (const stream of [stdout, stderr]) stream.on("error", endQuietlyWhenNobodyReads);
  const paint = (style: Style, text: string) => styleText(style, text, { stream: stdout });
  const paintNote = (style: Style, text: string) => styleText(style, text, { stream: stderr });
  let isShowingProgress = false;

  function write(stream: NodeJS.WriteStream, text: string): void {
    if (isShowingProgress) stderr.write(ERASE_LINE);
    isShowingProgress = false;
    stream.write(text);
  }

  return {
    out: (text) => write(stdout, `${text}\n`),
    note: (text) => write(stderr, `${text}\n`),
    progress(text) {
      write(stderr, `${paintNote("dim", `… ${text}`)}${stderr.isTTY ? "" : "\n"}`);
      isShowingProgress = stderr.isTTY;
    },
    paint,
    paintNote,
  };
}

function endQuietlyWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
