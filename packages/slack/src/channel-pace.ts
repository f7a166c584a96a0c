/** What a channel takes. */
export interface ChannelPace {
  /** Milliseconds between two messages. Slack allows about one per second and channel. */
  readonly everyMs: number;
  /** More results than this within the window become one digest. */
  readonly most: number;
  readonly windowMs: number;
  /** Longer waits for a message's turn are left to the queue. */
  readonly longestWaitMs: number;
}

export const SLACK_PACE: ChannelPace = { everyMs: 1_000, most: 5, windowMs: 10_000, longestWaitMs: 5_000 };

/** A result in a digest. */
export interface DigestEntry {
  /** The event's. */
  readonly id: string;
  /** `✅ Applied`. */
  readonly title: string;
  /** A line about one that somebody has to look at. */
  readonly failure?: string;
}

/** Results that wait to be told together. */
export interface Digest {
  /** The event whose delivery posts it: it comes back when the time is up. */
  readonly carrier: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly ids: readonly string[];
  /** How many there are of each title. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first lines about failures, and how many failures there are. */
  readonly failures: readonly string[];
  readonly failed: number;
}

/** What a channel has had of late, and what waits for it. Times in epoch milliseconds. */
export interface ChannelState {
  /** When results came, the latest last. */
  readonly recent: readonly number[];
  /** When the next message may be posted. */
  readonly nextAt: number;
  readonly digest?: Digest;
  /** Events that were told in the last digest. */
  readonly digested?: readonly string[];
}

export type Admission =
  /** To be posted by itself, after a wait. */
  | { readonly kind: "post"; readonly waitMs: number }
  /** Somebody else's delivery tells it. */
  | { readonly kind: "joined" }
  /** This delivery is to come back, and tells all that came by then. */
  | { readonly kind: "carry"; readonly waitMs: number }
  | { readonly kind: "digest"; readonly digest: Digest; readonly waitMs: number };

const MOST_FAILURES = 5;
/** A carrier that is this late is not coming: somebody else takes its place. */
const OVERDUE_MS = 5 * 60_000;
const NOTHING: ChannelState = { recent: [], nextAt: 0 };

/** Finds a place for a result. Asked twice about the same, it answers the same, or what has become of it since. */
export function admit(
  state: ChannelState = NOTHING,
  entry: DigestEntry,
  now: number,
  pace: ChannelPace,
): { readonly state: ChannelState; readonly outcome: Admission } {
  const { digest } = state;
  const isCarrier = digest?.carrier === entry.id;
  if (!isCarrier && state.digested?.includes(entry.id)) return { state, outcome: { kind: "joined" } };
  const recent = [...state.recent.filter((at) => at > now - pace.windowMs), now].slice(-(pace.most + 1));
  if (digest !== undefined) {
    const isKnown = digest.ids.includes(entry.id) || state.digested?.includes(entry.id) === true;
    const isOverdue = now > digest.dueAt + OVERDUE_MS;
    const next = { ...(isKnown ? digest : withEntry(digest, entry)), ...(isOverdue ? { carrier: entry.id } : {}) };
    const joined = { ...state, recent: isKnown ? state.recent : recent, digest: next };
    if (next.carrier !== entry.id) return { state: joined, outcome: { kind: "joined" } };
    if (now < next.dueAt) return { state: joined, outcome: { kind: "carry", waitMs: next.dueAt - now } };
    // Whoever comes while it is being posted does not take it over.
    const tried = { ...joined, digest: { ...next, dueAt: now } };
    const { state: booked, outcome: waitMs } = book(tried, now, pace);
    return { state: booked, outcome: { kind: "digest", digest: next, waitMs } };
  }
  if (recent.length > pace.most) {
    const empty: Digest = {
      carrier: entry.id,
      dueAt: now + pace.windowMs,
      ids: [],
      counts: {},
      failures: [],
      failed: 0,
    };
    return {
      state: { ...state, recent, digest: withEntry(empty, entry) },
      outcome: { kind: "carry", waitMs: pace.windowMs },
    };
  }
  const { state: booked, outcome: waitMs } = book({ ...state, recent }, now, pace);
  return { state: booked, outcome: { kind: "post", waitMs } };
}

/**
 * Books the next message's place; the outcome is the wait for it, in milliseconds. One that is further away than
 * `longestWaitMs` is not booked: whoever comes back for it asks again, and would find the places of all who do taken.
 */
export function book(
  state: ChannelState = NOTHING,
  now: number,
  { everyMs, longestWaitMs }: ChannelPace,
): { readonly state: ChannelState; readonly outcome: number } {
  const at = Math.max(now, state.nextAt);
  const isBooked = at - now <= longestWaitMs;
  return { state: isBooked ? { ...state, nextAt: at + everyMs } : state, outcome: at - now };
}

/** Nothing is to be posted before that. */
export function pause(
  state: ChannelState = NOTHING,
  until: number,
): { readonly state: ChannelState; readonly outcome: undefined } {
  return { state: { ...state, nextAt: Math.max(state.nextAt, until) }, outcome: undefined };
}

/** A digest was posted. What joined it meanwhile is left, and its carrier has to come back for it: then this is `true`. */
export function told(
  state: ChannelState = NOTHING,
  posted: Digest,
  now: number,
): { readonly state: ChannelState; readonly outcome: boolean } {
  const { digest, ...rest } = state;
  if (digest?.carrier !== posted.carrier) return { state, outcome: false };
  const digested = posted.ids;
  if (digest.ids.length === posted.ids.length) return { state: { ...rest, digested }, outcome: false };
  return { state: { ...rest, digested, digest: { ...without(digest, posted), dueAt: now } }, outcome: true };
}

function without(digest: Digest, posted: Digest): Digest {
  const counts = Object.entries(digest.counts).map(
    ([title, count]) => [title, count - (posted.counts[title] ?? 0)] as const,
  );
  return {
    ...digest,
    ids: digest.ids.slice(posted.ids.length),
    counts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    failures: digest.failures.slice(posted.failures.length),
    failed: digest.failed - posted.failed,
  };
}

function withEntry(digest: Digest, { id, title, failure }: DigestEntry): Digest {
  return {
    ...digest,
    ids: [...digest.ids, id],
    counts: { ...digest.counts, [title]: (digest.counts[title] ?? 0) + 1 },
    failures:
      failure === undefined || digest.failures.length >= MOST_FAILURES
        ? digest.failures
        : [...digest.failures, failure],
    failed: digest.failed + (failure === undefined ? 0 : 1),
  };
}
