import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  ListedObject,
  SpecListing,
  SpecStore,
  SubmissionStore,
} from "../../packages/service/src/ports/spec-store.ts";

export interface SpecStoreHarness {
  /** It lists two objects at a time. */
  readonly store: SpecStore & SubmissionStore & SpecListing;
  readonly bucket: string;
  readonly versioned: boolean;
  close?(): Promise<void>;
}

/** What every `SpecStore` must do, with versioning and without. */
export function specStoreContract(name: string, makeHarness: () => Promise<SpecStoreHarness>): void {
  describe(`${name} is a spec store`, () => {
    let harness: SpecStoreHarness;
    let store: SpecStoreHarness["store"];
    beforeEach(async () => {
      harness = await makeHarness();
      store = harness.store;
    });
    afterEach(async () => {
      await harness.close?.();
    });

    const write = (key: string, body: string, metadata = {}) => store.write(key, body, "application/yaml", metadata);
    const read = async (ref: Parameters<SpecStore["read"]>[0]) => {
      const spec = await store.read(ref);
      return spec && { ...spec, body: new TextDecoder().decode(spec.body) };
    };

    test("gives back what was written, metadata included", async () => {
      const source = await write("a/b.yaml", "ApiId: naïve", { "correlation-id": "c ä" });
      expect(source).toMatchObject({ bucket: harness.bucket, key: "a/b.yaml", etag: expect.stringMatching(/^[^"]+$/) });
      expect("versionId" in source).toBe(harness.versioned);
      const modifiedAt = expect.closeTo(Date.now(), -5);
      const metadata = { "correlation-id": "c ä" };
      const expected = { source, body: "ApiId: naïve", metadata, modifiedAt, truncated: false };
      expect(await read(source)).toEqual(expected);
      expect(await read({ bucket: harness.bucket, key: "a/b.yaml" })).toEqual(expected);
    });

    test("gives back an empty object, and one that is too large cut short", async () => {
      expect(await read(await write("empty", ""))).toMatchObject({ body: "", truncated: false });
      const large = await store.read(await write("large", "x".repeat(2_000_000)));
      expect(large?.truncated).toBe(true);
      expect(large?.body.length).toBe(1_048_577);
    });

    test("knows nothing of what is not there", async () => {
      expect(await read({ bucket: harness.bucket, key: "none" })).toBeUndefined();
      expect(await read({ bucket: harness.bucket, key: "none", etag: "0123" })).toBeUndefined();
    });

    test("an overwritten revision is read as it was, or not at all", async () => {
      const first = await write("k", "1");
      const second = await write("k", "2");
      expect((await read(first))?.body).toBe(harness.versioned ? "1" : undefined);
      expect(await read({ bucket: harness.bucket, key: "k", etag: first.etag ?? "" })).toBeUndefined();
      expect((await read(second))?.body).toBe("2");
    });

    const content = (body: string) => ({ body, contentType: "application/yaml", metadata: { "event-id": "ä" } });
    const etagOf = async (key: string) => (await read({ bucket: harness.bucket, key }))?.source.etag ?? "none";

    test("writes over the object that was looked at, and no other", async () => {
      expect(await store.replace("k", "0123", content("0"))).toBeUndefined();
      expect(await store.replace("k", undefined, content("1"))).toBeDefined();
      expect(await store.replace("k", undefined, content("2"))).toBeUndefined();
      const first = await etagOf("k");
      expect(await store.replace("k", first, content("2"))).toBeDefined();
      expect(await store.replace("k", first, content("3"))).toBeUndefined();
      expect(await read({ bucket: harness.bucket, key: "k" })).toMatchObject({
        body: "2",
        metadata: { "event-id": "ä" },
      });
    });

    test("removes the object that was looked at, and no other", async () => {
      const source = await write("k", "1");
      expect(await store.delete("k", "0123")).toBeUndefined();
      expect((await read({ bucket: harness.bucket, key: "k" }))?.body).toBe("1");
      expect(await store.delete("k", await etagOf("k"))).toBeDefined();
      expect(await store.delete("k", source.etag ?? "")).toBeUndefined();
      expect(await store.delete("never", "0123")).toBeUndefined();
      expect(await read({ bucket: harness.bucket, key: "k" })).toBeUndefined();
      expect((await read(source))?.body).toBe(harness.versioned ? "1" : undefined);
      expect(await store.replace("k", undefined, content("again"))).toBeDefined();
    });

    async function listed(after?: string): Promise<readonly ListedObject[]> {
      const objects: ListedObject[] = [];
      for (let next = after, isLast = false; !isLast; ) {
        const page = await store.list(next);
        expect(page.now).toBeCloseTo(Date.now(), -5);
        expect(page.objects.length).toBeLessThanOrEqual(2);
        if (page.next !== undefined) expect(page.next).toBe(page.objects.at(-1)?.key);
        objects.push(...page.objects);
        isLast = page.next === undefined;
        next = page.next;
      }
      return objects;
    }

    test("lists what is there, page by page, each object once and as it is now", async () => {
      expect(await store.list()).toEqual({ objects: [], now: expect.any(Number) });
      const keys = ["a b+c%20.yaml", "b/1.yaml", "b/2.yaml", "events/1/2/x", "naïve.json"];
      for (const key of keys) await write(key, "1");
      const { etag } = await write("b/1.yaml", "2");
      await write("b/3.yaml", "1");
      await store.delete("b/3.yaml", await etagOf("b/3.yaml"));
      const objects = await listed();
      expect(objects.map(({ key }) => key)).toEqual(keys);
      expect(objects[1]).toEqual({ key: "b/1.yaml", etag, modifiedAt: expect.closeTo(Date.now(), -5) });
      expect((await listed("b/1.yaml")).map(({ key }) => key)).toEqual(keys.slice(2));
      expect((await listed("b/15")).map(({ key }) => key)).toEqual(keys.slice(2));
      expect(await listed("z")).toEqual([]);
      expect(store.bucket).toBe(harness.bucket);
    });

    test("tells of one object whether it is there", async () => {
      await write("k", "1");
      expect(await store.exists("k")).toBe(true);
      await store.delete("k", await etagOf("k"));
      expect(await store.exists("k")).toBe(false);
      expect(await store.exists("never")).toBe(false);
    });

    test.each(["red flower.yaml", "a+b%20c#d?e&f=g.yaml", "naïve/ключ/日本.yaml", "dir/", "~!*'()"])(
      "takes the key %j as it is",
      async (key) => {
        const source = await write(key, key);
        expect(source.key).toBe(key);
        expect((await read(source))?.body).toBe(key);
        expect(await store.delete(key, source.etag ?? "")).toBeDefined();
        expect(await read({ bucket: harness.bucket, key })).toBeUndefined();
      },
    );
  });
}
