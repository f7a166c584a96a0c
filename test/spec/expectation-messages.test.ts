import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";

const RESPONSES = `IntegrationResponses:
  sent: { ApiId: a1b2c3d4e5, IntegrationId: snd0001, IntegrationResponseKey: $default }
  joined: { ApiId: a1b2c3d4e5, IntegrationId: join001, IntegrationResponseKey: $default }
`;

function judge(expectation: string) {
  const { diagnostics, expectations = [] } = parse(`${RESPONSES}Expectations:\n  - ${expectation}\n`, "chat.yaml");
  return {
    said: diagnostics.map(({ code, message, suggestion, help }) => ({ code, message, suggestion, help })),
    expectations,
  };
}

const GIVEN = "given: { reply: { status: 200, body: secret } }";

test("a misspelt logical id is suggested, one like none is not", () => {
  const misspelt = judge(`{ name: a, IntegrationId: snd0001, ${GIVEN}, expect: { response: snt } }`);
  expect(misspelt.said).toEqual([
    {
      code: "SD3403",
      message: 'The expectation "a" cannot be met: the document has no response with the logical id that it expects.',
      suggestion: "sent",
      help: "Write the logical id of a response that stands in this document.",
    },
  ]);
  const other = judge(`{ name: a, IntegrationId: snd0001, ${GIVEN}, expect: { response: nothingLikeIt } }`);
  expect(other.said).toMatchObject([{ code: "SD3403", suggestion: undefined }]);
});

test("an integration without responses is told from a missing response", () => {
  const { said, expectations } = judge(`{ name: a, IntegrationId: snd0002, ${GIVEN}, expect: { response: sent } }`);
  expect(said).toMatchObject([
    {
      code: "SD3403",
      message: 'The expectation "a" cannot be met: the document has no response for the integration that it names.',
      help: "Write the IntegrationId of a response that stands in this document.",
    },
  ]);
  expect(expectations).toMatchObject([{ verdict: "fail", actual: { response: null } }]);
});

test("what is not known stands in the result, and never in a message", () => {
  const { said, expectations } = judge(
    `{ name: a, IntegrationId: snd0001, given: { reply: { status: 200 } }, expect: { response: sent } }`,
  );
  const unknown = "Whether an empty reply is sent on as an empty frame is not known.";
  expect(expectations).toMatchObject([{ verdict: "unproven", unknown }]);
  expect(said).toMatchObject([
    { code: "SD3402", message: 'The expectation "a" is unproven. The step "frame" is not known for certain.' },
  ]);
});

test("an expectation that names none of several integrations is unproven, whatever the reply", () => {
  const { said, expectations } = judge(`{ name: a, ${GIVEN}, expect: { response: sent } }`);
  expect(expectations).toMatchObject([{ verdict: "unproven" }]);
  const message = expect.stringContaining("responses of several integrations");
  const help = "Give the expectation the IntegrationId of the responses that it is about.";
  expect(said).toMatchObject([{ code: "SD3402", message, help }]);
  expect(JSON.stringify(said)).not.toContain("secret");
});

test("a number that would be rounded is refused, and the same digits in a text are kept", () => {
  const refused = judge(
    "{ name: a, IntegrationId: snd0001, given: { reply: { status: 200, body: { ids: [1234567890123456789, 1, 1.5] } } }, expect: { frame: { json: { ids: [1234567890123456788, 1, 1.5] } } } }",
  );
  expect(refused.said.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "SD2003 This number has too many digits to be read exactly",
    "SD2003 This number has too many digits to be read exactly",
  ]);
  expect(refused.expectations).toEqual([]);
  const body = `'{"id":1234567890123456789}'`;
  const kept = judge(
    `{ name: a, IntegrationId: snd0001, given: { reply: { status: 200, body: ${body} } }, expect: { frame: { text: ${body} } } }`,
  );
  expect(kept.said).toEqual([]);
});
