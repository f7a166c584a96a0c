import type { Operation } from "./api.ts";

/** What one operation has shown: unfinished `afterMs` into it as far as anybody knows, and finished by `byMs`. */
export interface Observation {
  readonly afterMs: number;
  readonly byMs: number;
  /** It was done when it was asked about early: much quicker than those before it. */
  readonly isEarly: boolean;
}

/** An operation under way. Times are milliseconds since its first reply. */
export interface Underway {
  /** When it was last seen unfinished; 0 where nobody has asked yet. */
  readonly unfinishedMs: number;
  /** How long into it any operation of its kind that is under way was last asked about, this one included. */
  readonly frontierMs: number;
  /** Questions have to wait for their turn: better one late than two. */
  readonly isScarce: boolean;
}

/** How long operations of each kind take: when the first of them end, and when half of them have. */
export type Learnt = Partial<Readonly<Record<Operation, Pick<Observation, "afterMs" | "byMs">>>>;

/** Between two questions at most: so much that an end is seen within 10 % or 150 ms of its time, the reply's way included. */
const SHORTEST_GAP_MS = 130;
const GAP_SHARE = 0.09;
const LONGEST_GAP_MS = 3_000;

const REMEMBERED = 16;
/** From so many observations on, one of them may be an exception. */
const ROBUST = 5;
/** What was learnt elsewhere counts as so many observations. */
const BELIEVED = 3;
/** With each operation that was finished when asked about, the next is asked about a little sooner. */
const SOONER = 0.985;
const EARLIER = 0.995;
/** Parts of the expected time at which to ask early, and from what time on that pays. */
const EARLY: readonly (readonly [part: number, fromMs: number])[] = [
  [0.25, 2_000],
  [0.5, 300],
];
/** So many in a row may all have taken the same time: then half of what is still unknown of it is worth a question. */
const ALIKE = 4;
const UNKNOWN_SHARE = 0.1;
/** How long an operation is left unasked because others of its kind beside it are not finished. */
const BESIDE_OTHERS_MS = 2_000;

/**
 * When to ask about an operation next, in milliseconds since its first reply. What is known of its kind says when the
 * first of them end: a question goes out as long after that as an end may stay unseen, or when half of them had ended if
 * that is sooner. One or two before it notice operations that have become much quicker. Later on, and where nothing is known, the
 * questions are dense. Where the last few are alike but leave much of their time unknown, as short ones do, the unknown is
 * halved instead.
 */
export function nextQuestionMs(history: readonly Observation[], underway: Underway): number {
  const { unfinishedMs, frontierMs, isScarce } = underway;
  const last = history.at(-1);
  if (last === undefined) return firstOfItsKind(unfinishedMs, frontierMs);
  const dense = unfinishedMs + denseGapMs(unfinishedMs);
  if (last.isEarly && unfinishedMs < last.byMs) return dense;
  const earliest = earliestMs(history);
  const usual = usualMs(history);
  const latest = earliest + denseGapMs(earliest);
  const early = EARLY.find(([part, fromMs]) => !isScarce && earliest >= fromMs && unfinishedMs < earliest * part);
  if (early !== undefined) return earliest * early[0];
  const alike = isScarce ? undefined : unknownOf(history);
  if (alike !== undefined && unfinishedMs < alike.byMs && alike.byMs > earliest) {
    const half = (alike.afterMs + alike.byMs) / 2;
    return Math.min(unfinishedMs < half ? half : alike.byMs, Math.max(dense, latest));
  }
  const first = Math.min(Math.max(isScarce ? usual / SOONER : usual * SOONER, earliest), latest);
  if (unfinishedMs < first) return first;
  // Close to where they all end it is worth looking twice.
  const isClose = !isScarce && usual <= latest * 1.1 && unfinishedMs <= usual * 1.05;
  return isClose ? unfinishedMs + denseGapMs(unfinishedMs) / 3 : dense;
}

/** Within what the last few have all ended, where that is one stretch, and a long one for their time. */
function unknownOf(history: readonly Observation[]): Pick<Observation, "afterMs" | "byMs"> | undefined {
  const last = history.slice(-ALIKE);
  const afterMs = Math.max(...last.map((each) => each.afterMs));
  const byMs = Math.min(...last.map((each) => each.byMs));
  return byMs - afterMs > byMs * UNKNOWN_SHARE ? { afterMs, byMs } : undefined;
}

/** Of many that run side by side, one is asked about at a time: what is seen of one holds for the others, for a while. */
function firstOfItsKind(unfinishedMs: number, frontierMs: number): number {
  const alone = unfinishedMs + denseGapMs(unfinishedMs);
  if (frontierMs <= unfinishedMs) return alone;
  return Math.min(frontierMs + denseGapMs(frontierMs), Math.max(alone, BESIDE_OTHERS_MS, 4 * unfinishedMs));
}

/** What an operation that succeeded adds: it was seen unfinished `unfinishedMs` into it, and finished at `byMs`. */
export function observe(history: readonly Observation[], unfinishedMs: number, byMs: number): readonly Observation[] {
  const earliest = earliestMs(history);
  const isEarly = byMs <= earliest / 2;
  // Who asks once and finds it done does not know for how long it had been.
  const likely = isEarly ? byMs / 2 : Math.min(earliest * EARLIER, byMs);
  return [...history, { afterMs: Math.max(unfinishedMs, likely), byMs, isEarly }].slice(-REMEMBERED);
}

/** When the first operations of the kind end, but for an exception; 0 where nothing is known. */
function earliestMs(history: readonly Observation[]): number {
  const sorted = history.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b);
  return sorted[history.length < ROBUST ? 0 : 1] ?? 0;
}

/** When half of them had ended. */
function usualMs(history: readonly Observation[]): number {
  const sorted = history.map(({ byMs }) => byMs).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function denseGapMs(elapsedMs: number): number {
  return Math.min(LONGEST_GAP_MS, Math.max(SHORTEST_GAP_MS, elapsedMs * GAP_SHARE));
}

/** One operation that is being followed. */
export interface Following {
  /** When to ask next, in milliseconds since its first reply. */
  nextMs(): number;
  /** Takes note of a question that goes out, and whether it had to wait for its turn; and of one that found it unfinished. */
  asks(elapsedMs: number, hadToWait: boolean): void;
  unfinished(elapsedMs: number): void;
  /** It has succeeded, as a question `byMs` into it has shown; or it came to another end. */
  ended(byMs?: number): void;
}

/** When to ask about operations, going by those before them. */
export interface Pace {
  follow(operation: Operation): Following;
  learnt(): Learnt;
}

/** Learns as it goes; `learnt` is what others of the account have found. */
export function adaptivePace(learnt: Learnt = {}): Pace {
  const kinds = new Map<Operation, { history: readonly Observation[]; readonly underway: Set<{ askedMs: number }> }>();
  let isScarce = false;
  function kindOf(operation: Operation) {
    const known = kinds.get(operation);
    if (known !== undefined) return known;
    const before = learnt[operation];
    const history = before === undefined ? [] : Array<Observation>(BELIEVED).fill({ ...before, isEarly: false });
    const kind = { history, underway: new Set<{ askedMs: number }>() };
    kinds.set(operation, kind);
    return kind;
  }
  return {
    follow(operation) {
      const kind = kindOf(operation);
      const self = { askedMs: 0 };
      let unfinishedMs = 0;
      kind.underway.add(self);
      return {
        nextMs() {
          const frontierMs = Math.max(...[...kind.underway].map(({ askedMs }) => askedMs));
          return nextQuestionMs(kind.history, { unfinishedMs, frontierMs, isScarce });
        },
        asks(elapsedMs, hadToWait) {
          isScarce = hadToWait;
          self.askedMs = elapsedMs;
        },
        unfinished(elapsedMs) {
          unfinishedMs = elapsedMs;
        },
        ended(byMs) {
          kind.underway.delete(self);
          if (byMs !== undefined) kind.history = observe(kind.history, unfinishedMs, byMs);
        },
      };
    },
    learnt: () =>
      Object.fromEntries(
        [...kinds]
          .filter(([, { history }]) => history.length > 0)
          .map(([operation, { history }]) => [
            operation,
            { afterMs: Math.round(earliestMs(history)), byMs: Math.round(usualMs(history)) },
          ]),
      ),
  };
}
