import { dropCommand } from "@specdrop/console/model/commands";
import { numbered } from "@specdrop/console/model/details";
import { type VerdictFacts, verdictOf } from "@specdrop/console/model/verdict";
import { whoOf } from "@specdrop/console/model/who";
import type { PageProblem } from "@specdrop/console/state";
import { listed } from "@specdrop/console/words";
import { diffLines } from "@specdrop/inspect/diff/line-diff";
import { describe, expect, test } from "vitest";
import { plain } from "./stack-page.ts";
import { counts } from "./states/parts.ts";

const AT = "2026-11-30T14:32:08.000Z";
const problem = (apiId: string): PageProblem => ({
  ...{ id: apiId, state: "failed", sentence: [], where: [], apiId, responses: [] },
});
const FACTS: VerdictFacts = {
  at: AT,
  where: { kind: "dev", name: "dev", ledger: "dynamodb:specdrop", comparedAt: AT },
  counts: counts({ live: 42 }),
  problems: [],
  apis: new Map([..."abcdef"].map((id) => [id, `api ${id}`])),
  ...{ documents: 9, notApplied: 0, unprovenByWaiting: 0 },
};

describe("the verdict", () => {
  const said = (facts: Partial<VerdictFacts>) => {
    const { headline, past, line, title, state } = verdictOf({ ...FACTS, ...facts });
    return { headline: plain(headline), past: plain(past), line: plain(line), title, state };
  };

  test.each<[string, Partial<VerdictFacts>, ReturnType<typeof said>]>([
    [
      "not live",
      {
        counts: counts({ drifted: 2, pending: 14, unproven: 9, live: 1_451 }),
        problems: [problem("a"), problem("b"), problem("c"), problem("d")],
        where: { kind: "snapshot", name: "production", ledger: "dynamodb:x", comparedAt: AT, caller: "role/ReadOnly" },
      },
      {
        headline: "16 of 1,476 responses are not live, 9 are unproven",
        past: "16 of 1,476 responses were not live at <time>",
        line: "4 problems on 4 of 6 APIs: api a, api b and 2 more. Compared with AWS on <time>, as role/ReadOnly.",
        title: "● 16 not live",
        state: "drifted",
      },
    ],
    [
      "only unproven",
      { counts: counts({ unproven: 9, live: 33 }) },
      {
        headline: "33 of 42 responses are live, 9 are unproven",
        past: "33 of 42 responses were live at <time>",
        line: "9 documents on 6 APIs; no problem is known. Compared with AWS at <time>.",
        title: "? 9 unproven",
        state: "unproven",
      },
    ],
    [
      "not applied",
      { notApplied: 1, problems: [{ ...problem("a"), apiId: "a" }] },
      {
        headline: "1 document is not applied",
        past: "1 document was not applied at <time>",
        line: "1 problem on 1 of 6 APIs: api a. Compared with AWS at <time>.",
        title: "● 1 not applied",
        state: "failed",
      },
    ],
    [
      "suspended",
      { waiting: 2, counts: counts({ live: 40, unproven: 2 }), unprovenByWaiting: 2 },
      {
        headline: "Applying is suspended: 2 documents wait",
        past: "Applying was suspended at <time>",
        line: "9 documents on 6 APIs; no problem is known. Compared with AWS at <time>.",
        title: "● suspended",
        state: "pending",
      },
    ],
    [
      "all live",
      {},
      {
        headline: "Everything is live",
        past: "Everything was live at <time>",
        line: "42 responses on 6 APIs are in AWS as their 9 documents declare, and deployed. Compared with AWS at <time>.",
        title: "✓ live",
        state: "live",
      },
    ],
  ])("%s", (_, facts, expected) => {
    expect(said(facts)).toEqual(expected);
  });

  test("suspended says nothing of what else is unproven", () => {
    const facts = { waiting: 2, counts: counts({ live: 40, unproven: 3 }), unprovenByWaiting: 2 };
    expect(said(facts).headline).toBe("40 of 43 responses are live, 3 are unproven");
  });

  test("no documents, nothing live: the ledger of a file is named", () => {
    const facts = {
      documents: 0,
      counts: counts({}),
      apis: new Map(),
      where: { ...FACTS.where, kind: "snapshot" },
    } as const;
    expect(said(facts)).toMatchObject({ headline: "Drop the first document", state: undefined });
    expect(said(facts).line).toBe("The ledger dynamodb:specdrop has no documents yet.");
  });
});

test.each([
  [{ from: "metadata", actor: "ada", commit: "4f2c91e0aaaa" }, "chat.yaml", undefined, "by ada, commit 4f2c91e"],
  [{ from: "metadata", commit: "4f2c91e0aaaa" }, "chat.yaml", undefined, "by somebody, commit 4f2c91e"],
  [{ from: "account", actor: "222233334444" }, "chat.yaml", undefined, "by account 222233334444"],
  [{ from: "service", actor: "s3.amazonaws.com" }, "chat.yaml", undefined, "by s3.amazonaws.com"],
  [undefined, "chat.yaml", "222233334444", "by account 222233334444"],
  [{ from: "unknown" }, "chat.yaml", undefined, "by whom is not known"],
  [
    undefined,
    "events/444455556666/billing%2Fstack/a/b.yaml",
    undefined,
    "event from billing/stack, account 444455556666",
  ],
  [undefined, "events/444455556666/bad%zz/a.yaml", undefined, "event from bad%zz, account 444455556666"],
] as const)("who: %j at %s", (by, key, requester, expected) => {
  expect(plain(whoOf(by, key, requester))).toBe(expected);
});

describe("the command that drops a document again", () => {
  const commandOf = (key: string, documentId = `s3://specs/${key}`) =>
    dropCommand({
      documentId,
      head: {
        sequence: 1,
        kind: "accepted",
        source: { bucket: "specs", key },
        correlationId: "",
        seenAt: 0,
        apiIds: [],
      },
    });

  test.each([
    ["chat/messages.yaml", "aws s3 cp messages.yaml s3://specs/chat/"],
    ["chat.yaml", "aws s3 cp chat.yaml s3://specs/"],
    ["'; touch x #.yaml", "aws s3 cp ''\\''; touch x #.yaml' s3://specs/"],
    ["$(id)/-rf.yaml", "aws s3 cp ./-rf.yaml 's3://specs/$(id)/'"],
  ])("%s", (key, text) => {
    expect(commandOf(key)).toEqual({ text });
  });

  test("none where a name cannot be shown to the letter, nor for what others send as events", () => {
    expect(commandOf("a\nb.yaml")).toEqual({ refused: true });
    expect(commandOf("events/111122223333/app/a.yaml")).toBeUndefined();
    expect(commandOf("specs/a.yaml", "file:org/repo:specs/a.yaml")).toEqual({ text: "specdrop apply specs/a.yaml" });
  });
});

test("lines have the numbers of both texts, over gaps too", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const after = before.with(1, "two").toSpliced(14, 0, "new");
  const lines = numbered(diffLines(`${before.join("\n")}\n`, `${after.join("\n")}\n`));
  for (const { kind, text, before: old, after: next } of lines) {
    if (kind !== "added" && kind !== "gap") expect(before[(old ?? 0) - 1]).toBe(text);
    if (kind !== "removed" && kind !== "gap") expect(after[(next ?? 0) - 1]).toBe(text);
  }
  expect(lines.map(({ kind }) => kind)).toContain("gap");
});

test("names are listed up to a number", () => {
  expect(plain(listed(["a"]))).toBe("a");
  expect(plain(listed(["a", "b"]))).toBe("a and b");
  expect(plain(listed(["a", "b", "c", "d"], 3))).toBe("a, b, c and 1 more");
});
