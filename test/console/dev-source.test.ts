import { devSource } from "@specdrop/local/page/dev-source";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plain, responsesOf, type StackPage, stackPage } from "./stack-page.ts";

const OK = { IntegrationResponseKey: "$default", ResponseTemplates: { "application/json": '{"secret":1}\n' } };
const DEPLOY = { Deploy: { StageName: "prod" } };

let page: StackPage;
let source: ReturnType<typeof devSource>;
beforeEach(async () => {
  page = await stackPage();
  source = devSource(page.stack, page.stack);
});
afterEach(async () => {
  source.close();
  await page.close();
});

test("a drop changes the version and the page; without one the page is not made again", async () => {
  const empty = await source.state();
  expect(plain(empty.verdict.headline)).toBe("Drop the first document");
  expect(empty.start?.map(({ command }) => command)).toEqual([
    {
      text: `export AWS_ENDPOINT_URL=http://127.0.0.1:${page.stack.port} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    },
    { text: "aws s3 cp examples/chat.yaml s3://specs/" },
    { text: "aws s3 rm s3://specs/chat.yaml" },
  ]);
  expect(await source.state()).toBe(empty);

  await page.drop("chat.yaml", page.document({ ok: OK }, DEPLOY));
  const live = await source.state();
  expect(live.version).not.toBe(empty.version);
  expect(plain(live.verdict.headline)).toBe("Everything is live");
  expect(await source.state()).toBe(live);
  expect(plain(live.activity.scope)).toBe("1 since <time>");
  expect(live.activity.entries[0]?.steps?.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    "Dropped: live",
    "Planned: live",
    "Applied: live",
    "Deployed: live",
    "Slack: none",
  ]);
});

test("an API that is all live has counts in the page, and its rows by itself; values only where they are asked for", async () => {
  await page.drop("chat.yaml", page.document({ ok: OK }, DEPLOY));
  const state = await source.state();
  expect(state.apis.map(({ integrations, summary }) => ({ integrations, summary }))).toEqual([
    { integrations: undefined, summary: "live" },
  ]);
  const api = await source.api(page.apiId);
  expect(api?.integrations?.[0]).toMatchObject({ type: "HTTP", routes: [{ name: "send" }] });
  expect(await source.api("nobody")).toBeUndefined();
  expect(JSON.stringify([state, api])).not.toContain("secret");

  const definitions = await source.definitions(page.apiId, page.integrationId);
  expect(definitions?.live).toEqual([{ logicalId: "ok", ...OK, sequence: 1 }]);
  expect(definitions?.declared).toEqual(definitions?.live);
});

test("a response in its details: the lines that differ, and its document's history", async () => {
  await page.drop("chat.yaml", page.document({ ok: OK }, DEPLOY));
  expect((await source.state()).counts.live).toBe(1);
  const [live] = page.stack.cloudControl.resources().filter(({ TypeName }) => TypeName.endsWith("IntegrationResponse"));
  const value = { "application/json": '{"secret":2}\n' };
  await page.changeByHand(live?.Identifier ?? "", { ResponseTemplates: value });
  await expect.poll(async () => responsesOf(await source.state()).get("ok")?.cell.state).toBe("drifted");
  const ref = { apiId: page.apiId, integrationId: page.integrationId, key: "$default" };
  const detail = await source.response(ref);
  expect(detail?.differences).toEqual([
    {
      property: "ResponseTemplates",
      entry: "application/json",
      lines: [
        { kind: "removed", text: '{"secret":2}', before: 1 },
        { kind: "added", text: '{"secret":1}', after: 1 },
      ],
    },
  ]);
  expect(detail?.history.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([[1, "applied"]]);
  expect(await source.response({ ...ref, key: "nothing" })).toBeUndefined();

  await page.changeByHand(live?.Identifier ?? "", { ResponseTemplates: OK.ResponseTemplates });
  await expect.poll(async () => (await source.state()).counts).toMatchObject({ live: 1, drifted: 0 });
  page.made.route(page.apiId, "join", page.integrationId, { twoWay: false });
  await page.drop("notes.txt", "Nothing of it is looked at.");
  expect(responsesOf(await source.state()).get("ok")?.cell.words).toBe("blocked by route response");
});
