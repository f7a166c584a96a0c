import { isRecord } from "../json.ts";

/** Ways in which AWS is known, or feared, to differ from its documentation. */
export interface Quirks {
  /** A `remove` reports SUCCESS, its event shows the model as asked, and the live value stays (known of TemplateSelectionExpression). */
  readonly removeClearsNothing: boolean;
  /** Keys that a new map leaves out stay live. */
  readonly mapsMerge: boolean;
  /** APIs, their integrations and stages that nobody created here are taken to exist elsewhere. */
  readonly impliedParents: boolean;
  /** Of two overlapping changes to one API, the later one fails. */
  readonly serialisePerApi: boolean;
  /** ErrorCode of that failure; which one AWS uses is not documented. */
  readonly conflictErrorCode: string;
  /** ListResources gives identifiers only. */
  readonly partialLists: boolean;
  /** Final events carry no ResourceModel. */
  readonly eventsWithoutModel: boolean;
  /** ListResources stops after so many resources and gives no NextToken (reported: aws/aws-sdk#764); `null` never does. */
  readonly listCap: number | null;
  /** Resources on one page of ListResources, where the caller does not say; `null` is 100. */
  readonly listPage: number | null;
}

/** What goes wrong in Cloud Control, and how slowly it works. */
export interface Faults {
  /** How long a request stays IN_PROGRESS, in milliseconds; with 0 the first reply is final. */
  readonly settleMs: number;
  /** Calls per second before ThrottlingException; `null` is no limit. */
  readonly rps: number | null;
  /** How many calls may come at once; `null` is as many as `rps`. */
  readonly burst: number | null;
  /** Share of calls, 0 to 1, that end in a 5xx, a reset connection or (writes) an asynchronous Throttling. */
  readonly errorRate: number;
  /** Share of calls, 0 to 1, that take effect and then lose their reply. */
  readonly lostReplies: number;
  /** How long after a create reads do not see the resource, in milliseconds. */
  readonly staleReadsMs: number;
  /** Where above 0, IN_PROGRESS events ask to be polled again after so many milliseconds. */
  readonly retryAfterMs: number;
  /** Makes faults and generated ids repeatable; `null` leaves them to chance. */
  readonly seed: number | null;
  /** What becomes of deployments: one that is `failed` ends in an error, one that is `unfinished` never reaches its stage. */
  readonly deployments: "live" | "failed" | "unfinished";
  readonly quirks: Quirks;
}

export const NO_FAULTS: Faults = {
  settleMs: 20,
  rps: null,
  burst: null,
  errorRate: 0,
  lostReplies: 0,
  staleReadsMs: 0,
  retryAfterMs: 0,
  seed: null,
  deployments: "live",
  quirks: {
    removeClearsNothing: false,
    mapsMerge: false,
    impliedParents: true,
    serialisePerApi: true,
    conflictErrorCode: "ResourceConflict",
    partialLists: false,
    eventsWithoutModel: false,
    listCap: null,
    listPage: null,
  },
};

/** A partial change of faults, as it arrives from outside. */
export type FaultsChange = Partial<Omit<Faults, "quirks">> & { readonly quirks?: Partial<Quirks> };

/** `faults` with `change` laid over it. Throws a `TypeError` that names the first entry it does not understand. */
export function changeFaults(faults: Faults, change: unknown): Faults {
  const next = overlay({ ...faults, quirks: undefined }, change, "", ["quirks"]);
  const quirks = isRecord(change) && change["quirks"] !== undefined ? change["quirks"] : {};
  return { ...next, quirks: overlay(faults.quirks, quirks, "quirks.") } as Faults;
}

const SHARES = new Set(["errorRate", "lostReplies"]);
const CHOICES: Readonly<Record<string, readonly string[]>> = { deployments: ["live", "failed", "unfinished"] };
const OPTIONAL = new Set(["rps", "burst", "seed", "listCap", "listPage"]);

function overlay(base: object, change: unknown, prefix: string, skip: readonly string[] = []): object {
  if (!isRecord(change)) throw new TypeError(`${prefix === "" ? "faults" : prefix.slice(0, -1)} must be a JSON object`);
  const next: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(change)) {
    if (skip.includes(name)) continue;
    if (!Object.hasOwn(base, name))
      throw new TypeError(`unknown fault ${prefix}${name}; valid names are ${Object.keys(base).join(", ")}`);
    check(prefix + name, name, value, next[name]);
    next[name] = value;
  }
  return next;
}

function check(path: string, name: string, value: unknown, before: unknown): void {
  if (value === null && OPTIONAL.has(name)) return;
  const expected = before === null ? "number" : typeof before;
  if (typeof value !== expected) throw new TypeError(`${path} must be a ${expected}`);
  const choices = CHOICES[name];
  if (choices !== undefined && !choices.includes(String(value)))
    throw new TypeError(`${path} must be one of ${choices.join(", ")}`);
  if (typeof value !== "number") return;
  if (!Number.isFinite(value) || value < 0) throw new TypeError(`${path} must be 0 or more`);
  if (SHARES.has(name) && value > 1) throw new TypeError(`${path} is a share: it must be between 0 and 1`);
}
