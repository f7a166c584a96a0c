import { Unproven } from "../errors.ts";
import { type CharacterSet, OutsideSubset, type Pattern, parsePattern } from "./parse.ts";

type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "assert"; readonly where: "start" | "end" | "boundary" | "inside" }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "match" };

/** Where a match stands, and its groups: pairs of start and end, -1 where a group took no part. */
export type Match = readonly number[];

/** A pattern in the subset that Java and JavaScript read alike. Takes time in proportion to text × pattern. */
export interface Regex {
  /** Whether it matches the whole text. @throws Unproven for a text that the two read differently. */
  matches(text: string, work?: Work): boolean;
  /** The first match at or after `from`, as Java's `find`. @throws Unproven */
  find(text: string, from: number, work?: Work): Match | undefined;
}

/** What matching has cost so far: states that were tried. */
export interface Work {
  done: number;
}

const MAX_PROGRAM = 4_000;
const MAX_WORK = 2_000_000;
const cache = new Map<string, Regex | string>();
const MAX_CACHED = 100;

/** Reads a pattern; a text says why it is outside the subset. */
export function compileRegex(source: string): Regex | string {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const compiled = compileAnew(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

function compileAnew(source: string): Regex | string {
  try {
    const { pattern, groups } = parsePattern(source);
    const program: Instruction[] = [];
    emit(program, { kind: "group", index: 0, inner: pattern });
    program.push({ op: "match" });
    const hasEnd = program.some((instruction) => instruction.op === "assert" && instruction.where === "end");
    const slots = 2 * (groups + 1);
    return {
      matches: (text, work = { done: 0 }) =>
        run(program, readable(text, hasEnd), { from: 0, slots, isWhole: true, work }) !== undefined,
      find(text, from, work = { done: 0 }) {
        if (from === 0) readable(text, hasEnd);
        return run(program, text, { from, slots, isWhole: false, work });
      },
    };
  } catch (error) {
    if (error instanceof OutsideSubset) return error.message;
    throw error;
  }
}

function readable(text: string, hasEnd: boolean): string {
  if (/[^\t\n\r -~]/.test(text)) {
    throw new Unproven("A regular expression meets a character outside ASCII, which Java may read differently.");
  }
  if (hasEnd && /[\n\r]$/.test(text)) throw new Unproven("A $ in a regular expression meets a line break at the end.");
  return text;
}

function emit(program: Instruction[], pattern: Pattern): void {
  if (program.length > MAX_PROGRAM) throw new OutsideSubset("it is too large");
  switch (pattern.kind) {
    case "empty":
      return;
    case "set":
      program.push({ op: "set", set: pattern.set });
      return;
    case "assert":
      program.push({ op: "assert", where: pattern.where });
      return;
    case "sequence":
      for (const item of pattern.items) emit(program, item);
      return;
    case "choice":
      emitChoice(program, pattern.options);
      return;
    case "group":
      program.push({ op: "save", slot: 2 * pattern.index });
      emit(program, pattern.inner);
      program.push({ op: "save", slot: 2 * pattern.index + 1 });
      return;
    case "repeat":
      emitRepeat(program, pattern);
      return;
  }
}

function emitChoice(program: Instruction[], options: readonly Pattern[]): void {
  const jumps: number[] = [];
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1;
    const split = program.length;
    if (!isLast) program.push({ op: "jump", to: 0 });
    emit(program, option);
    if (isLast) break;
    jumps.push(program.length);
    program.push({ op: "jump", to: 0 });
    program[split] = { op: "split", first: split + 1, second: program.length };
  }
  for (const jump of jumps) program[jump] = { op: "jump", to: program.length };
}

function emitRepeat(program: Instruction[], { inner, min, max, isLazy }: Pattern & { readonly kind: "repeat" }): void {
  const split = (into: number, out: number): Instruction =>
    isLazy ? { op: "split", first: out, second: into } : { op: "split", first: into, second: out };
  for (let count = 0; count < min; count++) emit(program, inner);
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    program.push({ op: "jump", to: 0 });
    emit(program, inner);
    program.push({ op: "jump", to: start });
    program[start] = split(start + 1, program.length);
    return;
  }
  const splits: number[] = [];
  for (let count = min; count < max; count++) {
    splits.push(program.length);
    program.push({ op: "jump", to: 0 });
    emit(program, inner);
  }
  for (const at of splits) program[at] = split(at + 1, program.length);
}

interface Thread {
  readonly pc: number;
  readonly saved: Match;
}

/** Pike's machine: all threads go through the text side by side, the one that Java would try first in front. */
function run(
  program: readonly Instruction[],
  text: string,
  { from, slots, isWhole, work }: { from: number; slots: number; isWhole: boolean; work: Work },
): Match | undefined {
  let threads: Thread[] = [];
  let found: Match | undefined;
  const none = new Array<number>(slots).fill(-1);
  for (let at = from; at <= text.length; at++) {
    const seen = new Set<number>();
    const current: Thread[] = [];
    for (const thread of threads) follow(program, text, at, thread, seen, current);
    const mayBegin = found === undefined && (at === from || !isWhole);
    if (mayBegin) follow(program, text, at, { pc: 0, saved: none }, seen, current);
    work.done += seen.size + 1;
    if (work.done > MAX_WORK) throw new Unproven("A regular expression and its text are too long together.");
    const code = text.charCodeAt(at);
    threads = [];
    for (const { pc, saved } of current) {
      const instruction = program[pc];
      if (instruction?.op === "match") {
        if (isWhole && at < text.length) continue;
        found = saved;
        break;
      }
      if (instruction?.op === "set" && at < text.length && instruction.set[code]) threads.push({ pc: pc + 1, saved });
    }
    if (threads.length === 0 && (found !== undefined || isWhole)) break;
  }
  return found;
}

/** Adds the threads that a thread splits into before it reads a character. */
function follow(
  program: readonly Instruction[],
  text: string,
  at: number,
  thread: Thread,
  seen: Set<number>,
  into: Thread[],
): void {
  const stack: Thread[] = [thread];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { pc, saved } = next;
    const instruction = program[pc];
    if (instruction === undefined || seen.has(pc)) continue;
    seen.add(pc);
    switch (instruction.op) {
      case "jump":
        stack.push({ pc: instruction.to, saved });
        break;
      case "split":
        stack.push({ pc: instruction.second, saved }, { pc: instruction.first, saved });
        break;
      case "save":
        stack.push({ pc: pc + 1, saved: saved.with(instruction.slot, at) });
        break;
      case "assert":
        if (holds(instruction.where, text, at)) stack.push({ pc: pc + 1, saved });
        break;
      case "set":
      case "match":
        into.push(next);
    }
  }
}

function holds(where: "start" | "end" | "boundary" | "inside", text: string, at: number): boolean {
  if (where === "start") return at === 0;
  if (where === "end") return at === text.length;
  const isBoundary = /\w/.test(text.charAt(at - 1)) !== /\w/.test(text.charAt(at));
  return isBoundary === (where === "boundary");
}
