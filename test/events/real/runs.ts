import { randomUUID } from "node:crypto";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { DeliveredResultEvent } from "@specdrop/events";
import { startStack } from "@specdrop/local/stack";
import { maker } from "../../local/chat-api.ts";

/** An event as a rule delivers it. */
export interface DeliveredEvent {
  readonly "detail-type": string;
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What happened on a stack: every event on its bus, by what was done. */
export type Runs = Readonly<Record<Situation, readonly DeliveredEvent[]>>;

export type Situation =
  | "rejected"
  | "planned"
  | "plan that would fail"
  | "applied"
  | "unchanged"
  | "failed"
  | "deployment failed"
  | "deployment unfinished"
  | "conflict"
  | "half failed"
  | "failed API dropped"
  | "half failed again"
  | "failed API withdrawn"
  | "moved"
  | "submitted"
  | "superseded"
  | "refused"
  | "drift"
  | "resolved"
  | "withdrawn"
  | "nothing to withdraw";

/** Drops and sends documents on a stack of its own, and lets AWS drift, so that there is each kind of result. */
export async function realRuns(): Promise<Runs> {
  const stack = await startStack({ retryDelaySeconds: 0, withdrawAfterMs: 50, sweepEverySeconds: 0, sweepGraceMs: 0 });
  try {
    stack.cloudControl.changeFaults({ settleMs: 1 });
    const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
    const bus = new EventBridgeClient(stack.clientSettings);
    const make = maker(stack.cloudControl);
    const [ApiId, other] = [make.api(), make.api()];
    const [IntegrationId, elsewhere] = [make.integration(ApiId), make.integration(other)];
    for (const [api, integration] of [
      [ApiId, IntegrationId],
      [other, elsewhere],
    ] as const) {
      make.route(api, "$default", integration);
      make.stage(api);
    }
    let seen = 0;
    const all = async () => (await (await fetch(`${stack.url}/_specdrop/events`)).json()) as DeliveredEvent[];
    const done = async () => {
      await stack.idle();
      const events = await all();
      const news = events.slice(seen);
      seen = events.length;
      return news;
    };
    const drop = async (Key: string, body: object) => {
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: JSON.stringify(body, null, 2) }));
      return done();
    };
    const send = async (DetailType: string, detail: object, Source = "com.example.orders") => {
      const Detail = JSON.stringify(detail);
      await bus.send(new PutEventsCommand({ Entries: [{ EventBusName: stack.bus, Source, DetailType, Detail }] }));
      return done();
    };
    const sweep = async () => {
      await fetch(`${stack.url}/_specdrop/sweep`, { method: "POST" });
      return done();
    };
    const place = { ApiId, IntegrationId };
    const deployed = { ...place, Deploy: { StageName: "prod" } };
    const ok = { IntegrationResponseKey: "/2\\d\\d/", ResponseTemplates: { $default: '{"ok":true}' } };
    const others = { IntegrationResponseKey: "$default", ResponseTemplates: { $default: '{"ok":false}' } };
    const rest = { chatDefault: others };
    const key = "chat/responses.json";
    const orders = (says: string) => ({
      ...{ ApiId: other, IntegrationId: elsewhere },
      IntegrationResponses: { orderAccepted: { ...others, ResponseTemplates: { $default: says } } },
    });

    const rejected = await drop(key, {
      ...deployed,
      IntegrationResponses: { chatOk: { IntegrationResponseKey: "200", ResponseTemplate: {} }, ...rest },
    });
    const document = { ...deployed, IntegrationResponses: { chatOk: ok, ...rest } };
    const planned = await drop(key, { ...document, DryRun: true });
    const applied = await drop(key, document);
    const unchanged = await drop(key, document);
    const live = stack.cloudControl
      .listResources({ TypeName: "AWS::ApiGatewayV2::IntegrationResponse", ResourceModel: JSON.stringify(place) })
      .ResourceDescriptions.find(
        ({ Properties }) => JSON.parse(Properties).IntegrationResponseKey === ok.IntegrationResponseKey,
      );
    const change = (says: string) => changeLive(stack, live?.Identifier ?? "", says);
    change("changed by hand");
    const drift = await sweep();
    change(JSON.parse(live?.Properties ?? "{}").ResponseTemplates.$default);
    const resolved = await sweep();
    make.response({ ApiId: other, IntegrationId: elsewhere, IntegrationResponseKey: "/5\\d\\d/" });
    const conflict = await drop("other/taken.json", {
      ...{ ApiId: other, IntegrationId: elsewhere },
      IntegrationResponses: { serverError: { IntegrationResponseKey: "/5\\d\\d/" } },
    });
    const failed = await drop("other/nowhere.json", {
      ...{ ApiId: other, IntegrationId: "nosuch1", Deploy: { StageName: "prod" } },
      IntegrationResponses: { chatOk: ok },
    });
    const wouldFail = await drop("other/nowhere.json", {
      ...{ ApiId: other, IntegrationId: "nosuch1", DryRun: true },
      IntegrationResponses: { chatOk: ok },
    });
    const half = (also: object) => ({
      name: "half",
      document: { IntegrationResponses: { fine: { ...place, IntegrationResponseKey: "/4\\d\\d/" }, ...also } },
    });
    const nowhere = { lost: { ApiId: other, IntegrationId: "nosuch1", IntegrationResponseKey: "$default" } };
    const halfFailed = await send("SpecSubmitted", half(nowhere));
    const dropped = await send("SpecSubmitted", half({}));
    const again = await send("SpecSubmitted", half(nowhere));
    const ended = await send("SpecWithdrawn", { name: "half" });
    const name = "orders/responses.json";
    const first = { name, document: orders("v1"), correlationId: "order-4714", sequence: 17 };
    const submitted = await send("SpecSubmitted", first);
    const superseded = await send("SpecSubmitted", { ...first, correlationId: "order-4713", sequence: 16 });
    const refused = await send("SpecSubmitted", { name: "no name", document: {}, correlationId: "order-4716" });
    const moved = await send("SpecSubmitted", {
      ...first,
      document: {
        ...orders("v2"),
        ApiId,
        IntegrationId,
        IntegrationResponses: { orderAccepted: { IntegrationResponseKey: "/3\\d\\d/" } },
      },
      correlationId: "order-4717",
      sequence: 18,
    });
    const withdrawn = await send("SpecWithdrawn", { name, correlationId: "order-4715", sequence: 19 });
    const nothing = await send("SpecWithdrawn", { name: "nothing", correlationId: "order-4718" });
    const deploying = (deployments: "failed" | "unfinished" | "live") =>
      stack.cloudControl.changeFaults({ deployments });
    const saying = (says: string) => ({
      ...deployed,
      IntegrationResponses: { chatOk: { ...ok, ResponseTemplates: { $default: says } }, ...rest },
    });
    deploying("failed");
    const notDeployed = await drop(key, saying("not deployed"));
    deploying("unfinished");
    const unfinished = await drop(key, saying("not there yet"));
    deploying("live");
    return {
      ...{ "half failed": halfFailed, "failed API dropped": dropped, "half failed again": again },
      "failed API withdrawn": ended,
      ...{ rejected, planned, "plan that would fail": wouldFail, applied, unchanged, failed, conflict },
      ...{ moved, submitted, superseded, refused, drift, resolved, withdrawn },
      "nothing to withdraw": nothing,
      ...{ "deployment failed": notDeployed, "deployment unfinished": unfinished },
    };
  } finally {
    await stack.close();
  }
}

function changeLive(stack: Awaited<ReturnType<typeof startStack>>, Identifier: string, says: string): void {
  const { settleMs } = stack.cloudControl.faults();
  stack.cloudControl.changeFaults({ settleMs: 0 });
  stack.cloudControl.updateResource({
    TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
    Identifier,
    PatchDocument: JSON.stringify([{ op: "replace", path: "/ResponseTemplates", value: { $default: says } }]),
    ClientToken: randomUUID(),
  });
  stack.cloudControl.changeFaults({ settleMs });
}

/** The results among events. */
export function resultsIn(events: readonly DeliveredEvent[]): readonly DeliveredResultEvent[] {
  return events.filter(({ source }) => source === "specdrop") as unknown as readonly DeliveredResultEvent[];
}
