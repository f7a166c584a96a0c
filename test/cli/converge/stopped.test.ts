import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import { memoryLedger } from "@specdrop/ledger/memory";
import { startEndpoints } from "@specdrop/local/endpoints";
import { acceptDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { timeUntil } from "../../../packages/cli/src/converge/clock.ts";
import { type DocumentRun, runDocuments } from "../../../packages/cli/src/converge/run-documents.ts";

const body = new TextEncoder().encode(
  "ApiId: stopped001\nIntegrationId: abc1234\nIntegrationResponses: { ok: { IntegrationResponseKey: /200/ } }\n",
);
const run: DocumentRun = {
  documentId: "file:a.yaml",
  body,
  declared: [],
  isWithdrawal: false,
  accept: (deps) =>
    acceptDocument(deps, {
      documentId: "file:a.yaml",
      source: { bucket: "", key: "a.yaml" },
      correlationId: "c",
      body,
    }),
};

test("an operation that takes long does not hold a command that is to stop; what was sent is on record", async () => {
  const endpoints = await startEndpoints({ port: 0 });
  const { cloudControl: aws } = endpoints;
  aws.changeFaults({ settleMs: 4_000 });
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const client = cloudControlClient({ endpoint: endpoints.url, region: "eu-central-1", credentials });
  const ledger = memoryLedger();
  const command = (halt: AbortController) => {
    const time = timeUntil(halt.signal);
    const options = { clock: time.clock };
    return runDocuments([run], {
      ledger: {
        ledger,
        name: "dynamodb:table",
        exclusive: true,
        requestRate: { book: async () => 0, throttled: async () => {} },
        operationTimes: { read: async () => undefined, write: async () => {} },
        close: async () => {},
      },
      portsOf: () => ({ controlPlane: cloudControl(client, options), gateway: gateway(client, options) }),
      stopRequested: () => halt.signal.aborted,
      onChange: () => {},
      time,
    });
  };
  const halt = new AbortController();
  const stopped = command(halt);
  await expect.poll(() => aws.writes().length).toBe(1);
  halt.abort();
  expect((await stopped).documents).toMatchObject([{ results: [], unfinished: ["stopped001"], failures: [] }]);
  expect(await ledger.listOwned("stopped001")).toMatchObject([{ pending: {} }]);
  expect(await ledger.readLease("stopped001")).toBeUndefined();

  // AWS ends it after all: the next run takes it over, and makes no second one.
  expect(aws.nextSettlement()).toBeDefined();
  expect((await command(new AbortController())).documents).toMatchObject([{ unfinished: [], failures: [] }]);
  expect(aws.resources().filter(({ Properties }) => Properties["ApiId"] === "stopped001")).toHaveLength(1);
  client.destroy();
  await endpoints.close();
});
