import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import { isReplay } from "@specdrop/aws/cloud-control/replay";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

/** What a service with a clock of its own replies to a request that took so long to answer. */
function reply(serverNow: number, initiatedMsAgo: number) {
  return {
    EventTime: new Date(serverNow - initiatedMsAgo),
    repliedAt: Math.floor(serverNow / 1_000) * 1_000,
  };
}

const serverNow = fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 });
const tookMs = fc.integer({ min: 0, max: 15_000 });

test("an event of this request is no replay, whatever either clock shows", () => {
  fc.assert(
    fc.property(serverNow, tookMs, fc.double({ min: 0, max: 1, noNaN: true }), (now, took, share) => {
      expect(isReplay(reply(now, took * share), took)).toBe(false);
    }),
  );
});

test("an event from well before this request is a replay", () => {
  fc.assert(
    fc.property(serverNow, tookMs, fc.integer({ min: 3_000, max: 36 * 3_600_000 }), (now, took, before) => {
      expect(isReplay(reply(now, took + before), took)).toBe(true);
    }),
  );
});

test("a clock of ours that jumps does not make an old event this request's", () => {
  const old = reply(1_800_000_000_500, 60_000);
  expect(isReplay(old, 3_600_000)).toBe(true);
  expect(isReplay(old, -3_600_000)).toBe(true);
});

test("without a time, or without a date, nothing is known", () => {
  expect(isReplay({ repliedAt: 5 }, 1)).toBeUndefined();
  expect(isReplay({ EventTime: 5 }, 1)).toBeUndefined();
  // As on the wire: epoch seconds.
  expect(isReplay({ EventTime: 1_800_000_000.25, repliedAt: 1_800_000_000_000 }, 10)).toBe(false);
  expect(isReplay({ EventTime: 1_799_999_990.25, repliedAt: 1_800_000_000_000 }, 10)).toBe(true);
});

describe("the first reply to a write", () => {
  const NOW = Date.parse("2026-11-30T10:00:00Z");
  const model = {
    ApiId: "a1",
    IntegrationId: "i1",
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "200",
  };
  const properties = { IntegrationResponseId: "r1", ...model };
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** A Cloud Control by whose clock it is NOW, whatever this machine's shows. */
  async function planeOn(event: object, headers: Record<string, string> = { date: new Date(NOW).toUTCString() }) {
    const server = createServer((request, response) => {
      request.resume();
      response.sendDate = false;
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0", ...headers });
      response.end(JSON.stringify({ ProgressEvent: { Identifier: "a1|i1|r1", ...event } }));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const client = cloudControlClient({ region: "eu-west-1", endpoint, credentials });
    closing.push(async () => {
      client.destroy();
      server.closeAllConnections();
      await promisify(server.close.bind(server))();
    });
    return {
      plane: cloudControl(client, { clock: virtualClock() }),
      gateway: gateway(client, { clock: virtualClock() }),
    };
  }
  const success = (EventTime: number) => ({
    OperationStatus: "SUCCESS",
    EventTime: EventTime / 1_000,
    ResourceModel: JSON.stringify(properties),
  });

  test("is believed where it is this request's own", async () => {
    const { plane } = await planeOn(success(NOW - 300));
    const settled = await plane.create(model, "t");
    expect(settled).toMatchObject({ model: { properties: { TemplateSelectionExpression: "200" } } });
    expect(settled.replayed).toBeUndefined();
  });

  test("is a replay where it tells of an earlier request", async () => {
    const { plane } = await planeOn(success(NOW - 60_000));
    expect(await plane.create(model, "t")).toEqual({ identifier: "a1|i1|r1", replayed: true });
    expect(await plane.update("a1|i1|r1", [], "t")).toEqual({ identifier: "a1|i1|r1", replayed: true });
    const { gateway: surroundings } = await planeOn({ ...success(NOW - 60_000), Identifier: "a1|d1" });
    expect(await surroundings.createDeployment("a1", "prod", "t")).toEqual({ deploymentId: "d1", replayed: true });
  });

  test("is a replay where it tells of an earlier failure", async () => {
    const failed = { OperationStatus: "FAILED", ErrorCode: "AccessDenied", EventTime: (NOW - 60_000) / 1_000 };
    const { plane } = await planeOn(failed);
    await expect(plane.create(model, "t")).rejects.toMatchObject({
      code: "AccessDenied",
      completed: true,
      replayed: true,
    });
  });

  test("is not believed, and no replay either, where it has no date", async () => {
    const { plane } = await planeOn(success(NOW), {});
    expect(await plane.create(model, "t")).toEqual({ identifier: "a1|i1|r1" });
  });
});
