import { closeSync, existsSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from "node:fs";

/**
 * A file of JSON lines that only grows. A line is with the operating system when `append` returns: the process may be
 * killed, the machine may not fail.
 */
export interface Journal<Line> {
  append(...lines: readonly Line[]): void;
  /** Puts lines in the place of all that there are, or none. */
  rewrite(lines: Iterable<Line>): void;
  close(): void;
}

/** The lines of a journal, and the journal to go on with. A last line that a kill cut short was never said, and goes. */
export function openJournal<Line>(path: string): { readonly lines: readonly Line[]; readonly journal: Journal<Line> } {
  const lines = existsSync(path) ? readLines<Line>(path) : [];
  let file = openSync(path, "a");
  return {
    lines,
    journal: {
      append: (...added) => writeAll(file, bytesOf(added)),
      rewrite(all) {
        const next = `${path}.new`;
        const written = openSync(next, "w");
        for (const line of all) writeAll(written, bytesOf([line]));
        closeSync(written);
        closeSync(file);
        renameSync(next, path);
        file = openSync(path, "a");
      },
      close: () => closeSync(file),
    },
  };
}

function readLines<Line>(path: string): readonly Line[] {
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  const texts = bytes.subarray(0, whole).toString().split("\n").slice(0, -1);
  return texts.map((text, index) => {
    try {
      return JSON.parse(text) as Line;
    } catch (cause) {
      throw new Error(`${path} is damaged: line ${index + 1} is not JSON.`, { cause });
    }
  });
}

function bytesOf(lines: readonly unknown[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
