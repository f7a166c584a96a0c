import { memoryLedger } from "@specdrop/ledger/memory";
import { type AcceptPorts, acceptDocument, withdrawDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { type RunOptions, runDocument } from "../../packages/cli/src/run.ts";
import { emulatedPorts } from "../aws/emulated-ports.ts";

const ours = documentOf("/200/");
const change = { documentId: "file:chat.json", source: { bucket: "", key: "chat.json" }, correlationId: "ours" };
const theirs = { ...change, correlationId: "theirs" };

function documentOf(key: string): Uint8Array {
  const response = { ApiId: "a1", IntegrationId: "i1", IntegrationResponseKey: key, ResponseTemplates: { "200": key } };
  return new TextEncoder().encode(JSON.stringify({ IntegrationResponses: { ok: response } }));
}

/** A command on a ledger that others use at the same time, and what is live after it. */
function command() {
  const { controlPlane, gateway, clock, emulator } = emulatedPorts({ quirks: { impliedParents: true } });
  const options: RunOptions = {
    ledger: {
      ledger: memoryLedger(),
      name: "dynamodb:table",
      exclusive: false,
      requestRate: { book: async () => 0, throttled: async () => {} },
      operationTimes: { read: async () => undefined, write: async () => {} },
      close: async () => {},
    },
    controlPlane,
    gateway,
    body: ours,
    stopRequested: () => false,
    onChange: () => {},
    time: { clock, every: () => () => {}, random: () => 0.5, newId: () => "run-1" },
  };
  const live = () => emulator.resources().map(({ Properties }) => Properties["IntegrationResponseKey"]);
  return { options, live };
}

const applyOurs = (deps: AcceptPorts) => acceptDocument(deps, { ...change, body: ours });

test("a command that nobody gets in the way of makes its text live", async () => {
  const { options, live } = command();
  const { results } = await runDocument(change.documentId, applyOurs, options);
  expect(results.map(({ detailType }) => detailType)).toEqual(["ApplySucceeded"]);
  expect(live()).toEqual(["/200/"]);
});

test("a command whose document another one has applied meanwhile does not make its own text live in that one's name", async () => {
  const { options, live } = command();
  const run = runDocument(
    change.documentId,
    async (deps) => {
      const acceptance = await applyOurs(deps);
      await acceptDocument({ ...deps, queue: { send: async () => {} } }, { ...theirs, body: documentOf("/4../") });
      return acceptance;
    },
    options,
  );
  await expect(run).rejects.toThrow(
    "A newer revision of this document was applied to API a1 while this run was waiting.",
  );
  expect(live()).toEqual([]);
});

test("a command whose document another one has withdrawn meanwhile does not tell of that as its own success", async () => {
  const { options } = command();
  await runDocument(change.documentId, applyOurs, options);
  const run = runDocument(
    change.documentId,
    async (deps) => {
      const acceptance = await applyOurs(deps);
      await withdrawDocument({ ...deps, queue: { send: async () => {} } }, theirs);
      return acceptance;
    },
    options,
  );
  await expect(run).rejects.toThrow("was applied to API a1 while");
});
