import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ResultDetail } from "@specdrop/events";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, expect, test } from "vitest";
import { maker, type Parts } from "./chat-api.ts";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;
let parts: Parts;
let place: { readonly ApiId: string; readonly IntegrationId: string };
let send: string;

beforeEach(async () => {
  stack = await startStack({ retryDelaySeconds: 0, withdrawAfterMs: 1, sweepGraceMs: 0 });
  clients = clientsOf(stack);
  parts = maker(stack.cloudControl);
  stack.cloudControl.changeFaults({ settleMs: 0 });
  const ApiId = parts.api();
  place = { ApiId, IntegrationId: parts.integration(ApiId) };
  send = oneWay("send");
  oneWay("$connect");
});
afterEach(() => stack.close());

const oneWay = (key: string) => parts.route(place.ApiId, key, place.IntegrationId, { twoWay: false });

/** A document with one response of its own, under this key. */
const asking = (key: string, more: object = { TwoWay: true }) => ({
  ...place,
  ...more,
  IntegrationResponses: { one: { IntegrationResponseKey: key, ResponseTemplates: { "200": "{}" } } },
});

async function drop(Key: string, document: object): Promise<ResultDetail> {
  await clients.s3.send(new PutObjectCommand({ Bucket: "specs", Key, Body: JSON.stringify(document) }));
  return await lastResult(Key);
}

async function remove(Key: string): Promise<ResultDetail> {
  await clients.s3.send(new DeleteObjectCommand({ Bucket: "specs", Key }));
  return await lastResult(Key);
}

async function lastResult(Key: string): Promise<ResultDetail> {
  await stack.idle();
  const events = stack.eventBridge.eventsOn(stack.bus).map(({ detail }) => detail as unknown as ResultDetail);
  const last = events.findLast(({ metadata }) => metadata.documentId === `s3://specs/${Key}`);
  if (last === undefined) throw new Error(`nothing was told of ${Key}`);
  return last;
}

async function sweep(): Promise<void> {
  await fetch(`${stack.url}/_specdrop/sweep`, { method: "POST" });
  await stack.idle();
}

const aboutRoutes = ({ data }: ResultDetail) =>
  data.changes
    .filter(({ resourceType }) => resourceType === "RouteResponse")
    .map(({ action, routeKey, handedTo = "" }) => `${action} ${routeKey} ${handedTo}`.trimEnd());

const twoWayRoutes = () =>
  stack.cloudControl
    .resources()
    .filter(({ TypeName }) => TypeName.endsWith("::RouteResponse"))
    .map(({ Properties }) => Properties["RouteId"]);

test("a document makes its routes two-way, and takes that back with itself", async () => {
  const made = await drop("chat.json", asking("$default"));
  expect(aboutRoutes(made)).toEqual(["create send"]);
  expect(made.data.changes.find(({ routeKey }) => routeKey === "send")).not.toHaveProperty("integrationId");
  expect(made.data.summary.create).toBe(2);
  expect(twoWayRoutes()).toEqual([send]);
  expect(JSON.stringify(stack.slack.messages().at(-1))).toContain("Response of route `send` created");

  const list = oneWay("list");
  expect(aboutRoutes(await drop("chat.json", asking("$default")))).toEqual(["create list", "none send"]);
  expect(twoWayRoutes().toSorted()).toEqual([send, list].toSorted());

  expect(aboutRoutes(await remove("chat.json")).toSorted()).toEqual(["delete list", "delete send"]);
  expect(twoWayRoutes()).toEqual([]);
});

test("the last of several documents takes it away, in whatever order they come and go", async () => {
  await drop("one.json", asking("$default"));
  expect(aboutRoutes(await drop("two.json", asking("/200/")))).toEqual(["none send"]);
  // A route that came later has one owner, and both ask for it.
  oneWay("late");
  expect(aboutRoutes(await drop("one.json", asking("$default")))).toEqual(["create late", "none send"]);

  const left = await drop("one.json", asking("$default", {}));
  expect(aboutRoutes(left).toSorted()).toEqual(["forget late s3://specs/two.json", "forget send s3://specs/two.json"]);
  expect(twoWayRoutes()).toHaveLength(2);
  expect(aboutRoutes(await remove("two.json")).toSorted()).toEqual(["delete late", "delete send"]);
  expect(twoWayRoutes()).toEqual([]);
  await remove("one.json");
});

test("the first that comes again after the second gets it back from the second", async () => {
  await drop("one.json", asking("$default"));
  await drop("two.json", asking("/200/"));
  await drop("one.json", asking("$default", {}));
  expect(aboutRoutes(await drop("one.json", asking("$default")))).toEqual(["none send"]);
  expect(aboutRoutes(await remove("two.json"))).toEqual(["forget send s3://specs/one.json"]);
  expect(aboutRoutes(await remove("one.json"))).toEqual(["delete send"]);
});

test("a document that moves in the bucket leaves its routes two-way all the time", async () => {
  await drop("old.json", asking("$default"));
  const writes = stack.cloudControl.writes().length;
  await clients.s3.send(new CopyObjectCommand({ Bucket: "specs", Key: "new.json", CopySource: "specs/old.json" }));
  const left = await remove("old.json");
  expect(aboutRoutes(left)).toEqual(["forget send s3://specs/new.json"]);
  expect(stack.cloudControl.writes()).toHaveLength(writes);
  await remove("new.json");
  expect(twoWayRoutes()).toEqual([]);
});

test("what was there before stays, whoever asked for it", async () => {
  parts.make("RouteResponse", { ApiId: place.ApiId, RouteId: send, RouteResponseKey: "$default" });
  expect(aboutRoutes(await drop("one.json", asking("$default")))).toEqual(["adopt send"]);
  await drop("two.json", asking("/200/"));
  expect(aboutRoutes(await remove("one.json"))).toEqual(["forget send s3://specs/two.json"]);
  expect(aboutRoutes(await remove("two.json"))).toEqual(["forget send"]);
  expect(twoWayRoutes()).toEqual([send]);
});

test("a dry run shows it and makes nothing", async () => {
  const planned = await drop("chat.json", asking("$default", { TwoWay: true, DryRun: true }));
  expect(aboutRoutes(planned)).toEqual(["create send"]);
  expect(twoWayRoutes()).toEqual([]);
});

test("one that somebody deletes is drift, and is made again where the document says so", async () => {
  const document = (OnDrift: string) => asking("$default", { TwoWay: true, OnDrift });
  await drop("chat.json", document("report"));
  const deleteAll = () => {
    for (const { TypeName, Identifier } of stack.cloudControl.resources()) {
      if (TypeName.endsWith("::RouteResponse")) {
        stack.cloudControl.deleteResource({
          TypeName,
          Identifier,
          ClientToken: `gone-${Identifier.replaceAll("|", "-")}`,
        });
      }
    }
  };
  deleteAll();
  await sweep();
  const found = await lastResult("chat.json");
  expect(found.data.mode).toBe("drift");
  expect(aboutRoutes(found)).toEqual(["create send"]);
  expect(JSON.stringify(stack.slack.messages().at(-1))).toContain("Response of route `send` is gone");

  await drop("chat.json", document("repair"));
  expect(twoWayRoutes()).toEqual([send]);
  await sweep();
  deleteAll();
  await sweep();
  const repaired = await lastResult("chat.json");
  expect(repaired.data).toMatchObject({ mode: "drift", summary: { create: 1 } });
  expect(aboutRoutes(repaired)).toEqual(["create send"]);
  expect(twoWayRoutes()).toEqual([send]);
});
