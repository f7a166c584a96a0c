import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The least value that is not exceeded by `share` of them. NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}

/** How many runs `--rounds` asks for. */
export function roundsAsked(otherwise: number): number {
  const { values } = parseArgs({ options: { rounds: { type: "string" } }, strict: false });
  const rounds = Number(values.rounds ?? otherwise);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1 on");
  return rounds;
}

/** Prints rows as a table, and keeps them as JSON in bench/results. */
export function report(name: string, rows: readonly object[], more: object = {}): void {
  console.table(rows);
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model };
  const result = { bench: name, time: new Date().toISOString(), machine, ...more, rows };
  const path = fileURLToPath(new URL(`${name}.json`, folder));
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  console.error(`Kept as ${path}`);
}
