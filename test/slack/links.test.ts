import { CONSOLE_LINKS, checkMessage, type Links, linksTo, parseLinks, renderResult } from "@specdrop/slack";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readGolden } from "../events/golden.ts";
import { calendar } from "./world.ts";

const links: Links = {
  templates: CONSOLE_LINKS,
  region: "eu-central-1",
  logGroups: ["/aws/lambda/specdrop-dev-Reconcile"],
  calendar,
};
const subject = {
  document: { bucket: "specs", key: "team a/chat+1.yaml", versionId: "v.1" },
  apiId: "a1b2c3d4e5",
  correlationId: "order-7",
  time: "2026-11-22T12:00:00.000Z",
  durationMs: 30_000,
};

test("they lead to the object's version, the API, and what was logged about it meanwhile", () => {
  const { documentUrl, consoleUrl, logsUrl } = linksTo(links, subject);
  expect(documentUrl).toBe(
    "https://eu-central-1.console.aws.amazon.com/s3/object/specs?region=eu-central-1&prefix=team%20a%2Fchat%2B1.yaml&versionId=v.1",
  );
  expect(consoleUrl).toBe(
    "https://eu-central-1.console.aws.amazon.com/apigateway/main/develop/routes?api=a1b2c3d4e5&region=eu-central-1",
  );
  expect(logsUrl).toMatch(
    /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-central-1#logsV2:logs-insights\$3FqueryDetail\$3D~\(end~/,
  );
  const query = decodeURIComponent(
    decodeURIComponent((logsUrl ?? "").split("queryDetail$3D")[1]?.replaceAll("$", "%").replaceAll("*", "%") ?? ""),
  );
  expect(query).toContain("end~'2026-11-22T12:01:00.000Z~start~'2026-11-22T11:58:30.000Z~timeType~'ABSOLUTE");
  expect(query).toContain('| filter correlationId = "order-7"');
  expect(query).toContain("source~(~'/aws/lambda/specdrop-dev-Reconcile)");
});

test("without a version, an API or log groups there is no link that names none", () => {
  const { versionId: _, ...document } = subject.document;
  const found = linksTo({ ...links, logGroups: [] }, { ...subject, document, apiId: undefined });
  expect(found.documentUrl).not.toContain("versionId");
  expect(found).toMatchObject({ consoleUrl: undefined, logsUrl: undefined });
});

test.each([
  ["{", "It is not JSON"],
  ["[]", "It is not a JSON object"],
  ['{"log": ""}', 'There is no link "log"; the links are document, api, logs, page'],
  ['{"api": "javascript:alert(1)"}', 'The link "api" is neither an http(s) address nor empty'],
  ['{"api": 1}', 'The link "api" is neither an http(s) address nor empty'],
])("%s is refused: %s", (text, problem) => {
  expect(() => parseLinks(text)).toThrow(problem);
});

test("one's own bases take the place of the console's, and an empty one is left out", () => {
  const templates = parseLinks('{"document": "https://specs.example.com/{bucket}/{key}", "logs": ""}');
  const found = linksTo({ ...links, templates }, subject);
  expect(found.documentUrl).toBe("https://specs.example.com/specs/team%20a%2Fchat%2B1.yaml");
  expect(found.logsUrl).toBe("");
  const message = renderResult(readGolden("ApplySucceeded").event, found);
  const actions = message.blocks.find(({ type }) => type === "actions");
  expect(actions).toMatchObject({ elements: [{ action_id: "open-document" }, { action_id: "open-api" }] });
});

test("a copy of the page is linked where somebody names one, at the API where that is known", () => {
  const templates = parseLinks('{"page": "https://specs.example.com/{region}/page.html#/api/{apiId}"}');
  expect(linksTo(links, subject).pageUrl).toBeUndefined();
  const found = linksTo({ ...links, templates }, { ...subject, apiId: "a/b" });
  expect(found.pageUrl).toBe("https://specs.example.com/eu-central-1/page.html#/api/a%2Fb");
  expect(linksTo({ ...links, templates }, { ...subject, apiId: undefined }).pageUrl).toBe(
    "https://specs.example.com/eu-central-1/page.html",
  );
  const { blocks } = renderResult(readGolden("ApplySucceeded").event, found);
  const actions = blocks.find(({ type }) => type === "actions");
  expect(actions).toMatchObject({
    elements: expect.arrayContaining([expect.objectContaining({ action_id: "open-page", url: found.pageUrl })]),
  });
});

test("whatever a key or an id holds, an address leads where its base says, and the message is one that Slack takes", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "<!channel>",
      "|",
      "'~)(*$",
      "#x",
      "?a=b&c=d",
      "../..",
      "\ud800",
      "`",
      "k".repeat(1_024),
      "ü".repeat(1_024),
    ),
  );
  fc.assert(
    fc.property(text, text, text, text, (bucket, key, versionId, correlationId) => {
      const found = linksTo(links, { ...subject, document: { bucket, key, versionId }, apiId: key, correlationId });
      for (const url of Object.values(found)) {
        if (url === undefined) continue;
        expect(url).toMatch(/^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/[!-~]+$/);
        expect(new URL(url).host).toBe("eu-central-1.console.aws.amazon.com");
      }
      expect(checkMessage(renderResult(readGolden("ApplySucceeded").event, found))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
