/*
 * A clock that passes minutes in seconds, for everything in this process: put in the place of Date and of the timers before
 * anything else is imported. Sockets stay real, so it goes on slowly while something is at work, and fast while nothing is.
 */
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";

const real = { Date, setTimeout, setImmediate, createServer: http.createServer };
const START = Date.UTC(2026, 10, 30, 0, 0, 0);
/** Milliseconds that pass in one turn of the event loop, a millisecond or so: while something is at work, and while nothing is. */
const BUSY_STEP_MS = 25;
const IDLE_STEP_MS = 1_000;

let now = START;
let order = 0;
let isBusy = () => false;
let isStopped = false;

class Timer {
  readonly run: () => void;
  readonly milliseconds: number;
  readonly repeats: boolean;
  readonly order = order++;
  due: number;

  constructor(run: () => void, milliseconds: number, repeats: boolean) {
    this.run = run;
    this.milliseconds = milliseconds;
    this.repeats = repeats;
    this.due = now + milliseconds;
    waiting.add(this);
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    this.due = now + this.milliseconds;
    waiting.add(this);
    return this;
  }
  close(): this {
    waiting.delete(this);
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.order;
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
const waiting = new Set<Timer>();

function make(repeats: boolean) {
  return (run: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
    const least = Math.max(1, Number(milliseconds) || 0);
    return new Timer(() => run(...args), least, repeats);
  };
}

function clear(timer: unknown): void {
  if (timer instanceof Timer) timer.close();
}

function sleep<T>(milliseconds = 0, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      timer.close();
      reject(new DOMException("The operation was aborted", "AbortError"));
    };
    const timer = make(false)(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, milliseconds);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

class VirtualDate extends real.Date {
  constructor(...args: unknown[]) {
    super(...((args.length === 0 ? [now] : args) as [number]));
  }
  static override now(): number {
    return now;
  }
}

const put = { setTimeout: make(false), setInterval: make(true), clearTimeout: clear, clearInterval: clear };
Object.assign(globalThis, put, { Date: VirtualDate });
Object.assign(timers, put);
Object.assign(promises, { setTimeout: sleep });
// Servers would close idle connections by the machine's clock, under requests that are on their way.
const NO_TIMEOUTS = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
const createServer = (...args: Parameters<typeof real.createServer>) =>
  Object.assign(real.createServer(...args), NO_TIMEOUTS);
Object.assign(http, { createServer });
syncBuiltinESMExports();

/** Lets time pass up to a moment, and has the timers that come due by then run in their order. */
function pass(until: number): void {
  for (;;) {
    let next: Timer | undefined;
    for (const timer of waiting) {
      if (timer.due > until) continue;
      if (next === undefined || timer.due < next.due || (timer.due === next.due && timer.order < next.order))
        next = timer;
    }
    if (next === undefined) break;
    now = Math.max(now, next.due);
    if (next.repeats) next.due += next.milliseconds;
    else waiting.delete(next);
    next.run();
  }
  now = Math.max(now, until);
}

function turn(): void {
  if (isStopped) return;
  pass(now + (isBusy() ? BUSY_STEP_MS : IDLE_STEP_MS));
  real.setTimeout(() => real.setImmediate(turn), 1);
}
real.setTimeout(turn, 1);

export const clock = {
  /** Minutes since the beginning, or since `restart`. */
  minute: (since = START): number => (now - since) / 60_000,
  now: (): number => now,
  /** What says whether anything is at work. */
  watch(busy: () => boolean): void {
    isBusy = busy;
  },
  stop(): void {
    isStopped = true;
  },
  sleep: (milliseconds: number) => sleep(milliseconds),
};
