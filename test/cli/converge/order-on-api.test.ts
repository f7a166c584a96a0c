import fc from "fast-check";
import { expect, test } from "vitest";
import { orderOnApi } from "../../../packages/cli/src/converge/order-on-api.ts";

const keyed = (key: string) => ({ ApiId: "a1", IntegrationId: "i1", IntegrationResponseKey: key });
const part = (documentId: string, ...keys: readonly string[]) => ({ documentId, declared: keys.map(keyed) });
const owns = (documentId: string, ...keys: readonly string[]) => keys.map((key) => ({ ...keyed(key), documentId }));
const order = (...args: Parameters<typeof orderOnApi>) => orderOnApi(...args).map(({ documentId }) => documentId);

test("who lets go of a response comes before who declares it", () => {
  expect(order([part("new", "/200/"), part("old")], owns("old", "/200/"))).toEqual(["old", "new"]);
  const chain = [part("c", "/2/"), part("b", "/1/"), part("a")];
  expect(order(chain, [...owns("a", "/1/"), ...owns("b", "/2/")])).toEqual(["a", "b", "c"]);
});

test("who keeps a response, and who is not among them, change nothing", () => {
  const parts = [part("one", "/200/"), part("two", "/200/"), part("three")];
  expect(order(parts, [...owns("two", "/200/"), ...owns("elsewhere", "/200/")])).toEqual(["one", "two", "three"]);
});

test("documents that swap their responses keep their order, and each comes once", () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
  const parts = fc.array(keys, { maxLength: 6 });
  fc.assert(
    fc.property(
      parts,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))),
      (all, owners) => {
        const documents = all.map((each, index) => part(`d${index}`, ...each.map(String)));
        const owned = owners.flatMap(([owner, key]) => owns(`d${owner}`, String(key)));
        expect(order(documents, owned).toSorted()).toEqual(documents.map(({ documentId }) => documentId).toSorted());
      },
    ),
  );
  const swap = [part("a", "/2/"), part("b", "/1/")];
  expect(order(swap, [...owns("a", "/1/"), ...owns("b", "/2/")])).toHaveLength(2);
});
