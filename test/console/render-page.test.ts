import { createHash } from "node:crypto";
import type { ConsoleState } from "@specdrop/console/state";
import { contentPolicy, renderPage, titleOf } from "@specdrop/console/view/render-page";
import { expect, test } from "vitest";
import { ALL_LIVE } from "./states/all-live.ts";
import { EMPTY } from "./states/empty.ts";
import { FAILING } from "./states/failing.ts";

/** Every text of a state in the place of one that is meant to harm. */
function hostile(value: unknown, bad: string): unknown {
  if (typeof value === "string")
    return /^\d{4}-|^(?:dev|snapshot|ago|since)$/.test(value) || KEPT.has(value) ? value : bad;
  if (Array.isArray(value)) return value.map((each) => hostile(each, bad));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, bad)]));
}
const KEPT = new Set(
  "failed blocked drifted pending unproven live none notLive unproven empty suspended notApplied Dropped Planned Applied Deployed Slack".split(
    " ",
  ),
);

test.each([
  ["<img src=x onerror=alert(1)>", "<img"],
  ["</script><script>alert(1)</script>", "<script>alert"],
  ['"onclick="alert(1)', '"onclick="'],
  ["<!--<script>", "<!--<script>"],
])("a name %j stays text wherever it stands", (bad, harm) => {
  for (const state of [EMPTY, FAILING, ALL_LIVE]) {
    const page = renderPage(hostile(state, bad) as ConsoleState, { script: "0" });
    expect(page.includes(harm)).toBe(false);
    expect(page.match(/<script/g)).toHaveLength(2);
    const [, json = ""] = /<script type="application\/json" id="state">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(hostile(state, bad));
  }
});

test("letters that turn writing round are shown as what they are", () => {
  const page = renderPage(hostile(FAILING, "a\u202eb\u0007") as ConsoleState, {});
  const [markup = ""] = page.split('<script type="application/json"');
  // What only the script reads keeps the names as they are.
  const seen = markup.replaceAll(/ (?:data-[a-z]+|id|href)="[^"]*"/g, "");
  expect(seen.match(/.{60}(?:\u202e|[^\n -\u{ffff}]).{20}/u)).toBeNull();
  expect(markup.includes("a\uFFFDb\u2407")).toBe(true);
});

test.each([
  ["empty", EMPTY],
  ["failing", FAILING],
  ["all live", ALL_LIVE],
])("the page of %s has no style and no handler in an attribute, and names no other address", (_, state) => {
  const page = renderPage(state, { script: "0" });
  const [markup = ""] = page.split('<script type="application/json"');
  expect(markup.replace(/<style>.*?<\/style>/s, "").match(/\s(?:style|on\w+)=.{20}/i)).toBeNull();
  // Where a run is linked, it is left to the reader to go there.
  expect(markup.match(/(?:src|href)="(?!#|data:,|https:\/\/github\.com\/acme\/)[^"]*/g)).toBeNull();
});

test("the policy allows the style and the script of the page by their hashes, and nothing else", () => {
  const page = renderPage(FAILING, { script: "let a = 1" });
  const hash = (text: string | undefined) => `'sha256-${createHash("sha256").update(String(text)).digest("base64")}'`;
  const policy = contentPolicy("let a = 1", "server");
  expect(policy).toContain(`script-src ${hash("let a = 1")};`);
  expect(policy).toContain(`style-src ${hash(/<style>(.*?)<\/style>/s.exec(page)?.[1])};`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(page).not.toContain("http-equiv");
  const file = renderPage({ ...FAILING, where: { ...FAILING.where, kind: "snapshot" } }, {});
  expect(file).toContain(`<meta http-equiv="Content-Security-Policy" content="${contentPolicy(undefined, "file")}">`);
  expect(contentPolicy(undefined, "file")).toContain("script-src 'none'; ");
  expect(contentPolicy(undefined, "file")).toContain("connect-src 'none'");
});

test("what a reader needs is there before the script runs", () => {
  const page = renderPage(FAILING, { script: "0" });
  for (const text of [
    "<h1",
    "6 of 42 responses are not live",
    "AWS refused the new <code>/4\\d\\d/</code>",
    "aws s3 cp messages.yaml s3://specs/chat/",
    "<caption",
    "nothing goes back to the client",
    "8 accepted, 7 live",
    "<h3>History</h3>",
  ]) {
    expect(page.includes(text), text).toBe(true);
  }
  expect(page).not.toContain('role="tab"');
  expect(page).not.toContain('id="filter"');
  expect(titleOf(FAILING)).toBe("● 6 not live – specdrop dev");
});
