import { LeaseLostError, type OwnedResource } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { all, type OpenedLedger, owned, ownedRoute, pendingCreate, resultEvent, revision } from "./ledger.ts";

const OLD = "file:chat.yaml";
const NEW = "file:org/repo:specs/chat.yaml";
export const KEY = "specs/chat.yaml";
export const RENAMING = { from: OLD, to: NEW };
const OTHER = "file:other.yaml";
const APIS = ["api1", "api2"];

export const FENCES: ReadonlyMap<string, number> = new Map(APIS.map((apiId) => [apiId, 1]));

/** A document with all that may belong to one, and another beside it. */
export async function fill(ledger: Ledger): Promise<void> {
  const source = { bucket: "", key: "chat.yaml", etag: "e1" };
  for (const apiId of APIS) await ledger.acquireLease(apiId, "one", 60_000, 0);
  await ledger.recordRevision(OLD, revision({ source, apiIds: ["api1"] }));
  await ledger.recordRevision(OLD, revision({ source, apiIds: APIS }));
  await ledger.recordRevision(OTHER, revision({ source: { bucket: "", key: "other.yaml" }, apiIds: APIS }));
  for (const documentId of [OLD, OTHER]) {
    await ledger.noteRevision(documentId, { ...revision({ source }), sequence: 2 });
  }
  for (const documentId of [OLD, OTHER]) {
    for (const ApiId of APIS) {
      await ledger.beginRun(documentId, ApiId, 2, 1, `run of ${documentId}`);
      await ledger.settle(documentId, ApiId, 2, resultEvent(2, { documentId, apiId: ApiId }), 1);
      await ledger.putBid({ documentId, apiId: ApiId, sequence: 2, at: 5, wishes: [{ key: "k" }] });
      await ledger.claim(owned({ documentId, ApiId, IntegrationResponseKey: `/${documentId}/` }), 1);
    }
  }
  await ledger.claim(owned({ documentId: OLD, ApiId: "api1", pending: pendingCreate() }), 1);
  await ledger.claim(ownedRoute({ documentId: OLD, ApiId: "api1" }), 1);
  await ledger.claim(ownedRoute({ documentId: OTHER, ApiId: "api1", RouteId: "theirs1" }), 1);
}

/** All that there is, by document, without the fence of the last writer. */
async function contents(ledger: Ledger) {
  const byId = (documentId: string) => (one: { readonly documentId: string }) => one.documentId === documentId;
  const listed = {
    documents: await all(ledger.listDocuments()),
    changeSets: await all(ledger.listChangeSets()),
    owned: (await Promise.all(APIS.map((apiId) => ledger.listOwned(apiId)))).flat(),
    bids: (await Promise.all(APIS.map((apiId) => ledger.listBids(apiId)))).flat(),
  };
  const history = new Map(
    await Promise.all([OLD, NEW, OTHER].map(async (id) => [id, await ledger.readHistory(id)] as const)),
  );
  const inOrder = <One>(list: readonly One[]) => list.map((one) => JSON.stringify(one)).sort();
  return (documentId: string) => ({
    documents: listed.documents.filter(byId(documentId)),
    changeSets: inOrder(listed.changeSets.filter(byId(documentId))),
    owned: inOrder(listed.owned.filter(byId(documentId))),
    bids: inOrder(listed.bids.filter(byId(documentId))),
    history: inOrder(history.get(documentId) ?? []),
  });
}

const NOTHING = { documents: [], changeSets: [], owned: [], bids: [], history: [] };

/** Renames, and holds what became of it against what there was. */
export async function expectRenamed(ledger: Ledger, rename: (ledger: Ledger) => Promise<Ledger>): Promise<void> {
  const before = await contents(ledger);
  const after = await contents(await rename(ledger));
  expect(after(OLD)).toEqual(NOTHING);
  expect(after(OTHER)).toEqual(before(OTHER));
  const renamed = (texts: readonly string[]) =>
    texts
      .map((text) => JSON.parse(text) as OwnedResource)
      .map((one) => JSON.stringify({ ...one, documentId: NEW }))
      .sort();
  const [record] = before(OLD).documents;
  const moved = JSON.parse(JSON.stringify(record).replaceAll('"key":"chat.yaml"', `"key":"${KEY}"`));
  expect(after(NEW)).toEqual({
    documents: [{ ...moved, documentId: NEW }],
    changeSets: renamed(before(OLD).changeSets),
    owned: renamed(before(OLD).owned),
    bids: renamed(before(OLD).bids),
    history: renamed(before(OLD).history),
  });
}

/** What every ledger promises of a rename. `open` gives an empty one. */
export function renameContract(name: string, open: () => Promise<OpenedLedger>): void {
  describe(`${name}: renaming a document`, () => {
    let opened: OpenedLedger;
    let ledger: Ledger;

    beforeEach(async () => {
      opened = await open();
      ledger = opened.ledger;
    });
    afterEach(() => opened.close());

    test("everything of it goes along, and nothing else does", async () => {
      await fill(ledger);
      await expectRenamed(ledger, async () => {
        expect(await ledger.renameDocument(RENAMING, KEY, FENCES)).toBe("renamed");
        return ledger;
      });
      expect(await ledger.renameDocument(RENAMING, KEY, FENCES)).toBe("taken");
      await ledger.recordRevision(NEW, revision());
      expect(await ledger.readDocument(NEW)).toMatchObject({ count: 3 });
    });

    test("what is not known is not renamed, and what is there is not written over", async () => {
      expect(await ledger.renameDocument(RENAMING, KEY, FENCES)).toBe("unknown");
      await fill(ledger);
      await ledger.recordRevision(NEW, revision());
      const before = [await ledger.readDocument(OLD), await ledger.readDocument(NEW)];
      expect(await ledger.renameDocument(RENAMING, KEY, FENCES)).toBe("taken");
      expect([await ledger.readDocument(OLD), await ledger.readDocument(NEW)]).toEqual(before);
    });

    test("whose lease was given to another renames no response", async () => {
      await fill(ledger);
      await ledger.acquireLease("api1", "one", 60_000, 0);
      await expect(ledger.renameDocument(RENAMING, KEY, FENCES)).rejects.toThrow(LeaseLostError);
      const owners = (await ledger.listOwned("api1")).map(({ documentId }) => documentId);
      expect(owners).not.toContain(NEW);
      const again = new Map([...FENCES, ["api1", 2]]);
      expect(await ledger.renameDocument(RENAMING, KEY, again)).toBe("renamed");
    });
  });
}
