import { ControlPlaneError, type Listing } from "@specdrop/engine";
import { expect, test } from "vitest";
import { desired, INTEGRATION, lines, model, world } from "./world.ts";

const key = { ApiId: model("$default").ApiId, IntegrationId: INTEGRATION, IntegrationResponseKey: "$default" };
const adopting = [desired("$default", { TemplateSelectionExpression: "a" }, { adopt: true })];

/** A response of somebody else's that lists do not show, or not at first. */
function unlisted({ lists = Number.POSITIVE_INFINITY, mayBeShort = false, isNamed = false } = {}) {
  const all = world();
  const live = all.plane.put(model("$default", { TemplateSelectionExpression: "theirs" }));
  const list = all.plane.list.bind(all.plane);
  let asked = 0;
  all.plane.list = async (parent): Promise<Listing> => {
    asked += 1;
    const listed = asked > lists ? await list(parent) : [];
    return mayBeShort ? Object.assign([...listed], { mayBeShort: true as const }) : listed;
  };
  if (isNamed) {
    const { identifier } = live;
    all.plane.faults.create = [
      new ControlPlaneError("AlreadyExists", "It exists.", { retryable: false, completed: true, identifier }),
    ];
  }
  return { ...all, live };
}

test.each([
  ["a list shows later", { lists: 1 }],
  ["AlreadyExists names", { isNamed: true }],
])("a response that %s is adopted, and told so", async (_, how) => {
  const { run, plane, owned, live } = unlisted(how);
  const outcome = await run(adopting);
  expect(lines(outcome)).toEqual(["adopt $default succeeded"]);
  expect(outcome.summary).toMatchObject({ adopt: 1, create: 0 });
  expect(outcome.changes[0]).toMatchObject({
    identifier: live.identifier,
    changedProperties: ["TemplateSelectionExpression"],
  });
  expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });
  expect(await owned()).toMatchObject([{ origin: "adopted", lastChange: { action: "adopt" } }]);
});

test("a response that AlreadyExists names under another key is not taken", async () => {
  const { run, plane, owned } = unlisted();
  const other = plane.put(model("/200/"));
  const taken = { retryable: false, completed: true, identifier: other.identifier };
  plane.faults.create = [new ControlPlaneError("AlreadyExists", "It exists.", taken)];
  expect(lines(await run(adopting))).toEqual(["create $default failed AlreadyExists"]);
  expect(await owned()).toEqual([]);
});

test("a response that nothing shows cannot be adopted: the advice is another than to write what is there", async () => {
  const { run, owned } = unlisted();
  const { error } = (await run(adopting)).changes[0] ?? {};
  expect(error).toMatchObject({ code: "AlreadyExists", message: expect.stringContaining("AWS does not list it. ") });
  expect(error?.help).not.toContain("adopt: true");
  expect(await owned()).toEqual([]);
});

test("where the list may be short, that is said to who does not ask to adopt too", async () => {
  const wish = [desired("$default", { TemplateSelectionExpression: "a" })];
  const short = unlisted({ mayBeShort: true });
  expect((await short.run(wish)).changes[0]?.error?.message).toContain("and this document does not adopt it");
  const whole = unlisted();
  expect((await whole.run(wish)).changes[0]?.error?.help).toContain('add the line "adopt: true"');
});
