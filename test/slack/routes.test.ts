import { channelFor, isSlackChannel, parseRules } from "@specdrop/slack";
import { expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";

const any = () => true;

test("the first rule that fits decides, and without one the default channel", () => {
  const rules = parseRules(
    '[{"outcomes": ["failed", "rejected"], "channel": "#bad"}, {"prefix": "", "channel": null}]',
    any,
  );
  const routes = { defaultChannel: "#specs", rules };
  expect(channelFor(routes, readGolden("ApplyFailed").event)).toBe("#bad");
  expect(channelFor(routes, readGolden("ApplySucceeded").event)).toBeUndefined();
  expect(channelFor({ ...routes, rules: [] }, readGolden("ApplySucceeded").event)).toBe("#specs");
});

test.each([
  ["", "It is not JSON"],
  ["{}", "It is not a JSON array of rules"],
  ["[[]]", "Rule 1 is not a JSON object"],
  [
    '[{"channel": "a"}, {"chanel": "a"}]',
    'Rule 2 has an unknown property "chanel"; the properties are prefix, outcomes and channel',
  ],
  ['[{"prefix": 1, "channel": "a"}]', "Rule 1 has a prefix that is not a text"],
  ['[{"outcomes": [], "channel": "a"}]', "Rule 1 has outcomes that are not a list of at least one"],
  [
    '[{"outcomes": ["fail"], "channel": "a"}]',
    'Rule 1 has the unknown outcome "fail"; the outcomes are applied, not-live',
  ],
  ["[{}]", "Rule 1 has no channel: write a name, or null to mute it"],
  ['[{"channel": "b"}]', 'Rule 1 has the channel "b", which is not a Slack channel'],
])("%s is refused: %s", (text, problem) => {
  expect(() => parseRules(text, (name) => name === "a")).toThrow(problem);
});

test("channels go by name or by id", () => {
  for (const name of ["specs", "#specs-1_x", "C012AB3CD45", "#канал"]) expect(isSlackChannel(name)).toBe(true);
  for (const name of ["", "#", "Specs", "@ada", "a b", "#a,b", "<!channel>", "c".repeat(90)])
    expect(isSlackChannel(name)).toBe(false);
});
