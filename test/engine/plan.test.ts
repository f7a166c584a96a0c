import { START_OF_TEXT } from "@specdrop/spec";
import { describe, expect, test } from "vitest";
import { API, DOCUMENT, desired, INTEGRATION, lines, model, ownershipOf, world } from "./world.ts";

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
  expect(outcome.diagnostics).toEqual([
    {
      code: "SD5001",
      severity: "error",
      message: `The response $default of integration ${INTEGRATION} on API ${API} already exists (${API}|${INTEGRATION}|r1), and no document owns it.`,
      file: DOCUMENT,
      range: START_OF_TEXT,
      pointer: "/IntegrationResponses/$default",
      help: 'To adopt it, add the line "adopt: true" to fallback. Its other properties stay as they are.',
    },
  ]);
  expect(outcome.changes[0]).toEqual({
    logicalId: "fallback",
    action: "create",
    status: "failed",
    integrationId: INTEGRATION,
    integrationResponseKey: "$default",
    changedProperties: [],
    error: {
      code: "SD5001",
      message: outcome.diagnostics[0]?.message,
      retryable: false,
      help: outcome.diagnostics[0]?.help,
    },
  });
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
  expect(outcome.changes[0]?.error).toMatchObject({
    message: `The response $default of integration ${INTEGRATION} on API ${API} belongs to ${OTHER}, as theirs.`,
    help: `Remove theirs from ${OTHER}: the response then passes to this document as it is, without being deleted. Or remove $default from this document.`,
  });
});

test("a response that somebody deleted and created anew is not ours; adopt takes it", async () => {
  const { run, plane } = world();
  await run([desired("$default")]);
  plane.live.clear();
  plane.put(model("$default"));
  const refused = await run([desired("$default")]);
  expect(lines(refused)).toEqual(["create $default failed SD5004"]);
  expect(refused.changes[0]?.error?.message).toMatch(
    /is not the one that this document created.*created a1b2c3d4e5\|abc1234\|r2\.$/,
  );
  expect(refused.changes[0]?.error?.help).toMatch(/add the line "adopt: true" to \$default; or delete it in AWS/);
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

test("a policy that the document drops no longer holds", async () => {
  const { run, plane, owned } = world();
  await run([desired("$default", {}, { deletionPolicy: "Retain" })]);
  await run([desired("$default")]);
  expect((await owned())[0]).not.toHaveProperty("deletionPolicy");
  expect(lines(await run([]))).toEqual(["delete $default succeeded"]);
  expect(plane.live.size).toBe(0);
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

test("what moves to another API goes only when it is there", async () => {
  const { run, plane } = world();
  await run([desired("/200/", {}, { logicalId: "moves" }), desired("/404/", {}, { logicalId: "stays" })]);
  const moving = { movedAway: new Set(["moves"]) };
  const wish = [desired("/404/", {}, { logicalId: "stays" })];
  const whereabouts = (answer: "there" | "awaited" | "missing") => ({ whereabouts: async () => answer });

  const waiting = await run(wish, moving, whereabouts("awaited"));
  expect(waiting.status).toBe("waiting");
  expect(lines(waiting)).toEqual(["none stays succeeded"]);

  const missing = await run(wish, moving, whereabouts("missing"));
  expect(lines(missing)).toEqual(["none stays succeeded", "delete moves failed SD5006"]);
  expect(missing.diagnostics).toMatchObject([{ code: "SD5006" }]);
  expect(missing.changes[1]?.error).toMatchObject({
    retryable: false,
    message: expect.stringContaining("the old one was kept"),
    help: expect.stringContaining("the delete follows"),
  });
  expect(plane.live.size).toBe(2);

  expect(lines(await run(wish, moving, whereabouts("there")))).toContain("delete moves succeeded");
  expect(plane.live.size).toBe(1);
  await run([desired("/500/"), ...wish]);
  expect(lines(await run(wish, { movedAway: new Set(["/500/"]) }))).toContain("delete /500/ succeeded");
});

test("what moves to another API is no loss, and needs no permission", async () => {
  const { run } = world();
  await run(keys(20));
  const movedAway = new Set(keys(20).map(({ logicalId }) => logicalId));
  expect((await run([], { movedAway })).summary.delete).toBe(20);
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
  expect(outcome.diagnostics).toMatchObject([
    {
      code: "SD5003",
      severity: "error",
      pointer: "",
      range: START_OF_TEXT,
      message: `This revision would delete ${have - keep} of the ${have} responses that the document owns.`,
      help: `To delete them, write "AllowDeletions: ${have - keep}" at the top of the document.`,
    },
  ]);
  expect(new Set(lines(outcome).map((line) => line.split(" ").slice(2).join(" ")))).toEqual(new Set(["skipped"]));
  expect(outcome.summary.failed).toBe(0);
  expect((await run(keys(keep), { allowDeletions: have - keep - 1 })).status).toBe("failed");
  expect((await run(keys(keep), { allowDeletions: have - keep })).status).toBe("succeeded");
});

test("the budget counts what the document loses on its other APIs, and a withdrawal has none", async () => {
  const { run } = world();
  await run(keys(4));
  await run([desired("/theirs/", {}, { IntegrationId: "theirs1" })], { documentId: OTHER });
  expect((await run([], { elsewhere: { owned: 30, deletions: 8, sharesIds: false } })).status).toBe("succeeded");
  await run(keys(4));
  expect(
    (await run([], { elsewhere: { owned: 7, deletions: 7, sharesIds: false } })).diagnostics[0]?.message,
  ).toContain("11 of the 11");
  expect((await run([], { mode: "withdraw", elsewhere: { owned: 8, deletions: 8, sharesIds: false } })).status).toBe(
    "succeeded",
  );
});

describe("a revision that has nothing in common with what its document owns", () => {
  const mine = [desired("/200/", {}, { logicalId: "a" }), desired("/404/", {}, { logicalId: "b" })];
  const apart = { owned: 0, deletions: 0, sharesIds: false };

  test("is refused on the API that it no longer names, whatever the size", async () => {
    const { run, plane } = world();
    await run(mine);
    const before = plane.writes().length;
    const outcome = await run([], { movedAway: new Set(["x"]) });
    expect(plane.writes()).toHaveLength(before);
    expect(outcome.diagnostics).toMatchObject([
      {
        code: "SD5007",
        message: expect.stringContaining(
          "no logical id with the 2 responses that the document owns, and would delete 2",
        ),
        help: expect.stringContaining('write "AllowDeletions: 2"'),
      },
    ]);
    expect((await run([], { movedAway: new Set(["x"]), allowDeletions: 1 })).status).toBe("failed");
    expect((await run([], { movedAway: new Set(["x"]), allowDeletions: 2 })).status).toBe("succeeded");
  });

  test("is refused on the API that is new to it, too", async () => {
    const { run, plane } = world();
    const outcome = await run(mine, { elsewhere: { owned: 3, deletions: 1, sharesIds: false } });
    expect(outcome.diagnostics).toMatchObject([
      { code: "SD5007", message: expect.stringContaining("delete 1 of them") },
    ]);
    expect(plane.writes()).toEqual([]);
    expect((await run(mine, { elsewhere: { owned: 3, deletions: 0, sharesIds: false } })).status).toBe("succeeded");
  });

  test.each([
    ["a logical id has moved", { movedAway: new Set(["a", "x"]) }],
    ["something elsewhere is shared", { movedAway: new Set(["x"]), elsewhere: { ...apart, sharesIds: true } }],
    ["it is withdrawn", { mode: "withdraw" as const, movedAway: new Set(["x"]) }],
    ["it declares nothing at all", {}],
  ])("is another matter where %s", async (_, rest) => {
    const { run } = world();
    await run(mine);
    expect((await run([], rest)).status).toBe("succeeded");
  });

  test("is another matter where the API is the same", async () => {
    const { run } = world();
    await run(mine);
    expect((await run([desired("/x/", {}, { logicalId: "x" })])).summary).toMatchObject({ create: 1, delete: 2 });
  });

  test("deletes nothing, where all that it owns was adopted or is kept", async () => {
    const { run } = world();
    await run(mine.map((each) => ({ ...each, deletionPolicy: "Retain" as const })));
    expect((await run([], { movedAway: new Set(["x"]) })).summary).toMatchObject({ forget: 2 });
  });
});

test("ten deletions need no permission, whatever share they are", async () => {
  const { run } = world();
  await run(keys(10));
  expect((await run([])).summary.delete).toBe(10);
});

test("what does not change is not written, to the ledger neither", async () => {
  const { run, ledger } = world();
  const wish = [desired("$default", { TemplateSelectionExpression: "a" }, { deletionPolicy: "Delete" })];
  await run(wish);
  const claims: string[] = [];
  const claim = ledger.claim.bind(ledger);
  ledger.claim = (resource, fence) => {
    claims.push(resource.logicalId);
    return claim(resource, fence);
  };
  await run(wish);
  expect(claims).toEqual([]);
  await run([{ ...(wish[0] as (typeof wish)[0]), deletionPolicy: "Retain" }]);
  expect(claims).toEqual(["$default"]);
});

test("each integration is listed once, and nobody else's resources are read", async () => {
  const { run, plane, ledger } = world();
  const theirs = plane.put({ ...model("$default"), IntegrationId: "theirs1" });
  await ledger.claim(ownershipOf(theirs, { documentId: OTHER }), 1);
  await run([desired("/200/"), desired("/404/"), desired("$default", {}, { IntegrationId: "second1" })]);
  expect(plane.calls.filter((call) => call.operation === "list")).toHaveLength(2);
  expect(plane.calls.filter((call) => call.operation === "get")).toHaveLength(0);
});

test("a result names the place, the identifier and the properties written", async () => {
  const { run, plane } = world();
  const created = await run([desired("$default", { TemplateSelectionExpression: "a" }, { logicalId: "fallback" })]);
  const identifier = plane.at(model("$default"))?.identifier;
  const place = { logicalId: "fallback", integrationId: INTEGRATION, integrationResponseKey: "$default", identifier };
  expect(created.changes).toEqual([
    { ...place, action: "create", status: "succeeded", changedProperties: ["TemplateSelectionExpression"] },
  ]);
  const wish = [desired("$default", { TemplateSelectionExpression: "b" }, { logicalId: "fallback" })];
  const planned = await run(wish, { mode: "plan" });
  expect(planned.changes).toEqual([
    { ...place, action: "update", status: "planned", changedProperties: ["TemplateSelectionExpression"] },
  ]);
  const removal = await run([], { mode: "plan" });
  expect(removal.changes).toEqual([{ ...place, action: "delete", status: "planned", changedProperties: [] }]);
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
