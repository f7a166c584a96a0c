import { InvalidPatternError, matchesPattern, parsePattern } from "@specdrop/local/event-bridge/pattern";
import { describe, expect, test } from "vitest";

const event = {
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:aws:s3:::one", "arn:aws:s3:::two"],
  detail: {
    bucket: { name: "specs" },
    object: { key: "Team A/chat+1.yaml", size: 300 },
    ip: "10.1.2.3",
    v6: "2001:db8::7",
    tags: [],
    nothing: null,
    flag: true,
    empty: "",
    list: [
      { name: "a", size: 1 },
      { name: "b", size: 2 },
    ],
  },
};

const key = (matcher: unknown) => ({ detail: { object: { key: [matcher] } } });
const size = (matcher: unknown) => ({ detail: { object: { size: [matcher] } } });

describe("a pattern", () => {
  test.each<[string, object, boolean]>([
    ["exact values, any of several", { source: ["other", "aws.s3"] }, true],
    ["exact values, none of them", { source: ["other"] }, false],
    ["every field must fit", { source: ["aws.s3"], "detail-type": ["Object Deleted"] }, false],
    ["a field that is not there", { detail: { colour: ["red"] } }, false],
    ["a field below one that is not there", { colour: { dark: ["red"] } }, false],
    ["numbers by value", size(300), true],
    ["a number is not its text", size("300"), false],
    ["null", { detail: { nothing: [null] } }, true],
    ["null is not the empty string", { detail: { empty: [null] } }, false],
    ["the empty string", { detail: { empty: [""] } }, true],
    ["true", { detail: { flag: [true] } }, true],
    ["an array fits by any element", { resources: ["arn:aws:s3:::two"] }, true],
    ["an array with no such element", { resources: ["arn:aws:s3:::three"] }, false],
    ["an array of objects fits by one element", { detail: { list: { name: ["b"], size: [2] } } }, true],
    ["not by the parts of two elements", { detail: { list: { name: ["a"], size: [2] } } }, false],
    ["prefix", key({ prefix: "Team " }), true],
    ["prefix, not", key({ prefix: "team " }), false],
    ["prefix, ignoring case", key({ prefix: { "equals-ignore-case": "team " } }), true],
    ["prefix of a number", size({ prefix: "3" }), false],
    ["suffix", key({ suffix: ".yaml" }), true],
    ["suffix, not", key({ suffix: ".json" }), false],
    ["suffix, ignoring case", key({ suffix: { "equals-ignore-case": ".YAML" } }), true],
    ["prefix or suffix", { detail: { object: { key: [{ prefix: "x" }, { suffix: ".yaml" }] } } }, true],
    ["equals-ignore-case", key({ "equals-ignore-case": "team a/CHAT+1.yaml" }), true],
    ["equals-ignore-case, not", key({ "equals-ignore-case": "team a" }), false],
    ["wildcard", key({ wildcard: "Team */*.yaml" }), true],
    ["wildcard is anchored", key({ wildcard: "eam*" }), false],
    ["wildcard takes the rest literally", key({ wildcard: "Team A/chat.1*" }), false],
    ["wildcard may match nothing", key({ wildcard: "*Team A/chat+1.yaml*" }), true],
    ["an escaped asterisk is no wildcard", key({ wildcard: "Team\\*" }), false],
    ["anything-but", { source: [{ "anything-but": "specdrop" }] }, true],
    ["anything-but, itself", { source: [{ "anything-but": "aws.s3" }] }, false],
    ["anything-but a list", { source: [{ "anything-but": ["specdrop", "aws.s3"] }] }, false],
    ["anything-but a number", size({ "anything-but": 1 }), true],
    ["anything-but what is not there", { detail: { colour: [{ "anything-but": "red" }] } }, false],
    ["anything-but on an array, by another element", { resources: [{ "anything-but": "arn:aws:s3:::one" }] }, true],
    ["anything-but a prefix", key({ "anything-but": { prefix: "Team" } }), false],
    ["anything-but prefixes", key({ "anything-but": { prefix: ["a", "b"] } }), true],
    ["anything-but a suffix", key({ "anything-but": { suffix: ".json" } }), true],
    ["anything-but a wildcard", key({ "anything-but": { wildcard: "*/*" } }), false],
    ["anything-but, ignoring case", { source: [{ "anything-but": { "equals-ignore-case": "AWS.S3" } }] }, false],
    ["exists", key({ exists: true }), true],
    ["exists, not", { detail: { colour: [{ exists: true }] } }, false],
    ["does not exist", { detail: { colour: [{ exists: false }] } }, true],
    ["does not exist, but does", key({ exists: false }), false],
    ["exists is about leaves", { detail: { object: [{ exists: true }] } }, false],
    ["an empty array is not there", { detail: { tags: [{ exists: false }] } }, true],
    ["null exists", { detail: { nothing: [{ exists: true }] } }, true],
    ["numeric, one bound", size({ numeric: [">", 299] }), true],
    ["numeric, two bounds", size({ numeric: [">", 0, "<=", 300] }), true],
    ["numeric, outside", size({ numeric: [">", 0, "<", 300] }), false],
    ["numeric, equal", size({ numeric: ["=", 300] }), true],
    ["numeric, at least", size({ numeric: [">=", 301] }), false],
    ["numeric of a string", key({ numeric: [">", 0] }), false],
    ["cidr", { detail: { ip: [{ cidr: "10.1.0.0/16" }] } }, true],
    ["cidr, outside", { detail: { ip: [{ cidr: "10.2.0.0/16" }] } }, false],
    ["cidr of version 6", { detail: { v6: [{ cidr: "2001:db8::/32" }] } }, true],
    ["cidr of something else", key({ cidr: "10.0.0.0/8" }), false],
    ["$or, the second", { $or: [{ source: ["x"] }, { "detail-type": ["Object Created"] }] }, true],
    ["$or, neither", { $or: [{ source: ["x"] }, { "detail-type": ["y"] }] }, false],
    [
      "$or is not enough",
      { source: ["x"], $or: [{ source: ["aws.s3"] }, { "detail-type": ["Object Created"] }] },
      false,
    ],
    ["$or further down", { detail: { $or: [{ flag: [false] }, { object: { size: [300] } }] } }, true],
    ["a name every object has", { detail: { toString: [{ exists: true }] } }, false],
  ])("%s", (_, pattern, expected) => {
    expect(matchesPattern(parsePattern(JSON.stringify(pattern)), event)).toBe(expected);
  });

  test.each<[string, string, string]>([
    ["not JSON", "{", "not valid JSON"],
    ["not an object", "[]", "not a JSON object"],
    ["nothing in it", "{}", "empty objects are not allowed"],
    ["a bare value", '{"source":"aws.s3"}', "/source must be an object or an array"],
    ["an empty array", '{"source":[]}', "empty arrays are not allowed (at /source)"],
    ["an unknown operator", '{"source":[{"regex":"x"}]}', "unrecognized match type regex"],
    ["two operators", '{"source":[{"prefix":"x","suffix":"y"}]}', "unrecognized match type prefix, suffix"],
    ["a nested array", '{"source":[["x"]]}', "a nested array is not a matcher"],
    ["prefix of a number", '{"source":[{"prefix":1}]}', "prefix: a string or"],
    ["two asterisks", '{"source":[{"wildcard":"a**"}]}', "consecutive wildcards"],
    ["a stray backslash", '{"source":[{"wildcard":"a\\\\b"}]}', "a backslash may only stand before"],
    ["an odd comparison", '{"source":[{"numeric":["!",1]}]}', "one or two comparisons"],
    ["no address block", '{"source":[{"cidr":"10.0.0.0/99"}]}', "an address block"],
    ["exists, maybe", '{"source":[{"exists":"maybe"}]}', "true or false"],
    ["anything-but numeric", '{"source":[{"anything-but":{"numeric":["=",1]}}]}', "anything-but cannot hold numeric"],
    ["anything-but nothing", '{"source":[{"anything-but":[]}]}', "strings or numbers"],
    ["one alternative", '{"$or":[{"source":["x"]}]}', "at least two objects"],
    ["too long", JSON.stringify({ source: ["x".repeat(4096)] }), "longer than 4096"],
  ])("is refused: %s", (_, text, reason) => {
    expect(() => parsePattern(text)).toThrow(InvalidPatternError);
    expect(() => parsePattern(text)).toThrow(reason);
  });
});
