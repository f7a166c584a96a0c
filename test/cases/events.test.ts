import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type Stack, startStack } from "@specdrop/local/stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callCli } from "../cli/run-cli.ts";
import { clientsOf } from "../local/clients.ts";

let stack: Stack;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  stack = await startStack();
  clients = clientsOf(stack);
});
afterAll(() => stack.close());

test.each([
  ["a name with a capital", "SpecSubmitted", { Name: "x", document: "y" }],
  ["no document", "SpecSubmitted", { name: "x" }],
  ["a name that is a number", "SpecWithdrawn", { name: 5 }],
  ["a name that leaves its folder", "SpecSubmitted", { name: "../x", document: "IntegrationResponses: {}" }],
  ["a sequence that is text", "SpecSubmitted", { name: "x", document: "IntegrationResponses: {}", sequence: "7" }],
])("23 an event with %s is rejected once, and its code has a page", async (_, DetailType, detail) => {
  const before = stack.eventBridge.eventsOn("specdrop").length;
  await clients.events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: "specdrop", Source: "my.ci", DetailType, Detail: JSON.stringify(detail) }],
    }),
  );
  await stack.idle();
  const told = stack.eventBridge
    .eventsOn("specdrop")
    .slice(before)
    .filter((event) => event["source"] === "specdrop");
  expect(told).toMatchObject([
    { "detail-type": "SpecRejected", detail: { data: { diagnostics: [{ code: "SD2900", severity: "error" }] } } },
  ]);
  const { code, stdout } = await callCli(["explain", "SD2900"]);
  expect({ code, title: stdout.split("\n")[0] }).toEqual({
    code: 0,
    title: "error SD2900: Event that is no submission",
  });
});
