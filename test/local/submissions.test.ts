import { PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { ResultDetail } from "@specdrop/events";
import { createIntake } from "@specdrop/functions/intake";
import { silence } from "@specdrop/functions/runtime/lambda";
import { intakeWiring } from "@specdrop/functions/wiring/intake";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contextOf } from "../functions/samples.ts";
import { clientsOf } from "./clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;

interface Sent {
  readonly name: string;
  /** What the document's template says; a withdrawal without it. */
  readonly says?: string;
  readonly correlationId: string;
  readonly sequence?: number;
  /** Seconds from now. */
  readonly at?: number;
  readonly source?: string;
}

function entryOf({ says, at, source = "my.stack", ...detail }: Sent): PutEventsRequestEntry {
  const document = {
    ApiId: "abcdefghij",
    IntegrationId: `int${detail.name}`,
    IntegrationResponses: { chatOk: { IntegrationResponseKey: "$default", ResponseTemplates: { "200": says } } },
  };
  return {
    EventBusName: "specdrop",
    Source: source,
    DetailType: says === undefined ? "SpecWithdrawn" : "SpecSubmitted",
    Detail: JSON.stringify(says === undefined ? detail : { ...detail, document }),
    ...(at === undefined ? {} : { Time: new Date(Date.now() + at * 1000) }),
  };
}

async function send(...sent: readonly Sent[]): Promise<void> {
  await clients.events.send(new PutEventsCommand({ Entries: sent.map(entryOf) }));
  await stack.idle();
}

const events = async () => (await (await fetch(`${stack.url}/_specdrop/events`)).json()) as BusEvent[];

/** What was told of each correlation id, without repeats. */
async function told(): Promise<Record<string, readonly string[]>> {
  const results = (await events()).filter(({ source }) => source === "specdrop");
  const lines = results.map(({ "detail-type": type, detail }) => {
    const { metadata, data } = detail as unknown as { metadata: { correlationId: string }; data: { mode: string } };
    return [metadata.correlationId, `${type} ${data.mode}`] as const;
  });
  const ids = [...new Set(lines.map(([id]) => id))].sort();
  return Object.fromEntries(
    ids.map((id) => [id, [...new Set(lines.filter(([other]) => other === id).map(([, line]) => line))]]),
  );
}

/** What the live responses say, by the name of the document. */
async function live(): Promise<Record<string, string>> {
  const resources = (await (await fetch(`${stack.url}/_specdrop/resources`)).json()) as {
    readonly Properties: { readonly IntegrationId: string; readonly ResponseTemplates: Record<string, string> };
  }[];
  return Object.fromEntries(
    resources.map(({ Properties }) => [Properties.IntegrationId.slice(3), Properties.ResponseTemplates["200"] ?? ""]),
  );
}

/** Delivers an event again, as EventBridge may, and as an operator does with a failure. */
async function redeliver(event: BusEvent | undefined): Promise<void> {
  const config = { bucket: stack.bucket, bus: stack.bus, queueUrl: stack.queueUrl, table: stack.table };
  await createIntake(intakeWiring(config, stack.clientSettings), silence)(structuredClone(event), contextOf());
  await stack.idle();
}

const TEN = Array.from({ length: 10 }, (_, nth) => nth);

describe.each([false, true])("in a bucket without versions: %s", (unversioned) => {
  beforeEach(async () => {
    stack = await startStack({ unversioned, retryDelaySeconds: 0 });
    clients = clientsOf(stack);
    stack.cloudControl.changeFaults({ settleMs: 1 });
  });
  afterEach(() => stack.close());

  test("a document and its withdrawal in one call: the withdrawal wins, and both are answered, ten times of ten", async () => {
    for (const nth of TEN) {
      await send(
        { name: `a${nth}`, says: "x", correlationId: `a${nth}-submitted` },
        { name: `a${nth}`, correlationId: `a${nth}-withdrawn` },
      );
    }
    expect(await live()).toEqual({});
    const answers = await told();
    expect(Object.keys(answers)).toHaveLength(20);
    for (const nth of TEN) expect(answers[`a${nth}-withdrawn`]).toEqual(["ApplySucceeded withdraw"]);
  }, 60_000);

  test("two versions in one call: the last by sequence wins, wherever it stands, ten times of ten", async () => {
    for (const nth of TEN) {
      const versions = [
        { name: `b${nth}`, says: "v1", correlationId: `b${nth}-v1`, sequence: 1 },
        { name: `b${nth}`, says: "v2", correlationId: `b${nth}-v2`, sequence: 2 },
      ];
      await send(...(nth % 2 === 0 ? versions : versions.toReversed()));
    }
    expect(new Set(Object.values(await live()))).toEqual(new Set(["v2"]));
    const answers = await told();
    expect(Object.keys(answers)).toHaveLength(20);
    for (const nth of TEN) expect(answers[`b${nth}-v2`]).toEqual(["ApplySucceeded apply"]);
  }, 60_000);

  test("of two without a sequence and of one time the second entry wins, ten times of ten", async () => {
    for (const nth of TEN) {
      await send(
        { name: `c${nth}`, says: "v1", correlationId: `c${nth}-v1` },
        { name: `c${nth}`, says: "v2", correlationId: `c${nth}-v2` },
      );
    }
    expect(new Set(Object.values(await live()))).toEqual(new Set(["v2"]));
    expect(Object.keys(await told())).toHaveLength(20);
  }, 60_000);

  test("an envelope that is delivered again rolls nothing back, deletes nothing and is told of once", async () => {
    await send({ name: "d", says: "v1", correlationId: "v1" });
    await send({ name: "d", correlationId: "w" });
    await send({ name: "d", says: "v2", correlationId: "v2" });
    const sent = (await events()).filter(({ source }) => source === "my.stack");
    const before = await events();
    for (const event of [...sent, ...sent.toReversed()]) await redeliver(event);
    expect(await live()).toEqual({ d: "v2" });
    expect(await events()).toEqual(before);
  });

  test("one that comes late is superseded: by its time, or by its sequence whatever the times say", async () => {
    await send({ name: "e", says: "new", correlationId: "new" });
    await send({ name: "e", says: "old", correlationId: "old", at: -60 });
    await send({ name: "e", correlationId: "old withdrawal".replace(" ", "-"), at: -30 });
    expect(await live()).toEqual({ e: "new" });

    await send({ name: "f", says: "second", correlationId: "second", sequence: 2, at: -600 });
    await send({ name: "f", says: "first", correlationId: "first", sequence: 1 });
    expect(await live()).toEqual({ e: "new", f: "second" });
    expect(await told()).toEqual({
      new: ["ApplySucceeded apply"],
      old: ["SpecSuperseded apply"],
      "old-withdrawal": ["SpecSuperseded withdraw"],
      second: ["ApplySucceeded apply"],
      first: ["SpecSuperseded apply"],
    });
  });

  test("a time in the future counts as now, and holds up nobody", async () => {
    await send({ name: "g", says: "tomorrow", correlationId: "tomorrow", at: 86_400 });
    await send({ name: "g", says: "today", correlationId: "today" });
    expect(await live()).toEqual({ g: "today" });
  });

  test("two sources have a document of one name each, and neither withdraws the other's", async () => {
    await send({ name: "h", says: "mine", correlationId: "mine" });
    await send({ name: "h", correlationId: "theirs", source: "other.stack" });
    expect(await live()).toEqual({ h: "mine" });
    const [answer] = (await events()).filter(({ "detail-type": type }) => type === "ApplyUnchanged");
    expect(answer?.detail).toMatchObject({
      metadata: { correlationId: "theirs", documentId: "s3://specs/events/000000000000/other.stack/h" },
      data: { mode: "withdraw", apis: { of: 0, apiIds: [] }, reason: expect.stringMatching(/\.$/) },
    });
    await send({ name: "h", correlationId: "withdrawn" });
    await send({ name: "h", correlationId: "again" });
    expect(await live()).toEqual({});
    expect(await told()).toMatchObject({
      withdrawn: ["ApplySucceeded withdraw"],
      again: ["ApplyUnchanged withdraw"],
    });
  });

  test("the object has the envelope's id and time, and the sequence", async () => {
    await send({ name: "i", says: "x", correlationId: "c", sequence: 9_007_199_254_740_991, at: -5 });
    const [event] = await events();
    const { Metadata } = await clients.s3.send(
      new HeadObjectCommand({ Bucket: "specs", Key: "events/000000000000/my.stack/i" }),
    );
    expect(Metadata).toEqual({
      "correlation-id": "c",
      "event-id": event?.id,
      "event-time": event?.time.replace("Z", ".000Z"),
      "event-sequence": "9007199254740991",
    });
  });

  test("a submission that follows a withdrawal at once cancels it", async () => {
    await send({ name: "j", says: "v1", correlationId: "v1" });
    await send({ name: "j", correlationId: "w" }, { name: "j", says: "v2", correlationId: "v2" });
    expect(await live()).toEqual({ j: "v2" });
    expect(Object.keys(await told())).toEqual(["v1", "v2", "w"]);
  });

  test("a property that nobody knows is a warning in the result, also of a withdrawal, and no value is repeated", async () => {
    const put = async (DetailType: string, detail: object) => {
      const Detail = JSON.stringify(detail);
      await clients.events.send(
        new PutEventsCommand({ Entries: [{ EventBusName: "specdrop", Source: "my.stack", DetailType, Detail }] }),
      );
      await stack.idle();
    };
    const document = { ApiId: "abcdefghij", IntegrationId: "int0001", IntegrationResponses: {} };
    const unknown = { correlationID: "secret-1", "a secret value": 1 };
    await put("SpecSubmitted", { name: "misspelt", document, ...unknown });
    await put("SpecSubmitted", { name: "known", document, correlationId: "fine" });
    await put("SpecSubmitted", { name: "no name", document, correlationId: "refused", ...unknown });
    await put("SpecWithdrawn", { name: "misspelt", correlationId: "withdrawn", priority: "secret-2" });
    await put("SpecWithdrawn", { name: "nothing", correlationId: "nothing", priority: "secret-3" });
    await put("SpecWithdrawn", { name: "no name", correlationId: "refused withdrawal" });
    await put("SpecWithdrawn", { name: "no name", correlationId: "refused-withdrawal" });

    const results = (await events()).filter(({ source }) => source === "specdrop");
    const warned = results.map(({ "detail-type": type, detail }) => {
      const { metadata, data } = detail as unknown as ResultDetail;
      const warnings = data.diagnostics.filter(({ severity }) => severity === "warning");
      return [
        metadata.correlationId.length > 30 ? "envelope" : metadata.correlationId,
        type,
        data.mode,
        ...warnings.map(({ message }) => message),
      ];
    });
    const ignored = (name: string) => `The event's detail has the unknown property ${name}. It is ignored.`;
    const nameless = "The event's detail has an unknown property. It is ignored.";
    expect(warned).toEqual([
      ["envelope", "ApplyUnchanged", "apply", ignored("correlationID"), nameless],
      ["fine", "ApplyUnchanged", "apply"],
      ["refused", "SpecRejected", "apply", ignored("correlationID"), nameless],
      ["withdrawn", "ApplySucceeded", "withdraw", ignored("priority")],
      ["nothing", "ApplyUnchanged", "withdraw", ignored("priority")],
      ["envelope", "SpecRejected", "withdraw"],
      ["refused-withdrawal", "SpecRejected", "withdraw"],
    ]);
    expect(JSON.stringify(results)).not.toContain("secret");
    expect(JSON.stringify(results)).toContain("Write correlationId.");
  });
});
