import { readdirSync } from "node:fs";
import type { DocumentSource } from "@specdrop/events";
import {
  admit,
  type ChannelState,
  checkMessage,
  digestEntry,
  LIMITS,
  renderDigest,
  renderFailureReply,
  renderProgress,
  renderResult,
  SLACK_PACE,
  type SlackMessage,
} from "@specdrop/slack";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resultEvents } from "../events/arbitraries.ts";
import { readGolden } from "../events/golden.ts";
import { MESSAGES } from "./messages.ts";
import { aProgress, vary } from "./scenarios.ts";

test.each(["SD5003", "SD5007"])("deletions that are refused for %s are neither a conflict nor a failure", (code) => {
  const change = {
    logicalId: "chatOld",
    action: "delete",
    status: "skipped",
    integrationId: "abc1234",
    integrationResponseKey: "$default",
    changedProperties: [],
  } as const;
  const { event } = readGolden("ApplyFailed");
  const { data } = event.detail;
  const start = { line: 1, column: 1 };
  const diagnostics = [
    { code, severity: "error", message: "Too many.", file: "a", range: { start, end: start }, pointer: "" } as const,
  ];
  const { deployment: _, ...rest } = data;
  const refused = { ...rest, changes: [change], summary: { ...data.summary, failed: 0 }, diagnostics };
  const text = JSON.stringify(renderResult({ ...event, detail: { ...event.detail, data: refused } }));
  expect(text).toContain("Refused");
  expect(text).toContain("1 refused");
  expect(text).toContain("deletion refused");
  expect(text).not.toMatch(/conflict|1 failed|❌ Failed/i);
});

/** Every text of a message that Slack reads as markup. */
const markup = (message: SlackMessage): string[] =>
  message.blocks.flatMap((block) => {
    if (block.type === "header" || block.type === "actions") return [];
    const texts =
      block.type === "context" ? block.elements : [...(block.text ? [block.text] : []), ...(block.fields ?? [])];
    return texts.map(({ text }) => text);
  });

const allText = (message: SlackMessage) => JSON.stringify(message);

test.each(Object.entries(MESSAGES))("%s looks as it did", async (name, message) => {
  expect(checkMessage(message)).toEqual([]);
  await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
});

test("every golden message has its scenario", () => {
  const files = readdirSync(new URL("golden/", import.meta.url));
  expect(files.sort()).toEqual(
    Object.keys(MESSAGES)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

test.each([
  ["apply", "❌ Failed ·"],
  ["plan", "❌ Failed to plan ·"],
  ["withdraw", "❌ Failed to withdraw ·"],
] as const)("a failed %s is called so", (mode, title) => {
  expect(renderResult(vary("ApplyFailed", { mode })).blocks[0]).toMatchObject({
    text: { text: expect.stringContaining(title) },
  });
});

test("a result that says why is shown with its reason, as text", () => {
  const reason = "A later event with the same name was already processed. <!channel> `";
  const shown = allText(renderResult(vary("SpecSuperseded", { reason })));
  expect(shown).toContain("A later event with the same name was already processed.");
  expect(shown).not.toContain("<!channel>");
  expect(allText(renderResult(vary("SpecSuperseded", { reason: " " })))).toBe(
    allText(renderResult(vary("SpecSuperseded", {}))),
  );
});

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [1_000, "1.0 s"],
  [4_180, "4.2 s"],
  [59_949, "59.9 s"],
  [59_960, "1 min 0 s"],
  [65_000, "1 min 5 s"],
  [3_599_400, "59 min 59 s"],
  [7_380_000, "2 h 3 min"],
])("%d ms are written as %s", (durationMs, written) => {
  expect(markup(renderResult(vary("ApplySucceeded", { durationMs })))).toContain(`*Duration*\n${written}`);
});

test("problems stay short, errors before warnings, the rest counted", () => {
  const [error, warning] = readGolden("SpecRejected").event.detail.data.diagnostics;
  if (error === undefined || warning === undefined) throw new Error("The golden event has two diagnostics");
  const diagnostics = [...Array(20).fill(warning), { ...error, message: "m".repeat(2_000) }];
  const message = renderResult(vary("SpecRejected", { diagnostics, omittedDiagnostics: 30 }));
  const block = markup(message).find((text) => text.startsWith("```")) ?? "";
  const [code, more] = block.split("\n```\n");
  expect(block.length).toBeLessThan(520);
  expect(code?.split("\n")[1]).toMatch(/^responses\.yaml:6:5 error SD2003: m+…$/);
  const shown = (code?.split("\n").length ?? 0) - 1;
  expect(more).toBe(`+${21 - shown + 30} more`);
  expect(markup(message)[0]).toBe("1 error, 20 warnings, 30 more");
});

test("a failure without advice still says what to do", () => {
  const [change] = readGolden("ApplyFailed").event.detail.data.changes;
  if (change === undefined) throw new Error("The golden event has changes");
  const step = (retryable: boolean) => {
    const error = { code: "Throttling", message: "Rate exceeded", retryable };
    const event = vary("ApplyFailed", { changes: [{ ...change, status: "failed", error }] });
    return markup(renderResult(event)).find((text) => text.startsWith("*Next:*"));
  };
  expect(step(true)).toMatch(/^\*Next:\* The cause may be temporary: drop the document again\.\n```/);
  expect(step(false)).toMatch(
    /^\*Next:\* Correct the document, or the problem that AWS names, and drop it again\.\n```/,
  );
});

test("links are made of web addresses only, and cannot be broken out of", () => {
  const render = (documentUrl: string) => allText(renderResult(readGolden("ApplySucceeded").event, { documentUrl }));
  expect(render("https://example.com/a|b>c<!channel>`d e?f=1&g=2")).toContain(
    "*<https://example.com/a%7Cb%3Ec%3C!channel%3E%60d%20e?f=1&amp;g=2|Document>*",
  );
  for (const address of [
    "javascript:alert(1)",
    "example.com",
    "",
    `https://example.com/${"a".repeat(2_000)}`,
    "https://ä.example",
  ]) {
    expect(render(address)).toContain("*Document*");
  }
});

const MENTION = /<[!@#]|@(?:channel|here|everyone)\b/i;
const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        "<!channel>",
        "<@U012AB3CD>",
        "<#C012AB3CD>",
        "<https://evil.example|ok>",
        "@here",
        "`",
        "```",
        "\n",
        "&",
        "&lt;",
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "\u202e",
    "\u2066x\u2069",
    "@\u200bchannel",
    "\ud800",
    "😀".repeat(2_000),
    "<".repeat(5_000),
    "`".repeat(5_000),
    "x".repeat(10_000),
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
  ),
);

function expectHarmless(message: SlackMessage): void {
  expect(checkMessage(message)).toEqual([]);
  for (const text of markup(message)) {
    expect(text).not.toMatch(/[<>]/);
    // Code may show what looks like a mention: Slack makes none of it there.
    const outsideCode = text.replace(/```.*?```/gs, "").replace(/`[^`\n]*`/g, "");
    expect(outsideCode).not.toMatch(MENTION);
    expect(outsideCode).not.toContain("`");
  }
  expect(message.text).not.toMatch(MENTION);
  expect(message.blocks.length).toBeLessThan(LIMITS.blocks);
}

test("the same goes for replies, digests and progress", () => {
  fc.assert(
    fc.property(fc.array(resultEvents(hostileText), { minLength: 6, maxLength: 12 }), hostileText, (events, text) => {
      let state: ChannelState | undefined;
      for (const [index, event] of events.entries()) {
        const reply = renderFailureReply(event);
        if (reply !== undefined) expectHarmless(reply);
        expectHarmless(renderResult(event));
        state = admit(state, { ...digestEntry(event), id: `${index}` }, 0, SLACK_PACE).state;
      }
      if (state?.digest !== undefined) expectHarmless(renderDigest(state.digest));
      const document = { bucket: text, key: text, requester: text };
      expectHarmless(
        renderProgress(aProgress({ document, apiId: text, correlationId: text, operationId: text, failed: 3 })),
      );
    }),
    { numRuns: 20 },
  );
});

test("who brought a document is told where that is known", () => {
  const from = (document: Partial<DocumentSource>) => {
    const { data } = readGolden("ApplySucceeded").event.detail;
    const message = renderResult(vary("ApplySucceeded", { document: { ...data.document, ...document } }));
    return markup(message).find((text) => text.startsWith("*From*"));
  };
  expect(from({})).toBeUndefined();
  expect(from({ requester: "444455556666" })).toBe("*From*\n`444455556666`");
  expect(from({ key: "events/111122223333/shop%2Forders/chat.yaml" })).toBe(
    "*From*\n`shop/orders` of account `111122223333`",
  );
  expect(from({ key: "events/111122223333/%E0%A4%A/chat.yaml" })).toBe("*From*\n`%E0%A4%A` of account `111122223333`");
});

test("whatever a spec, AWS or a sender writes, the message is one that Slack takes and nobody is fooled by", () => {
  fc.assert(
    fc.property(resultEvents(hostileText), (event) => {
      expectHarmless(renderResult(event));
    }),
    { numRuns: 150 },
  );
});

test("backticks of a spec never change where code begins and ends", () => {
  const plain = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 10 });
  // A name with a backtick, or with two spaces in a row, makes no command: its block is left out.
  const ticks = (message: SlackMessage) =>
    markup(message).map((text) => text.replace(/^(\*(?:Next|Back):\*.*\n)```\n.*\n```$/s, "$1").replace(/[^`]/g, ""));
  fc.assert(
    fc.property(resultEvents(plain), (event) => {
      const poisoned = JSON.parse(JSON.stringify(event), (key, value: unknown) =>
        typeof value === "string" && !/^(detailType|action|status|severity|mode)$/.test(key)
          ? value.replaceAll("a", "`")
          : value,
      );
      expect(ticks(renderResult(poisoned))).toEqual(ticks(renderResult(event)));
    }),
    { numRuns: 100 },
  );
});

test("a plan that would deploy says to which stage", () => {
  const deployment = { status: "pending", stageName: "prod" } as const;
  const stage = "*Stage*\n`prod`: would be deployed, with all changes that are not live yet";
  expect(markup(renderResult(vary("PlanProduced", { deployment })))).toContain(stage);
  const onlyThat = {
    deployment,
    changes: [],
    summary: { ...readGolden("PlanProduced").event.detail.data.summary, create: 0 },
  };
  expect(markup(renderResult(vary("PlanProduced", onlyThat)))).toContain(stage);
  expect(allText(renderResult(vary("PlanProduced", {})))).not.toContain("*Stage*");
});

test.each([
  ["throttled", "AWS is throttling since 00:17 UTC (`Throttling`); tried 3 times, and it is tried again."],
  ["aws", "AWS answers with errors, or not at all, since 00:17 UTC (`Throttling`); tried 3 times"],
  ["credentials", "AWS does not accept the credentials or permissions since 00:17 UTC"],
  ["busy", "Another run has the API since 00:17 UTC"],
  ["other", "Runs fail since 00:17 UTC"],
] as const)("progress says why runs fail: %s", (cause, words) => {
  const failure = { tries: 3, cause, since: "2026-11-30T00:17:42.000Z", code: "Throttling" };
  expect(markup(renderProgress(aProgress({ failure }))).join("\n")).toContain(`⚠️ ${words}`);
  expect(allText(renderProgress(aProgress()))).not.toContain("⚠️");
});
