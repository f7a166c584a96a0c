import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileLedger, readFileLedger } from "@specdrop/ledger/file";
import { formatLedger, parseLedger } from "@specdrop/ledger/file/format";
import type { LedgerState } from "@specdrop/ledger/state";
import { afterEach, beforeEach, expect, test } from "vitest";
import { owned, revision } from "../contract/ledger.ts";
import {
  fullBid,
  fullChangeSet,
  fullComparison,
  fullDocument,
  fullHistoryEntry,
  fullOwned,
  fullOwnedRouteResponse,
  fullSubmissions,
  fullSuspension,
  fullWithdrawal,
} from "../contract/records.ts";

type Path = readonly (string | number)[];

const STATE: LedgerState = {
  documents: [fullDocument],
  changeSets: [{ ...fullChangeSet, fence: 1 }],
  owned: [{ ...fullOwned, fence: 1 }],
  routeResponses: [{ ...fullOwnedRouteResponse, fence: 1 }],
  leases: [{ apiId: "a1b2c3d4e5", fence: 1, owner: "one", expiresAt: 5 }],
  suspensions: [fullSuspension],
  withdrawals: [fullWithdrawal],
  submissions: [fullSubmissions],
  bids: [fullBid],
  history: [fullHistoryEntry],
  comparisons: [fullComparison],
};
const TEXT = formatLedger({ state: STATE, others: {} });

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "specdrop-damaged-"));
  path = join(folder, "ledger.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The places of everything inside a JSON value. */
function* placesIn(value: unknown, at: Path = []): Iterable<Path> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const place = [...at, Array.isArray(value) ? Number(name) : name];
    yield place;
    yield* placesIn(inner, place);
  }
}

/** A copy with another value at a place, or nothing there. */
function changed(value: unknown, [step, ...rest]: Path, to: (before: unknown) => unknown): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const name = step as string | number;
  const after = rest.length > 0 ? changed(copy[name], rest, to) : to(copy[name]);
  if (after !== undefined) copy[name] = after;
  else if (Array.isArray(copy)) copy.splice(Number(name), 1);
  else delete copy[name];
  return copy;
}

const DAMAGES: Readonly<Record<string, (before: unknown) => unknown>> = {
  "is gone": () => undefined,
  "is null": () => null,
  "is a number": () => 7,
  "is another number": (before) => (typeof before === "number" ? before + 1 : -0.5),
  "is text": () => "secret",
  "is other text": (before) => `${before}x`,
  "is a flag": (before) => before !== true,
  "is a list": () => ["secret"],
  "is a map": () => ({ secret: "secret" }),
};

/** What a damaged text is read as, or why its file is refused. */
async function read(text: string): Promise<string> {
  try {
    return formatLedger(parseLedger(text));
  } catch {
    await writeFile(path, text);
    return readFileLedger(path).then(
      () => "read",
      (error: Error) => error.message,
    );
  }
}

test.each(Object.entries(DAMAGES))(
  "a file in which one thing %s reads the same, or is refused by its name",
  async (_, to) => {
    const whole: unknown = JSON.parse(TEXT);
    const places = [...placesIn(whole)];
    expect(places.length).toBeGreaterThan(250);
    for (const place of places) {
      const seen = await read(JSON.stringify(changed(whole, place, to)));
      if (seen === TEXT) continue;
      expect(seen, place.join(".")).toMatch(new RegExp(`^The ledger file ${path} cannot be used\\. `));
      expect(seen, place.join(".")).not.toContain("secret");
    }
  },
);

test.each(Object.entries(DAMAGES))(
  "without a checksum, too, a file in which one thing %s is refused, or read as a ledger that can be written",
  async (_, to) => {
    const { checksum: __, ...whole } = JSON.parse(TEXT);
    for (const place of placesIn(whole)) {
      const text = JSON.stringify(changed(whole, place, to));
      const seen = await read(text);
      if (seen.startsWith(`The ledger file ${path} cannot be used. `)) continue;
      expect(formatLedger(parseLedger(seen)), place.join(".")).toBe(seen);
    }
  },
);

test.each([
  ["documents.0.head.source.key", "documents[0].head.source.key is missing."],
  ["documents.0.current.apiIds.1", ""],
  ["changeSets.0.result.event.detail.data.summary.create", "changeSets[0].result.event.detail.data.summary.create"],
  ["owned.0.applied", "owned[0].applied is missing."],
  ["owned.0.pending.model.ApiId", "owned[0].pending.model.ApiId is missing."],
  ["owned", "Its owned is not a list."],
])("without a checksum, a file that lacks %s is refused with the place", async (place, message) => {
  const { checksum: _, ...whole } = JSON.parse(TEXT);
  const steps = place.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const seen = await read(JSON.stringify(changed(whole, steps, () => undefined)));
  if (message !== "") expect(seen).toContain(`The ledger file ${path} cannot be used. ${message}`);
});

test("what a newer version has added survives this one's writes: in records, beside the tables, through the journal", async () => {
  const file = JSON.parse(TEXT);
  const news = { since: 7 };
  for (const record of [
    file.documents[0],
    file.documents[0].current,
    file.changeSets[0],
    file.owned[0],
    file.leases[0],
  ]) {
    record.added = news;
  }
  const { checksum: _, ...whole } = { ...file, more: [news] };
  await writeFile(path, JSON.stringify(whole));
  const ledger = await openFileLedger(path);
  const { documentId, apiId } = fullChangeSet;
  await ledger.recordRevision(documentId, revision({ sequencer: "0077" }));
  await ledger.beginRun(documentId, apiId, 4, 2, "run-1");
  await ledger.claim(owned({ ...fullOwned, pending: undefined } as never), 2);
  await ledger.acquireLease(apiId, "one", 100, 1000);
  const journal = await readFile(`${path}.journal`, "utf8");
  expect(journal.split("\n").filter((line) => line.includes('"added":{"since":7}'))).toHaveLength(4);
  await ledger.close();

  const after = JSON.parse(await readFile(path, "utf8"));
  expect(after.more).toEqual([news]);
  expect(after.documents[0]).toMatchObject({ count: 4, added: news });
  expect(after.documents[0].overtaken.find((one: { sequence: number }) => one.sequence === 2)).toMatchObject({
    added: news,
  });
  expect(after.changeSets[0]).toMatchObject({ runningSequence: 4, added: news });
  expect(after.owned[0]).toMatchObject({ logicalId: "chatOk", added: news });
  expect(after.owned[0]).not.toHaveProperty("pending");
  expect(after.leases[0]).toMatchObject({ owner: "one", fence: 2, added: news });
});

test("a file of the format before is read, and written anew before anything is added to it", async () => {
  const { checksum: _, ...whole } = JSON.parse(TEXT);
  await writeFile(path, JSON.stringify({ ...whole, version: 1 }));
  const ledger = await openFileLedger(path);
  await ledger.claim(owned({ IntegrationResponseKey: "/404/" }), 2);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ version: 2, checksum: expect.any(String) });
  await ledger.close();
});
