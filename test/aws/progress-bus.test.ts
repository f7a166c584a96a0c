import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { progressBus } from "@specdrop/aws/progress-bus";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";

const events = mockClient(EventBridgeClient);
const bus = () =>
  progressBus(new EventBridgeClient({ region: "eu-central-1" }), "specdrop", { source: "a.b", detailType: "C" });

beforeEach(() => events.reset());

test("an entry has the source and the type it was told", async () => {
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
  await bus().report({ ended: 1 });
  expect(events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)).toEqual([
    { Entries: [{ EventBusName: "specdrop", Source: "a.b", DetailType: "C", Detail: '{"ended":1}' }] },
  ]);
});

test("what is not taken is thrown, and not sent again", async () => {
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }] });
  await expect(bus().report({})).rejects.toThrow("The bus specdrop did not take it: ThrottlingException");
  expect(events.commandCalls(PutEventsCommand)).toHaveLength(1);
});
