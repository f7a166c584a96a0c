import { DeleteResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { STATES } from "@specdrop/console/state";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plain, responsesOf, type StackPage, stackPage } from "./stack-page.ts";

const OK = { IntegrationResponseKey: "$default", ResponseTemplates: { "application/json": '{"ok":true}\n' } };
const REFUSED = { IntegrationResponseKey: "/4\\d\\d/", ResponseTemplates: { "application/json": '{"no":true}\n' } };
const DEPLOY = { Deploy: { StageName: "prod" } };
const KEY = "chat/messages.yaml";

let page: StackPage;
beforeEach(async () => {
  page = await stackPage();
});
afterEach(() => page.close());

/** What the page says first, and of each response. */
async function seen(options?: Parameters<StackPage["page"]>[0]) {
  const state = await page.page(options);
  const sum = STATES.reduce((total, name) => total + state.counts[name], 0);
  const owned = await page.ledger.listOwned(page.apiId);
  expect(sum).toBeGreaterThanOrEqual(owned.length);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  return {
    state,
    headline: plain(state.verdict.headline),
    line: plain(state.verdict.line),
    responses: Object.fromEntries(
      [...responsesOf(state)].map(([id, { cell }]) => [id, `${cell.state}: ${cell.words}`]),
    ),
    problems: state.problems.map(({ state: word, sentence }) => `${word}: ${plain(sentence)}`),
  };
}

const identifierOf = (key: string): string => {
  const all = page.stack.cloudControl.resources();
  return all.find(({ Properties }) => Properties["IntegrationResponseKey"] === key)?.Identifier ?? "";
};

describe("each state, from its cause", () => {
  test("live: settled, deployed, compared, and a way to the client", async () => {
    expect((await seen()).headline).toBe("Drop the first document");
    await page.drop(KEY, page.document({ ok: OK, refused: REFUSED }, DEPLOY), { "specdrop-actor": "ada" });
    const all = await seen();
    expect(all.headline).toBe("Everything is live");
    expect(all.line).toBe(
      "2 responses on 1 API are in AWS as the document declares, and deployed. Compared with AWS at <time>.",
    );
    expect(all.responses).toEqual({ ok: "live: live", refused: "live: live" });
    expect(all.problems).toEqual([]);
    const [entry] = all.state.activity.entries;
    expect(plain(entry?.line)).toBe("by ada · 2 created");
    const response = responsesOf(all.state).get("ok");
    expect(response).toMatchObject({ liveSequence: 1, stage: { name: "prod", cell: { state: "live" } } });
  });

  test("not looked at, nothing is live", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    const all = await seen({ ledgerOnly: true });
    expect(all.headline).toBe("0 of 1 response is live, 1 is unproven");
    expect(all.line).toContain("AWS was not read.");
    expect(all.responses).toEqual({ ok: "unproven: not compared" });
  });

  test.each(["getApi", "listRoutes", "listRouteResponses", "listIntegrations", "listStages", "list"])(
    "unproven where AWS denies %s",
    async (denied) => {
      await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
      const all = await seen({ denied: [denied] });
      expect(all.state.counts).toMatchObject({ live: 0, unproven: 1 });
      expect(all.problems.join()).toContain("1 response is not compared");
    },
  );

  test("failed: AWS refused the change, and clients still get the revision before", async () => {
    await page.drop(KEY, page.document({ ok: OK, refused: REFUSED }, DEPLOY));
    const broken = { ...REFUSED, TemplateSelectionExpression: "$default" };
    const other = { ...OK, ResponseTemplates: { "application/json": '{"ok":1}\n' } };
    await page.drop(KEY, page.document({ ok: other, refused: broken }, DEPLOY));
    const all = await seen();
    expect(all.headline).toBe("2 of 2 responses are not live");
    expect(all.responses).toEqual({ ok: "pending: pending deployment", refused: "failed: failed" });
    expect(all.problems).toEqual(["failed: AWS refused the new /4\\d\\d/ of send. Clients still get revision 1."]);
    const [problem] = all.state.problems;
    expect(plain(problem?.where)).toMatch(
      /^chat · refused; ok waits for it · s3:\/\/specs\/chat\/messages.yaml revision 2/,
    );
    expect(problem?.command).toEqual({ text: "aws s3 cp messages.yaml s3://specs/chat/" });
    const response = responsesOf(all.state).get("refused");
    expect(response).toMatchObject({ consequence: "clients still get revision 1", sequence: 2, liveSequence: 1 });
  });

  test("blocked: no route response, with the command that makes one", async () => {
    const integration = page.made.integration(page.apiId);
    const route = page.made.route(page.apiId, "join", integration, { twoWay: false });
    const joined = { ...OK, IntegrationId: integration };
    await page.drop(KEY, page.document({ ok: OK, joined }, DEPLOY));
    const all = await seen();
    expect(all.headline).toBe("1 of 2 responses is not live");
    expect(all.responses).toEqual({ ok: "live: live", joined: "blocked: blocked by route response" });
    expect(all.problems).toEqual(["blocked: Route join has no route response: clients get nothing back."]);
    expect(all.state.problems[0]?.command).toEqual({
      text: `aws apigatewayv2 create-route-response --api-id ${page.apiId} --route-id ${route} --route-response-key '$default'`,
    });
    page.made.make("RouteResponse", { ApiId: page.apiId, RouteId: route, RouteResponseKey: "$default" });
    expect((await seen()).headline).toBe("Everything is live");
  });

  test("blocked: the key belongs to another document", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    await page.drop("other.yaml", page.document({ mine: OK }, DEPLOY));
    const all = await seen();
    expect(all.responses).toEqual({ ok: "live: live", mine: "blocked: blocked by another document" });
    expect(all.problems).toEqual(["blocked: $default of send belongs to another document."]);
  });

  test("drifted: somebody changed it in AWS, or deleted it", async () => {
    await page.drop(KEY, page.document({ ok: OK, refused: REFUSED }, DEPLOY));
    await page.changeByHand(identifierOf("/4\\d\\d/"), { ResponseTemplates: { "application/json": '{"no":false}\n' } });
    const all = await seen();
    expect(all.headline).toBe("1 of 2 responses is not live");
    expect(all.responses).toEqual({ ok: "live: live", refused: "drifted: drifted" });
    expect(all.problems).toEqual(["drifted: /4\\d\\d/ of send was changed in AWS after it was applied."]);
    const response = responsesOf(all.state).get("refused");
    expect(response?.template.cell.words).toBe("1 line differs");
    expect(response?.differences).toEqual([
      { property: "ResponseTemplates", entry: "application/json", added: 1, removed: 1 },
    ]);
    expect(all.state.problems[0]?.command).toEqual({ text: "aws s3 cp messages.yaml s3://specs/chat/" });
    expect(JSON.stringify(all.state)).not.toContain('\\"no\\"');
  });

  test("unproven: a document that does not deploy, until another document deploys the same stage", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    await page.drop("more.yaml", page.document({ refused: REFUSED }));
    const before = await seen();
    expect(before.responses).toEqual({ ok: "live: live", refused: "unproven: not known whether deployed" });
    expect(before.problems).toEqual(["unproven: Whether 1 response was deployed is not known."]);
    await page.drop(KEY, page.document({ ok: { ...OK, ResponseTemplates: { "application/json": "{}\n" } } }, DEPLOY));
    expect((await seen()).responses).toEqual({ ok: "live: live", refused: "live: live" });
  });

  test("suspended: documents wait, and the page says so", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    await page.ledger.switchSuspension({ suspended: true, by: "ada", since: Date.now(), reason: "incident 4711" });
    await page.drop("more.yaml", page.document({ refused: REFUSED }, DEPLOY));
    const all = await seen();
    expect(all.headline).toBe("Applying is suspended: 1 document waits");
    expect(plain(all.state.banners[0]?.sentence)).toBe("Applying is suspended since <time> by ada: incident 4711.");
    expect(responsesOf(all.state).get("refused")?.overlay).toEqual({ kind: "suspended" });
  });

  test("a rejected document that owns nothing is not applied; a withdrawn one is at the end", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    await page.drop("bad.yaml", page.document({ bad: { IntegrationResponseKey: 7 } }));
    const all = await seen();
    expect(all.headline).toBe("1 document is not applied");
    expect(all.problems[0]).toMatch(
      /^failed: Revision 1 of bad\.yaml is rejected: SD\d{4} at line 1.* Nothing of it is live\.$/,
    );
    await page.clients.s3.send(new DeleteObjectCommand({ Bucket: page.stack.bucket, Key: "bad.yaml" }));
    await page.stack.idle();
    const after = await seen();
    expect(after.headline).toBe("Everything is live");
    expect(after.state.withdrawn.map(({ name }) => name)).toEqual(["bad.yaml"]);
  });

  test("failed as a whole: nothing was touched, and one problem says why", async () => {
    await page.drop(KEY, page.document({ ok: OK, refused: REFUSED }, { IntegrationId: "nobody1", ...DEPLOY }));
    const all = await seen();
    expect(all.headline).toBe("2 of 2 responses are not live");
    expect(all.responses).toEqual({ ok: "failed: failed", refused: "failed: failed" });
    expect(all.problems).toEqual([
      `failed: Revision 1 of messages.yaml failed: Integration nobody1 of API ${page.apiId} does not exist.`,
    ]);
    expect(all.state.problems[0]).toMatchObject({ code: "SD4004", next: [expect.stringMatching(/^Check/)] });
  });

  test("blocked: the API was deleted under its documents", async () => {
    await page.drop(KEY, page.document({ ok: OK }, DEPLOY));
    const Api = { TypeName: "AWS::ApiGatewayV2::Api", Identifier: page.apiId };
    await page.clients.cloudControl.send(new DeleteResourceCommand(Api));
    const all = await seen();
    expect(all.responses).toEqual({ ok: "blocked: blocked by API" });
    expect(all.problems).toEqual([
      `blocked: API ${page.apiId} does not exist: 1 response of its documents is nowhere.`,
    ]);
  });

  test("what dev only assumes is unproven, never blocked", async () => {
    await page.drop(KEY, page.document({ ok: OK }, { ApiId: "assumed001", IntegrationId: "int0001", ...DEPLOY }));
    const all = await seen();
    expect(all.headline).toBe("0 of 1 response is live, 1 is unproven");
    expect(all.responses).toEqual({ ok: "unproven: assumed by dev" });
    expect(all.problems).toHaveLength(1);
  });
});
