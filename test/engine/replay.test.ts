import { ControlPlaneError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { FakeGateway } from "./fake-gateway.ts";
import { desired, INTEGRATION, lines, model, ownershipOf, world } from "./world.ts";

const key = { ApiId: model("$default").ApiId, IntegrationId: INTEGRATION, IntegrationResponseKey: "$default" };
const wish = (TemplateSelectionExpression: string) => [desired("$default", { TemplateSelectionExpression })];
/** A run whose ledger was put back to its middle asks with the tokens of the first time. */
const SAME_RUN = { epoch: 0, runId: "the same" };

/** A response that a document owns, as the ledger that was put back has it. */
async function ownedResponse() {
  const all = world();
  const live = all.plane.put(model("$default", { TemplateSelectionExpression: "a" }));
  const putBack = async () => {
    await all.ledger.claim(ownershipOf(live), 1);
    all.plane.live.set(live.identifier, live);
  };
  await putBack();
  return { ...all, live, putBack };
}

test.each([true, false])("an update that AWS only replays is written anew (run resumed: %s)", async (resumed) => {
  const { run, plane, putBack } = await ownedResponse();
  for (let time = 0; time < 4; time++) {
    expect(lines(await run(wish("b"), { ...SAME_RUN, resumed }))).toEqual(["update $default succeeded"]);
    expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "b" });
    await putBack();
  }
});

test("a run that resumes another does not take a reply without a date for its own", async () => {
  const { run, plane, putBack } = await ownedResponse();
  plane.datesReplies = false;
  await run(wish("b"), SAME_RUN);
  await putBack();
  expect(lines(await run(wish("b"), { ...SAME_RUN, resumed: true }))).toEqual(["update $default succeeded"]);
  expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "b" });
  expect(plane.writes().some(({ operation }) => operation === "delete")).toBe(false);
});

test("an update that AWS replays again and again fails, and its response is not replaced", async () => {
  const { run, plane, putBack, live } = await ownedResponse();
  for (let time = 0; time < 6; time++) {
    expect((await run(wish("b"), SAME_RUN)).status).toBe("succeeded");
    await putBack();
  }
  expect(lines(await run(wish("b"), SAME_RUN))).toEqual(["update $default failed NotConverged"]);
  expect(plane.at(key)?.identifier).toBe(live.identifier);
  expect(plane.writes().some(({ operation }) => operation === "delete")).toBe(false);
});

test("a create that AWS only replays is made anew where its response is gone", async () => {
  const { run, plane, ledger, owned } = world();
  await run(wish("a"), SAME_RUN);
  const [record] = await owned();
  if (record !== undefined) await ledger.release(record, 1);
  plane.live.clear();
  expect(lines(await run(wish("a"), SAME_RUN))).toEqual(["create $default succeeded"]);
  expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });
  expect((await owned())[0]?.identifier).toBe(plane.at(key)?.identifier);
});

test("a create that AWS only replays is brought to what was asked where somebody has changed it since", async () => {
  const { run, plane, ledger, owned } = world();
  await run(wish("a"), SAME_RUN);
  const [record] = await owned();
  const live = plane.at(key);
  if (record === undefined || live === undefined) throw new Error("nothing was created");
  // The ledger forgets it, and the list does not show it.
  await ledger.release(record, 1);
  plane.live.set(live.identifier, { ...live, properties: { TemplateSelectionExpression: "theirs" } });
  const { list } = plane;
  plane.list = async () => [];
  expect(lines(await run(wish("a"), SAME_RUN))).toEqual(["create $default succeeded"]);
  plane.list = list;
  expect(plane.at(key)?.properties).toEqual({ TemplateSelectionExpression: "a" });
});

test("a failure that AWS only replays says nothing: the next attempt does", async () => {
  const { run, plane } = world();
  const replayed = () =>
    new ControlPlaneError("AccessDenied", "Then.", { retryable: false, completed: true, replayed: true });
  plane.faults.create = [replayed(), replayed()];
  expect(lines(await run(wish("a")))).toEqual(["create $default succeeded"]);
  expect(new Set(plane.writes().map(({ token }) => token)).size).toBe(3);

  plane.faults.update = Array.from({ length: 8 }, replayed);
  expect(lines(await run(wish("b")))).toEqual(["update $default failed AccessDenied"]);
});

test("a deployment that AWS only replays is made anew, for it lacks what was written since", async () => {
  const { run, plane } = world();
  const gateway = new FakeGateway();
  const deploy = { stageName: "prod" };
  await run(wish("a"), { ...SAME_RUN, deploy }, {}, { gateway });
  await gateway.createDeployment(key.ApiId, "prod", "somebody's");
  plane.live.clear();
  const outcome = await run(wish("a"), { ...SAME_RUN, deploy }, {}, { gateway });
  expect(outcome.deployment).toEqual({ status: "live", stageName: "prod" });
  expect(gateway.stage?.DeploymentId).toBe("d3");
});
