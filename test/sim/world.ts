import type { OwnedResource } from "@specdrop/engine";
import type { ResultEvent } from "@specdrop/events";
import type { NewRevision, Revision } from "@specdrop/ledger/port";
import type { AllowedApis } from "@specdrop/service/policy";
import type { Content } from "./content.ts";
import { createFaults, drawProfile, type Faults } from "./faults.ts";
import type { LiveResponse } from "./live-response.ts";
import { type Prng, prng } from "./prng.ts";
import type { Route } from "./route.ts";
import { type Process, type Scheduler, scheduler } from "./scheduler.ts";
import { createTrace, type Trace } from "./trace.ts";

/** Somebody's change of a response, effective at `at` (epoch milliseconds). */
export interface Touch {
  readonly at: number;
  readonly by: Process | "foreign";
}

export interface Settlement {
  readonly documentId: string;
  readonly apiId: string;
  readonly sequence: number;
  readonly event: ResultEvent;
  readonly by: Invocation;
}

/** A document as an event of another stack, or without a text its withdrawal. */
export interface Submission {
  readonly key: string;
  readonly correlationId: string;
  readonly text: string | undefined;
  /** The envelope's time: epoch milliseconds, of whole seconds. */
  readonly sentAt: number;
  readonly sequence?: number;
}

/** An invocation of a function, with what has to be known to judge what it does. */
export interface Invocation extends Process {
  readonly startedAt: number;
  /** The leases it was given: by API, the fence and when each ran out. */
  readonly leases: Map<string, { fence: number; expiresAt: number }>;
  /** By API: writes it made after somebody else had its lease. */
  readonly lateWrites: Map<string, number>;
  /** What it was told of the APIs that documents may name. */
  readonly allowedApis: AllowedApis | undefined;
  /** Requests that it has booked and not sent yet, and when they may go out (epoch milliseconds): by API where it works side by side, else under `""`. */
  readonly booked: Map<string, { requests: number; mayGoAt: number }>;
  /** APIs whose lease it was told to have lost. */
  readonly lost: Set<string>;
  /** By `documentId|apiId`: the revision it runs on, and the epochs of the change set that it has read. */
  readonly runs: Map<string, number>;
  /** By `documentId|apiId`: when its run began (epoch milliseconds). */
  readonly begunAt: Map<string, number>;
  readonly epochs: Map<string, { readonly first: number; readonly last: number; readonly isRepeated: boolean }>;
  /** `documentId|apiId|sequence` of runs that it could not end, and has signalled again in good order. */
  readonly handedOn: Set<string>;
  /** The exception that AWS answers everything with from now on, if it does. */
  denied?: string;
}

/** A deployment as it was asked for, and what was live then. */
export interface Snapshot {
  readonly apiId: string;
  readonly live: readonly LiveResponse[];
}

/** What happened, kept beside the systems themselves so that the invariants need not trust them. */
export interface Book {
  /** By document, then sequence. */
  readonly revisions: Map<string, Map<number, NewRevision>>;
  readonly settlements: Settlement[];
  readonly published: ResultEvent[];
  /** Of them those of which the ledger forgot that it ever wrote them. */
  readonly forgotten: Set<ResultEvent>;
  /** Event ids, a message each. */
  readonly slack: string[];
  /** How often the platform had somebody told, by event id. */
  readonly notifications: Map<string, number>;
  /** By document: the revision in force, and since when it is (epoch milliseconds). */
  readonly inForce: Map<string, Revision & { readonly since: number }>;
  /** How often a revision that had its result was made to run again, by document, API and revision. */
  readonly reopened: Map<string, number>;
  /** By natural key. */
  readonly touches: Map<string, Touch[]>;
  /** Identifiers of responses that somebody else created. */
  readonly foreign: Set<string>;
  /** Identifiers that were on record as adopted or to be retained. */
  readonly mayBeForgotten: Set<string>;
  /** `documentId logicalId` of responses that their document asked to retain, now or earlier. */
  readonly retained: Set<string>;
  /** By `documentId logicalId`: every policy it ever declared. */
  readonly policies: Map<string, Set<"Delete" | "Retain" | "none">>;
  readonly deployments: Snapshot[];
  /** `documentId natural key` of what a document asks to take over, now or earlier. */
  readonly adoptions: Set<string>;
  /** `documentId natural key property` of what a document declares, now or earlier. */
  readonly declared: Set<string>;
  /** Natural keys of creates that were given up since nothing can tell any more whose the live response is. */
  readonly unrecognisable: Set<string>;
  /** What each command of the command line was about, by its correlation id; nothing where it withdrew. */
  readonly commands: Map<string, Content | undefined>;
  /** By `documentId|apiId|sequence`: who has run on it, and the responses that it let go of, with their logical ids. */
  readonly runs: Map<string, { readonly by: Set<Invocation>; readonly removed: Map<string, string> }>;
  /** What was sent as events, in that order. */
  readonly submissions: Submission[];
  /** What each ClientToken was sent with, and when first: epoch milliseconds of true time. */
  readonly tokens: Map<string, { readonly request: string; readonly firstSentAt: number }>;
  /** By ClientToken: until when AWS is at a create that it has accepted (epoch milliseconds). */
  readonly underWay: Map<string, number>;
  /** ClientTokens from before an empty ledger took the place of the one that knew of them. */
  readonly spent: Set<string>;
  /** The ledger's ownership records, by natural key. */
  readonly owned: Map<string, OwnedResource>;
  /** The same of the responses of routes. */
  readonly routeResponses: Map<string, OwnedResource>;
  /** Every route that there is. */
  readonly routes: Route[];
  /** When somebody last came to own a response, or let go of it: epoch milliseconds, by natural key. */
  readonly ownedSince: Map<string, number>;
  /** When a revision was recorded: epoch milliseconds, by `documentId sequence`. */
  readonly recordedAt: Map<string, number>;
  readonly violations: string[];
}

export interface World {
  readonly seed: number;
  readonly random: Prng;
  readonly workload: Prng;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly book: Book;
  /** By API: the fence of the lease that was given last. */
  readonly fences: Map<string, number>;
  /** `apiId|fence` of leases that an operator took away by hand. */
  readonly freed: Set<string>;
  readonly violate: (what: string) => void;
  /** Which APIs documents may name at present. */
  allowedApis: AllowedApis | undefined;
  /** Told of a lease that somebody was given. */
  onLease?: (apiId: string) => void;
  /** The same for the response of a route. */
  onDeleteOfRoute?: (invocation: Invocation, owned: OwnedResource) => void;
  /** Told of a deletion of ours that AWS has just accepted, and of what the ledger has of the response. */
  onDelete?: (invocation: Invocation, owned: OwnedResource) => void;
  /** Since when nothing may be applied: epoch milliseconds. */
  suspendedAt?: number | undefined;
}

const START_AT = Date.UTC(2026, 10, 22);
const MAX_STEPS = 400_000;

export function createWorld(seed: number, tracing: boolean): World {
  const root = prng(seed);
  const workload = root.fork();
  const faults = createFaults(drawProfile(root.fork()), root.fork());
  const random = root.fork();
  const trace: Trace = createTrace(tracing, () => ({ ms: time.now() - START_AT, step: time.steps() }));
  const time: Scheduler = scheduler({
    random: root.fork(),
    startAt: START_AT,
    maxSteps: MAX_STEPS,
    fate: (_process, label) => faults.fate(label),
    trace: trace.write,
  });
  const book = emptyBook();
  return {
    seed,
    random,
    workload,
    faults,
    scheduler: time,
    trace,
    book,
    fences: new Map(),
    freed: new Set(),
    allowedApis: undefined,
    violate(what) {
      trace.write("!", "VIOLATED", what);
      book.violations.push(what);
    },
  };
}

function emptyBook(): Book {
  return {
    revisions: new Map(),
    settlements: [],
    published: [],
    forgotten: new Set(),
    slack: [],
    notifications: new Map(),
    inForce: new Map(),
    reopened: new Map(),
    touches: new Map(),
    foreign: new Set(),
    mayBeForgotten: new Set(),
    retained: new Set(),
    policies: new Map(),
    deployments: [],
    adoptions: new Set(),
    declared: new Set(),
    unrecognisable: new Set(),
    commands: new Map(),
    runs: new Map(),
    submissions: [],
    tokens: new Map(),
    spent: new Set(),
    underWay: new Map(),
    owned: new Map(),
    routeResponses: new Map(),
    routes: [],
    ownedSince: new Map(),
    recordedAt: new Map(),
    violations: [],
  };
}

/**
 * A call from an invocation to one of its ports. It may be refused, and after it has taken effect its answer may get
 * lost: `failure` says what the caller sees then. At each await the invocation may be put off, or crash.
 */
export async function call<T>(
  { scheduler: time, faults, trace }: World,
  invocation: Invocation,
  label: string,
  effect: () => T | Promise<T>,
  failure: (lost: boolean) => Error,
): Promise<T> {
  await time.step(invocation, label);
  if (faults.happens(faults.profile.refused)) {
    trace.write(invocation.name, label, "refused");
    throw failure(false);
  }
  let outcome: { readonly value: T } | { readonly error: unknown };
  try {
    outcome = { value: await effect() };
    trace.write(invocation.name, label);
  } catch (error) {
    outcome = { error };
    trace.write(invocation.name, label, `throws ${String(error).slice(0, 140)}`);
  }
  await time.step(invocation, `answer of ${label}`);
  if ("error" in outcome) throw outcome.error;
  if (faults.happens(faults.profile.lostReply)) {
    trace.write(invocation.name, label, "its answer is lost");
    throw failure(true);
  }
  return outcome.value;
}
