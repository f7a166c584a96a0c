import { applyPatch, PatchError } from "@specdrop/local/cloud-control/patch";
import fc from "fast-check";
import { expect, test } from "vitest";

const document = { a: 1, list: [1, 2, 3], map: { "x/y": "slash", "m~n": "tilde", deep: { k: null } } };

test.each<[string, object[], unknown]>([
  ["add a member", [{ op: "add", path: "/b", value: 2 }], { ...document, b: 2 }],
  ["add over a member", [{ op: "add", path: "/a", value: 2 }], { ...document, a: 2 }],
  ["add without a leading slash", [{ op: "add", path: "b", value: 2 }], { ...document, b: 2 }],
  ["add into a list", [{ op: "add", path: "/list/1", value: 9 }], { ...document, list: [1, 9, 2, 3] }],
  ["add behind a list", [{ op: "add", path: "/list/-", value: 9 }], { ...document, list: [1, 2, 3, 9] }],
  ["add the whole", [{ op: "add", path: "", value: 1 }], 1],
  [
    "remove with an escaped slash",
    [{ op: "remove", path: "/map/x~1y" }],
    { ...document, map: { "m~n": "tilde", deep: { k: null } } },
  ],
  ["remove from a list", [{ op: "remove", path: "/list/0" }], { ...document, list: [2, 3] }],
  [
    "replace with an escaped tilde",
    [{ op: "replace", path: "/map/m~0n", value: 0 }],
    { ...document, map: { ...document.map, "m~n": 0 } },
  ],
  ["replace in a list", [{ op: "replace", path: "/list/2", value: 0 }], { ...document, list: [1, 2, 0] }],
  [
    "move",
    [{ op: "move", from: "/map/deep", path: "/deep" }],
    { a: 1, list: [1, 2, 3], map: { "x/y": "slash", "m~n": "tilde" }, deep: { k: null } },
  ],
  ["move within a list", [{ op: "move", from: "/list/0", path: "/list/2" }], { ...document, list: [2, 3, 1] }],
  ["copy", [{ op: "copy", from: "/map/deep", path: "/a" }], { ...document, a: { k: null } }],
  [
    "test and go on",
    [
      { op: "test", path: "/map/deep", value: { k: null } },
      { op: "remove", path: "/a" },
    ],
    { list: [1, 2, 3], map: document.map },
  ],
])("%s", (_, patch, expected) => {
  const before = structuredClone(document);
  expect(applyPatch(before, patch)).toEqual(expected);
  expect(before).toEqual(document);
});

test.each<[string, unknown]>([
  ["no list", {}],
  ["no operation", [1]],
  ["an unknown op", [{ op: "merge", path: "/a" }]],
  ["no path", [{ op: "remove" }]],
  ["no value", [{ op: "add", path: "/a" }]],
  ["no from", [{ op: "move", path: "/a" }]],
  ["replace of nothing", [{ op: "replace", path: "/b", value: 1 }]],
  ["remove of nothing", [{ op: "remove", path: "/b" }]],
  ["add below nothing", [{ op: "add", path: "/b/c", value: 1 }]],
  ["add below a number", [{ op: "add", path: "/a/c", value: 1 }]],
  ["an index too far", [{ op: "add", path: "/list/4", value: 1 }]],
  ["an index with a zero", [{ op: "remove", path: "/list/01" }]],
  ["a failed test", [{ op: "test", path: "/a", value: "1" }]],
  ["a bad escape", [{ op: "remove", path: "/a~2" }]],
  ["a move into itself", [{ op: "move", from: "/map", path: "/map/deep" }]],
  ["removal of the whole", [{ op: "remove", path: "" }]],
  ["an inherited member", [{ op: "remove", path: "/toString" }]],
])("refuses %s", (_, patch) => {
  expect(() => applyPatch(document, patch)).toThrow(PatchError);
});

test("what is added can be read back and removed, whatever its name", () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const added = applyPatch({}, [{ op: "add", path, value }]) as object;
      expect(Object.keys(added)).toEqual([name]);
      expect(
        applyPatch(added, [
          { op: "test", path, value },
          { op: "remove", path },
        ]),
      ).toEqual({});
    }),
  );
});
