import { dynamoLedger } from "@specdrop/aws/dynamodb/ledger";
import { formatNaturalKey, LeaseLostError, type NaturalKey } from "@specdrop/engine";
import type { Lease } from "@specdrop/ledger/lease";
import { ledgerOn } from "@specdrop/ledger/memory";
import type { ChangeSetState, DocumentRecord, Ledger } from "@specdrop/ledger/port";
import { EMPTY_STATE, type RecordChange, toState, toTables } from "@specdrop/ledger/state";
import { changeOf } from "./dynamodb/changes.ts";
import { tableClient, throttled } from "./dynamodb/client.ts";
import { createTable, type Table } from "./dynamodb/table.ts";
import type { Call } from "./ledger-call.ts";
import { short } from "./trace.ts";
import { createWitness, type LedgerFacts, type OnSettled } from "./witness.ts";
import { call, type Invocation, type World } from "./world.ts";

/** What the ledger holds, without faults. */
export interface Contents {
  readonly documents: readonly DocumentRecord[];
  readonly changeSets: readonly ChangeSetState[];
}

export interface SimulatedLedger {
  readonly contents: () => Promise<Contents>;
  readonly portOf: (invocation: Invocation) => Ledger;
  /** A copy of everything in it; what it returns puts the ledger back to that. `undefined` is an empty one. */
  readonly backup: () => () => void;
  /** The table, where the seed keeps its ledger in DynamoDB. */
  readonly table?: Table;
}

/** The ledger as an invocation sees it; every write is also written down in the book. */
export function createLedger(world: World, onSettled: OnSettled, facts: LedgerFacts): SimulatedLedger {
  const witness = createWitness(world, onSettled, facts);
  return world.faults.profile.dynamodb === null ? inMemory(world, witness) : onTable(world, witness);
}

type Witness = ReturnType<typeof createWitness>;

/** Every call is one step, and atomic. */
function inMemory(world: World, witness: Witness): SimulatedLedger {
  let tables = toTables(EMPTY_STATE);
  let under: Call | undefined;
  const itself = ledgerOn(
    () => tables,
    async (change: RecordChange) => {
      if (under !== undefined) witness.see(change, under);
    },
  );
  return {
    contents: () => contentsOf(itself),
    backup() {
      const kept = toState(tables);
      const putBack = witness.backup();
      return () => {
        tables = toTables(kept);
        putBack();
      };
    },
    portOf: (invocation) =>
      portOf(itself, invocation, (method, args, run) =>
        call(
          world,
          invocation,
          labelOf(method, args),
          () => {
            under = { invocation, method, args };
            try {
              return run(itself);
            } finally {
              under = undefined;
            }
          },
          throttled,
        ),
      ),
  };
}

/** The ledger's own code for DynamoDB, on a simulated table: every request is a step. */
function onTable(world: World, witness: Witness): SimulatedLedger {
  const { scheduler, faults, random } = world;
  const { pageSize = 1, lagMs = 0 } = faults.profile.dynamodb ?? {};
  const table = createTable({
    now: scheduler.now,
    lagMs: () => (faults.active ? random.between(0, lagMs) : 0),
    pageSize,
  });
  const quiet = dynamoLedger(quietClient(world, table), TABLE);
  return {
    table,
    backup() {
      const kept = table.items();
      const putBack = witness.backup();
      return () => {
        table.restore(kept);
        putBack();
      };
    },
    contents: () => contentsOf(quiet),
    portOf: (invocation) =>
      portOf(quiet, invocation, (method, args, run) => {
        const client = tableClient(world, table, invocation, labelOf(method, args), (written) => {
          const change = changeOf(written);
          if (change !== undefined) witness.see(change, { invocation, method, args });
        });
        const { sleep } = scheduler.clockOf(invocation);
        return run(dynamoLedger(client, TABLE, { sleep, random: random.next }));
      }),
  };
}

export const TABLE = "specdrop";

/** What looks at the table at rest, and writes nothing. */
function quietClient(world: World, table: Table) {
  const nobody = { name: "nobody", alive: true } as Invocation;
  const calm: World = {
    ...world,
    faults: { ...world.faults, happens: () => false },
    scheduler: { ...world.scheduler, step: async () => {} },
    trace: { lines: [], write: () => {} },
  };
  return tableClient(calm, table, nobody, "looks", () => {});
}

async function contentsOf(ledger: Ledger): Promise<Contents> {
  return {
    documents: await collected(ledger.listDocuments()),
    changeSets: await collected(ledger.listChangeSets()),
  };
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What gives one record after the other, and not a promise. */
const STREAMS: ReadonlySet<string> = new Set(["listDocuments", "listChangeSets"]);

/** Notes what an invocation has learnt by a call. */
function note(
  { invocation, method, args }: Call,
  answer: { readonly value: unknown } | { readonly error: unknown },
): void {
  const [first, second] = args as readonly [unknown, string];
  if ("error" in answer) {
    const isLost = method === "renewLease" && answer.error instanceof LeaseLostError;
    if (isLost) invocation.lost.add((first as Lease).apiId);
    return;
  }
  if (method === "acquireLease" && answer.value !== undefined) invocation.lost.delete(first as string);
  if (method === "readChangeSet") {
    const { epoch } = (answer.value as ChangeSetState | undefined) ?? { epoch: 0 };
    const key = `${first}|${second}`;
    const before = invocation.epochs.get(key);
    invocation.epochs.set(key, { first: before?.first ?? epoch, last: epoch, isRepeated: before !== undefined });
  }
}

/** Has every call of a method go through `ask`, a list as the call that begins it. */
function portOf(
  model: Ledger,
  invocation: Invocation,
  ask: <T>(method: string, args: readonly unknown[], run: (ledger: Ledger) => Promise<T>) => Promise<T>,
): Ledger {
  const through: typeof ask = async (method, args, run) => {
    try {
      const value = await ask(method, args, run);
      note({ invocation, method, args }, { value });
      return value;
    } catch (error) {
      note({ invocation, method, args }, { error });
      throw error;
    }
  };
  const methods = Object.keys(model).map((method) => {
    const of = (ledger: Ledger) =>
      (ledger as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method];
    const port = STREAMS.has(method)
      ? async function* (...args: readonly unknown[]) {
          const listed = await through(method, args, async (ledger) =>
            collected(of(ledger)?.(...args) as AsyncIterable<unknown>),
          );
          yield* listed;
        }
      : (...args: readonly unknown[]) => through(method, args, async (ledger) => of(ledger)?.(...args));
    return [method, port];
  });
  return Object.fromEntries(methods);
}

function labelOf(method: string, args: readonly unknown[]): string {
  return `ledger.${method} ${args.map(told).join(" ")}`;
}

/** Enough of an argument to know it by. */
function told(argument: unknown): string {
  if (typeof argument === "string") return argument.split("/").at(-1) ?? argument;
  if (typeof argument !== "object" || argument === null) return String(argument);
  if ("IntegrationResponseKey" in argument) return nameOf(argument as never);
  if ("detailType" in argument) return String(argument.detailType);
  if ("kind" in argument) return `${argument.kind} ${"sequencer" in argument ? argument.sequencer : ""}`;
  if ("fence" in argument) return `fence ${argument.fence}`;
  return short(argument);
}

function nameOf(resource: NaturalKey & { readonly pending?: object; readonly identifier?: string }): string {
  return `${formatNaturalKey(resource)} ${resource.pending ? "pending" : (resource.identifier ?? "")}`;
}
