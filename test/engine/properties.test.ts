import fc from "fast-check";
import { expect, test } from "vitest";
import { desired, INTEGRATION, model, world } from "./world.ts";

const properties = fc.record(
  {
    TemplateSelectionExpression: fc.constantFrom("", "a", "b"),
    ContentHandlingStrategy: fc.constantFrom("CONVERT_TO_TEXT", "CONVERT_TO_BINARY"),
    ResponseTemplates: fc.dictionary(fc.constantFrom("a", "b", "__proto__"), fc.constantFrom("", "1", "2")),
    ResponseParameters: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "2")),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** A document: a few keys on two integrations, each under a logical id of its own. */
const document = fc
  .uniqueArray(
    fc.record({
      place: fc.constantFrom("i1 $default", "i1 /200/", "i1 /404/", "i2 $default", "i2 /200/"),
      logicalId: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      properties,
      deletionPolicy: fc.constantFrom("Delete" as const, undefined),
    }),
    { selector: (entry) => entry.place, maxLength: 5 },
  )
  .map((entries) => [...new Map(entries.map((entry) => [entry.logicalId, entry])).values()])
  .map((entries) =>
    entries.map(({ place, logicalId, properties, deletionPolicy }) => {
      const [IntegrationId = INTEGRATION, key = ""] = place.split(" ");
      const policy = deletionPolicy === undefined ? {} : { deletionPolicy };
      return desired(key, properties, { logicalId, IntegrationId, ...policy });
    }),
  );

type World = ReturnType<typeof world>;

/** What is live, without what AWS generates, and without the ways of saying "not set". */
function shape({ plane }: World) {
  return [...plane.live.values()]
    .map(({ identifier: _, properties, ...key }) => ({
      ...key,
      properties: Object.fromEntries(
        Object.entries(properties).filter(([, value]) => value !== "" && Object.keys(value).length > 0),
      ),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

test("converging twice changes nothing the second time", async () => {
  await fc.assert(
    fc.asyncProperty(document, document, async (before, after) => {
      const all = world();
      await all.run(before);
      expect(["succeeded", "unchanged"]).toContain((await all.run(after)).status);
      const writes = all.plane.writes().length;
      expect((await all.run(after)).status).toBe("unchanged");
      expect(all.plane.writes()).toHaveLength(writes);
    }),
  );
});

test("what is live depends on the last document, not on the way there", async () => {
  await fc.assert(
    fc.asyncProperty(document, document, document, fc.boolean(), async (a, b, c, clearsNothing) => {
      const direct = world();
      const detour = world();
      detour.plane.removeClearsNothing = clearsNothing;
      detour.plane.mapsMerge = clearsNothing;
      await direct.run(a);
      await direct.run(b);
      await detour.run(a);
      await detour.run(c);
      expect(["succeeded", "unchanged"]).toContain((await detour.run(b)).status);
      expect(shape(detour)).toEqual(shape(direct));
      expect(shape(detour)).toHaveLength(b.length);
    }),
  );
});

test("only what the document owns is ever written to, and only what existed is deleted", async () => {
  await fc.assert(
    fc.asyncProperty(document, document, async (first, second) => {
      const all = world();
      const foreign = all.plane.put(model("/foreign/", { TemplateSelectionExpression: "theirs" }));
      await all.run(first);
      await all.run(second);
      await all.run([], { mode: "withdraw" });
      expect([...all.plane.live.values()]).toEqual([foreign]);
      const known = new Set([...Array(20).keys()].map((n) => `r${n + 1}`));
      for (const call of all.plane.writes()) {
        expect(call.identifier).not.toBe(foreign.identifier);
        if (call.operation === "delete") expect(known).toContain(call.identifier?.split("|")[2]);
      }
      expect(await all.owned()).toEqual([]);
    }),
  );
});
