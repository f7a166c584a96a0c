import { median, round } from "../lib/report.ts";
import type { ColdStart } from "./measure.ts";
import type { Scenario } from "./record.ts";

/** How many times the floor's processor time a shipped bundle may take, for its init and for all until its first answer. */
export const GOAL = 1.15;

interface Runs {
  readonly shipped: readonly ColdStart[];
  /** A handler that imports the same clients and makes the same requests. */
  readonly floor: readonly ColdStart[];
  readonly empty: readonly ColdStart[];
}

/**
 * Medians of milliseconds, and of each round's ratio to the floor: what slows the machine down for a while slows both of
 * a round. The goal is held to processor time, which other programs disturb less than the clock on the wall.
 */
export function compare({ name, exchanges }: Scenario, { shipped, floor, empty }: Runs) {
  const ms = (measure: Measure) => round(median(shipped.map(measure)), 1);
  const ratio = (measure: Measure, others = floor) =>
    round(median(shipped.map((start, at) => measure(start) / measure(others[at] ?? start))), 2);
  const ratios = { init: ratio(initCpu), both: ratio(bothCpu) };
  return {
    function: name,
    requests: exchanges.length,
    "init CPU ms": ms(initCpu),
    "init CPU ratio": ratios.init,
    "init and first invoke CPU ms": ms(bothCpu),
    "init and first invoke CPU ratio": ratios.both,
    "init ms": ms(init),
    "init ratio": ratio(init),
    "init and first invoke ms": ms(both),
    "init and first invoke ratio": ratio(both),
    "init CPU, ratio to empty": ratio(initCpu, empty),
    goal: Math.max(ratios.init, ratios.both) <= GOAL ? "met" : "missed",
  };
}

type Measure = (start: ColdStart) => number;
const init: Measure = (start) => start.init;
const both: Measure = (start) => start.init + start.invoke;
const initCpu: Measure = (start) => start.initCpu;
const bothCpu: Measure = (start) => start.initCpu + start.invokeCpu;
