import { type ColdStart, median } from "./measure.ts";
import type { Scenario } from "./record.ts";

/** How many times as long as the floor a shipped bundle may take. */
export const GOAL = 1.15;

/** Medians: of milliseconds, and of each round's ratio. */
export interface Result {
  readonly function: string;
  readonly requests: number;
  readonly init: Compared;
  readonly invoke: Compared;
  /** Both together: what the one waits for whose event comes first. */
  readonly cold: Compared;
  /** Of processor time, which other programs on the machine disturb less than the clock on the wall. */
  readonly cpu: { readonly init: Compared; readonly cold: Compared };
}

interface Compared {
  readonly shipped: number;
  /** A handler that imports the same clients and makes the same requests. */
  readonly floor: number;
  readonly empty: number;
  readonly ratio: number;
  readonly ratioToEmpty: number;
}

interface Runs {
  readonly shipped: readonly ColdStart[];
  readonly floor: readonly ColdStart[];
  readonly empty: readonly ColdStart[];
}

export function compare({ name, exchanges }: Scenario, runs: Runs): Result {
  const by = (measure: (start: ColdStart) => number): Compared => {
    const [shipped = [], floor = [], empty = []] = [runs.shipped, runs.floor, runs.empty].map((each) =>
      each.map(measure),
    );
    return {
      ...{ shipped: rounded(median(shipped)), floor: rounded(median(floor)), empty: rounded(median(empty)) },
      ratio: medianRatio(shipped, floor),
      ratioToEmpty: medianRatio(shipped, empty),
    };
  };
  return {
    function: name,
    requests: exchanges.length,
    init: by(({ init }) => init),
    invoke: by(({ invoke }) => invoke),
    cold: by(({ init, invoke }) => init + invoke),
    cpu: { init: by(({ initCpu }) => initCpu), cold: by(({ initCpu, invokeCpu }) => initCpu + invokeCpu) },
  };
}

/** Of the rounds' ratios: what slows the machine down for a while slows both of a round. */
function medianRatio(values: readonly number[], others: readonly number[]): number {
  return rounded(median(values.map((value, round) => value / Number(others[round]))));
}

const rounded = (value: number) => Number(value.toFixed(2));

export function tableOf(results: readonly Result[], rounds: number): string {
  const ms = ({ shipped, ratio }: Compared) => `${shipped.toFixed(1)} ×${ratio.toFixed(2)}`;
  const rows = [
    ["function", "init ms", "first invoke ms", "both ms", "init CPU ms", "both CPU ms", "init, empty", "requests"],
    ...results.map(({ function: name, requests, init, invoke, cold, cpu }) => [
      name,
      ...[init, invoke, cold, cpu.init, cpu.cold].map(ms),
      `×${init.ratioToEmpty.toFixed(2)}`,
      String(requests),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const note = [
    `Medians of ${rounds} interleaved runs under aws-lambda-ric. × is the ratio to a handler that imports the same`,
    `clients and makes the same requests; the goal is ${GOAL}. The last but one is the ratio to an empty handler.`,
  ];
  return [...lines, "", ...note].join("\n");
}
