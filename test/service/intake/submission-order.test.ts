import {
  type Envelope,
  intakeObjectEvent,
  intakeSubmitted,
  intakeWithdrawn,
  type ObjectEvent,
  type Submission,
} from "@specdrop/service/intake";
import { describe, expect, test } from "vitest";
import { BUCKET, drain, ownedKeys, spec, world } from "../builders.ts";

const KEY = "events/111122223333/orders/chat";
const DOCUMENT = `s3://${BUCKET}/${KEY}`;

/** An event that was sent; seconds after the beginning. */
interface Sent {
  readonly id: string;
  /** Which response the document asks for; a withdrawal without it. */
  readonly wants?: string;
  readonly at?: number;
  readonly sequence?: number;
  readonly source?: string;
}

function stage(given: Parameters<typeof world>[0] = {}) {
  const w = world({ random: Math.random, ...given });
  const begin = w.clock.time;
  const deps = { ...w, bucket: BUCKET, clock: { now: w.clock.now, sleep: async (ms: number) => wait(ms / 1000) } };
  let said = 0;

  function wait(seconds: number): void {
    w.clock.time += seconds * 1000;
  }

  function send({ id, wants, at = 0, sequence, source = "orders" }: Sent, ports = deps): Promise<Submission> {
    const order = sequence === undefined ? {} : { sequence };
    const detail = { name: "chat", correlationId: `c-${id}`, ...order };
    const envelope: Omit<Envelope, "detailType" | "detail"> = {
      id,
      source,
      account: "111122223333",
      time: begin + at * 1000,
    };
    return wants === undefined
      ? intakeWithdrawn(ports, { ...envelope, detailType: "SpecWithdrawn", detail })
      : intakeSubmitted(ports, {
          ...envelope,
          detailType: "SpecSubmitted",
          detail: { ...detail, document: JSON.parse(spec({ api1: [wants] })) },
        });
  }

  /** What S3 says reaches intake, and everything is converged. */
  async function rest(order = (events: readonly ObjectEvent[]) => events): Promise<void> {
    const events = w.store.announced.slice(said);
    said = w.store.announced.length;
    for (const event of order(events)) await intakeObjectEvent(deps, event);
    await drain(w);
  }

  const writes = () => w.store.announced.map(({ kind }) => kind);
  const results = () =>
    w.published.map(({ detailType, detail }) => `${detailType} ${detail.metadata.correlationId} ${detail.data.mode}`);
  const live = () => ownedKeys(w.ledger, DOCUMENT, "api1");
  return {
    ...w,
    deps,
    send,
    rest,
    results,
    live,
    writes,
    wait,
  };
}

describe("the last one sent wins", () => {
  test.each<[string, Sent, Sent]>([
    ["by time", { id: "a", wants: "/1/", at: 0 }, { id: "b", wants: "/2/", at: 1 }],
    ["by sequence", { id: "a", wants: "/1/", at: 9, sequence: 1 }, { id: "b", wants: "/2/", at: 0, sequence: 2 }],
    ["by time, where one has no sequence", { id: "a", wants: "/1/", sequence: 9 }, { id: "b", wants: "/2/", at: 1 }],
  ])("%s, whichever comes first", async (_, older, newer) => {
    const inOrder = stage();
    inOrder.wait(60);
    await inOrder.send(older);
    expect(await inOrder.send(newer)).toMatchObject({ outcome: "stored" });
    await inOrder.rest();
    expect(await inOrder.live()).toEqual(["/2/"]);

    const late = stage();
    late.wait(60);
    await late.send(newer);
    await late.rest();
    expect(await late.send(older)).toEqual({ outcome: "superseded", key: KEY });
    await late.rest();
    expect(await late.live()).toEqual(["/2/"]);
    expect(late.results()).toEqual(["ApplySucceeded c-b apply", "SpecSuperseded c-a apply"]);
    const { metadata, data } = late.published[1]?.detail ?? {};
    expect(metadata).toMatchObject({ sequence: 0, documentId: DOCUMENT });
    expect(data?.reason).toMatch(/^A later event .*\.$/);
  });

  test("of equal times the one that comes later", async () => {
    const { send, rest, live } = stage();
    await send({ id: "a", wants: "/1/" });
    await send({ id: "b", wants: "/2/" });
    await rest();
    expect(await live()).toEqual(["/2/"]);
    await send({ id: "w" });
    await rest();
    expect(await live()).toEqual([]);
  });

  test("a time in the future counts as now", async () => {
    const { send, rest, live, wait, results } = stage();
    await send({ id: "a", wants: "/1/", at: 1_000_000 });
    wait(5);
    expect(await send({ id: "b", wants: "/2/", at: 5 })).toMatchObject({ outcome: "stored" });
    await rest();
    expect(await live()).toEqual(["/2/"]);
    expect(await send({ id: "c", at: 4 })).toMatchObject({ outcome: "superseded" });
    expect(results().at(-1)).toBe("SpecSuperseded c-c withdraw");
  });

  test("a withdrawal that comes late deletes nothing that was sent after it", async () => {
    const { send, rest, live, results, writes } = stage();
    await send({ id: "a", wants: "/1/", sequence: 3 });
    await send({ id: "w", sequence: 2 });
    await rest();
    expect(writes()).toEqual(["created"]);
    expect(await live()).toEqual(["/1/"]);
    expect(results().toSorted()).toEqual(["ApplySucceeded c-a apply", "SpecSuperseded c-w withdraw"]);
  });

  test("the order outlasts a lost ledger, with the object", async () => {
    const { send, writes, deps } = stage();
    await send({ id: "b", wants: "/2/", sequence: 2 });
    const empty = { ...deps, ledger: world().ledger };
    const envelope = { source: "orders", account: "111122223333" };
    const submit = (id: string, sequence: number) =>
      intakeSubmitted(empty, {
        ...{ ...envelope, id, detailType: "SpecSubmitted" },
        detail: { name: "chat", document: {}, sequence },
      });
    expect(await submit("a", 1)).toMatchObject({ outcome: "superseded" });
    const withdrawal = { ...envelope, id: "w", detailType: "SpecWithdrawn", detail: { name: "chat", sequence: 1 } };
    expect(await intakeWithdrawn(empty, withdrawal)).toMatchObject({ outcome: "superseded" });
    expect(writes()).toEqual(["created"]);
    expect(await submit("c", 3)).toMatchObject({ outcome: "stored" });
    expect(writes()).toEqual(["created", "created"]);
  });
});

describe("the same event again", () => {
  test("does nothing, at once, after others and after days", async () => {
    const { send, rest, live, results, writes, wait } = stage();
    const a = { id: "a", wants: "/1/" };
    const w = { id: "w", at: 1 };
    const late = { id: "l", wants: "/3/", at: -5 };
    wait(10);
    const all = [a, w, late, { id: "b", wants: "/2/", at: 2 }];
    for (const one of all) await send(one);
    await rest();
    const [told, written] = [results(), writes()];
    for (const again of [0, 3 * 86_400]) {
      wait(again);
      for (const one of all) expect(await send(one)).toEqual({ outcome: "repeated", key: KEY });
    }
    await rest();
    expect([results(), writes()]).toEqual([told, written]);
    expect(await live()).toEqual(["/2/"]);
  });
});

describe("a withdrawal", () => {
  test("ends under its own correlation id, whatever S3 knows of it", async () => {
    const { send, rest, results, live } = stage();
    await send({ id: "a", wants: "/1/" });
    await rest();
    expect(await send({ id: "w" })).toEqual({ outcome: "deleted", key: KEY });
    await rest();
    expect(results()).toEqual(["ApplySucceeded c-a apply", "ApplySucceeded c-w withdraw"]);
    expect(await live()).toEqual([]);
  });

  test.each([
    ["what was never submitted", [], /submitted no document/],
    ["what another source submitted", [{ id: "o", wants: "/1/", source: "other" }], /submitted no document/],
    ["what was withdrawn before", [{ id: "a", wants: "/1/" }, { id: "v" }], /was withdrawn before/],
  ])("of %s is ApplyUnchanged, and says why", async (_, before, reason) => {
    const { send, rest, published, writes } = stage();
    for (const one of before) await send(one);
    await rest();
    const [told, written] = [published.length, writes().length];
    expect(await send({ id: "w" })).toEqual({ outcome: "unchanged", key: KEY });
    await rest();
    expect(writes()).toHaveLength(written);
    expect(published).toHaveLength(told + 1);
    const { detailType, detail } = published.at(-1) ?? {};
    expect(detailType).toBe("ApplyUnchanged");
    expect(detail?.metadata).toMatchObject({ correlationId: "c-w", documentId: DOCUMENT, sequence: 0 });
    expect(detail?.data).toMatchObject({ mode: "withdraw", apis: { of: 0, apiIds: [] }, changes: [] });
    expect(detail?.data.reason).toMatch(reason);
  });

  test("of what was submitted just now is answered, in whichever order S3 tells of both", async () => {
    for (const versioned of [true, false]) {
      for (const order of [(events: readonly ObjectEvent[]) => events, (e: readonly ObjectEvent[]) => e.toReversed()]) {
        const { send, rest, results, live } = stage({ versioned });
        await send({ id: "a", wants: "/1/" });
        await send({ id: "w" });
        await rest(order);
        expect(await live()).toEqual([]);
        expect(results().toSorted()).toEqual(["ApplySucceeded c-w withdraw", "SpecSuperseded c-a apply"]);
      }
    }
  });

  test("is cancelled by a submission that follows it", async () => {
    const { send, rest, results, live, wait } = stage();
    await send({ id: "a", wants: "/1/" });
    await rest();
    await send({ id: "w" });
    wait(1);
    await send({ id: "b", wants: "/1/", at: 1 });
    await rest();
    expect(await live()).toEqual(["/1/"]);
    expect(results().toSorted()).toEqual([
      "ApplySucceeded c-a apply",
      "ApplyUnchanged c-b apply",
      "SpecSuperseded c-w withdraw",
    ]);
  });
});

describe("in a bucket without versions each is answered", () => {
  test("whose text was sent again before it was read", async () => {
    const { send, rest, results } = stage({ versioned: false });
    await send({ id: "a", wants: "/1/" });
    await send({ id: "b", wants: "/1/", at: 1 });
    // As S3 has it: an ETag is a digest of the text.
    await rest((events) => events.map((event) => ({ ...event, ...(events[1]?.etag && { etag: events[1].etag }) })));
    expect(results().map((line) => line.split(" ")[1])).toEqual(["c-a", "c-b"]);
  });

  test("whose invocation died after its write, and which was overwritten before it was read", async () => {
    const { deps, send, rest, results } = stage({ versioned: false });
    let writes = 0;
    const writeSubmissions: typeof deps.ledger.writeSubmissions = async (record) => {
      writes += 1;
      if (writes === 2) throw new Error("killed");
      return await deps.ledger.writeSubmissions(record);
    };
    const mortal = { ...deps, ledger: { ...deps.ledger, writeSubmissions } };
    await expect(send({ id: "a", wants: "/1/" }, mortal)).rejects.toThrow("killed");
    await send({ id: "a", wants: "/1/" });
    await send({ id: "b", wants: "/2/", at: 1 });
    await rest();
    expect(results().toSorted()).toEqual(["ApplySucceeded c-b apply", "SpecSuperseded c-a apply"]);
  });
});

describe("one name is taken one after the other", () => {
  test("of many at once the last by sequence is there in the end, and each has one result", async () => {
    const { send, rest, live, results, writes } = stage();
    const count = 8;
    await Promise.all(
      Array.from({ length: count }, (_, nth) => {
        const sequence = ((nth * 5) % count) + 1;
        return send(
          sequence % 3 === 0
            ? { id: `${sequence}`, sequence }
            : { id: `${sequence}`, wants: `/${sequence}/`, sequence },
        );
      }),
    );
    expect(writes().length).toBeGreaterThan(0);
    await rest();
    expect(await live()).toEqual(["/8/"]);
    const ids = results().map((line) => line.split(" ")[1]);
    expect(ids.toSorted()).toEqual(Array.from({ length: count }, (_, nth) => `c-${nth + 1}`));
    expect(results().filter((line) => line.startsWith("ApplySucceeded"))).toEqual(["ApplySucceeded c-8 apply"]);
  });

  test("waits for the one that is at it, and takes over from one that has died", async () => {
    const { deps, send, rest, results, live, clock } = stage();
    const stuck = { ...deps, store: { ...deps.store, replace: () => Promise.reject(new Error("killed")) } };
    const envelope = { id: "a", source: "orders", account: "111122223333", detailType: "SpecSubmitted" };
    const detail = { name: "chat", document: JSON.parse(spec({ api1: ["/1/"] })), correlationId: "c-a" };
    await expect(intakeSubmitted(stuck, { ...envelope, detail })).rejects.toThrow("killed");
    const before = clock.now();
    await send({ id: "b", wants: "/2/" });
    expect(clock.now() - before).toBeGreaterThanOrEqual(5_000);
    expect(clock.now() - before).toBeLessThan(7_000);
    // The first is brought back: it came before, and must not win for that.
    expect(await intakeSubmitted(deps, { ...envelope, detail })).toMatchObject({ outcome: "superseded" });
    await rest();
    expect(await live()).toEqual(["/2/"]);
    expect(results().toSorted()).toEqual(["ApplySucceeded c-b apply", "SpecSuperseded c-a apply"]);
  });

  test("that was frozen at its write takes back what it stores after a withdrawal", async () => {
    const { deps, send, rest, results, live } = stage();
    const isStuck = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const replace: typeof deps.store.replace = async (...args) => {
      isStuck.resolve();
      await goOn.promise;
      return deps.store.replace(...args);
    };
    const frozen = send({ id: "a", wants: "/1/" }, { ...deps, store: { ...deps.store, replace } });
    await isStuck.promise;
    expect(await send({ id: "w", at: 1 })).toMatchObject({ outcome: "unchanged" });
    goOn.resolve();
    expect(await frozen).toMatchObject({ outcome: "superseded" });
    await rest();
    expect(await live()).toEqual([]);
    expect(results()).toContain("SpecSuperseded c-a apply");
  });

  test("is answered where an earlier one takes back what it is about to delete", async () => {
    const { deps, send, rest, results, live, wait } = stage();
    let writes = 0;
    const writeSubmissions: typeof deps.ledger.writeSubmissions = async (record) => {
      writes += 1;
      if (writes > 1) throw new Error("died after it had stored");
      return deps.ledger.writeSubmissions(record);
    };
    const dying = send({ id: "a", wants: "/1/" }, { ...deps, ledger: { ...deps.ledger, writeSubmissions } });
    await expect(dying).rejects.toThrow("died");
    await rest();
    wait(6);
    const isStuck = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const read: typeof deps.store.read = async (ref) => {
      const found = await deps.store.read(ref);
      isStuck.resolve();
      await goOn.promise;
      return found;
    };
    const withdrawing = send({ id: "w", at: 1 }, { ...deps, store: { ...deps.store, read } });
    await isStuck.promise;
    const isDeleted = Promise.withResolvers<void>();
    const isOver = Promise.withResolvers<void>();
    const publish: typeof deps.bus.publish = async (events) => {
      isDeleted.resolve();
      await isOver.promise;
      await deps.bus.publish(events);
    };
    const again = send({ id: "a", wants: "/1/" }, { ...deps, bus: { ...deps.bus, publish } });
    await isDeleted.promise;
    await rest();
    goOn.resolve();
    await withdrawing;
    isOver.resolve();
    expect(await again).toMatchObject({ outcome: "superseded" });
    await rest();
    expect(await live()).toEqual([]);
    expect(results()).toContain("ApplySucceeded c-w withdraw");
  });

  test("gives up on one that goes on and on, and the platform brings it back", async () => {
    const { deps, send } = stage();
    const busy = {
      ...deps.ledger,
      readSubmissions: async (documentId: string) => {
        const held = await deps.ledger.readSubmissions(documentId);
        return held && { ...held, turn: `${Math.random()}` };
      },
    };
    await send({ id: "a", wants: "/1/" });
    const withdrawal = { id: "w", source: "orders", account: "111122223333", detailType: "SpecWithdrawn" };
    await expect(
      intakeWithdrawn({ ...deps, ledger: { ...deps.ledger, ...busy } }, { ...withdrawal, detail: { name: "chat" } }),
    ).rejects.toThrow(`Another invocation is still busy with ${DOCUMENT}`);
  });
});

/** Every call that a submission makes fails once, before or after it took effect; then the event is delivered again. */
describe("an invocation that dies at any point", () => {
  const CALLS = [
    "readSubmissions",
    "writeSubmissions",
    "readDocument",
    "read",
    "replace",
    "delete",
    "publish",
  ] as const;

  function dying(deps: ReturnType<typeof stage>["deps"], at: number, effect: "before" | "after") {
    let calls = 0;
    const mortal =
      <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        calls += 1;
        if (calls === at && effect === "before") throw new Error("died");
        const answer = await call(...args);
        if (calls === at) throw new Error("died");
        return answer;
      };
    const wrapped = <Port extends object>(port: Port): Port =>
      Object.fromEntries(
        Object.entries(port).map(([name, member]) => [
          name,
          (CALLS as readonly string[]).includes(name) ? mortal(member as () => Promise<unknown>) : member,
        ]),
      ) as Port;
    const mortalDeps = { ...deps, ledger: wrapped(deps.ledger), store: wrapped(deps.store), bus: wrapped(deps.bus) };
    return { deps: mortalDeps, calls: () => calls };
  }

  const sends = {
    submitted: { id: "s", wants: "/2/", at: 1 },
    withdrawn: { id: "w", at: 1 },
    late: { id: "l", wants: "/3/", at: -1 },
  } as const;

  test.each(["submitted", "withdrawn", "late"] as const)(
    "what was %s is finished by the next delivery",
    async (kind) => {
      let deaths = 0;
      for (const effect of ["before", "after"] as const) {
        for (let at = 1; ; at += 1) {
          const { deps, send, rest, results, live, wait } = stage();
          wait(10);
          await send({ id: "a", wants: "/1/" });
          await rest();
          const mortal = dying(deps, at, effect);
          const outcome = await send(sends[kind], mortal.deps).catch(() => "died");
          if (outcome !== "died") break;
          deaths += 1;
          await send(sends[kind]);
          await rest();
          expect(await live()).toEqual(kind === "submitted" ? ["/2/"] : kind === "withdrawn" ? [] : ["/1/"]);
          const expected = {
            submitted: "ApplySucceeded c-s apply",
            withdrawn: "ApplySucceeded c-w withdraw",
            late: "SpecSuperseded c-l apply",
          };
          expect([...new Set(results())], `${effect} ${at}`).toEqual(["ApplySucceeded c-a apply", expected[kind]]);
          expect(await send(sends[kind])).toMatchObject({ outcome: "repeated" });
        }
      }
      expect(deaths).toBeGreaterThan(5);
    },
  );
});
