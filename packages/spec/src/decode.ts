import type { DiagnosticCode } from "./catalogue.ts";
import { SPEC_LIMITS } from "./limits.ts";

/** What keeps a text from being read at all. */
export interface Problem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly help: string;
  readonly start: number;
  readonly end: number;
}

/** The text of a document, or as much of it as can be shown along with what is wrong. */
export interface Decoded {
  readonly text: string;
  readonly problem?: Problem;
}

/** Bytes or text to text: UTF-8, no byte order mark, within the size limit. */
export function decode(input: string | Uint8Array): Decoded {
  const size = typeof input === "string" ? sizeOf(input) : input.length;
  if (size > SPEC_LIMITS.bytes) return tooLarge(input, size);
  if (typeof input !== "string") return decodeBytes(input);
  const text = withoutMark(input);
  const half = firstHalfCharacter(text);
  if (half < 0) return { text };
  const message = "This is half of a surrogate pair, which is not a character";
  const help = "Remove it, or write the whole character.";
  return { text, problem: { code: "SD1003", message, help, start: half, end: half + 1 } };
}

function sizeOf(text: string): number {
  return text.length * 3 > SPEC_LIMITS.bytes ? new TextEncoder().encode(text).length : text.length;
}

/** Who reads a document stops one byte past the limit: of a document of that length nobody knows how long it really is. */
function tooLarge(input: string | Uint8Array, size: number): Decoded {
  const excess = size - SPEC_LIMITS.bytes;
  const message =
    excess === 1
      ? `The document has more than the ${SPEC_LIMITS.bytes} bytes allowed`
      : `The document has ${size} bytes, ${excess} more than the ${SPEC_LIMITS.bytes} allowed`;
  const help = "Split it into several documents, for instance one per API.";
  const head = input.slice(0, 200);
  const text = withoutMark(typeof head === "string" ? head : new TextDecoder().decode(head));
  return { text, problem: { code: "SD1005", message, help, start: 0, end: 0 } };
}

function decodeBytes(bytes: Uint8Array): Decoded {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return notUtf8(bytes);
  }
}

/** Written out again, a decoded text first differs from its bytes where they were not UTF-8. */
function notUtf8(bytes: Uint8Array): Decoded {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const whole = decoder.decode(bytes);
  const again = new TextEncoder().encode(whole);
  let wrong = bytes.findIndex((byte, index) => byte !== again[index]);
  while ((Number(again[wrong]) & 0xc0) === 0x80) wrong--;
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 1 : 0;
  const start = decoder.decode(bytes.subarray(0, wrong)).length - marked;
  const utf16 = wrong === 0 && (bytes[0] === 0xff || bytes[0] === 0xfe);
  const message = utf16
    ? "The document is UTF-16, not UTF-8"
    : `Byte ${wrong + 1} of the document (0x${bytes[wrong]?.toString(16)}) is not UTF-8`;
  const help = "Save the file with the encoding UTF-8.";
  return { text: withoutMark(whole), problem: { code: "SD1003", message, help, start, end: start + 1 } };
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** A control character, save the three that texts are made of. */
const CONTROL = /[^\t\n\r -~\u0080-\uffff]/;

/** The first control character of a text, and what to do about it. */
export function controlIn(text: string): Problem | undefined {
  const at = text.search(CONTROL);
  if (at < 0) return undefined;
  const unit = text.charCodeAt(at);
  const name = `U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
  const message =
    unit === 0 ? "There is a NUL character here: this is not text" : `There is a control character ${name} here`;
  const help =
    unit === 0
      ? "Check that this is the right file, and that it is not compressed or UTF-16."
      : `Remove it. If you need it, write it as an escape in double quotes.`;
  return { code: "SD1004", message, help, start: at, end: at + 1 };
}

function firstHalfCharacter(text: string): number {
  return text.isWellFormed() ? -1 : text.search(/\p{Surrogate}/u);
}
