import { type Bidder, ControlPlaneError, type HandOver, handedOver, type OwnedResource } from "@specdrop/engine";
import { beforeEach, expect, test } from "vitest";
import { API, DOCUMENT, desired, INTEGRATION, lines, world } from "./world.ts";

const OTHER = "s3://specs/other.yaml";
const SEND = { RouteId: "r-send", RouteKey: "send", Target: `integrations/${INTEGRATION}` };
const PING = { RouteId: "r-ping", RouteKey: "ping", Target: `integrations/${INTEGRATION}` };
const TWO_WAY = { twoWay: true };
const RESPONSES = [desired("$default")];

let w: ReturnType<typeof world>;

beforeEach(() => {
  w = world();
  w.plane.routeResponses.routes = [SEND];
});

const routesWithResponse = () => [...w.plane.routeResponses.live.values()].map(({ RouteId }) => RouteId);
const put = (RouteId: string) => w.plane.routeResponses.put({ ApiId: API, RouteId });
const ownedRoutes = async () =>
  (await w.owned()).filter((one): one is OwnedResource & { RouteId: string } => "RouteId" in one);

/** Others who ask for the responses of routes to an integration, as their bids say. */
function asking(...integrationIds: readonly string[]): HandOver {
  const bidder = (logicalId: string): Bidder => ({ documentId: OTHER, sequence: 1, logicalId });
  return {
    bidderFor: async ({ logicalId }, integrationId = "") =>
      integrationIds.includes(integrationId) ? bidder(logicalId) : undefined,
    isLeaving: async () => false,
    pass: async (owned, to) => {
      await w.ledger.release(owned, 1);
      await w.ledger.claim(handedOver(owned, to), 1);
      return true;
    },
  };
}

test("every route to an integration of the document gets a response, and those of clients that come and go do not", async () => {
  w.plane.routeResponses.routes = [
    SEND,
    PING,
    { RouteId: "r-connect", RouteKey: "$connect", Target: SEND.Target },
    { RouteId: "r-disconnect", RouteKey: "$disconnect", Target: SEND.Target },
    { RouteId: "r-default", RouteKey: "$default", Target: SEND.Target },
    { RouteId: "r-other", RouteKey: "other", Target: "integrations/other" },
    { RouteId: "r-none", RouteKey: "none" },
  ];
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(routesWithResponse()).toEqual(["r-send", "r-ping", "r-default"]);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.summary).toMatchObject({ create: 4, unchanged: 0 });
  expect(outcome.changes.at(1)).toEqual({
    logicalId: "send",
    action: "create",
    status: "succeeded",
    resourceType: "RouteResponse",
    routeId: "r-send",
    routeKey: "send",
    identifier: `${API}|r-send|r1`,
    changedProperties: [],
  });
  const again = await w.run(RESPONSES, TWO_WAY);
  expect(again.status).toBe("unchanged");
  expect(again.summary.unchanged).toBe(4);
  expect(w.plane.routeResponses.writes()).toHaveLength(3);
});

test("without TwoWay, no route is looked at", async () => {
  await w.run(RESPONSES);
  expect(routesWithResponse()).toEqual([]);
  expect(w.plane.routeResponses.calls).toEqual([]);
});

test("a plan shows it and touches nothing", async () => {
  expect(lines(await w.run(RESPONSES, { ...TWO_WAY, mode: "plan" }))).toEqual([
    "create $default planned",
    "create send planned",
  ]);
  expect(w.plane.routeResponses.writes()).toEqual([]);
});

test("what was there before is adopted, and never deleted", async () => {
  put("r-send");
  w.plane.routeResponses.routes = [SEND, PING];
  expect(lines(await w.run(RESPONSES, TWO_WAY))).toEqual([
    "create $default succeeded",
    "create ping succeeded",
    "adopt send succeeded",
  ]);
  expect(lines(await w.run([], { mode: "withdraw" }))).toEqual([
    "delete $default succeeded",
    "delete ping succeeded",
    "forget send succeeded",
  ]);
  expect(routesWithResponse()).toEqual(["r-send"]);
  expect(await w.owned()).toEqual([]);
});

test("without the line, without the integration and without the route, the response goes", async () => {
  w.plane.routeResponses.routes = [SEND, PING];
  const elsewhere = { RouteId: "r-news", RouteKey: "news", Target: "integrations/news" };
  await w.run(RESPONSES, TWO_WAY);
  w.plane.routeResponses.routes = [{ ...SEND, Target: "integrations/another" }, PING, elsewhere];
  expect(lines(await w.run(RESPONSES, TWO_WAY))).toContain("delete send succeeded");
  const other = [desired("$default", {}, { IntegrationId: "news", logicalId: "news" })];
  expect(lines(await w.run([...RESPONSES, ...other], TWO_WAY))).toContain("create news succeeded");
  expect(routesWithResponse()).toEqual(["r-ping", "r-news"]);
  expect(lines(await w.run(other, TWO_WAY))).toContain("delete ping succeeded");
  expect(lines(await w.run(other))).toEqual(["none news succeeded", "delete news succeeded"]);
  expect(routesWithResponse()).toEqual([]);
});

test("a route that is gone takes its response with it", async () => {
  await w.run(RESPONSES, TWO_WAY);
  w.plane.routeResponses.routes = [];
  w.plane.routeResponses.live.clear();
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(outcome.changes.at(-1)).toMatchObject({ action: "forget", routeKey: "send", gone: true });
  expect(await ownedRoutes()).toEqual([]);
});

test("no number of route responses uses up the budget of deletions", async () => {
  w.plane.routeResponses.routes = Array.from({ length: 30 }, (_, at) => ({
    ...SEND,
    RouteId: `r${at}`,
    RouteKey: `k${at}`,
  }));
  await w.run(RESPONSES, TWO_WAY);
  const outcome = await w.run(RESPONSES);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.summary).toMatchObject({ delete: 30, unchanged: 1 });
});

test("two documents share one: the second changes nothing, and the first leaves it to the second", async () => {
  await w.run(RESPONSES, TWO_WAY);
  const second = { ...TWO_WAY, documentId: OTHER };
  const theirs = [desired("/200/")];
  expect(lines(await w.run(theirs, second))).toEqual(["create /200/ succeeded", "none send succeeded"]);
  const left = await w.run([], { mode: "withdraw" }, { handOver: asking(INTEGRATION) });
  expect(left.changes.at(-1)).toMatchObject({ action: "forget", routeKey: "send", handedTo: OTHER });
  expect(routesWithResponse()).toEqual(["r-send"]);
  expect(await ownedRoutes()).toMatchObject([{ documentId: OTHER, origin: "created" }]);
  expect(lines(await w.run([], { ...second, mode: "withdraw" }, { handOver: asking() }))).toEqual([
    "delete /200/ succeeded",
    "delete send succeeded",
  ]);
  expect(routesWithResponse()).toEqual([]);
});

test("one that another document owns and lost is made by whoever comes first, who owns it then", async () => {
  await w.run(RESPONSES, TWO_WAY);
  w.plane.routeResponses.live.clear();
  const passed: string[] = [];
  const handOver: HandOver = {
    ...asking(INTEGRATION),
    pass: async (owned, to) => {
      passed.push(`${owned.documentId} ${to.documentId} ${to.sequence}`);
      await w.ledger.release(owned, 1);
      await w.ledger.claim(handedOver(owned, to), 1);
      return true;
    },
  };
  const theirs = [desired("/200/")];
  const outcome = await w.run(theirs, { ...TWO_WAY, documentId: OTHER, sequence: 3 }, { handOver });
  expect(lines(outcome)).toContain("create send succeeded");
  expect(passed).toEqual([`${DOCUMENT} ${OTHER} 3`]);
  expect(await ownedRoutes()).toMatchObject([{ documentId: OTHER, identifier: `${API}|r-send|r2` }]);
  expect((await ownedRoutes())[0]?.takenFrom).toBeUndefined();
  expect(lines(await w.run(RESPONSES, TWO_WAY))).toContain("none send succeeded");
});

test("one that was planned for another document a moment ago is not planned twice", async () => {
  const theirs = { documentId: OTHER, logicalId: "send", ApiId: API, RouteId: "r-send" };
  await w.ledger.claim({ ...theirs, origin: "created", applied: {} }, 1);
  expect(lines(await w.run(RESPONSES, { ...TWO_WAY, mode: "plan" }))).toEqual([
    "create $default planned",
    "none send planned",
  ]);
});

test("a revision that is in force no longer takes nothing over", async () => {
  await w.run(RESPONSES, TWO_WAY);
  w.plane.routeResponses.live.clear();
  const handOver = { ...asking(INTEGRATION), pass: async () => false };
  const outcome = await w.run([desired("/200/")], { ...TWO_WAY, documentId: OTHER }, { handOver });
  expect(outcome.status).toBe("interrupted");
  expect(w.plane.routeResponses.live.size).toBe(0);
});

test("somebody else's in the place of ours is taken for theirs: it stays", async () => {
  await w.run(RESPONSES, TWO_WAY);
  w.plane.routeResponses.live.clear();
  put("r-send");
  expect(lines(await w.run(RESPONSES, TWO_WAY))).toContain("adopt send succeeded");
  await w.run([], { mode: "withdraw" });
  expect(routesWithResponse()).toEqual(["r-send"]);
});

test("a create whose answer is lost is found again by the next run, and deleted with its document", async () => {
  const expired = new ControlPlaneError("ExpiredToken", "Expired.", { retryable: false });
  w.plane.routeResponses.pollErrors.create = [expired];
  expect((await w.run(RESPONSES, TWO_WAY)).status).toBe("failed");
  expect(await ownedRoutes()).toMatchObject([{ pending: { requestToken: expect.any(String) } }]);
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(lines(outcome)).toContain("none send succeeded");
  expect(await ownedRoutes()).toMatchObject([{ origin: "created", identifier: `${API}|r-send|r1` }]);
  await w.run([], { mode: "withdraw" });
  expect(routesWithResponse()).toEqual([]);
});

test("days after a run died before its create, a route response may be somebody else's: it stays", async () => {
  w.plane.routeResponses.faults.create = [new Error("the process died")];
  await expect(w.run(RESPONSES, TWO_WAY)).rejects.toThrow("died");
  put("r-send");
  w.time.now += 72 * 3600 * 1000;
  expect((await w.run(RESPONSES, TWO_WAY)).status).toBe("succeeded");
  expect(await ownedRoutes()).toMatchObject([{ origin: "adopted" }]);
  await w.run([], { mode: "withdraw" });
  expect(routesWithResponse()).toEqual(["r-send"]);
});

test("a deletion that is under way is waited for by who asks for the same one", async () => {
  await w.run(RESPONSES, TWO_WAY);
  const expired = new ControlPlaneError("ExpiredToken", "Expired.", { retryable: false });
  w.plane.routeResponses.pollErrors.delete = [expired];
  await w.run([], { mode: "withdraw" });
  expect(await ownedRoutes()).toMatchObject([{ unfinished: { operation: "delete" } }]);
  const second = { ...TWO_WAY, documentId: OTHER };
  const outcome = await w.run([desired("/200/")], second, { handOver: asking(INTEGRATION) });
  expect(lines(outcome)).toContain("create send succeeded");
  expect(routesWithResponse()).toEqual(["r-send"]);
  expect(await ownedRoutes()).toMatchObject([{ documentId: OTHER, identifier: `${API}|r-send|r2` }]);
});

test("one that appears while it is made is adopted", async () => {
  w.plane.routeResponses.faults.create = [
    () => {
      put("r-send");
    },
  ];
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(lines(outcome)).toContain("adopt send succeeded");
  await w.run([], { mode: "withdraw" });
  expect(routesWithResponse()).toEqual(["r-send"]);
});

test("one that AWS has and does not list is said to be there, with a command that looks for it", async () => {
  const exists = new ControlPlaneError("AlreadyExists", "It exists.", { retryable: false, completed: true });
  w.plane.routeResponses.faults.create = [exists];
  const { changes } = await w.run(RESPONSES, TWO_WAY);
  const { message, help } = changes.find(({ routeKey }) => routeKey === "send")?.error ?? {};
  expect(message).toContain(`The response of route r-send on API ${API} already exists, but AWS does not list it`);
  expect(help).toContain(`aws apigatewayv2 get-route-responses --api-id ${API} --route-id r-send`);
});

test("routes stay two-way until what moved to another API is there", async () => {
  await w.run(RESPONSES, TWO_WAY);
  const moving = { movedAway: new Set(["$default"]) };
  const awaited = await w.run([], moving, { whereabouts: async () => "awaited" });
  expect(awaited.status).toBe("waiting");
  expect(routesWithResponse()).toEqual(["r-send"]);
  const missing = await w.run([], moving, { whereabouts: async () => "missing" });
  expect(lines(missing)).toEqual(["delete $default failed SD5006", "delete send failed SD5006"]);
  expect(lines(await w.run([], moving, { whereabouts: async () => "there" }))).toEqual([
    "delete $default succeeded",
    "delete send succeeded",
  ]);
});

test("removals that are held hold the responses of routes, too", async () => {
  await w.run(RESPONSES, TWO_WAY);
  const held = await w.run([], { mode: "withdraw" }, { holdsRemovals: true });
  expect(held.status).toBe("waiting");
  expect(routesWithResponse()).toEqual(["r-send"]);
});

test("routes that may not be read fail the run before it touches anything", async () => {
  w.plane.routeResponses.listRoutes = async () => {
    throw new ControlPlaneError("AccessDenied", "No.", { retryable: false });
  };
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(outcome).toMatchObject({ status: "failed", changes: [], diagnostics: [{ code: "SD4001" }] });
  expect(w.plane.writes()).toEqual([]);
});

test("what fails says which route it is about", async () => {
  const quota = new ControlPlaneError("ServiceLimitExceeded", "Too many.", { retryable: false, completed: true });
  w.plane.routeResponses.faults.create = [quota];
  const outcome = await w.run(RESPONSES, TWO_WAY);
  expect(outcome.diagnostics).toMatchObject([
    {
      code: "SD6002",
      pointer: "/TwoWay",
      message: expect.stringMatching(/^The response of route send: create failed/),
    },
  ]);
});
