import { intakeObjectEvent } from "@specdrop/service/intake";
import { isAllowed, parseAllowedApis } from "@specdrop/service/policy";
import { reconcile } from "@specdrop/service/reconcile";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drain, ownedKeys, spec, told, world } from "../builders.ts";

const rules = {
  prefixes: { "": ["common1"], "team-a/": ["aaaa1", "aaaa2"], "team-a/lab/": ["*"], "team-b/": [] },
  accounts: { "111122223333": ["aaaa1"], "444455556666": ["*"] },
};
const allowedApis = parseAllowedApis(JSON.stringify(rules));

test.each([
  ["chat.yaml", "common1", true],
  ["chat.yaml", "aaaa1", false],
  ["team-a/chat.yaml", "aaaa2", true],
  ["team-a/chat.yaml", "common1", false],
  ["team-a/lab/chat.yaml", "anything", true],
  ["team-a/labs.yaml", "anything", false],
  ["team-b/chat.yaml", "common1", false],
  ["events/111122223333/orders/chat", "aaaa1", true],
  ["events/111122223333/orders/chat", "common1", false],
  ["events/111122223333/events/444455556666/chat", "zzzz9", false],
  ["events/444455556666/orders/../../team-a/chat", "zzzz9", true],
  ["events/999999999999/orders/chat", "common1", false],
  ["events/chat.yaml", "common1", false],
  ["events/", "common1", false],
])("%s on %s: %s", (key, apiId, expected) => {
  expect(isAllowed(allowedApis, key, apiId)).toBe(expected);
});

test("without rules everything is allowed, with rules that match nothing, nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, apiId) => {
      expect(isAllowed(undefined, key, apiId)).toBe(true);
      expect(isAllowed(parseAllowedApis("{}"), key, apiId)).toBe(false);
    }),
  );
});

test("names that objects have by nature are names like any other", () => {
  const odd = parseAllowedApis('{"prefixes": {"__proto__": ["aaaa1"], "constructor": ["aaaa2"]}}');
  expect(isAllowed(odd, "__proto__/a.yaml", "aaaa1")).toBe(true);
  expect(isAllowed(odd, "constructor", "aaaa2")).toBe(true);
  expect(isAllowed(odd, "toString", "aaaa1")).toBe(false);
});

test.each([
  ["", "it is empty; leave it unset to allow every API"],
  ["{", "it is not JSON"],
  ["[]", "it is not a JSON object"],
  ['{"prefix": {}}', 'it has "prefix"; valid names are "prefixes" and "accounts"'],
  ['{"prefixes": ["a"]}', "prefixes is not a JSON object"],
  ['{"prefixes": {"a/": "x"}}', 'prefixes["a/"] is not a list of API ids'],
  ['{"prefixes": {"a/": ["ok", "a b"]}}', 'prefixes["a/"][1] is "a b", which is neither an API id nor "*"'],
  ['{"prefixes": {"a/": [1]}}', 'prefixes["a/"][0] is 1'],
  ['{"prefixes": {"/a": []}}', "object keys do not begin with a slash"],
  ['{"prefixes": {"events/111122223333/": []}}', '"accounts" decides about keys under events/'],
  ['{"accounts": {"1111": []}}', 'accounts["1111"] is not an AWS account'],
])("rules that make no sense say where: %s", (text, message) => {
  expect(() => parseAllowedApis(text)).toThrow(message);
});

describe("a document on an API that is not allowed", () => {
  const text = (api: string) => spec({ aaaa1: ["/200/"], [api]: ["/400/", "/500/"] });

  test("is rejected whole at intake, each resource at its place", async () => {
    const w = world({ allowedApis });
    await intakeObjectEvent(w, w.store.put("team-a/chat.json", text("bbbb1")));
    expect(told(w.published)).toEqual(["SpecRejected 1"]);
    expect(w.signals).toEqual([]);
    const diagnostics = w.published[0]?.detail.data.diagnostics.filter(({ severity }) => severity === "error");
    expect(diagnostics).toMatchObject([
      { code: "SD5005", pointer: "/IntegrationResponses/onbbbb1400/ApiId", range: { start: { line: 1 } } },
      { code: "SD5005", pointer: "/IntegrationResponses/onbbbb1500/ApiId" },
    ]);
    expect(diagnostics?.[0]?.range.start.column).toBeLessThan(diagnostics?.[1]?.range.start.column ?? 0);
  });

  test("an ApiId that stands at the top is pointed at there", async () => {
    const w = world({ allowedApis });
    const body = "ApiId: zzzz1\nIntegrationId: i1\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";
    await intakeObjectEvent(w, w.store.put("chat.yaml", body));
    const [first] = w.published[0]?.detail.data.diagnostics ?? [];
    expect(first).toMatchObject({ code: "SD5005", pointer: "/ApiId", range: { start: { line: 4, column: 3 } } });
  });

  test("its other mistakes are told without it", async () => {
    const w = world({ allowedApis });
    await intakeObjectEvent(
      w,
      w.store.put("chat.json", JSON.stringify({ IntegrationResponses: { one: { ApiId: 1 } } })),
    );
    expect(w.published[0]?.detail.data.diagnostics.map(({ code }) => code)).not.toContain("SD5005");
  });

  test("is not applied if the rules have changed since, and nothing it owns is deleted", async () => {
    const w = world();
    const key = "team-a/chat.json";
    await intakeObjectEvent(w, w.store.put(key, text("bbbb1")));
    await drain(w);
    await intakeObjectEvent(w, w.store.put(key, spec({ aaaa1: ["/200/"], bbbb1: ["/400/"] })));
    await drain({ ...w, allowedApis });
    expect(told(w.published).slice(2)).toEqual(["ApplyUnchanged 2 aaaa1", "ApplyFailed 2 bbbb1"]);
    expect(w.published.at(-1)?.detail.data).toMatchObject({
      mode: "apply",
      changes: [],
      diagnostics: [
        {
          code: "SD5005",
          message: expect.stringContaining("The responses that the document owns there (2) stay as they are"),
        },
        { code: "SD5005", pointer: "/IntegrationResponses/onbbbb1400/ApiId" },
      ],
    });

    const withdrawn = w.store.remove(key);
    await intakeObjectEvent(w, withdrawn);
    await drain({ ...w, allowedApis });
    expect(told(w.published).slice(4)).toEqual(["ApplySucceeded 3 aaaa1", "ApplyFailed 3 bbbb1"]);
    expect(w.published.at(-1)?.detail.data).toMatchObject({ mode: "withdraw", diagnostics: [{ code: "SD5005" }] });
    expect(await ownedKeys(w.ledger, `s3://specs/${key}`, "bbbb1")).toEqual(["/400/", "/500/"]);
  });

  test("a revision without any rule is converged as ever", async () => {
    const w = world({ allowedApis });
    await intakeObjectEvent(w, w.store.put("team-a/chat.json", spec({ aaaa1: ["/200/"] })));
    const [signal] = w.signals;
    if (signal === undefined) throw new Error("nothing was signalled");
    const run = await reconcile(w, signal, { deadline: Number.POSITIVE_INFINITY, owner: "one" });
    expect(run.outcome).toBe("settled");
  });
});

describe("a repeat of an event, after the rules have changed", () => {
  const key = "team-a/chat.json";
  const killed = () => Promise.reject(new Error("killed"));

  test.each([true, false])("does not reject what was accepted (versioned: %s)", async (versioned) => {
    const w = world({ versioned });
    await intakeObjectEvent(w, w.store.put(key, spec({ bbbb1: ["/200/"] })));
    const event = w.store.put(key, spec({ bbbb1: ["/404/"] }));
    await expect(intakeObjectEvent({ ...w, queue: { send: killed } }, event)).rejects.toThrow("killed");
    const repeated = await intakeObjectEvent({ ...w, allowedApis }, event);
    expect(repeated).toMatchObject({ outcome: "accepted", sequence: 2, diagnostics: [] });
    await drain(w);
    expect(await ownedKeys(w.ledger, `s3://specs/${key}`, "bbbb1")).toEqual(["/404/"]);
    expect(told(w.published)).toEqual(["SpecSuperseded 1 bbbb1", "ApplySucceeded 2 bbbb1"]);
  });

  test("does not accept what was rejected", async () => {
    const w = world();
    const event = w.store.put(key, spec({ bbbb1: ["/200/"] }));
    const dying = { ...w, allowedApis, ledger: { ...w.ledger, settle: killed } };
    await expect(intakeObjectEvent(dying, event)).rejects.toThrow("killed");
    expect(await intakeObjectEvent(w, event)).toMatchObject({ outcome: "rejected", sequence: 1 });
    expect(w.signals).toEqual([]);
    expect(told(w.published)).toEqual(["SpecRejected 1"]);
    expect(w.published[0]?.detail.data.diagnostics).toMatchObject([
      { code: "SD5005", help: "Drop the document again: specdrop then checks it by the current rules." },
    ]);
  });
});
