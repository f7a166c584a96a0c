import type { DiagnosticCode } from "./catalogue.ts";
import { MAX_DIAGNOSTICS } from "./diagnostic.ts";
import { positionIn } from "./lines.ts";
import { isKnownName, quotablePointer } from "./quotable.ts";
import { shown } from "./words.ts";

/** A stretch of the text, as offsets in UTF-16 code units; `end` is just behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode extends Span {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** Written without quotes. */
  readonly plain: boolean;
}

export interface MapEntry extends Span {
  /** The span is the key's; a key is the text that stands there, whatever type YAML would give it. */
  readonly key: string;
  readonly plain: boolean;
  readonly value: LocatedNode;
}

export interface MapNode extends Span {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
}

interface ListNode extends Span {
  readonly kind: "list";
  readonly items: readonly LocatedNode[];
}

/** A YAML value with a tag of its own, such as CloudFormation's `!Ref`, and what it is tagged. */
export interface TaggedNode extends Span {
  readonly kind: "tagged";
  readonly tag: string;
  readonly content: LocatedNode;
}

/** Something a reader has already reported. */
interface BrokenNode extends Span {
  readonly kind: "broken";
}

/** What both readers make of a text. */
export type LocatedNode = ScalarNode | MapNode | ListNode | TaggedNode | BrokenNode;

/** A diagnostic before its offsets become lines and columns. */
export interface ReadingFinding extends Span {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly pointer: string;
  readonly suggestion?: string;
  readonly help?: string;
}

/** A text while it is read, and everything found wrong with it so far. */
export interface Reading {
  readonly text: string;
  readonly lineStarts: readonly number[];
  readonly format: "yaml" | "json";
  readonly findings: ReadingFinding[];
  /** By code, how many there are in `findings`, and where the last of them begins. */
  readonly reported: Map<DiagnosticCode, { count: number; last: number }>;
  /** How many were left out of `findings`, because they could never be listed. */
  omitted: number;
  /** The tags of its own that a YAML text has: intrinsic functions in a template, mistakes in a spec document. */
  readonly tags: { readonly node: TaggedNode; readonly pointer: string }[];
}

export function report(reading: Reading, at: Span, finding: Omit<ReadingFinding, "start" | "end">): void {
  if (isBeyondList(reading, finding.code, at)) return;
  const { count, last } = reading.reported.get(finding.code) ?? { count: 0, last: 0 };
  reading.reported.set(finding.code, { count: count + 1, last: Math.max(last, at.start) });
  const pointer = quotablePointer(finding.pointer);
  reading.findings.push({ ...finding, pointer, start: at.start, end: at.end });
}

/**
 * Whether a list of findings is full of the same code before this place already: then one more is only counted. To be
 * asked first where there may be hundreds of thousands, and what to say costs more than to read on.
 */
export function isBeyondList(reading: Reading, code: DiagnosticCode, at: Span): boolean {
  const reported = reading.reported.get(code);
  if (reported === undefined || reported.count < MAX_DIAGNOSTICS || at.start < reported.last) return false;
  reading.omitted++;
  return true;
}

/** The pointer to a map's entry or a list's item (RFC 6901). */
export function pointerTo(parent: string, key: string | number): string {
  if (typeof key === "number" || !/[~/]/.test(key)) return `${parent}/${key}`;
  return `${parent}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

export function lineOf(reading: Reading, offset: number): number {
  return positionIn(reading.lineStarts, offset).line;
}

/** Reports half of a surrogate pair, which an escape can write but UTF-8 cannot. */
export function checkCharacters(reading: Reading, at: Span, text: string, pointer: string): void {
  if (text.isWellFormed()) return;
  const message = "An escape in this text is half of a surrogate pair, which is not a character";
  report(reading, at, { code: "SD1014", message, pointer, help: "Write the character itself." });
}

/** Reports a key that its map already has, or that is no text. */
export function noteKey(reading: Reading, seen: Map<string, number>, key: string, at: Span, pointer: string): void {
  checkCharacters(reading, at, key, pointer);
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, at.start);
    return;
  }
  if (isBeyondList(reading, "SD1012", at)) return;
  const isShown = isKnownName(key) || pointer === "/IntegrationResponses" || pointer === "/Resources";
  report(reading, at, {
    code: "SD1012",
    message: `${isShown ? shown(key) : "This name"} is here a second time; the first is on line ${lineOf(reading, first)}`,
    pointer: isShown ? pointerTo(pointer, key) : pointer,
    help: "Keep one of the two.",
  });
}
