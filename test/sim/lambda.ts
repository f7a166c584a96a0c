import { clockError } from "./clocks.ts";
import type { Invocation, World } from "./world.ts";

/** Ends with what the handler returns; `failed` where it threw, crashed or ran out of time. */
type Ending<T> = { readonly kind: "returned"; readonly value: T } | { readonly kind: "failed"; readonly why: string };

export interface InvocationFacts {
  readonly invocation: Invocation;
  /** Epoch milliseconds at which Lambda kills it. */
  readonly endsAt: number;
}

export type Handler<T> = (facts: InvocationFacts) => Promise<T>;

/** Lambda: invocations that live until they return, throw, crash or run out of time. */
export interface Lambda {
  readonly invoke: <T>(
    name: string,
    timeoutMs: number,
    handler: Handler<T>,
    ended: (ending: Ending<T>) => void,
  ) => void;
  /** As EventBridge invokes a function with an event: tried three times, then a dead letter. */
  readonly invokeAsync: (name: string, event: object, handler: Handler<unknown>) => void;
  /** Ends whatever runs. */
  readonly killAll: (why: string) => void;
  /** The events that wait for somebody to deliver them to the function again. */
  readonly deadLetters: (name: string) => readonly object[];
  /** Delivers every dead letter again. Returns how many there were. */
  readonly redrive: () => number;
}

const RETRY_AFTER_MS: readonly number[] = [60_000, 120_000];

export function createLambda(world: World, isOut: () => number): Lambda {
  const { scheduler, faults, trace } = world;
  let invocations = 0;
  const running = new Set<Invocation>();
  let deadLetters: { readonly name: string; readonly event: object; readonly deliver: () => void }[] = [];

  function invoke<T>(name: string, timeoutMs: number, handler: Handler<T>, ended: (ending: Ending<T>) => void): void {
    invocations += 1;
    const { clocks } = faults.profile;
    const wrong = name === "specdrop" ? clocks?.people : clocks?.functions;
    const invocation: Invocation = {
      ...(wrong && faults.active && { clockError: clockError(world.random, wrong, scheduler.now()) }),
      name: `${name}#${invocations}`,
      alive: true,
      startedAt: scheduler.now(),
      leases: new Map(),
      lateWrites: new Map(),
      // People are not held to rules for what others send.
      allowedApis: name === "specdrop" ? undefined : world.allowedApis,
      booked: new Map(),
      lost: new Set(),
      runs: new Map(),
      begunAt: new Map(),
      epochs: new Map(),
      handedOn: new Set(),
      onDeath(why) {
        running.delete(invocation);
        trace.write(invocation.name, "ends", why);
        ended({ kind: "failed", why });
      },
    };
    trace.write(invocation.name, "begins");
    running.add(invocation);
    const end = (ending: Ending<T>) => {
      if (!invocation.alive) return;
      invocation.alive = false;
      running.delete(invocation);
      trace.write(invocation.name, ending.kind === "failed" ? `fails: ${ending.why}` : "returns");
      ended(ending);
    };
    scheduler.after(timeoutMs, () => scheduler.kill(invocation, "its time is up"));
    // A function is told how much time it has left, and adds that to what its own clock says.
    handler({ invocation, endsAt: scheduler.clockOf(invocation).now() + timeoutMs }).then(
      (value) => end({ kind: "returned", value }),
      (error: unknown) => {
        if (error instanceof TypeError || error instanceof RangeError) {
          world.violate(`${invocation.name} threw what no fault explains: ${error.stack}`);
        }
        end({ kind: "failed", why: String(error) });
      },
    );
  }

  function invokeAsync(name: string, event: object, handler: Handler<unknown>): void {
    const attempt = (tries: number): void => {
      const wait = isOut();
      if (wait > 0) scheduler.after(wait, () => attempt(tries));
      else once(tries);
    };
    const once = (tries: number): void =>
      invoke(name, faults.profile.asyncTimeoutMs, handler, (ending) => {
        if (ending.kind === "returned") return;
        const delay = RETRY_AFTER_MS[tries];
        if (delay === undefined) {
          trace.write("lambda", `${name} ends as a dead letter`);
          deadLetters.push({ name, event, deliver: () => attempt(0) });
        } else scheduler.after(delay, () => attempt(tries + 1));
      });
    attempt(0);
  }

  return {
    invoke,
    invokeAsync,
    killAll(why) {
      for (const invocation of running) scheduler.kill(invocation, why);
    },
    deadLetters: (name) => deadLetters.filter((letter) => letter.name === name).map(({ event }) => event),
    redrive() {
      const letters = deadLetters;
      deadLetters = [];
      for (const { deliver } of letters) deliver();
      return letters.length;
    },
  };
}
