import type { OperationStatus, ProgressEvent } from "@specdrop/aws/cloud-control/api";
import { awaitOperation } from "@specdrop/aws/cloud-control/await-operation";
import { adaptivePace, type Pace } from "@specdrop/aws/cloud-control/pace";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type VirtualClock, virtualClock } from "../virtual-clock.ts";

const TIMEOUT_MS = 15 * 60_000;
const TERMINAL: readonly OperationStatus[] = ["SUCCESS", "FAILED", "CANCEL_COMPLETE"];
const FIRST: ProgressEvent = { RequestToken: "t", OperationStatus: "IN_PROGRESS" };

function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function options(clock: VirtualClock, pace: Pace = adaptivePace()) {
  return { operation: "CREATE", clock, random: () => 0.5, pace, timeoutMs: TIMEOUT_MS } as const;
}

/** Answers the calls in order; the last answer repeats. */
function script(...answers: readonly (ProgressEvent | Error)[]) {
  const asked: string[] = [];
  return {
    asked,
    async status({ RequestToken }: { RequestToken: string }) {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(RequestToken);
      if (answer instanceof Error) throw answer;
      return answer ?? {};
    },
  };
}

/** An operation that takes `durationMs`, asked for over a line with a latency; returns how late and how dear that was. */
async function follow(durationMs: number, pace: Pace, latencyMs = 0) {
  const clock = virtualClock();
  const start = clock.now();
  let calls = 0;
  const status = async (): Promise<ProgressEvent> => {
    calls += 1;
    clock.advance(latencyMs / 2);
    const done = clock.now() - start >= durationMs;
    clock.advance(latencyMs / 2);
    return { OperationStatus: done ? "SUCCESS" : "IN_PROGRESS" };
  };
  await awaitOperation(FIRST, { status }, options(clock, pace));
  return { calls, overshootMs: clock.now() - start - durationMs, sleeps: clock.sleeps };
}

const tolerance = (durationMs: number) => Math.max(150, durationMs / 10);

describe("the first reply", () => {
  test.each(TERMINAL)("is enough where it says %s", async (status) => {
    const api = script(new Error("must not be asked"));
    const first = { RequestToken: "t", OperationStatus: status };
    expect(await awaitOperation(first, api, options(virtualClock()))).toBe(first);
    expect(api.asked).toEqual([]);
  });

  test("without a token leaves nothing to ask by", async () => {
    const outcome = awaitOperation({ OperationStatus: "PENDING" }, script({}), options(virtualClock()));
    await expect(outcome).rejects.toMatchObject({ code: "NotStabilized", retryable: true, completed: false });
  });
});

describe("statuses", () => {
  test("PENDING, IN_PROGRESS, CANCEL_IN_PROGRESS, none and unheard-of ones are not the end", async () => {
    const api = script(
      { OperationStatus: "PENDING" },
      { OperationStatus: "CANCEL_IN_PROGRESS" },
      {},
      { OperationStatus: "RESTING" as OperationStatus },
      { OperationStatus: "CANCEL_COMPLETE" },
    );
    expect(await awaitOperation(FIRST, api, options(virtualClock()))).toEqual({ OperationStatus: "CANCEL_COMPLETE" });
    expect(api.asked).toEqual(["t", "t", "t", "t", "t"]);
  });

  test("any sequence ends, in bounded calls and time, and with SUCCESS only where AWS said so", async () => {
    const status = fc.constantFrom<OperationStatus>("PENDING", "IN_PROGRESS", "CANCEL_IN_PROGRESS", ...TERMINAL);
    const event = fc.record(
      { OperationStatus: status, RetryAfter: fc.option(fc.oneof(fc.date(), fc.double()), { nil: undefined }) },
      { requiredKeys: [] },
    );
    const failure = fc
      .constantFrom("ThrottlingException", "InternalFailure", "TimeoutError", "AccessDeniedException")
      .map((name) => named(name));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 4, arbitrary: event }, failure), { minLength: 1, maxLength: 40 }),
        fc.nat(8_000),
        async (answers, latencyMs) => {
          const clock = virtualClock();
          const start = clock.now();
          const api = script(...answers);
          const slow = {
            status(request: { RequestToken: string }) {
              clock.advance(latencyMs);
              return api.status(request);
            },
          };
          const outcome = await awaitOperation(FIRST, slow, options(clock)).catch((error: unknown) => error);
          const last = answers[Math.min(api.asked.length, answers.length) - 1];
          if (outcome instanceof Error) expect(outcome).toHaveProperty("name", "ControlPlaneError");
          else {
            expect(outcome).toBe(last);
            expect(TERMINAL).toContain((outcome as ProgressEvent).OperationStatus);
          }
          expect(clock.sleeps.every((milliseconds) => milliseconds >= 0)).toBe(true);
          expect(api.asked.length).toBeLessThan(500);
          expect(clock.now() - start).toBeLessThanOrEqual(TIMEOUT_MS + 10 * (latencyMs + 5_000));
        },
      ),
    );
  });

  test("an operation that never ends is given up after the timeout, its outcome unknown", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const api = script({ OperationStatus: "IN_PROGRESS" });
    await expect(awaitOperation(FIRST, api, options(clock))).rejects.toMatchObject({
      code: "NotStabilized",
      retryable: true,
      completed: false,
      message: "The CREATE has not settled within 900 s; its outcome is unknown.",
    });
    expect(clock.now() - start).toBe(TIMEOUT_MS);
    expect(api.asked.length).toBeLessThan(400);
  });
});

describe("RetryAfter", () => {
  const start = virtualClock().now();
  test.each([
    ["a Date", new Date(start + 7_000)],
    ["epoch seconds", start / 1000 + 7],
  ])("as %s is waited for", async (_, RetryAfter) => {
    const clock = virtualClock();
    await awaitOperation({ ...FIRST, RetryAfter }, script({ OperationStatus: "SUCCESS" }), options(clock));
    expect(clock.sleeps).toEqual([7_000]);
  });

  test.each([new Date(0), new Date(Number.NaN), Number.NaN])("%s changes nothing", async (RetryAfter) => {
    const clock = virtualClock();
    await awaitOperation({ ...FIRST, RetryAfter }, script({ OperationStatus: "SUCCESS" }), options(clock));
    expect(clock.sleeps).toEqual([130]);
  });

  test("beyond the timeout is cut short", async () => {
    const clock = virtualClock();
    const RetryAfter = new Date(clock.now() + 86_400_000);
    await awaitOperation({ ...FIRST, RetryAfter }, script({ OperationStatus: "SUCCESS" }), options(clock));
    expect(clock.sleeps).toEqual([TIMEOUT_MS]);
  });
});

describe("a status call that fails", () => {
  test.each(["ThrottlingException", "ServiceInternalErrorException", "TimeoutError", "RequestTokenNotFoundException"])(
    "with %s is repeated, and is not the operation's failure",
    async (name) => {
      const api = script(named(name), named(name), { OperationStatus: "SUCCESS" });
      expect(await awaitOperation(FIRST, api, options(virtualClock()))).toEqual({ OperationStatus: "SUCCESS" });
      expect(api.asked).toHaveLength(3);
    },
  );

  test("is repeated at growing distances, and not before AWS wants it", async () => {
    const asked = (seconds: string) =>
      Object.assign(named("ThrottlingException"), { $response: { headers: { "retry-after": seconds } } });
    const failure = named("InternalFailure");
    const clock = virtualClock();
    const answers = [...Array.from({ length: 7 }, () => failure), asked("9"), asked("3600")];
    await awaitOperation(FIRST, script(...answers, { OperationStatus: "SUCCESS" }), options(clock));
    expect(clock.sleeps).toEqual([130, 100, 200, 400, 800, 1_600, 2_500, 2_500, 9_000, 60_000]);
  });

  test("again and again leaves the outcome unknown", async () => {
    const api = script(named("RequestTokenNotFoundException", "Request with token t was not found."));
    await expect(awaitOperation(FIRST, api, options(virtualClock()))).rejects.toMatchObject({
      code: "RequestTokenNotFound",
      message: "Request with token t was not found.",
      retryable: true,
      completed: false,
    });
    expect(api.asked).toHaveLength(10);
  });

  test("for lack of a permission ends it at once", async () => {
    const api = script(named("AccessDeniedException"));
    await expect(awaitOperation(FIRST, api, options(virtualClock()))).rejects.toMatchObject({ code: "AccessDenied" });
    expect(api.asked).toHaveLength(1);
  });
});

describe("the account's request rate", () => {
  test("has each question wait for its turn, and hears of throttling", async () => {
    const clock = virtualClock();
    const heard: string[] = [];
    const requestRate = {
      book: async () => 0,
      async bookStatus() {
        heard.push("book");
        return 700;
      },
      throttled: async () => void heard.push("throttled"),
    };
    const api = script(named("ThrottlingException"), { OperationStatus: "SUCCESS" });
    await awaitOperation(FIRST, api, { ...options(clock), requestRate });
    expect(heard).toEqual(["book", "throttled", "book"]);
    expect(clock.sleeps).toEqual([130, 700, 100, 700]);
  });

  test("need not know of questions", async () => {
    const clock = virtualClock();
    const requestRate = { book: async () => 9_000, throttled: async () => {} };
    await awaitOperation(FIRST, script({ OperationStatus: "SUCCESS" }), { ...options(clock), requestRate });
    expect(clock.sleeps).toEqual([130]);
  });
});

describe("how soon the end is seen", () => {
  test("within 10 % or 150 ms of its time, without any history", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 37_000 }), async (durationMs) => {
        expect((await follow(durationMs, adaptivePace())).overshootMs).toBeLessThanOrEqual(tolerance(durationMs));
      }),
    );
  });

  test.each([300, 1_500, 3_000, 8_000, 20_000])(
    "an operation of %d ms like those before it takes at most six calls, over a line with 40 ms latency too",
    async (durationMs) => {
      for (const latencyMs of [0, 40]) {
        const pace = adaptivePace();
        await follow(durationMs, pace, latencyMs);
        for (const share of [1, 0.98, 1.03, 1, 0.97, 1.02]) {
          const { calls, overshootMs } = await follow(durationMs * share, pace, latencyMs);
          expect(calls).toBeLessThanOrEqual(6);
          expect(overshootMs).toBeLessThanOrEqual(tolerance(durationMs * share) + latencyMs);
        }
      }
    },
  );

  test("one much quicker than those before it is seen long before their time", async () => {
    const pace = adaptivePace();
    await follow(8_000, pace);
    expect((await follow(400, pace)).overshootMs).toBeLessThan(2_000);
    expect((await follow(400, pace)).overshootMs).toBeLessThanOrEqual(150);
  });

  test("a slow answer does not turn the loop into a hot one", async () => {
    const { calls, sleeps } = await follow(20_000, adaptivePace(), 5_000);
    expect(calls).toBeLessThanOrEqual(5);
    expect(Math.min(...sleeps)).toBeGreaterThan(60);
  });

  test("what is known of one kind of operation says nothing of another", async () => {
    const pace = adaptivePace();
    await follow(8_000, pace);
    expect(pace.follow("CREATE").nextMs()).toBeGreaterThan(1_500);
    expect(pace.follow("DELETE").nextMs()).toBe(130);
  });

  test("operations that failed teach nothing", async () => {
    const pace = adaptivePace();
    const clock = virtualClock();
    await awaitOperation(
      FIRST,
      script({ OperationStatus: "IN_PROGRESS" }, { OperationStatus: "FAILED" }),
      options(clock, pace),
    );
    expect(pace.follow("CREATE").nextMs()).toBe(130);
  });
});
