import { checkMessage, LIMITS, renderResult, type SlackMessage } from "@specdrop/slack";
import { expect, test } from "vitest";
import type { LinkButton } from "../../packages/slack/src/block-kit.ts";
import { readGolden } from "../events/golden.ts";

const good = renderResult(readGolden("ApplyFailed").event);
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text, verbatim: true } }) as const;
const withSection = (text: string): SlackMessage => ({ ...good, blocks: [section(text)] });

test("a rendered message passes, and so does one that uses every limit up", () => {
  expect(checkMessage(good)).toEqual([]);
  const full = section("x".repeat(LIMITS.sectionText));
  expect(checkMessage({ ...good, text: "x".repeat(LIMITS.text), blocks: Array(LIMITS.blocks).fill(full) })).toEqual([]);
});

const header = (text: string) => ({ type: "header", text: { type: "plain_text", text } }) as const;
const field = { type: "mrkdwn", text: "x", verbatim: true } as const;

const button = (change: Partial<LinkButton>): LinkButton => ({
  type: "button",
  text: { type: "plain_text", text: "Open" },
  url: "https://example.com/",
  action_id: "open",
  ...change,
});
const actions = (change: Partial<LinkButton>): SlackMessage => ({
  ...good,
  blocks: [{ type: "actions", elements: [button(change)] }],
});

test.each<[string, SlackMessage, string]>([
  ["no text", { ...good, text: " " }, "text is empty"],
  ["a long text", { ...good, text: "x".repeat(4_001) }, "text has 4001 characters, more than 4000"],
  ["no blocks", { ...good, blocks: [] }, "blocks is empty"],
  ["many blocks", { ...good, blocks: Array(51).fill(section("x")) }, "blocks holds 51, more than 50"],
  ["a long header", { ...good, blocks: [header("x".repeat(151))] }, "blocks[0] has 151 characters, more than 150"],
  ["a long section", withSection("x".repeat(3_001)), "blocks[0].text has 3001 characters, more than 3000"],
  ["an empty section", { ...good, blocks: [{ type: "section" }] }, "blocks[0] has neither text nor fields"],
  [
    "many fields",
    { ...good, blocks: [{ type: "section", fields: Array(11).fill(field) }] },
    "blocks[0].fields holds 11, more than 10",
  ],
  [
    "a long field",
    { ...good, blocks: [{ type: "section", fields: [{ ...field, text: "x".repeat(2_001) }] }] },
    "blocks[0].fields[0] has 2001 characters, more than 2000",
  ],
  [
    "many context elements",
    { ...good, blocks: [{ type: "context", elements: Array(11).fill(field) }] },
    "blocks[0].elements holds 11, more than 10",
  ],
  ["no buttons", { ...good, blocks: [{ type: "actions", elements: [] }] }, "blocks[0].elements is empty"],
  [
    "many buttons",
    {
      ...good,
      blocks: [{ type: "actions", elements: [...Array(26)].map((_, index) => button({ action_id: `${index}` })) }],
    },
    "blocks[0].elements holds 26, more than 25",
  ],
  [
    "a long button",
    actions({ text: { type: "plain_text", text: "x".repeat(76) } }),
    "blocks[0].elements[0].text has 76 characters, more than 75",
  ],
  [
    "a long address",
    actions({ url: `https://example.com/${"x".repeat(3_000)}` }),
    "blocks[0].elements[0].url has 3020 characters, more than 3000",
  ],
  [
    "a button that leads nowhere",
    actions({ url: "javascript:alert(1)" }),
    "blocks[0].elements[0].url is no web address",
  ],
  [
    "two buttons with one id",
    { ...good, blocks: [{ type: "actions", elements: [button({}), button({})] }] },
    "blocks[0] has an action_id twice",
  ],
  [
    "a repeated block_id",
    { ...good, blocks: Array(2).fill({ ...section("x"), block_id: "a" }) },
    "a block_id stands twice",
  ],
  ["a mention", withSection("<!channel>"), "blocks[0].text holds a bare < or >"],
  ["a mention in the text", { ...good, text: "<@U012AB3CD>" }, "text holds a bare < or >"],
  ["a link that is none of ours", withSection("<mailto:a@example.com|a>"), "blocks[0].text holds a bare < or >"],
  ["a bare ampersand", withSection("a & b"), "blocks[0].text holds a bare &"],
  ["an open code span", withSection("`a\nb`"), "blocks[0].text leaves inline code open"],
  ["an open code block", withSection("```a"), "blocks[0].text leaves a code block open"],
  ["a backtick in a code block", withSection("```a`b```"), "blocks[0].text holds a backtick in a code block"],
  ["a direction override", withSection("a\u202eb"), "blocks[0].text holds a hidden character"],
  ["half a character", withSection("\ud800"), "blocks[0].text holds half a surrogate pair"],
])("%s is found", (_, message, problem) => {
  expect(checkMessage(message)).toEqual([problem]);
});

test("a web link is fine", () => {
  expect(checkMessage(withSection("*<https://example.com/a?b=1&amp;c=2|Document>*"))).toEqual([]);
});
