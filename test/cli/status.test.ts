import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultEvent } from "@specdrop/events";
import { openFileLedger } from "@specdrop/ledger/file";
import type { Ledger } from "@specdrop/ledger/port";
import { START_OF_TEXT } from "@specdrop/spec";
import { expect, test } from "vitest";
import { owned, resultEvent, revision } from "../contract/ledger.ts";
import { callCli, emptyFolder } from "./run-cli.ts";

const ID = "s3://specs/team/chat.yaml";

async function ledgerWith(fill: (ledger: Ledger) => Promise<void>) {
  const folder = emptyFolder();
  const ledger = await openFileLedger(join(folder, "ledger.json"));
  await fill(ledger);
  await ledger.close();
  return (...args: readonly string[]) => callCli(["status", "--ledger", "ledger.json", ...args], { cwd: folder });
}

test("a ledger that is not there: nothing to show, or wrong usage where it was named", async () => {
  const cwd = emptyFolder();
  const { code, stdout, stderr } = await callCli(["status"], { cwd });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "No ledger at .specdrop/ledger.json: nothing was applied from this folder.\n",
    stderr: "",
  });
  expect(JSON.parse((await callCli(["status", "--json"], { cwd })).stdout)).toEqual({
    documents: [],
    leases: [],
    owned: 0,
  });
  const named = await callCli(["status", "--ledger", ".specdrop/ledger.json"], { cwd });
  expect(named.stderr).toContain("the ledger .specdrop/ledger.json does not exist");
  expect(named.code).toBe(2);
});

test("documents, their APIs, progress, what is owed, drift and leases", async () => {
  const inAnHour = Date.now() + 3_600_000;
  const status = await ledgerWith(async (ledger) => {
    await ledger.recordRevision(ID, revision({ apiIds: ["api1", "api2"] }));
    await ledger.settle(ID, "api1", 1, resultEvent(1, { apiId: "api1" }));
    await ledger.noteDrift(ID, "api1", 1, { count: 1, fingerprint: "f", event: resultEvent(1) });
    await ledger.claim(owned({ ApiId: "api1" }), 1);
    const lease = await ledger.acquireLease("api2", "run-7", 3_600_000, inAnHour - 3_600_000);
    await ledger.beginRun(ID, "api2", 1, lease?.fence ?? 0, "run");
    const progress = { sequence: 1, ended: 700, total: 2000, removed: { delete: 0, forget: 0 } };
    await ledger.checkpoint(ID, "api2", progress, lease?.fence ?? 0);
    await ledger.recordRevision(ID, revision({ kind: "rejected" }));
    await ledger.settle(ID, "", 2, resultEvent(2));
    await ledger.acquireLease("api1", "dead", 1, 0);
  });
  const { code, stdout } = await status();
  expect(code).toBe(1);
  expect(stdout.split("\n")).toEqual([
    `${ID}  revision 1, accepted 2026-09-21T14:13:20.000Z`,
    "  revision 2 was rejected 2026-09-21T14:13:20.000Z",
    "  one result is not published yet",
    "  API api1  ApplySucceeded  1 owned  not published yet  drift since 2026-11-22T12:00:00.000Z",
    "  API api2  not settled  700 of 2000 changes ended  0 owned",
    `API api2 is being written to by run-7, until ${new Date(inAnHour).toISOString()} at least`,
    "1 document, 1 response owned, 1 failed, 1 API not settled.",
    "Ledger: ledger.json. AWS was not read.",
    "",
  ]);

  const json = JSON.parse((await status("--json")).stdout);
  expect(json).toMatchObject({
    documents: [
      {
        documentId: ID,
        current: { sequence: 1, kind: "accepted", correlationId: "c-1" },
        rejected: { sequence: 2 },
        overtaken: 0,
        unpublished: true,
        apis: [
          { apiId: "api1", settled: true, outcome: "ApplySucceeded", unpublished: true, owned: 1 },
          { apiId: "api2", settled: false, settledSequence: 0, progress: { ended: 700, total: 2000 } },
        ],
      },
    ],
    leases: [{ apiId: "api2", owner: "run-7", fence: 1 }],
    owned: 1,
  });
});

test("an API that the revision in force does not name is shown while something is owned there", async () => {
  const status = await ledgerWith(async (ledger) => {
    await ledger.recordRevision(ID, revision({ kind: "withdrawn", apiIds: [] }));
    await ledger.settle(ID, "old", 1, resultEvent(1));
    await ledger.settle(ID, "older", 1, resultEvent(1));
    await ledger.claim(owned({ ApiId: "old" }), 1);
  });
  const { documents } = JSON.parse((await status("--json")).stdout);
  expect(documents[0].apis.map(({ apiId }: { apiId: string }) => apiId)).toEqual(["old"]);
});

test("a ledger that cannot be read ends with 1", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "ledger.json"), "{");
  const { code, stderr } = await callCli(["status", "--ledger", "ledger.json"], { cwd: folder });
  expect(stderr).toContain("cannot be used");
  expect(code).toBe(1);
});

test("what another document handed over, and was not applied since", async () => {
  const status = await ledgerWith(async (ledger) => {
    await ledger.recordRevision(ID, revision({ apiIds: ["api1"] }));
    await ledger.claim(owned({ ApiId: "api1", takenFrom: "file:old.yaml" }), 1);
  });
  const { stdout } = await status();
  expect(stdout).toContain("  API api1  not settled  1 owned  1 handed over by file:old.yaml, not applied yet\n");
  const [document] = JSON.parse((await status("--json")).stdout).documents;
  expect(document.apis[0].handedOver).toEqual({ count: 1, by: ["file:old.yaml"] });
});

function failed(message: string): ResultEvent {
  const { detail } = resultEvent(1);
  const error = { code: "SD5002", severity: "error", message, file: ID, range: START_OF_TEXT, pointer: "" } as const;
  return {
    detailType: "ApplyFailed",
    detail: { ...detail, data: { ...detail.data, diagnostics: [error] } },
  };
}

test("failures come first, with code and message, and end with 1; what is withdrawn is shown with --all", async () => {
  const status = await ledgerWith(async (ledger) => {
    for (const name of ["a", "c"]) await ledger.recordRevision(name, revision({ apiIds: ["api1"] }));
    await ledger.settle("a", "api1", 1, resultEvent(1));
    await ledger.settle("c", "api1", 1, failed("Somebody else owns it."));
    await ledger.recordRevision("b", revision({ kind: "withdrawn", apiIds: ["api1"] }));
    await ledger.settle("b", "api1", 1, resultEvent(1));
    for (const name of ["a", "b"]) await ledger.markPublished(name, "api1", 1);
  });
  const { code, stdout } = await status();
  expect(code).toBe(1);
  const titles = (text: string) => text.match(/^[abc](?= )/gm);
  expect(titles(stdout)).toEqual(["c", "a"]);
  expect(stdout).toContain("  API api1  ApplyFailed  0 owned  not published yet\n    SD5002: Somebody else owns it.\n");
  expect(stdout).toContain("also 1 withdrawn (--all lists them)\n3 documents, 0 responses owned, 1 failed.\n");
  expect(titles((await status("--all")).stdout)).toEqual(["c", "a", "b"]);
  const json = JSON.parse((await status("--json")).stdout);
  expect(json.documents.map(({ documentId }: { documentId: string }) => documentId)).toEqual(["a", "b", "c"]);
  expect(json.documents[2].apis[0].error).toEqual({ code: "SD5002", message: "Somebody else owns it." });
});

test("213 documents are summed up on one screen, the failed ones in full", async () => {
  const status = await ledgerWith(async (ledger) => {
    for (let index = 0; index < 213; index++) {
      const id = `s3://specs/${String(index).padStart(3, "0")}.yaml`;
      await ledger.recordRevision(id, revision({ apiIds: ["api1"] }));
      await ledger.settle(id, "api1", 1, index % 100 === 7 ? failed("No.") : resultEvent(1));
      await ledger.markPublished(id, "api1", 1);
    }
  });
  const { code, stdout } = await status();
  expect(code).toBe(1);
  const lines = stdout.split("\n");
  expect(lines.length).toBeLessThan(24);
  expect(lines.filter((line) => line.startsWith("s3://"))).toHaveLength(3);
  expect(stdout).toContain("also 210 as applied (--all lists them)\n213 documents, 0 responses owned, 3 failed.\n");
  expect((await status("--all")).stdout.split("\n").filter((line) => line.startsWith("s3://"))).toHaveLength(213);
});
