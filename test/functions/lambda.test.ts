import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readConfig } from "@specdrop/functions/config/environment";
import { readSlackConfig } from "@specdrop/functions/config/slack";
import { createIntake } from "@specdrop/functions/intake";
import { pipeline } from "@specdrop/functions/pipeline";
import { lambda, onFirstEvent, powertools, silence } from "@specdrop/functions/runtime/lambda";
import { expect, test, vi } from "vitest";
import { BUCKET, spec, world } from "../service/builders.ts";
import { busEvent, contextOf, s3Event } from "./samples.ts";

/** What a call writes to standard output and error, line by line. */
async function outputOf(call: () => Promise<unknown>): Promise<readonly string[]> {
  const written: string[] = [];
  const keep = (chunk: string | Uint8Array) => written.push(`${chunk}`) > 0;
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
  try {
    await call();
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return written.join("").split("\n").filter(Boolean);
}

test("configuration is read by name, and everything missing is named at once", () => {
  const env = { SPECDROP_BUCKET: "specs", SPECDROP_TABLE: "ledger", OTHER: "x" };
  expect(readConfig(env, ["bucket", "table"])).toEqual({ bucket: "specs", table: "ledger" });
  expect(() => readConfig(env, ["bucket", "bus", "notificationsUrl"])).toThrow(
    "Missing in the environment: SPECDROP_BUS, SPECDROP_NOTIFICATIONS_URL",
  );
});

test("a handler is wired once, when its first event comes", async () => {
  let wired = 0;
  const handler = onFirstEvent(() => {
    wired += 1;
    return async (event: string) => event.toUpperCase();
  });
  expect(wired).toBe(0);
  expect([await handler("a", contextOf()), await handler("b", contextOf())]).toEqual(["A", "B"]);
  expect(wired).toBe(1);
});

test("logs carry service, request and correlation id; metrics are counted under the namespace", async () => {
  const w = world();
  const key = "a.json";
  const { versionId, etag } = w.store.put(key, spec({ api1: ["/200/"] }), { "correlation-id": "order-7" });
  const handler = createIntake({ ...w, bucket: BUCKET }, powertools("intake"));
  const event = s3Event("Object Created", { key, etag, "version-id": versionId, sequencer: "01" });
  const lines = (await outputOf(() => handler(event, contextOf()))).map((line) => JSON.parse(line));

  expect(lines.find((line) => line.message === "Accepted")).toMatchObject({
    level: "INFO",
    service: "specdrop-intake",
    function_request_id: contextOf().awsRequestId,
    documentId: "s3://specs/a.json",
    correlationId: "order-7",
  });
  const metrics = lines.find((line) => line.SpecAccepted !== undefined);
  expect(metrics).toMatchObject({ SpecAccepted: 1, service: "specdrop-intake" });
  expect(metrics?._aws.CloudWatchMetrics[0].Namespace).toBe("specdrop");
});

test("nothing that a function prints holds a payload", async () => {
  const w = world();
  const handler = createIntake({ ...w, bucket: BUCKET }, powertools("intake"));
  const document = { IntegrationResponses: { a: { ResponseTemplates: { x: "MARKER-4711" } } } };
  const lines = await outputOf(async () => {
    await handler(busEvent("orders", "SpecSubmitted", { name: "a", document }), contextOf());
    await handler(busEvent("orders", "SpecSubmitted", { name: "/", document: ["MARKER-4711"] }), contextOf());
    await handler(busEvent("MARKED", "Unknown", { secret: "MARKER-4711" }), contextOf());
    await handler({ secret: "MARKER-4711" }, contextOf()).catch(() => undefined);
  });
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join("\n")).not.toContain("MARKER");
});

test("what a handler throws is counted, and thrown on", async () => {
  const telemetry = powertools("broken");
  const handler = lambda(telemetry, () => Promise.reject(new Error("AWS is away")));
  const lines = await outputOf(() => expect(handler({}, contextOf())).rejects.toThrow("AWS is away"));
  expect(lines.map((line) => JSON.parse(line)).some((line) => line.Error === 1)).toBe(true);
});

test("one call wires the whole pipeline for an endpoint of one's own", async () => {
  const handlers = pipeline({
    config: {
      bucket: "specs",
      bus: "b",
      queueUrl: "http://x/q.fifo",
      delayedQueueUrl: "http://x/d",
      table: "t",
      notificationsUrl: "http://x/n",
    },
    slack: readSlackConfig({ SPECDROP_SLACK_WEBHOOK_URL: "http://x/slack" }),
    settings: {
      endpoint: "http://127.0.0.1:1",
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    telemetry: () => silence,
    leaseTtlMs: 1_000,
  });
  expect(Object.keys(handlers)).toEqual(["intake", "reconcile", "notify", "sweep"]);
  await handlers.intake(s3Event("Object Created", { key: "notes.txt" }), contextOf());
  expect(await handlers.reconcile({ Records: [] }, contextOf())).toEqual({ batchItemFailures: [] });
});

test("each bundle holds only the clients its function needs", () => {
  const clients = importsOf("notify.ts").filter((specifier) =>
    /aws-sdk\/(?!client-sqs)|aws\/cloud-control/.test(specifier),
  );
  expect(new Set(clients)).toEqual(new Set(["@aws-sdk/client-dynamodb"]));
  expect(importsOf("intake.ts").join()).not.toContain("@specdrop/aws/cloud-control");
  expect(importsOf("reconcile.ts")).not.toContain("@specdrop/slack");
  expect(importsOf("sweep.ts")).not.toContain("@specdrop/slack");
});

/** Everything a module and those around it import. */
function importsOf(file: string, seen = new Set<string>()): readonly string[] {
  const url = new URL(`../../functions/src/${file}`, import.meta.url);
  if (seen.has(url.href)) return [];
  seen.add(url.href);
  const source = readFileSync(fileURLToPath(url), "utf8");
  const specifiers = [...source.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
  return specifiers.flatMap((specifier) => {
    if (!specifier.startsWith(".")) return [specifier];
    const next = new URL(specifier, url).pathname.split("/functions/src/")[1] ?? "";
    return importsOf(next, seen);
  });
}
