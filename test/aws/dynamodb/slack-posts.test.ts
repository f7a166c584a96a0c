import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { createLedgerTable } from "@specdrop/aws/dynamodb/ledger";
import { slackChannels, slackPosts } from "@specdrop/aws/dynamodb/slack-posts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDynalite } from "../dynalite.ts";

const TABLE = "ledger";
let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let now = Date.parse("2026-11-22T12:00:00.000Z");
const clock = { now: () => now };

beforeAll(async () => {
  dynalite = await startDynalite();
  await createLedgerTable(dynalite.client, TABLE);
});
afterAll(() => dynalite.close());

const posts = () => slackPosts(dynalite.client, TABLE, clock);

test("what was posted is remembered, and added to", async () => {
  const first = await posts().claim("run-1", 60_000);
  expect(first?.post).toEqual({});
  await first?.save({ channel: "C1", ts: "1.1", shown: 10 });
  await first?.save({ shown: 20 });
  await first?.save({});
  await first?.release();
  const second = await posts().claim("run-1", 60_000);
  expect(second?.post).toEqual({ channel: "C1", ts: "1.1", shown: 20 });
  await second?.save({ told: "e1", replied: "e1", carries: "#specs" });
  await second?.release();
  expect((await posts().claim("run-1", 60_000))?.post).toEqual({
    channel: "C1",
    ts: "1.1",
    shown: 20,
    told: "e1",
    replied: "e1",
    carries: "#specs",
  });
});

test("of many who claim at once one is let in", async () => {
  const claims = await Promise.all([...Array(8)].map(() => posts().claim("run-2", 60_000)));
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
});

test("a claim ends by itself, and whoever had it writes nothing any more", async () => {
  const lost = await posts().claim("run-3", 60_000);
  now += 60_000;
  const held = await posts().claim("run-3", 60_000);
  expect(held).toBeDefined();
  await lost?.save({ ts: "lost" });
  await lost?.release();
  expect(await posts().claim("run-3", 60_000)).toBeUndefined();
  await held?.release();
  expect((await posts().claim("run-3", 60_000))?.post).toEqual({});
});

test("a channel is changed by one writer at a time", async () => {
  const channels = slackChannels<{ readonly count: number }>(dynalite.client, TABLE, clock);
  const next = (state: { readonly count: number } | undefined) => {
    const count = (state?.count ?? 0) + 1;
    return { state: { count }, outcome: count };
  };
  const outcomes = await Promise.all([...Array(10)].map(() => channels.change("#specs", next)));
  expect([...outcomes].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("every item says when it may be forgotten, and has a key that notify may use", async () => {
  const { Items = [] } = await dynalite.client.send(new ScanCommand({ TableName: TABLE }));
  expect(Items.length).toBeGreaterThan(3);
  for (const item of Items) {
    expect(item["pk"]?.S).toMatch(/^slack#(?:post|channel)#[0-9a-f]{64}$/);
    const days = (Number(item["forgetAt"]?.N) - now / 1_000) / (24 * 60 * 60);
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
  }
});
