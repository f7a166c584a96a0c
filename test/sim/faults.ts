import type { ClockFaults } from "./clocks.ts";
import type { Prng } from "./prng.ts";
import type { Fate } from "./scheduler.ts";

/** What a seed decides about its world. Rates are shares of calls (or awaits), times are milliseconds. */
export interface Profile {
  readonly versioned: boolean;
  readonly documents: number;
  readonly resources: number;
  readonly operations: number;
  readonly foreignActs: number;
  readonly gaps: readonly number[];
  /** Documents are so large that what they delete at once needs permission. */
  readonly wide: boolean;
  /** Some templates are nearly as large as an item of the ledger may be, in bytes of UTF-8. */
  readonly heavy: boolean;
  /** Integrations have more responses than a list that ends early shows. */
  readonly crowded: boolean;
  /** What the account's requests to API Gateway are limited to, where they are. */
  readonly requestRate: { readonly rate: number; readonly burst: number } | null;
  /** Which APIs documents may name: everything, not everything, or the one and then the other. */
  readonly allowed: readonly ("all" | "some")[];
  /** Per await of a process. */
  readonly crash: number;
  readonly pause: number;
  readonly latency: number;
  /** Of a delivery by EventBridge. */
  readonly duplicates: number;
  readonly deliveryMs: number;
  /** A call to a port fails without an effect, or takes effect and seems to fail. */
  readonly refused: number;
  readonly lostReply: number;
  readonly cancel: number;
  readonly cloud: {
    readonly errorRate: number;
    readonly staleReadsMs: number;
    readonly settleMs: number;
    readonly rps: number | null;
    readonly retryAfterMs: number;
  };
  /** These are how AWS is, and stay when the faults stop. */
  readonly quirks: {
    readonly removeClearsNothing: boolean;
    readonly mapsMerge: boolean;
    readonly serialisePerApi: boolean;
    readonly partialLists: boolean;
    readonly eventsWithoutModel: boolean;
  };
  readonly reconcile: { readonly timeoutMs: number; readonly concurrency: number; readonly batch: number };
  readonly asyncTimeoutMs: number;
  readonly queue: { readonly visibilityMs: number; readonly maxReceives: number };
  readonly leaseTtlMs: number;
  /** The ledger is in a table, as deployed; else in memory. Conflicts are a share of what takes part in transactions. */
  readonly dynamodb: { readonly pageSize: number; readonly lagMs: number; readonly conflicts: number } | null;
  /** Absent where every clock is right. */
  readonly clocks: { readonly functions: ClockFaults; readonly people: ClockFaults } | null;
  /** Documents that people apply from the command line, on the pipeline's ledger. */
  readonly files: number;
  /** How often applying is suspended for some time. */
  readonly suspensions: number;
  /** Share of the acts that rename a document, and that move a response to another. */
  readonly renames: number;
  readonly moves: number;
  /** Share of the questions about a request from which on AWS refuses a process everything. */
  readonly denials: number;
  /** How many responses a page of a list has; after how many a list ends without a word. */
  readonly lists: { readonly pageSize: number; readonly endsAfter: number | null };
  /** Of the events of S3: never delivered. */
  readonly lostEvents: number;
  /** Of what is sent as events: delivered again after days. */
  readonly repeats: number;
  /** Whoever sends documents as events numbers them. */
  readonly sequences: boolean;
  /** The ledger is put back to an earlier state, or replaced by an empty one, once, in the middle of it all. */
  readonly amnesia: "earlier" | "lost" | null;
  /** APIs have routes, and documents ask for them to be two-way. */
  readonly twoWay: boolean;
  /** Nothing is invoked for so long, once, in the middle of it all. */
  readonly outageMs: number;
  /** How often somebody else acts, and several sweeps look for it at once. */
  readonly patrols: number;
  /** How often an operator frees an API by hand, though its run may live. */
  readonly freedLeases: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Shares of the seeds in which a kind of trouble is there at all. */
const ENABLED = {
  clocks: 0.25,
  files: 0.25,
  suspensions: 0.2,
  renames: 0.25,
  moves: 0.25,
  denials: 0.15,
  shortLists: 0.1,
  crowded: 0.01,
  heavy: 0.02,
  amnesia: 0.12,
  lostEvents: 0.12,
  repeats: 0.2,
  twoWay: 0.3,
  patrols: 0.25,
  freedLeases: 0.1,
  outages: 0.15,
  ...JSON.parse(process.env["SPECDROP_SIM"] ?? "{}"),
};

function drawClocks({ pick }: Prng): NonNullable<Profile["clocks"]> {
  return {
    functions: { offsetMs: pick([0, 2 * SECOND, 5 * MINUTE]), driftPpm: pick([0, 200]), jumps: pick([0, 0.1]) },
    people: { offsetMs: pick([2 * SECOND, 20 * MINUTE, 24 * HOUR]), driftPpm: pick([0, 200]), jumps: pick([0, 0.1]) },
  };
}

export function drawProfile(random: Prng): Profile {
  const { pick, chance } = random;
  const often = (values: readonly number[], probability = 0.5) => (chance(probability) ? pick(values) : 0);
  const files = chance(ENABLED.files) ? 1 + random.int(2) : 0;
  // A command's lease lasts a minute: whoever may have to take it over has the time to watch it.
  const timeoutMs = files > 0 ? pick([5 * MINUTE, 15 * MINUTE]) : pick([30 * SECOND, 2 * MINUTE, 15 * MINUTE]);
  const wide = chance(0.08);
  const crowded = chance(ENABLED.crowded);
  const profile: Profile = {
    versioned: chance(0.5),
    documents: wide ? 1 + random.int(2) : 2 + random.int(3),
    resources: crowded ? 34 : wide ? 18 : 1 + random.int(4),
    wide: wide || crowded,
    crowded,
    heavy: files === 0 && chance(ENABLED.heavy),
    requestRate: chance(0.25) ? { rate: pick([2, 9]), burst: pick([3, 30]) } : null,
    allowed: chance(0.2) ? pick([["some"], ["all", "some"], ["some", "all"]] as const) : ["all"],
    operations: 3 + random.int(4),
    foreignActs: chance(0.5) ? random.int(5) : 0,
    gaps: pick([
      [0, 10, 500],
      [0, 5 * SECOND, MINUTE],
      [SECOND, 10 * MINUTE, 2 * HOUR],
      [0, MINUTE, 40 * HOUR],
    ]),
    crash: often([0.002, 0.01, 0.03], 0.7),
    pause: often([0.003, 0.02]),
    latency: often([0.2, 0.6], 0.7),
    duplicates: often([0.1, 0.4], 0.6),
    deliveryMs: pick([0, 200, 5 * SECOND, 10 * MINUTE]),
    refused: often([0.005, 0.03, 0.1]),
    lostReply: often([0.005, 0.03, 0.1]),
    cancel: often([0.03, 0.1], 0.3),
    cloud: {
      errorRate: often([0.01, 0.05, 0.2]),
      staleReadsMs: often([300, 2 * SECOND, 20 * SECOND]),
      settleMs: pick([0, 20, 2 * SECOND, 40 * SECOND]),
      rps: chance(0.15) ? 10 : null,
      retryAfterMs: often([SECOND], 0.2),
    },
    quirks: {
      removeClearsNothing: chance(0.3),
      mapsMerge: chance(0.2),
      serialisePerApi: chance(0.8),
      partialLists: chance(0.2),
      eventsWithoutModel: chance(0.3),
    },
    reconcile: { timeoutMs, concurrency: 1 + random.int(4), batch: pick([1, 1, 10]) },
    asyncTimeoutMs: files > 0 ? 5 * MINUTE : pick([10 * SECOND, 5 * MINUTE]),
    queue: { visibilityMs: timeoutMs * pick([0.1, 0.3, 1, 6]), maxReceives: pick([2, 5, 5]) },
    leaseTtlMs: files > 0 ? MINUTE : pick([5 * SECOND, MINUTE]),
    dynamodb: chance(0.4)
      ? { pageSize: pick([1, 3, 100]), lagMs: pick([0, 50, 3 * SECOND]), conflicts: often([0.01, 0.1]) }
      : null,
    clocks: chance(ENABLED.clocks) ? drawClocks(random) : null,
    files,
    suspensions: chance(ENABLED.suspensions) ? 1 + random.int(2) : 0,
    renames: chance(ENABLED.renames) ? pick([0.1, 0.3]) : 0,
    moves: chance(ENABLED.moves) ? pick([0.1, 0.3]) : 0,
    denials: chance(ENABLED.denials) ? pick([0.002, 0.02]) : 0,
    lists: {
      pageSize: pick([2, 100, 100]),
      endsAfter: chance(ENABLED.shortLists) ? 25 : null,
    },
    lostEvents: chance(ENABLED.lostEvents) ? pick([0.05, 0.3]) : 0,
    sequences: chance(0.3),
    amnesia: chance(ENABLED.amnesia) ? pick(["earlier", "earlier", "lost"] as const) : null,
    repeats: chance(ENABLED.repeats) ? pick([0.1, 0.4]) : 0,
    outageMs: chance(ENABLED.outages) ? pick([HOUR, 36.5 * HOUR, 40 * HOUR]) : 0,
    twoWay: chance(ENABLED.twoWay),
    patrols: chance(ENABLED.patrols) ? 2 + random.int(3) : 0,
    freedLeases: chance(ENABLED.freedLeases) ? 3 + random.int(6) : 0,
  };
  return withTimeForLeases(profile);
}

/** As deployed: whoever may have to take over a lease has the time to see that it is abandoned. A command's has a minute. */
function withTimeForLeases(profile: Profile): Profile {
  const { reconcile, leaseTtlMs, asyncTimeoutMs, files } = profile;
  if (files > 0) {
    const timeoutMs = Math.max(reconcile.timeoutMs, 3 * MINUTE);
    return { ...profile, leaseTtlMs: MINUTE, asyncTimeoutMs: 5 * MINUTE, reconcile: { ...reconcile, timeoutMs } };
  }
  const isLong = leaseTtlMs * 2 <= Math.min(reconcile.timeoutMs, asyncTimeoutMs);
  return isLong ? profile : { ...profile, leaseTtlMs: 4 * SECOND };
}

/** The faults as they are now: all that the profile has, or, once they have stopped, none. */
export interface Faults {
  readonly profile: Profile;
  active: boolean;
  readonly happens: (rate: number) => boolean;
  readonly fate: (label: string) => Fate;
  readonly settleMs: () => number;
}

/** Between the last look at the lease, or at AWS, and one of these, a pause does the most harm. */
const WRITES = /^(?:aws\.(?:create|update|delete)|ledger\.(?:claim|release|beginRun|recordRevision|noteDrift)) /;

const ON: Fate = { kind: "on" };

export function createFaults(profile: Profile, random: Prng): Faults {
  const faults: Faults = {
    profile,
    active: true,
    happens: (rate) => faults.active && random.chance(rate),
    fate: (label) => {
      if (!faults.active) return ON;
      const { crash, latency, leaseTtlMs } = profile;
      const drawn = random.next();
      const pause = WRITES.test(label) ? 10 * profile.pause : profile.pause;
      if (drawn < crash) return { kind: "crash" };
      if (drawn < crash + pause) return { kind: "later", ms: random.between(0, 3 * leaseTtlMs) };
      return drawn < crash + pause + latency ? { kind: "later", ms: random.between(1, 40) } : ON;
    },
    settleMs: () => (faults.active ? random.between(0, 2 * profile.cloud.settleMs) : 20),
  };
  return faults;
}
