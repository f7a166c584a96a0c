import type { Learnt } from "@specdrop/aws/cloud-control/pace";
import { gate, havePeers, runClient, type Server, startServer } from "./lib/processes.ts";
import { median, report, round, roundsAsked } from "./lib/report.ts";
import type { WriteSeen } from "./lib/server.ts";
import { virtualAccount } from "./lib/virtual-cloud.ts";
import { virtualTime } from "./lib/virtual-time.ts";

const SETTLE_MS = [300, 1_500, 3_500, 8_000];
/** How much later than it settles an outcome may be known, and how many calls an operation of 8 s may take. */
const GOAL = { share: 0.1, leastMs: 150, calls: 6 };

type Ready = () => Promise<void>;

/** One tool's writes, as the server saw them. */
interface Measured {
  readonly tool: string;
  readonly settleMs: number;
  readonly writes: readonly WriteSeen[];
}

/**
 * How long after it has settled the outcome of a create, an update or a delete is known, and what calls that takes.
 * Times are the server's: from the write's arrival to the reply that first tells of its end.
 */
async function main(): Promise<void> {
  const rounds = roundsAsked(3);
  const hasPeers = havePeers();
  const server = await startServer();
  try {
    const ready = gate(SETTLE_MS.length * (3 * rounds + (hasPeers ? 1 : 0)));
    const measured = await Promise.all(
      SETTLE_MS.flatMap((settleMs) => [
        specdrop(server, settleMs, rounds, ready),
        sdkWaiter(server, settleMs, rounds, ready),
        ...(hasPeers ? [alchemy(server, settleMs, rounds, ready)] : []),
      ]),
    );
    const simulated = await Promise.all(SETTLE_MS.map(simulate));
    const rows = [...simulated.flat(), ...measured.flat()].sort((a, b) => a.settleMs - b.settleMs);
    report("settle", rows.map(rowOf), { goal: GOAL, rounds });
  } finally {
    server.close();
  }
}

/** The same code on a clock that no busy machine holds up, with 10 ms to the server and 10 ms back. */
async function simulate(settleMs: number): Promise<Measured[]> {
  const time = virtualTime();
  const { ports, calls } = virtualAccount(time, { settleMs }, 1);
  const writes: WriteSeen[] = [];
  for (let operation = 0; operation <= 50; operation++) {
    const before = calls["status"] ?? 0;
    const sentAt = time.now();
    const model = { ApiId: "api0000001", IntegrationId: "int0001", IntegrationResponseKey: `/${operation}/` };
    await time.until(ports.controlPlane.create(model, `create-${operation}`));
    const questions = (calls["status"] ?? 0) - before;
    writes.push({ operation: "CreateResource", sentAt, settledAt: sentAt + settleMs, toldAt: time.now(), questions });
  }
  return [
    { tool: "specdrop, first ever, simulated clock", settleMs, writes: writes.slice(0, 1) },
    { tool: "specdrop, later ones, simulated clock", settleMs, writes: writes.slice(1) },
  ];
}

/** The first process on an account, which nobody has told anything; then a later one; then what it does after its first. */
async function specdrop(server: Server, settleMs: number, rounds: number, ready: Ready): Promise<Measured[]> {
  const runs = await Promise.all(
    Array.from({ length: rounds }, async (_, run) => {
      const names = [`specdrop-cold-${settleMs}-${run}`, `specdrop-later-${settleMs}-${run}`] as const;
      const endpoints = await Promise.all(names.map((name) => server.account(name, { settleMs })));
      const learnt = runClient<Learnt>("specdrop.ts", endpoints[0] ?? "", { rounds: 1 }, ready);
      const order = learnt.then((known) => ({ rounds: 2, learnt: known }));
      await runClient("specdrop.ts", endpoints[1] ?? "", order, ready);
      const [cold, later] = await Promise.all(names.map(async (name) => (await server.seen(name)).writes));
      return { cold: cold ?? [], first: later?.slice(0, 3) ?? [], rest: later?.slice(3) ?? [] };
    }),
  );
  return [
    { tool: "specdrop, first ever", settleMs, writes: runs.flatMap(({ cold }) => cold) },
    { tool: "specdrop, first of a process", settleMs, writes: runs.flatMap(({ first }) => first) },
    { tool: "specdrop, later ones", settleMs, writes: runs.flatMap(({ rest }) => rest) },
  ];
}

async function sdkWaiter(server: Server, settleMs: number, rounds: number, ready: Ready): Promise<Measured[]> {
  const names = Array.from({ length: rounds }, (_, run) => `sdk-${settleMs}-${run}`);
  const all = await Promise.all(
    names.map(async (name) => {
      await runClient("sdk-waiter.ts", await server.account(name, { settleMs }), { rounds: 1 }, ready);
      return (await server.seen(name)).writes;
    }),
  );
  return [{ tool: "SDK waiter", settleMs, writes: all.flat() }];
}

async function alchemy(server: Server, settleMs: number, rounds: number, ready: Ready): Promise<Measured[]> {
  const name = `alchemy-${settleMs}`;
  const endpoint = await server.account(name, { settleMs });
  await runClient("alchemy.mjs", endpoint, { apis: rounds, each: 1, whole: true }, ready);
  return [{ tool: "alchemy 0.94.0", settleMs, writes: (await server.seen(name)).writes }];
}

function rowOf({ tool, settleMs, writes }: Measured) {
  const told = writes.flatMap(({ sentAt, toldAt }) => (toldAt === undefined ? [] : [toldAt - sentAt]));
  const calls = writes.map(({ questions }) => questions + 1);
  const worst = Math.max(...told) - settleMs;
  const allowed = Math.max(GOAL.leastMs, settleMs * GOAL.share);
  return {
    tool,
    "settles after s": settleMs / 1_000,
    operations: told.length,
    "known after s": round(median(told) / 1_000, 2),
    ratio: round(median(told) / settleMs, 2),
    "worst overshoot ms": Math.round(worst),
    "overshoot within goal": worst <= allowed ? "yes" : "no",
    "calls, median": median(calls),
    "calls, most": Math.max(...calls),
    "calls within 6": Math.max(...calls) <= GOAL.calls ? "yes" : "no",
  };
}

await main();
