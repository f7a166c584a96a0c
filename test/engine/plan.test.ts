import { expect, test } from "vitest";
import { desired, lines, model, ownershipOf, world } from "./world.ts";

const OTHER = "s3://specs/other.yaml";

test("what is not there is created, what is as declared is left alone", async () => {
  const { run, plane, owned } = world();
  const resources = [desired("$default", { TemplateSelectionExpression: "\\$default" }), desired("/2\\d\\d/")];
  expect(lines(await run(resources))).toEqual(["create $default succeeded", "create /2\\d\\d/ succeeded"]);

  const again = await run(resources);
  expect(again.status).toBe("unchanged");
  expect(again.summary).toMatchObject({ unchanged: 2, create: 0 });
  expect(plane.writes()).toHaveLength(2);
  expect(await owned()).toHaveLength(2);
});

test("an update touches declared properties only, and leaves undeclared ones alone", async () => {
  const { run, plane } = world();
  await run([desired("$default", { ResponseTemplates: { a: "1" } })]);
  const live = plane.at(model("$default"));
  plane.live.set(live?.identifier ?? "", {
    ...(live as NonNullable<typeof live>),
    properties: { ...live?.properties, ContentHandlingStrategy: "CONVERT_TO_TEXT" },
  });

  const outcome = await run([desired("$default", { ResponseTemplates: { a: "2" } })]);
  expect(outcome.changes[0]).toMatchObject({ action: "update", changedProperties: ["ResponseTemplates"] });
  expect(plane.writes().at(-1)?.patch).toEqual([{ op: "add", path: "/ResponseTemplates", value: { a: "2" } }]);
  expect(plane.at(model("$default"))?.properties.ContentHandlingStrategy).toBe("CONVERT_TO_TEXT");
});

test("a property that the document drops is removed, since the document applied it", async () => {
  const { run, plane } = world();
  await run([desired("$default", { ContentHandlingStrategy: "CONVERT_TO_TEXT", TemplateSelectionExpression: "200" })]);
  const outcome = await run([desired("$default")]);
  expect(outcome.status).toBe("succeeded");
  expect(plane.writes().at(-1)?.patch).toEqual([
    { op: "remove", path: "/ContentHandlingStrategy" },
    { op: "add", path: "/TemplateSelectionExpression", value: "" },
  ]);
  expect((await run([desired("$default")])).status).toBe("unchanged");
});

test("an empty map is no map", async () => {
  const { run, plane } = world();
  await run([desired("$default", { ResponseTemplates: {} })]);
  plane.live.set("x", { ...(plane.at(model("$default")) as NonNullable<ReturnType<typeof plane.at>>) });
  expect((await run([desired("$default")])).status).toBe("unchanged");
});

test("a live response that nobody owns is a conflict, before anything is touched", async () => {
  const { run, plane, owned } = world();
  plane.put(model("$default"));
  const outcome = await run([desired("/200/"), desired("$default", {}, { logicalId: "fallback" })]);
  expect(outcome.status).toBe("failed");
  expect(lines(outcome)).toEqual(["create fallback failed SD5001", "create /200/ skipped"]);
  expect(outcome.diagnostics[0]?.help).toContain('add the line "adopt: true" to fallback');
  expect(plane.writes()).toEqual([]);
  expect(await owned()).toEqual([]);
});

test("adopting an identical response writes nothing; a different one gets its declared properties only", async () => {
  const { run, plane, owned } = world();
  plane.put(model("/200/", { ResponseTemplates: { a: "1" }, TemplateSelectionExpression: "a" }));
  const same = await run([desired("/200/", { ResponseTemplates: { a: "1" } }, { adopt: true })]);
  expect(lines(same)).toEqual(["adopt /200/ succeeded"]);
  expect(same.status).toBe("succeeded");
  expect(plane.writes()).toEqual([]);
  expect(await owned()).toMatchObject([{ origin: "adopted", logicalId: "/200/" }]);

  plane.put(model("/404/", { ResponseTemplates: { a: "1" }, TemplateSelectionExpression: "a" }));
  const adopting = [
    desired("/200/", { ResponseTemplates: { a: "1" } }, { adopt: true }),
    desired("/404/", { ResponseTemplates: { a: "2" } }, { adopt: true }),
  ];
  expect(lines(await run(adopting))).toEqual(["adopt /404/ succeeded", "none /200/ succeeded"]);
  expect(plane.at(model("/404/"))?.properties).toEqual({
    ResponseTemplates: { a: "2" },
    TemplateSelectionExpression: "a",
  });
});

test("what another document owns is a conflict that names it, adopt or not", async () => {
  const { run, plane, ledger } = world();
  await ledger.claim(ownershipOf(plane.put(model("$default")), { documentId: OTHER, logicalId: "theirs" }), 1);
  const outcome = await run([desired("$default", {}, { adopt: true })]);
  expect(lines(outcome)).toEqual(["create $default failed SD5002"]);
  expect(outcome.changes[0]?.error?.message).toContain(OTHER);
});

test("a response that somebody deleted and created anew is not ours; adopt takes it", async () => {
  const { run, plane } = world();
  await run([desired("$default")]);
  plane.live.clear();
  plane.put(model("$default"));
  expect(lines(await run([desired("$default")]))).toEqual(["create $default failed SD5004"]);
  expect(lines(await run([desired("$default", {}, { adopt: true })]))).toEqual(["adopt $default succeeded"]);
});

test("one that was deleted behind our back is created again", async () => {
  const { run, plane } = world();
  await run([desired("$default")]);
  plane.live.clear();
  expect(lines(await run([desired("$default")]))).toEqual(["create $default succeeded"]);
});

test("a changed logical id alone calls nothing, and the ledger learns it", async () => {
  const { run, plane, owned } = world();
  await run([desired("$default", {}, { logicalId: "before" })]);
  const calls = plane.writes().length;
  const outcome = await run([desired("$default", {}, { logicalId: "after", deletionPolicy: "Retain" })]);
  expect(outcome.status).toBe("unchanged");
  expect(plane.writes()).toHaveLength(calls);
  expect(await owned()).toMatchObject([{ logicalId: "after", deletionPolicy: "Retain" }]);
});

test("swapped keys are two updates", async () => {
  const { run, plane } = world();
  const ok = { ResponseTemplates: { body: "ok" } };
  const no = { ResponseTemplates: { body: "no" } };
  await run([desired("/200/", ok, { logicalId: "a" }), desired("/404/", no, { logicalId: "b" })]);
  const outcome = await run([desired("/404/", ok, { logicalId: "a" }), desired("/200/", no, { logicalId: "b" })]);
  expect(lines(outcome)).toEqual(["update a succeeded", "update b succeeded"]);
  expect(plane.at(model("/404/"))?.properties).toEqual(ok);
  expect(plane.at(model("/200/"))?.properties).toEqual(no);
});

test("a logical id that moves is a replacement: the new one first, then the old one goes", async () => {
  const { run, plane, owned } = world();
  await run([desired("$default", {}, { logicalId: "a" })]);
  const outcome = await run([desired("$default", {}, { logicalId: "a", IntegrationId: "other12" })]);
  expect(lines(outcome)).toEqual(["replace a succeeded"]);
  expect(outcome.summary.replace).toBe(1);
  expect(plane.writes().map((call) => call.operation)).toEqual(["create", "create", "delete"]);
  expect(await owned()).toMatchObject([{ IntegrationId: "other12" }]);
});

test.each([
  { origin: "created", policy: undefined, action: "delete" },
  { origin: "created", policy: "Retain", action: "forget" },
  { origin: "adopted", policy: undefined, action: "forget" },
  { origin: "adopted", policy: "Delete", action: "delete" },
] as const)("dropped, $origin, DeletionPolicy $policy: $action", async ({ origin, policy, action }) => {
  const { run, plane, ledger, owned } = world();
  const record = ownershipOf(plane.put(model("$default")), { origin });
  await ledger.claim(policy === undefined ? record : { ...record, deletionPolicy: policy }, 1);
  const outcome = await run([]);
  expect(lines(outcome)).toEqual([`${action} $default succeeded`]);
  expect(outcome.changes[0]?.identifier).toBe(record.identifier);
  expect(plane.live.size).toBe(action === "delete" ? 0 : 1);
  expect(await owned()).toEqual([]);
});

test("a dropped response that is gone, or is somebody else's by now, is forgotten", async () => {
  const { run, plane } = world();
  await run([desired("/200/"), desired("/404/")]);
  plane.live.clear();
  plane.put(model("/404/"));
  expect(lines(await run([]))).toEqual(["forget /200/ succeeded", "forget /404/ succeeded"]);
  expect(plane.live.size).toBe(1);
});

test("a moved resource that keeps its old place is created anew, and the old place forgotten", async () => {
  const { run, plane } = world();
  await run([desired("/200/", {}, { logicalId: "a" })]);
  const outcome = await run([desired("/201/", {}, { logicalId: "a", deletionPolicy: "Retain" })]);
  expect(lines(outcome)).toEqual(["create a succeeded", "forget a succeeded"]);
  expect(plane.live.size).toBe(2);
});

const keys = (count: number) => Array.from({ length: count }, (_, index) => desired(`/${index}/`));

test.each([
  { have: 20, keep: 10, refused: false, why: "ten are free" },
  { have: 30, keep: 15, refused: false, why: "half is free" },
  { have: 30, keep: 14, refused: true, why: "more than ten and more than half" },
])("deleting $have - $keep: $why", async ({ have, keep, refused }) => {
  const { run, plane } = world();
  await run(keys(have));
  const before = plane.writes().length;
  const outcome = await run(keys(keep));
  expect(outcome.status).toBe(refused ? "failed" : "succeeded");
  if (!refused) return;
  expect(plane.writes()).toHaveLength(before);
  expect(outcome.diagnostics.map((one) => [one.code, one.pointer])).toEqual([["SD5003", ""]]);
  expect(new Set(lines(outcome).map((line) => line.split(" ").slice(2).join(" ")))).toEqual(
    new Set(["skipped", "failed SD5003"]),
  );
  expect((await run(keys(keep), { allowDeletions: have - keep - 1 })).status).toBe("failed");
  expect((await run(keys(keep), { allowDeletions: have - keep })).status).toBe("succeeded");
});

test("the budget counts what the document loses on its other APIs, and a withdrawal has none", async () => {
  const { run } = world();
  await run(keys(4));
  expect((await run([], { elsewhere: { owned: 8, deletions: 8 } })).status).toBe("failed");
  expect((await run([], { mode: "withdraw", elsewhere: { owned: 8, deletions: 8 } })).status).toBe("succeeded");
});

test("a plan shows changes and conflicts, and touches neither AWS nor the ledger", async () => {
  const { run, plane, owned } = world();
  plane.put(model("$default"));
  const outcome = await run([desired("/200/"), desired("$default")], { mode: "plan" });
  expect(outcome.status).toBe("planned");
  expect(lines(outcome)).toEqual(["create $default failed SD5001", "create /200/ planned"]);
  expect(plane.writes()).toEqual([]);
  expect(await owned()).toEqual([]);
});

test("the result says whether clients see the change", async () => {
  const { run } = world();
  expect((await run([desired("$default")])).deployment).toEqual({ status: "unknown" });
  const outcome = await run([desired("$default")], { deploy: { stageName: "prod" } });
  expect(outcome.deployment).toEqual({ status: "pending", stageName: "prod" });
});
