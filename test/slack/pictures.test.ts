import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageOf } from "../../scripts/slack-pictures/page.ts";
import { hashOf, PICTURES, readMessages, SOURCES } from "../../scripts/slack-pictures/sources.ts";

// The messages are golden files, which another test compares with what is rendered today.
const messages = readMessages();
const names = Object.keys(messages);

test("the pictures show today's messages (npm run slack-pictures draws them)", () => {
  const hashes = Object.fromEntries(Object.entries(messages).map(([name, message]) => [name, hashOf(message)]));
  expect(JSON.parse(readFileSync(SOURCES, "utf8"))).toEqual(hashes);
});

test.each(names)("%s has its picture, and its place in docs/slack.md", (name) => {
  expect(existsSync(new URL(`${name}.png`, PICTURES))).toBe(true);
  expect(readFileSync(new URL("../../slack.md", PICTURES), "utf8")).toMatch(
    new RegExp(`!\\[[^\\]]{10,}\\]\\(images/slack/${name}\\.png\\)`),
  );
});

test("a page holds nothing that a message does not show", () => {
  const page = pageOf({
    a: { text: "", blocks: [{ type: "header", text: { type: "plain_text", text: "<b>&amp;</b>" } }] },
  });
  expect(page).toContain("<h1>&#60;b&#62;&#38;&#60;/b&#62;</h1>");
  expect(() => pageOf({ a: { text: "", blocks: [{ type: "video" }] } })).toThrow("No picture of a block video");
});
