import { getHeapStatistics } from "node:v8";
import { parse } from "@specdrop/spec";
import { HOSTILE_FILES } from "../test/fixtures/hostile/corpus.ts";

/** What the calibration loop took where the target was set, and the target there. */
const REFERENCE_MS = 10;
const TARGET_MS = 200;
/** V8's own share is on top of what `--max-old-space-size=128` allows. */
const LARGEST_HEAP_MB = 512;
const REPEATS = 5;

/** Milliseconds for a fixed piece of work: how fast this machine is, at this moment. */
function calibrate(): number {
  const text = "calibration".repeat(1_000);
  return timed(() => {
    let sum = 0;
    for (let round = 0; round < 200; round++) {
      for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
    }
    return sum;
  });
}

/** The processor's time in milliseconds: others on the machine do not count. */
function timed(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Prints what each hostile file costs. Exit code 1 where one takes longer than the target allows on this machine. */
function main(): void {
  if (getHeapStatistics().heap_size_limit > LARGEST_HEAP_MB * 2 ** 20) {
    throw new Error("the target is to be met in little memory: run with --max-old-space-size=128");
  }
  for (let warm = 0; warm < 5; warm++) calibrate();
  let late = 0;
  const rows = HOSTILE_FILES.map(({ name, bytes }) => {
    const first = timed(() => parse(bytes, name));
    const ratios = Array.from({ length: REPEATS }, () => timed(() => parse(bytes, name)) / calibrate());
    const milliseconds = REFERENCE_MS * (ratios.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? 0);
    const beyond = milliseconds > TARGET_MS;
    if (beyond) late++;
    return {
      file: name,
      KiB: Math.round(bytes.length / 1_024),
      "first ms": Math.round(first),
      "ms at reference speed": Math.round(milliseconds),
      "heap MB": Math.round(getHeapStatistics().total_heap_size / 2 ** 20),
      target: beyond ? "MISSED" : "met",
    };
  });
  console.table(rows);
  if (late === 0) return;
  console.error(`${late} files took more than ${TARGET_MS} ms at reference speed.`);
  process.exitCode = 1;
}

main();
