import { expect, test } from "vitest";
import { desired, lines, model, world } from "./world.ts";

const BOTH = { ResponseTemplates: { a: "1", b: "2" }, ContentHandlingStrategy: "CONVERT_TO_TEXT" };

test("a remove that clears nothing: the response is made anew, once it is all ours", async () => {
  const { run, plane, owned } = world();
  plane.removeClearsNothing = true;
  await run([desired("$default", BOTH)]);
  const outcome = await run([desired("$default", { ResponseTemplates: BOTH.ResponseTemplates })]);
  expect(lines(outcome)).toEqual(["update $default succeeded"]);
  expect(plane.writes().map((call) => call.operation)).toEqual(["create", "update", "delete", "create"]);
  expect(plane.at(model("$default"))?.properties).toEqual({ ResponseTemplates: BOTH.ResponseTemplates });
  expect((await owned())[0]?.identifier).toBe(plane.at(model("$default"))?.identifier);
});

test("an update that takes nothing away is believed; one that does is read again", async () => {
  const { run, plane } = world();
  const reads = () => plane.calls.filter((call) => call.operation === "get").length;
  await run([desired("$default", { ResponseTemplates: { a: "1" } })]);
  await run([desired("$default", { ResponseTemplates: { a: "2", b: "1" } })]);
  await run([desired("$default", { ResponseTemplates: { a: "2", b: "1" }, TemplateSelectionExpression: "a" })]);
  await run([desired("$default", { ResponseTemplates: { a: "2", b: "1" }, TemplateSelectionExpression: "b" })]);
  expect(reads()).toBe(0);
  await run([desired("$default", { ResponseTemplates: { a: "3", c: "1" }, TemplateSelectionExpression: "b" })]);
  expect(reads()).toBe(1);
  await run([desired("$default", { ResponseTemplates: { a: "3", c: "1" } })]);
  expect(reads()).toBe(2);
});

test("an event whose model lacks what was asked for is not enough to delete anything", async () => {
  const { run, plane } = world();
  const bare = (settled: Awaited<ReturnType<typeof plane.update>>) =>
    settled.model === undefined ? settled : { ...settled, model: { ...settled.model, properties: {} } };
  const { create, update } = { create: plane.create.bind(plane), update: plane.update.bind(plane) };
  plane.create = async (...args) => bare(await create(...args));
  plane.update = async (...args) => bare(await update(...args));
  expect((await run([desired("$default", BOTH)])).status).toBe("succeeded");
  const outcome = await run([desired("$default", { ...BOTH, ContentHandlingStrategy: "CONVERT_TO_BINARY" })]);
  expect(lines(outcome)).toEqual(["update $default succeeded"]);
  expect(plane.writes().map((call) => call.operation)).toEqual(["create", "update"]);
});

test("a read that lags behind an update is waited out", async () => {
  const { run, plane } = world();
  await run([desired("$default", { ContentHandlingStrategy: "CONVERT_TO_TEXT" })]);
  const get = plane.get.bind(plane);
  const before = plane.at(model("$default"));
  let stale = 2;
  plane.get = async (identifier) => {
    stale -= 1;
    return stale >= 0 ? before : await get(identifier);
  };
  const outcome = await run([desired("$default")]);
  expect(lines(outcome)).toEqual(["update $default succeeded"]);
  expect(plane.writes().map((call) => call.operation)).toEqual(["create", "update"]);
});

test("a map that merges instead of changing is seen, and the response made anew", async () => {
  const { run, plane } = world();
  plane.mapsMerge = true;
  await run([desired("$default", BOTH)]);
  const outcome = await run([desired("$default", { ...BOTH, ResponseTemplates: { a: "1" } })]);
  expect(outcome.status).toBe("succeeded");
  expect(plane.at(model("$default"))?.properties.ResponseTemplates).toEqual({ a: "1" });
});

test("what we adopted is not deleted to get a property cleared: NotConverged, and what to do", async () => {
  const { run, plane } = world();
  plane.removeClearsNothing = true;
  plane.put(model("$default", BOTH));
  await run([desired("$default", BOTH, { adopt: true })]);
  const outcome = await run([desired("$default", {}, { adopt: true })]);
  expect(lines(outcome)).toEqual(["update $default failed NotConverged"]);
  expect(outcome.diagnostics).toMatchObject([{ code: "SD6001" }]);
  expect(outcome.changes[0]?.error).toEqual({
    code: "NotConverged",
    message: `AWS reported SUCCESS, but ContentHandlingStrategy, ResponseTemplates of ${[...plane.live.keys()][0]} does not match $default.`,
    retryable: false,
    help: "Correct ContentHandlingStrategy, ResponseTemplates in AWS by hand, or delete the response there, and drop the document again.",
  });
  expect(outcome.diagnostics[0]?.message).toMatch(/^\$default: update failed with NotConverged\. AWS reported/);
  expect(plane.live.size).toBe(1);
});

test("nor is one that carries a property which no document declared", async () => {
  const { run, plane } = world();
  plane.removeClearsNothing = true;
  await run([desired("$default", { ContentHandlingStrategy: "CONVERT_TO_TEXT" })]);
  const live = plane.at(model("$default")) as NonNullable<ReturnType<typeof plane.at>>;
  plane.live.set(live.identifier, { ...live, properties: { ...live.properties, ResponseTemplates: { x: "y" } } });
  expect(lines(await run([desired("$default")]))).toEqual(["update $default failed NotConverged"]);
});

test("an event without a model is not taken at its word", async () => {
  const { run, plane } = world();
  plane.withoutModels = true;
  expect((await run([desired("$default", BOTH)])).status).toBe("succeeded");
  expect((await run([desired("$default", { ...BOTH, ContentHandlingStrategy: "CONVERT_TO_BINARY" })])).status).toBe(
    "succeeded",
  );
  expect(plane.calls.filter((call) => call.operation === "get")).toHaveLength(2);
});

test("a created response that is not as asked is a failure, and stays ours", async () => {
  const { run, plane, owned } = world();
  const put = plane.put.bind(plane);
  plane.put = (wish) => put({ ...wish, TemplateSelectionExpression: "something else" });
  const outcome = await run([desired("$default", { TemplateSelectionExpression: "a" })]);
  expect(lines(outcome)).toEqual(["create $default failed NotConverged"]);
  expect(await owned()).toHaveLength(1);
});

test("a created response that cannot be read is a failure", async () => {
  const { run, plane } = world();
  plane.withoutModels = true;
  plane.staleReads = 99;
  const outcome = await run([desired("$default")]);
  expect(lines(outcome)).toEqual(["create $default failed NotConverged"]);
  expect(outcome.changes[0]?.error?.message).toMatch(/r1 cannot be read/);
  expect(outcome.changes[0]?.error).toMatchObject({
    retryable: true,
    help: expect.stringContaining("Drop the document"),
  });
});

test("an update that somebody undoes at once is not a success", async () => {
  const { run, plane } = world();
  plane.withoutModels = true;
  await run([desired("$default", { TemplateSelectionExpression: "a" })]);
  const live = plane.at(model("$default")) as NonNullable<ReturnType<typeof plane.at>>;
  plane.faults.get = Array.from({ length: 5 }, () => () => {
    plane.live.set(live.identifier, {
      ...live,
      properties: { TemplateSelectionExpression: "undone", ContentHandlingStrategy: "CONVERT_TO_TEXT" },
    });
  });
  const outcome = await run([desired("$default", { TemplateSelectionExpression: "b" })]);
  expect(lines(outcome)).toEqual(["update $default failed NotConverged"]);
});
