import { acceptedAllTheSame, ControlPlaneError, questionsAbout } from "@specdrop/engine";
import { describe, expect, test } from "vitest";
import { FakeGateway } from "./fake-gateway.ts";
import { desired, INTEGRATION, lines, model, world } from "./world.ts";

const HOUR = 3_600_000;
const failing = (code: string, retryable = false) => new ControlPlaneError(code, `${code}, says AWS.`, { retryable });
const lostReply = () => new ControlPlaneError("NetworkFailure", "The connection broke.", { retryable: true });
const wish = (TemplateSelectionExpression: string) => [desired("$default", { TemplateSelectionExpression })];
const key = { ApiId: model("$default").ApiId, IntegrationId: INTEGRATION, IntegrationResponseKey: "$default" };

/** What polling has failed with for good. */
const FOR_GOOD = ["ExpiredToken", "AccessDenied", "UnrecognizedClient", "InvalidClientTokenId", "InvalidRequest"];

describe("a create that AWS accepted, and whose end cannot be asked for,", () => {
  test.each(FOR_GOOD)("stays ours through %s: the next run finds out, and goes on", async (code) => {
    const { run, plane, owned } = world();
    plane.pollErrors.create = [failing(code)];
    const first = await run(wish("a"));
    expect(lines(first)).toEqual([`create $default failed ${code}`]);
    const { error } = first.changes[0] ?? {};
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining("AWS accepted this request") });
    expect(error?.help).toContain("The next run asks for the result");
    expect(first.diagnostics[0]?.code).toBe("SD6003");
    expect((await owned())[0]?.pending).toMatchObject({ requestToken: expect.stringContaining("request of") });

    const second = await run(wish("a"));
    expect(lines(second)).toEqual(["none $default succeeded"]);
    expect(plane.writes().map(({ operation }) => operation)).toEqual(["create", "follow"]);
    expect(plane.live.size).toBe(1);
    expect(await owned()).toEqual([
      expect.objectContaining({ origin: "created", identifier: plane.at(key)?.identifier }),
    ]);
    expect((await owned())[0]?.pending).toBeUndefined();
  });

  test("stays pending for as long as AWS does not say, and nothing else is touched", async () => {
    const { run, plane, owned } = world();
    plane.pollErrors.create = [failing("ExpiredToken")];
    await run(wish("a"));
    plane.faults["follow"] = [failing("ExpiredToken")];
    const second = await run([...wish("a"), desired("/200/")]);
    expect(second).toMatchObject({ status: "failed", changes: [], diagnostics: [{ code: "SD4001" }] });
    expect(second.diagnostics[0]?.message).toContain("AWS accepted the create of $default earlier");
    expect((await owned())[0]?.pending).toBeDefined();
    expect((await run(wish("a"))).status).toBe("unchanged");
  });

  test("is asked for by its ClientToken where AWS makes nothing of the RequestToken", async () => {
    const { run, plane } = world();
    plane.pollErrors.create = [failing("ExpiredToken")];
    await run(wish("a"));
    plane.land();
    plane.forgetRequests();
    expect((await run(wish("a"))).status).toBe("unchanged");
    expect(plane.writes().map(({ operation }) => operation)).toEqual(["create", "follow", "create"]);
  });

  test("is judged by what is live once AWS has forgotten it", async () => {
    const { run, plane, time, owned } = world();
    plane.pollErrors.create = [failing("ExpiredToken"), failing("ExpiredToken")];
    await run([desired("/200/"), desired("/404/")]);
    plane.land();
    // Somebody has changed one of them since: nothing tells any more that it is ours.
    const changed = plane.at({ ...key, IntegrationResponseKey: "/404/" });
    if (changed !== undefined)
      plane.live.set(changed.identifier, { ...changed, properties: { TemplateSelectionExpression: "theirs" } });
    time.now += 8 * 24 * HOUR;
    const outcome = await run([desired("/200/"), desired("/404/")]);
    expect(lines(outcome)).toEqual(["create /404/ failed SD5001", "none /200/ skipped"]);
    expect((await owned()).map(({ IntegrationResponseKey }) => IntegrationResponseKey)).toEqual(["/200/"]);
    expect(plane.writes().filter(({ operation }) => operation === "follow")).toEqual([]);
  });

  // What a new request might get over, this one does not: its end stays as it is.
  test.each([
    ["InvalidRequest", false],
    ["Throttling", true],
  ])("and that fails in the end with %s, is not ours", async (code, retryable) => {
    const { run, plane, owned } = world();
    plane.pollErrors.create = [failing("ExpiredToken")];
    await run(wish("a"));
    plane.faults["follow"] = [new ControlPlaneError(code, "No.", { retryable, completed: true })];
    expect(lines(await run(wish("b")))).toEqual(["create $default succeeded"]);
    expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "b" });
    expect(await owned()).toHaveLength(1);
  });
});

test("a refusal after a reply that was lost does not say that nothing was accepted", async () => {
  const { run, plane, owned } = world();
  plane.lostReplies.create = 1;
  plane.faults.create = [undefined, failing("ExpiredToken")];
  const first = await run(wish("a"));
  expect(first.changes[0]?.error).toMatchObject({
    code: "ExpiredToken",
    message: expect.stringContaining("AWS may have accepted this request"),
  });
  expect(await owned()).toHaveLength(1);
  expect((await run(wish("a"))).status).toBe("unchanged");
  expect(plane.live.size).toBe(1);
});

test.each(["Throttling", "ConcurrentOperation"])(
  "a request that was refused with %s was never accepted",
  async (code) => {
    const { run, plane, owned } = world();
    plane.faults.create = [failing(code, true), failing("ExpiredToken")];
    const outcome = await run(wish("a"));
    expect(outcome.changes[0]?.error?.message).toBe("ExpiredToken, says AWS.");
    expect(await owned()).toEqual([]);
  },
);

test("an error that is no answer of AWS's ends the run, and takes nothing off the record", async () => {
  const { run, plane, owned } = world();
  await run(wish("a"));
  plane.faults.delete = [new Error("the process died")];
  await expect(run([], { mode: "withdraw" })).rejects.toThrow("died");
  plane.pollErrors.update = [failing("ExpiredToken")];
  await run(wish("b"));
  plane.faults.follow = [new Error("the process died")];
  await expect(run(wish("b"))).rejects.toThrow("died");
  expect((await owned())[0]?.unfinished).toBeDefined();
});

test("what AWS asks to wait is kept with what it accepted", () => {
  const error = new ControlPlaneError("Throttling", "Slow down.", { retryable: true, retryAfterMs: 500 });
  const accepted = acceptedAllTheSame(acceptedAllTheSame(error, "r"));
  expect(accepted).toMatchObject({ accepted: true, requestToken: "r", retryAfterMs: 500, retryable: true });
});

describe("a create that died before its reply came", () => {
  async function died() {
    const all = world();
    const { claim } = all.ledger;
    let claims = 0;
    all.ledger.claim = (...args) => {
      claims += 1;
      return claims === 2 ? Promise.reject(new Error("the process died")) : claim(...args);
    };
    await expect(all.run(wish("a"))).rejects.toThrow("died");
    return all;
  }

  test("stays ours where the next run's credentials are dead, and its read fails", async () => {
    const { run, plane, owned } = await died();
    plane.faults.create = [failing("ExpiredToken")];
    expect((await run(wish("a"))).diagnostics[0]?.message).toContain("does not report its result: ExpiredToken");
    plane.faults.get = [failing("AccessDenied")];
    expect((await run(wish("a"))).status).toBe("failed");
    expect(await owned()).toHaveLength(1);
    expect((await run(wish("a"))).status).toBe("unchanged");
  });

  test("is followed by its RequestToken from the next run on, where that cannot see its end either", async () => {
    const { run, plane, owned } = await died();
    plane.pollErrors.create = [failing("ExpiredToken")];
    expect((await run(wish("a"))).status).toBe("failed");
    expect((await owned())[0]?.pending?.requestToken).toContain("request of");
    expect((await run(wish("a"))).status).toBe("unchanged");
  });

  test("was never accepted where AWS refuses its repetition for what it asks", async () => {
    const { run, plane, owned } = world();
    plane.faults.create = [new Error("the process died")];
    await expect(run(wish("a"))).rejects.toThrow("died");
    plane.faults.create = [failing("InvalidRequest")];
    expect(lines(await run(wish("b")))).toEqual(["create $default succeeded"]);
    expect(await owned()).toHaveLength(1);
  });
});

describe("an update that AWS accepted, and whose end cannot be asked for,", () => {
  async function unfinished(code = "ExpiredToken") {
    const all = world();
    await all.run(wish("a"));
    all.plane.pollErrors.update = [failing(code)];
    const outcome = await all.run(wish("b"));
    return { ...all, outcome };
  }

  test.each(FOR_GOOD)("is told as accepted, and waited for by the next run: %s", async (code) => {
    const { run, plane, owned, outcome } = await unfinished(code);
    expect(lines(outcome)).toEqual([`update $default failed ${code}`]);
    expect(outcome.changes[0]?.error?.message).toContain("AWS accepted this request");
    expect((await owned())[0]?.unfinished).toMatchObject({ operation: "update" });
    // The old text is what is live for now: believed, it would be overwritten behind our back.
    const back = await run(wish("a"));
    expect(lines(back)).toEqual(["update $default succeeded"]);
    plane.land();
    expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });
    expect((await owned())[0]?.unfinished).toBeUndefined();
  });

  test("holds up the plan while AWS does not say how it ended", async () => {
    const { run, plane, owned } = await unfinished();
    plane.faults["follow"] = [failing("AccessDenied")];
    const held = await run(wish("a"));
    expect(held).toMatchObject({ status: "failed", changes: [], diagnostics: [{ code: "SD4001" }] });
    expect((await owned())[0]?.unfinished).toBeDefined();
  });

  test.each(["it failed", "AWS has forgotten it", "it is a week old"])("is over where %s", async (how) => {
    const { run, plane, time, owned } = await unfinished();
    if (how === "it failed") {
      plane.faults["follow"] = [new ControlPlaneError("NotUpdatable", "No.", { retryable: false, completed: true })];
    } else if (how === "AWS has forgotten it") plane.forgetRequests();
    else time.now += 8 * 24 * HOUR;
    expect((await run(wish("a"))).status).toBe("unchanged");
    expect((await owned())[0]?.unfinished).toBeUndefined();
  });
});

describe("a deletion that AWS accepted, and whose end cannot be asked for,", () => {
  async function unfinished() {
    const all = world();
    await all.run(wish("a"));
    all.plane.pollErrors.delete = [failing("ExpiredToken")];
    const outcome = await all.run([], { mode: "withdraw" });
    return { ...all, outcome };
  }

  test("is told as accepted, stays on record, and is over in the next run", async () => {
    const { run, owned, outcome, plane } = await unfinished();
    expect(lines(outcome)).toEqual(["delete $default failed ExpiredToken"]);
    expect((await owned())[0]?.unfinished).toMatchObject({ operation: "delete" });
    expect((await run([], { mode: "withdraw" })).status).toBe("succeeded");
    expect(await owned()).toEqual([]);
    expect(plane.live.size).toBe(0);
  });

  test("takes nothing from a document that wants the response again", async () => {
    const { run, plane, owned } = await unfinished();
    expect(lines(await run(wish("a")))).toEqual(["create $default succeeded"]);
    plane.land();
    expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });
    expect(await owned()).toHaveLength(1);
  });

  test("without a name to ask by is begun anew", async () => {
    const { run, plane, owned } = world();
    await run(wish("a"));
    plane.faults.delete = [lostReply(), failing("ExpiredToken")];
    const outcome = await run([], { mode: "withdraw" });
    expect(outcome.changes[0]?.error?.message).toContain("may have accepted");
    expect((await owned())[0]?.unfinished).toBeUndefined();
    expect((await run([], { mode: "withdraw" })).status).toBe("succeeded");
  });
});

test("a deployment that AWS accepted is not told as failed, and made up for", async () => {
  const { run } = world();
  const gateway = new FakeGateway();
  gateway.stage = { StageName: "prod" };
  const accepted = new ControlPlaneError("ExpiredToken", "Expired.", {
    retryable: false,
    accepted: true,
    requestToken: "r",
  });
  const { createDeployment } = gateway;
  gateway.createDeployment = () => Promise.reject(accepted);
  const deploy = { stageName: "prod", range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } } };
  const first = await run(wish("a"), { deploy }, {}, { gateway });
  expect(first.deployment).toEqual({ status: "unknown", stageName: "prod" });
  expect(first.diagnostics).toMatchObject([
    { code: "SD6005", message: expect.stringContaining("AWS accepted this request") },
  ]);
  gateway.createDeployment = createDeployment;
  const second = await run(
    wish("a"),
    { deploy, lastDeployment: { status: "unknown", stageName: "prod" } },
    {},
    { gateway },
  );
  expect(second.deployment).toEqual({ status: "live", stageName: "prod" });
});

test("AWS knows a request for seven days, and a ClientToken for 36 hours", () => {
  const named = { clientToken: "c", requestToken: "r", startedAt: 1_000 };
  const { requestToken: _, ...unnamed } = named;
  expect(questionsAbout(named, 1_000 + 35 * HOUR)).toEqual([{ requestToken: "r" }, { clientToken: "c" }]);
  expect(questionsAbout(named, 1_001 + 35 * HOUR)).toEqual([{ requestToken: "r" }]);
  expect(questionsAbout(named, 1_001 + 168 * HOUR)).toEqual([]);
  expect(questionsAbout(unnamed, 1_000 + 35 * HOUR)).toEqual([{ clientToken: "c" }]);
  expect(questionsAbout(unnamed, 1_001 + 35 * HOUR)).toEqual([]);
});

test("a create whose response has no name we could know it by fails, and stays on record", async () => {
  const { run, plane, owned } = world();
  const misnamed = new ControlPlaneError("UnreadableIdentifier", 'AWS names "r1".', { retryable: false });
  plane.pollErrors.create = [misnamed];
  const outcome = await run(wish("a"));
  expect(lines(outcome)).toEqual(["create $default failed UnreadableIdentifier"]);
  expect(outcome.changes[0]?.error).toMatchObject({
    message: 'AWS names "r1".',
    retryable: false,
    help: expect.stringContaining("AWS_ENDPOINT_URL"),
  });
  expect((await owned())[0]?.pending).toBeDefined();
});

test("after a run that was killed, what it has sent is waited for before anything is planned", async () => {
  const { run, plane, owned, ledger } = world();
  await run(wish("a"));
  // The killed run was about to note that its update is under way.
  plane.pollErrors.update = [failing("ExpiredToken")];
  await run(wish("b"));
  const [record] = await owned();
  if (record === undefined) throw new Error("nothing is owned");
  const { unfinished: _, ...unnoted } = record;
  await ledger.claim(unnoted, 1);
  expect(lines(await run(wish("a"), { afterAnother: true }))).toEqual(["update $default succeeded"]);
  expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });

  plane.faults.untilQuiet = [failing("ExpiredToken")];
  expect((await run(wish("a"), { afterAnother: true })).diagnostics).toMatchObject([{ code: "SD4001" }]);
});
