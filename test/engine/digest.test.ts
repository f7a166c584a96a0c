import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, clientToken, digestProperties } from "../../packages/engine/src/digest.ts";
import { isSameValue, isUnset } from "../../packages/engine/src/merge.ts";
import { sha256Hex } from "../../packages/engine/src/sha256.ts";

test("equal values have equal texts, in whatever order their keys were written", () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  expect(canonicalJson(["b", "a"])).toBe('["b","a"]');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a digest is SHA-256 of the UTF-8 text", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(digestProperties({ TemplateSelectionExpression: "a" })).toEqual({
    TemplateSelectionExpression: sha256Hex('"a"'),
  });
});

test("a ClientToken is one that Cloud Control takes, and changes with every part", () => {
  expect(clientToken("a", 1)).toMatch(/^[-A-Za-z0-9+/=]{1,128}$/);
  expect(clientToken("a", 1)).toBe(clientToken("a", 1));
  expect(clientToken("a", 1)).not.toBe(clientToken("a", 2));
  expect(clientToken("a", "b")).not.toBe(clientToken("ab"));
});

test("not set is not set, however AWS says it", () => {
  expect([undefined, "", {}].every(isUnset)).toBe(true);
  expect(["x", { a: "" }, 0, null].some(isUnset)).toBe(false);
  expect(isSameValue({}, undefined)).toBe(true);
  expect(isSameValue({ a: "1" }, {})).toBe(false);
});
