import { ControlPlaneError, LeaseLostError, processRequestRate } from "@specdrop/engine";
import { expect, test } from "vitest";
import { refusedByAws, throttled, throttledRead } from "./fake-control-plane.ts";
import { API, desired, INTEGRATION, lines, model, ownershipOf, world } from "./world.ts";

const OTHER = "s3://specs/other.yaml";
const lost = () => new ControlPlaneError("NetworkFailure", "socket hang up", { retryable: true });

test("one failure does not stop the rest, and points at its line", async () => {
  const { run, plane, owned } = world();
  plane.faults.create = [refusedByAws()];
  const range = { start: { line: 4, column: 3 }, end: { line: 4, column: 8 } };
  const outcome = await run([desired("/200/", {}, { range }), desired("/404/")]);
  expect(outcome.status).toBe("failed");
  expect(lines(outcome)).toEqual(["create /200/ failed InvalidRequest", "create /404/ succeeded"]);
  expect(outcome.diagnostics).toMatchObject([
    {
      code: "SD6002",
      severity: "error",
      range,
      message: "/200/: create failed with InvalidRequest. Invalid mapping expression",
      help: "Correct the property that AWS names, and drop the document again.",
    },
  ]);
  expect(await owned("/200/")).toEqual([]);
});

test("throttling is waited out: with the next token when the request ran, with the same when it may have got through", async () => {
  const { run, plane } = world();
  plane.faults.create = [throttled(), lost()];
  expect((await run([desired("$default")])).status).toBe("succeeded");
  const [first, second, third] = plane.writes().map((call) => call.token);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).not.toBe(first);
  expect(third).toBe(second);
});

test("no two requests of a run have the same token, and the next run has others", async () => {
  const { run, plane } = world();
  plane.faults.update = [throttled()];
  plane.faults.delete = [throttled()];
  await run([desired("/200/", { TemplateSelectionExpression: "a" }), desired("/404/")]);
  await run([desired("/200/", { TemplateSelectionExpression: "b" })]);
  await run([desired("/200/", { TemplateSelectionExpression: "a" }), desired("/404/")]);
  await run([desired("/200/", { TemplateSelectionExpression: "b" })]);
  const tokens = plane.writes().map((call) => call.token);
  expect(new Set(tokens).size).toBe(tokens.length);
});

test("a throttled request is tried again later and later, with jitter, up to ten seconds", async () => {
  const { run, plane, time } = world();
  const waits: number[] = [];
  let last = time.now;
  plane.faults.create = Array.from({ length: 7 }, () => () => {
    waits.push(time.now - last);
    last = time.now;
    throw throttled();
  });
  await run([desired("$default")]);
  expect(waits).toEqual([0, 200, 400, 800, 1600, 3200, 5000]);
});

test("AWS's own wait is honoured", async () => {
  const { run, plane, time } = world();
  plane.faults.update = [new ControlPlaneError("Throttling", "", { retryable: true, retryAfterMs: 60_000 })];
  await run([desired("$default", { TemplateSelectionExpression: "a" })]);
  time.slept = 0;
  await run([desired("$default", { TemplateSelectionExpression: "b" })]);
  expect(time.slept).toBe(60_000);
});

test("a lost answer leads to no second response", async () => {
  const { run, plane } = world();
  plane.lostReplies.create = 2;
  expect((await run([desired("$default")])).status).toBe("succeeded");
  expect(plane.live.size).toBe(1);
});

test("what keeps failing fails in the end, within bounds", async () => {
  const { run, plane, time, owned } = world();
  plane.faults.create = Array.from({ length: 50 }, throttled);
  const outcome = await run([desired("$default")]);
  expect(lines(outcome)).toEqual(["create $default failed Throttling"]);
  expect(outcome.diagnostics[0]?.code).toBe("SD6003");
  expect(outcome.changes[0]?.error?.help).toContain("again later");
  expect(plane.writes()).toHaveLength(8);
  expect(time.slept).toBeLessThan(60_000);
  expect(await owned()).toEqual([]);
});

test.each(["list", "create"] as const)(
  "an endpoint that never answers a %s is given up within a minute",
  async (call) => {
    const { run, plane, time } = world();
    let asked = 0;
    const silent = () => {
      asked += 1;
      time.now += 15_000;
      throw new ControlPlaneError("NetworkFailure", "no answer within 15 s", { retryable: true });
    };
    plane.faults[call] = Array.from({ length: 50 }, () => silent);
    const began = time.now;
    const outcome = await run([desired("$default")]).catch((error: unknown) => error);
    expect(outcome).toMatchObject(call === "list" ? { code: "NetworkFailure" } : { status: "failed" });
    expect(time.now - began).toBeLessThan(60_000);
    expect(asked).toBe(3);
  },
);

test("a create whose fate is unknown stays in the ledger, for the next run to find out", async () => {
  const { run, plane, owned } = world();
  plane.faults.create = Array.from({ length: 8 }, lost);
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed NetworkFailure"]);
  expect((await owned())[0]?.pending).toBeDefined();
  expect(lines(await run([desired("$default")], { sequence: 2 }))).toEqual(["none $default succeeded"]);
  expect((await owned())[0]?.pending).toBeUndefined();
});

test("somebody else creates the response in between: a conflict, and not ours", async () => {
  const { run, plane, owned } = world();
  plane.faults.create = [() => void plane.put(model("$default", { TemplateSelectionExpression: "theirs" }))];
  plane.put(model("/other/"));
  const outcome = await run([desired("$default")]);
  expect(lines(outcome)).toEqual(["create $default failed SD5001"]);
  expect(outcome.diagnostics[0]?.code).toBe("SD5001");
  expect(outcome.changes[0]?.error).toMatchObject({ retryable: false, message: expect.stringContaining("$default") });
  expect(await owned()).toEqual([]);
});

test("AlreadyExists, and yet there is none: the failure is told as AWS told it", async () => {
  const { run, plane } = world();
  plane.faults.create = [new ControlPlaneError("AlreadyExists", "It exists.", { retryable: false, completed: true })];
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed AlreadyExists"]);
});

test.each([
  { as: "as asked", properties: { TemplateSelectionExpression: "a" }, told: "create $default succeeded" },
  { as: "half made", properties: {}, told: "create $default failed NotConverged" },
])("a failed create that left its response behind, $as: it is ours", async ({ properties, told }) => {
  for (const retryable of [true, false]) {
    const { run, plane, owned } = world();
    plane.faults.create = [
      () => {
        const { identifier } = plane.put(model("$default", properties));
        throw new ControlPlaneError("NotStabilized", "", { retryable, completed: true, identifier });
      },
    ];
    expect(lines(await run([desired("$default", { TemplateSelectionExpression: "a" })]))).toEqual([told]);
    expect(await owned()).toMatchObject([{ identifier: [...plane.live.keys()][0], origin: "created" }]);
    expect(lines(await run([]))).toEqual(["delete $default succeeded"]);
  }
});

test("a failed create that names what never came to be is a failure", async () => {
  const { run, plane, owned } = world();
  const identifier = `${API}|${INTEGRATION}|never`;
  plane.faults.create = [
    new ControlPlaneError("InvalidRequest", "", { retryable: false, completed: true, identifier }),
  ];
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed InvalidRequest"]);
  expect(await owned()).toEqual([]);
});

test("another document takes the key while we plan: it keeps it", async () => {
  const { run, plane, ledger } = world();
  const list = plane.list.bind(plane);
  plane.list = async (parent) => {
    const live = await list(parent);
    const other = { ...ownershipOf({ ...model("$default"), identifier: "x", properties: {} }), documentId: OTHER };
    await ledger.claim(other, 1);
    return live;
  };
  const outcome = await run([desired("$default")]);
  expect(lines(outcome)).toEqual(["create $default failed SD5002"]);
  expect(outcome.changes[0]?.error).toMatchObject({
    message: `The response $default of integration ${INTEGRATION} on API ${API} belongs to ${OTHER}.`,
    help: `Remove it from ${OTHER}: the response then passes to this document as it is, without being deleted. Or remove it from this document.`,
    retryable: false,
  });
  expect(plane.writes()).toEqual([]);
});

test("a response deleted under an update is created", async () => {
  const { run, plane } = world();
  await run([desired("$default", { TemplateSelectionExpression: "a" })]);
  plane.faults.update = [() => plane.live.clear()];
  const outcome = await run([desired("$default", { TemplateSelectionExpression: "b" })]);
  expect(outcome.status).toBe("succeeded");
  expect(plane.at(model("$default"))?.properties).toEqual({ TemplateSelectionExpression: "b" });
});

test("a response deleted after an update, before it is read, is created", async () => {
  const { run, plane } = world();
  await run([desired("$default", { TemplateSelectionExpression: "a", ContentHandlingStrategy: "CONVERT_TO_TEXT" })]);
  plane.faults.get = Array.from({ length: 5 }, () => () => plane.live.clear());
  const outcome = await run([desired("$default", { TemplateSelectionExpression: "b" })]);
  expect(outcome.status).toBe("succeeded");
  expect(plane.live.size).toBe(1);
});

test("an update that AWS refuses leaves no claim on properties that were never ours", async () => {
  const { run, plane, owned } = world();
  plane.put(model("$default", { TemplateSelectionExpression: "theirs", ResponseTemplates: { a: "1" } }));
  plane.faults.update = [refusedByAws()];
  const wish = desired(
    "$default",
    { TemplateSelectionExpression: "ours", ResponseTemplates: { a: "1" } },
    { adopt: true },
  );
  expect(lines(await run([wish]))).toEqual(["adopt $default failed InvalidRequest"]);
  expect(Object.keys((await owned())[0]?.applied ?? {})).toEqual(["ResponseTemplates"]);
  await run([desired("$default", {}, { adopt: true })]);
  expect(plane.at(model("$default"))?.properties.TemplateSelectionExpression).toBe("theirs");
});

test("an unexpected error of ours is not passed off as a failed change", async () => {
  const { run, plane } = world();
  plane.faults.create = [new TypeError("a bug")];
  await expect(run([desired("$default")])).rejects.toThrow(TypeError);
  await run([desired("$default")]);
  plane.faults.update = [new TypeError("a bug")];
  await expect(run([desired("$default", { TemplateSelectionExpression: "a" })])).rejects.toThrow(TypeError);
});

test("without the lease nothing more is written", async () => {
  const { run, plane } = world();
  let held = 1;
  const holdLease = async () => {
    held -= 1;
    if (held < 0) throw new LeaseLostError("taken");
  };
  await expect(run([desired("/200/"), desired("/404/")], {}, { holdLease })).rejects.toThrow(LeaseLostError);
  expect(plane.writes()).toHaveLength(1);
});

test("past the deadline no change is begun, and the next run does the rest", async () => {
  const { run, time } = world();
  const deadline = time.now + 1;
  const ended: string[] = [];
  const onChange: Parameters<typeof run>[2] & object = {
    deadline,
    onChange: (change, { ended: count, total }) => {
      ended.push(`${change.logicalId} ${count}/${total}`);
      time.now += 1;
    },
  };
  const first = await run([desired("/200/"), desired("/404/")], {}, onChange);
  expect(first.status).toBe("interrupted");
  expect(ended).toEqual(["/200/ 1/2"]);
  expect(lines(await run([desired("/200/"), desired("/404/")]))).toEqual([
    "create /404/ succeeded",
    "none /200/ succeeded",
  ]);
});

test("an API that cannot be read at all: refused is a result, an outage is not", async () => {
  const { run, plane } = world();
  plane.faults.list = [new ControlPlaneError("AccessDenied", "not authorized", { retryable: false })];
  const outcome = await run([desired("$default")]);
  expect(outcome).toMatchObject({ status: "failed", changes: [] });
  expect(outcome.diagnostics).toMatchObject([
    {
      code: "SD4001",
      severity: "error",
      pointer: "",
      message: `API ${API} cannot be read: AccessDenied. not authorized`,
    },
  ]);
  expect(outcome.diagnostics[0]?.help).toContain("apigateway:GET");

  plane.faults.list = Array.from({ length: 8 }, lost);
  await expect(run([desired("$default")])).rejects.toThrow("socket hang up");
  plane.faults.list = [lost()];
  expect((await run([desired("$default")])).status).toBe("succeeded");
});

test("integration responses on an HTTP API: the help says what is wrong", async () => {
  const { run, plane } = world();
  const message = "IntegrationResponses are currently not supported for this API protocol type.";
  plane.faults.create = [new ControlPlaneError("InvalidRequest", message, { retryable: false, completed: true })];
  expect((await run([desired("$default")])).changes[0]?.error?.help).toContain("WebSocket");
  plane.faults.create = [new ControlPlaneError("InternalFailure", "odd", { retryable: false, completed: true })];
  expect((await run([desired("$default")])).changes[0]?.error?.help).toContain("Look the error up");
});

test("a list that lags behind makes no second response", async () => {
  const { run, plane } = world();
  plane.staleReads = 1;
  plane.withoutModels = true;
  expect((await run([desired("$default")])).status).toBe("succeeded");
  const identifier = plane.at({
    ApiId: API,
    IntegrationId: INTEGRATION,
    IntegrationResponseKey: "$default",
  })?.identifier;
  plane.list = async () => [];
  expect(lines(await run([desired("$default")]))).toEqual(["none $default succeeded"]);
  expect([...plane.live.keys()]).toEqual([identifier]);
});

test("a delete that AWS refuses is told without a line, and tried again by the next run", async () => {
  const { run, plane } = world();
  await run([desired("$default")]);
  plane.faults.delete = [new ControlPlaneError("AccessDenied", "not authorized", { retryable: false })];
  const outcome = await run([]);
  expect(lines(outcome)).toEqual(["delete $default failed AccessDenied"]);
  expect(outcome.diagnostics).toMatchObject([{ code: "SD6002", pointer: "" }]);
  expect(lines(await run([]))).toEqual(["delete $default succeeded"]);
});

test("every request waits for its turn, and throttling is told to those who share the rate", async () => {
  const { run, plane, time } = world();
  const booked: number[] = [];
  let throttlings = 0;
  const requestRate = {
    book: async (requests: number) => {
      booked.push(requests);
      return requests * 100;
    },
    throttled: async () => {
      throttlings += 1;
    },
  };
  plane.faults.create = [throttled(), lost()];
  plane.faults.list = [throttledRead()];
  time.slept = 0;
  await run([desired("$default")], {}, {}, { requestRate });
  expect(booked).toEqual([1, 1, 1, 1, 1]);
  expect(throttlings).toBe(2);
  expect(time.slept).toBeGreaterThanOrEqual(500);
});

test("the rate of one process lets a burst go, and slows down when throttled", async () => {
  const { clock } = world();
  const rate = processRequestRate(clock, { rate: 10, burst: 2 });
  expect([await rate.book(2), await rate.book(1)]).toEqual([0, 100]);
  await rate.throttled();
  expect(await rate.book(1)).toBeGreaterThan(150);
});

test("AlreadyExists with a name: it is somebody else's, whoever that names", async () => {
  const { run, plane, owned } = world();
  plane.faults.create = [
    () => {
      const { identifier } = plane.put(model("$default"));
      throw new ControlPlaneError("AlreadyExists", "", { retryable: false, completed: true, identifier });
    },
  ];
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed SD5001"]);
  expect(await owned()).toEqual([]);
});

test("an error of ours has a name and a cause", () => {
  const cause = new Error("because");
  const error = new ControlPlaneError("NotFound", "gone", { retryable: false, cause });
  expect(error).toMatchObject({ name: "ControlPlaneError", cause, completed: false });
  expect(new LeaseLostError("taken").name).toBe("LeaseLostError");
});
