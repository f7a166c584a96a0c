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
  expect(outcome.changes[0]?.error?.message).toContain("ContentHandlingStrategy, ResponseTemplates");
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
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed NotConverged"]);
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
