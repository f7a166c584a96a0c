import type { LineCounter } from "yaml";
import type { DiagnosticCode } from "./catalogue.ts";
import { shown } from "./words.ts";

/** A stretch of the text, as offsets in UTF-16 code units; `end` is just behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | bigint | boolean | null;

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

/** A YAML value with a tag of its own, such as CloudFormation's `!Ref`; `argument` is there when it is text. */
export interface TaggedNode extends Span {
  readonly kind: "tagged";
  readonly tag: string;
  readonly argument?: string;
}

/** Something a reader has already reported. */
interface BrokenNode extends Span {
  readonly kind: "broken";
}

/** What both readers make of a text. */
export type LocatedNode = ScalarNode | MapNode | ListNode | TaggedNode | BrokenNode;

/** A diagnostic before its offsets become lines and columns. */
export interface Finding extends Span {
  readonly code: DiagnosticCode;
  /** A function where there may be very many, since few are ever listed. */
  readonly message: string | (() => string);
  readonly pointer: string;
  readonly suggestion?: string;
  readonly help?: string;
}

/** A text while it is read, and everything found wrong with it so far. */
export interface Reading {
  readonly text: string;
  readonly lines: LineCounter;
  readonly format: "yaml" | "json";
  readonly findings: Finding[];
  /** The tags of its own that a YAML text has: intrinsic functions in a template, mistakes in a spec document. */
  readonly tags: { readonly node: TaggedNode; readonly pointer: string }[];
}

export function report(reading: Reading, at: Span, finding: Omit<Finding, "start" | "end">): void {
  reading.findings.push({ ...finding, start: at.start, end: at.end });
}

/** The pointer to a map's entry or a list's item (RFC 6901). */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

export function lineOf(reading: Reading, offset: number): number {
  return reading.lines.linePos(offset).line;
}

/** Reports half of a surrogate pair, which an escape can write but UTF-8 cannot. */
export function checkCharacters(reading: Reading, at: Span, text: string, pointer: string): void {
  if (text.isWellFormed()) return;
  const message = "An escape in this text is half of a surrogate pair, which stands for no character";
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
  report(reading, at, {
    code: "SD1012",
    message: () => `${shown(key)} stands here a second time; the first is on line ${lineOf(reading, first)}`,
    pointer: pointerTo(pointer, key),
    help: "Keep one of the two.",
  });
}
