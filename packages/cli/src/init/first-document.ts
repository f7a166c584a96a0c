import { parse } from "@specdrop/spec";
import { stringify } from "yaml";
import { wrongUsage } from "../terminal/failure.ts";

export interface Ids {
  readonly api?: string | undefined;
  readonly integration?: string | undefined;
}

/** Stand in the document until they are replaced: they have the form of real ones, so that the document is valid. */
const EXAMPLE = { api: "a1b2c3d4e5", integration: "abc1234" };

/** A document with one response and an expectation that passes. @throws Failure where an id cannot be one. */
export function firstDocument({ api, integration }: Ids, modeline: string): string {
  const text = `${modeline}# What clients get when the backend answers. specdrop validate checks this file, specdrop test runs its expectations.
${hintOn({ api, integration })}ApiId: ${scalar(api ?? EXAMPLE.api)}
IntegrationId: ${scalar(integration ?? EXAMPLE.integration)}

IntegrationResponses:
  reply:
    # $default takes every answer that no other key matches, such as /4\\d\\d/.
    IntegrationResponseKey: $default
    TemplateSelectionExpression: \\$default
    ResponseTemplates:
      $default: |-
        #set($reply = $input.path('$'))
        {
          "type": "reply",
          "text": "$reply.text",
          "requestId": "$context.requestId"
        }

# What a client gets for an answer of the backend.
Expectations:
  - name: an answer
    given:
      reply: { status: 200, body: { text: hello } }
      context: { requestId: r-1 }
    expect:
      response: reply
      frame: { json: { type: reply, text: hello, requestId: r-1 } }
`;
  const [error] = parse(text, "chat.yaml").diagnostics.filter(({ severity }) => severity === "error");
  if (error !== undefined)
    throw wrongUsage([error.message, error.help].filter((each) => each !== undefined).join(". "));
  return text;
}

function hintOn({ api, integration }: Ids): string {
  const lists = [
    ...(api === undefined ? [`#   ApiId          aws apigatewayv2 get-apis\n`] : []),
    ...(integration === undefined
      ? [`#   IntegrationId  aws apigatewayv2 get-integrations --api-id ${api ?? "API"}\n`]
      : []),
  ];
  return lists.length === 0 ? "" : `#\n# Replace the example below with yours. AWS lists them:\n${lists.join("")}`;
}

function scalar(id: string): string {
  return stringify(id).trimEnd();
}
