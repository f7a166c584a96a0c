import { memoryLedger } from "@specdrop/ledger/memory";
import { convergeAll, type Size } from "./lib/desired.ts";
import { gate, havePeers, runClient, type Server, startServer } from "./lib/processes.ts";
import { median, report, round, roundsAsked } from "./lib/report.ts";
import { ONE_WAY_MS, virtualAccount } from "./lib/virtual-cloud.ts";
import { virtualTime } from "./lib/virtual-time.ts";

/** API Gateway's control plane (developer guide, quotas); here every call counts, questions about a status too. */
const LIMITS = { rps: 10, burst: 40 };
const GOAL = 1.15;
/** On the simulated clock, there and back; the loopback's own is left out of the bound. */
const ROUND_TRIP_MS = 2 * ONE_WAY_MS;
/** That the API is a WebSocket API, that the integration is there, and that a route leads to it. */
const CHECKS = 3;

/** So many creates on so many APIs, each of which takes so long. One API takes one change at a time. */
interface Case extends Size {
  readonly settleMs: number;
}

const SIMULATED: readonly Case[] = [1, 20].flatMap((apis) =>
  [1, 20, 100, 500]
    .filter((creates) => creates >= apis)
    .flatMap((creates) => [1_500, 300, 100].map((settleMs) => ({ creates, apis, settleMs }))),
);

/** What fits into three minutes of everybody's time. */
const MEASURED: readonly Case[] = [
  { creates: 1, apis: 1, settleMs: 1_500 },
  { creates: 20, apis: 1, settleMs: 1_500 },
  { creates: 20, apis: 20, settleMs: 1_500 },
  { creates: 100, apis: 20, settleMs: 1_500 },
];

/**
 * In seconds: no tool that does the same can be quicker. An API takes its changes one after the other, each as long as
 * it takes to settle, and the time there and back: who does not know that one has settled cannot send the next. A round
 * trip for the list comes before, and one for the checks, which need not be made of what is as it should be. The account
 * takes `burst` calls at once and `rps` a second from then on, and needed are
 * - for each API one list, since without it what is there already would be made again, and the checks that come before
 *   anything is touched;
 * - for each create the create, and one question, since nothing else tells that it has settled.
 */
function boundOf({ creates, apis, settleMs }: Case, roundTripMs: number): number {
  const calls = apis * (1 + CHECKS) + creates * 2;
  const byRate = Math.max(0, calls - LIMITS.burst) / LIMITS.rps;
  const byApi = (2 * roundTripMs + (creates / apis) * (settleMs + roundTripMs)) / 1_000;
  return Math.max(byRate, byApi);
}

interface Run {
  readonly seconds: number;
  readonly failures: number;
  /** Live, and in nobody's records. */
  readonly orphans: number;
  readonly calls: number;
  readonly throttled: number;
  /** What a second run over the same documents asks for. */
  readonly again?: Again;
}

interface Again {
  readonly writes: number;
  readonly reads: number;
}

interface ClientAnswer {
  /** From the first call's arrival to the last one's, as for every tool: the start of a process does not count. */
  readonly seconds: number;
  readonly failures: number;
  readonly known: number;
  readonly again: Again;
}

async function main(): Promise<void> {
  const rounds = roundsAsked(3);
  const simulated = [];
  for (const one of SIMULATED) {
    const runs = [];
    for (let seed = 1; seed <= rounds; seed++) runs.push(await simulate(one, seed));
    simulated.push(rowOf("specdrop, simulated clock", one, runs, ROUND_TRIP_MS));
  }
  const measured = await measureAll(rounds);
  report("throughput", [...simulated, ...measured], { goal: GOAL, limits: LIMITS, rounds });
}

/** The engine, its ports and the embedded Cloud Control as they are, on a clock that does not wait. */
async function simulate(one: Case, seed: number): Promise<Run> {
  const time = virtualTime();
  const { settleMs } = one;
  const account = virtualAccount(time, { ...LIMITS, settleMs }, seed);
  const ports = { ...account.ports, ledger: memoryLedger() };
  const startedAt = time.now();
  const outcomes = await time.until(convergeAll(one, ports, 1));
  const seconds = (time.now() - startedAt) / 1_000;
  const changes = outcomes.flatMap((outcome) => outcome.changes);
  const known = changes.filter(({ status }) => status === "succeeded").length;
  const before = { ...account.calls };
  await time.until(convergeAll(one, ports, 2));
  const since = (name: string) => (account.calls[name] ?? 0) - (before[name] ?? 0);
  return {
    seconds,
    failures: one.creates - known,
    orphans: account.emulator.resources().length - known,
    calls: Object.values(before).reduce((sum, count) => sum + count, 0),
    throttled: account.throttled(),
    again: { writes: since("create") + since("update") + since("delete"), reads: since("list") + since("get") },
  };
}

/** One case after the other: tools that start together would be in each other's way. */
async function measureAll(rounds: number): Promise<object[]> {
  const hasPeers = havePeers();
  const server = await startServer();
  const rows: object[] = [];
  try {
    for (const one of MEASURED) {
      rows.push(rowOf("specdrop", one, await specdrop(server, one, rounds)));
      if (hasPeers) rows.push(rowOf("alchemy 0.94.0", one, [await alchemy(server, one)]));
    }
    return rows;
  } finally {
    server.close();
  }
}

/** A run that takes that long is not disturbed much by others beside it. */
const LONG_SECONDS = 20;

async function specdrop(server: Server, one: Case, rounds: number): Promise<Run[]> {
  const isLong = boundOf(one, 0) >= LONG_SECONDS;
  const together = gate(rounds);
  const runs: Promise<Run>[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push(runOnce(server, one, `specdrop-${one.creates}-${one.apis}-${round}`, isLong ? together : gate(1)));
    if (!isLong) await runs.at(-1);
  }
  return await Promise.all(runs);
}

async function runOnce(server: Server, one: Case, name: string, ready: () => Promise<void>): Promise<Run> {
  const endpoint = await server.account(name, { ...LIMITS, settleMs: one.settleMs });
  const answer = await runClient<ClientAnswer>("converge.ts", endpoint, one, ready);
  if (answer === undefined) throw new Error(`${name} gave no answer`);
  const { seconds, failures, known, again } = answer;
  const { calls, resources, throttled } = await server.seen(name);
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0) - again.reads;
  return { seconds, failures, orphans: resources - known, calls: all, throttled, again };
}

async function alchemy(server: Server, one: Case): Promise<Run> {
  const name = `alchemy-${one.creates}-${one.apis}`;
  const { apis, creates, settleMs } = one;
  const endpoint = await server.account(name, { ...LIMITS, settleMs });
  const order = { apis, each: creates / apis, whole: false };
  const answer = await runClient<{ failures: readonly string[] }>("alchemy.mjs", endpoint, order);
  const { calls, resources, throttled, firstAt, lastAt } = await server.seen(name);
  const failures = answer?.failures.length ?? creates;
  return {
    seconds: (lastAt - firstAt) / 1_000,
    failures,
    orphans: Math.max(0, resources - (creates - failures)),
    calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
    throttled,
  };
}

function rowOf(tool: string, one: Case, runs: readonly Run[], roundTripMs = 0) {
  const bound = boundOf(one, roundTripMs);
  const seconds = median(runs.map((run) => run.seconds));
  const again = runs.flatMap((run) => run.again ?? []);
  return {
    tool,
    creates: one.creates,
    APIs: one.apis,
    "settles after s": one.settleMs / 1_000,
    "bound s": round(bound, 1),
    "took s": round(seconds, 1),
    ratio: round(seconds / bound, 2),
    goal: seconds <= bound * GOAL && runs.every((run) => run.failures + run.orphans === 0) ? "met" : "missed",
    failures: Math.max(...runs.map(({ failures }) => failures)),
    orphans: Math.max(...runs.map(({ orphans }) => orphans)),
    calls: median(runs.map(({ calls }) => calls)),
    throttled: median(runs.map(({ throttled }) => throttled)),
    "again: writes": again.length === 0 ? "" : median(again.map(({ writes }) => writes)),
    "again: reads": again.length === 0 ? "" : median(again.map(({ reads }) => reads)),
  };
}

await main();
