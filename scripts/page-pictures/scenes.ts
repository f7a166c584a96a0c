import type { Page } from "playwright-core";
import { makeApi, openRun, response, type SceneRun } from "./run.ts";

/** A picture: what happens on the stack before it, and on the page. */
export interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme?: "light" | "dark";
  play(): Promise<{ readonly address: string; close(): Promise<void> }>;
  show?(page: Page): Promise<void>;
}

const ADA = { actor: "ada", commit: "4f2c91e" };
const NOOR = { actor: "noor", commit: "b81d02a" };
const DEPLOY = { Deploy: { StageName: "prod" }, Backend: "http" };
const PORT = 4566;

async function playing(play: (run: SceneRun) => Promise<void>) {
  const run = await openRun((await isFree(PORT)) ? PORT : 0);
  await play(run);
  return { address: `${run.stack.url}/_specdrop/`, close: run.close };
}

/** The pictures show dev's own port where nobody uses it. */
async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** A few APIs of which all is well. */
async function calm(run: SceneRun): Promise<void> {
  for (const [name, files] of [
    ["billing", ["invoices", "dunning"]],
    ["presence", ["presence"]],
    ["support", ["tickets"]],
    ["telemetry", ["pings"]],
  ] as const) {
    const { ApiId, integrations } = makeApi(
      run,
      name,
      files.map((file) => [file, true]),
    );
    for (const [index, file] of files.entries()) {
      const id = integrations[index] ?? "";
      const IntegrationResponses = {
        [`${file}Done`]: response(id, "$default", `${file}.done`),
        [`${file}Refused`]: response(id, "/4\\d\\d/", `${file}.refused`, ["message"]),
        [`${file}Failed`]: response(id, "/5\\d\\d/", `${file}.failed`),
      };
      await run.drop(`${name}/${file}.json`, { ApiId, ...DEPLOY, IntegrationResponses }, NOOR);
    }
  }
}

function chat(run: SceneRun, joinIsTwoWay: boolean) {
  const { ApiId, integrations } = makeApi(run, "chat", [
    ["send", true],
    ["join", joinIsTwoWay],
  ]);
  const [send = "", join = ""] = integrations;
  const sent = response(send, "$default", "message.sent", ["id", "room"]);
  const refused = response(send, "/4\\d\\d/", "message.refused", ["message"]);
  const failed = response(send, "/5\\d\\d/", "message.failed");
  const rooms = {
    roomJoined: response(join, "$default", "room.joined", ["room"]),
    roomClosed: response(join, "/4\\d\\d/", "room.closed", ["message"]),
    roomFailed: response(join, "/5\\d\\d/", "room.failed"),
  };
  return { ApiId, send, sent, refused, failed, rooms };
}

/** One response of a stranger, one route without a way back, and one change in AWS after it was applied. */
async function troubled(run: SceneRun): Promise<void> {
  await calm(run);
  const { ApiId, send, sent, refused, failed, rooms } = chat(run, false);
  await run.drop("chat/rooms.json", { ApiId, ...DEPLOY, IntegrationResponses: rooms }, NOOR);
  await run.drop(
    "chat/messages.json",
    { ApiId, ...DEPLOY, IntegrationResponses: { messageSent: sent, messageFailed: failed } },
    ADA,
  );
  const orders = makeApi(run, "orders", [["place", true]]);
  const [place = ""] = orders.integrations;
  await run.drop(
    "orders.json",
    {
      ApiId: orders.ApiId,
      ...DEPLOY,
      IntegrationResponses: {
        orderPlaced: response(place, "/2\\d\\d/", "order.placed", ["id"]),
        orderFailed: response(place, "$default", "order.failed"),
      },
    },
    ADA,
  );
  change(run, orders.ApiId, place, "/2\\d\\d/", (template) => template.replace("order.placed", "order.accepted"));
  run.make("IntegrationResponse", { ApiId, ...refused, IntegrationId: send });
  await run.drop(
    "chat/messages.json",
    { ApiId, ...DEPLOY, IntegrationResponses: { messageSent: sent, messageFailed: failed, messageRefused: refused } },
    ADA,
  );
}

/** Somebody changes a template in AWS. */
function change(
  { stack }: SceneRun,
  ApiId: string,
  IntegrationId: string,
  key: string,
  edit: (template: string) => string,
): void {
  const { ResourceDescriptions } = stack.cloudControl.listResources({
    TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
    ResourceModel: JSON.stringify({ ApiId, IntegrationId }),
  });
  const found = ResourceDescriptions.map(({ Identifier, Properties }) => ({
    Identifier,
    model: JSON.parse(Properties),
  })).find(({ model }) => model.IntegrationResponseKey === key);
  if (found === undefined) throw new Error(`there is no ${key}`);
  const value = { $default: edit(found.model.ResponseTemplates.$default) };
  stack.cloudControl.updateResource({
    TypeName: "AWS::ApiGatewayV2::IntegrationResponse",
    Identifier: found.Identifier,
    PatchDocument: JSON.stringify([{ op: "add", path: "/ResponseTemplates", value }]),
  });
}

/** 50 APIs with 4 documents of 6 responses each, and two troubles. */
async function many(run: SceneRun): Promise<void> {
  for (let index = 0; index < 50; index++) {
    const name = `service-${String(index).padStart(2, "0")}`;
    const { ApiId, integrations } = makeApi(run, name, [
      ["create", true],
      ["read", true],
      ["update", index !== 17],
      ["delete", true],
    ]);
    const drops = integrations.map((id, at) => {
      const verb = ["create", "read", "update", "delete"][at] ?? "";
      const keys = ["$default", "/2\\d\\d/", "/4\\d\\d/", "/5\\d\\d/", "/409/", "/429/"];
      const responses = keys.map((key, one) => [`${verb}${one}`, response(id, key, `${verb}.${one}`, ["message"])]);
      const document = { ApiId, ...DEPLOY, IntegrationResponses: Object.fromEntries(responses) };
      return run.drop(`${name}/${verb}.json`, document, { actor: "ci/services", commit: "9e01c77" });
    });
    await Promise.all(drops);
    if (index === 3)
      change(run, ApiId, integrations[0] ?? "", "/2\\d\\d/", (template) => template.replace("create.1", "created"));
  }
}

export const SCENES: readonly Scene[] = [
  { name: "empty", width: 1_200, height: 720, play: () => playing(async () => undefined) },
  {
    name: "all-live",
    width: 1_440,
    height: 820,
    scheme: "dark",
    play: () =>
      playing(async (run) => {
        await calm(run);
        const { ApiId, sent, refused, failed, rooms } = chat(run, true);
        await run.drop("chat/rooms.json", { ApiId, ...DEPLOY, IntegrationResponses: rooms }, NOOR);
        await run.drop(
          "chat/messages.json",
          {
            ApiId,
            ...DEPLOY,
            IntegrationResponses: { messageSent: sent, messageRefused: refused, messageFailed: failed },
          },
          ADA,
        );
      }),
  },
  {
    name: "failing",
    width: 1_440,
    height: 1_000,
    play: () => playing(troubled),
    show: (page) => page.locator(".panel").waitFor(),
  },
  { name: "phone", width: 390, height: 844, play: () => playing(troubled) },
  {
    name: "try-it",
    width: 1_440,
    height: 900,
    play: () => playing(troubled),
    async show(page) {
      await page.getByRole("link", { name: "Try it" }).first().click();
      await page.getByRole("combobox", { name: /^Route/ }).selectOption("send");
      await page.getByLabel("Status").fill("500");
      await page.getByLabel("Body").fill('{\n  "message": "The room is closed",\n  "room": "general"\n}');
      await page.getByText("The client gets this frame").waitFor();
    },
  },
  {
    name: "fifty-apis",
    width: 1_440,
    height: 1_000,
    scheme: "dark",
    play: () => playing(many),
  },
];
