import { evaluateTemplate, parse } from "@specdrop/spec";
import { describe, expect, test } from "vitest";
import { onlyDiagnostic } from "./reading.ts";

const CONVERT = "specdrop convert .serverless/cloudformation-template-update-stack.json";
const CDK = "specdrop convert cdk.out/STACK.template.json";
const EXPORT = "specdrop export --api API_ID";

const SERVERLESS = `service: chat
provider: { name: aws, runtime: nodejs22.x }
custom: &custom
  stage: \${opt:stage, 'dev'}
functions:
  send: { handler: send.main, <<: *custom }
resources:
  Resources:
    Ok: { Type: AWS::ApiGatewayV2::IntegrationResponse, Properties: { ApiId: !Ref WebsocketsApi } }
`;

const ACK = `apiVersion: apigatewayv2.services.k8s.aws/v1alpha1
kind: API
metadata: { name: chat }
spec: { protocolType: WEBSOCKET }
`;

const CASES: readonly (readonly [string, string, string, string])[] = [
  ["serverless.yml", SERVERLESS, "a Serverless Framework configuration", CONVERT],
  ["serverless.json", JSON.stringify({ service: "chat", functions: {} }), "a Serverless Framework", CONVERT],
  ["Pulumi.yaml", "name: chat\nruntime: yaml\nresources: {}\n", "a Pulumi program", EXPORT],
  ["Pulumi.yml", "name: chat\nruntime: { name: nodejs }\n", "a Pulumi program", EXPORT],
  [
    "Main.yaml",
    "variables: {}\nresources:\n  ok:\n    type: aws-native:apigatewayv2:IntegrationResponse\n",
    "a Pulumi program",
    EXPORT,
  ],
  [
    "cdk.tf.json",
    JSON.stringify({ "//": {}, terraform: {}, provider: {}, resource: { aws_apigatewayv2_integration_response: {} } }),
    "a Terraform configuration",
    EXPORT,
  ],
  ["main.tf.json", '{ "resource": { "awscc_apigatewayv2_integration_response": {} } }', "a Terraform", EXPORT],
  ["versions.tf.json", '{ "terraform": {}, "provider": {} }', "a Terraform", EXPORT],
  ["api.yaml", ACK, "a Kubernetes manifest, such as ACK uses", EXPORT],
  ["all.yaml", `---\n${ACK}---\n${ACK}---\n${ACK}`, "a Kubernetes manifest", EXPORT],
  ["api.json", '{ "kind": "Integration", "apiVersion": "v1", "spec": 1, "spec": 2 }', "a Kubernetes manifest", EXPORT],
  ["cdk.json", '{ "app": "npx ts-node bin/chat.ts", "context": {} }', "the settings of a CDK app", CDK],
  ["manifest.json", '{ "version": "48.0.0", "artifacts": {} }', "the manifest of a CDK app", CDK],
];

describe.each(CASES)("%s", (file, text, name, command) => {
  test.each([
    ["validate", () => parse(text, file)],
    ["convert", () => evaluateTemplate(text, file, { values: new Map(), outputs: new Map() })],
  ])("%s says what it is and what to run, and nothing else", (_, read) => {
    const result = read();
    const { code, message, help } = onlyDiagnostic(result);
    expect([code, result.omitted, result.document]).toEqual(["SD2010", 0, undefined]);
    expect(message).toContain(`This is ${name}`);
    expect(help).toContain(command);
  });
});

test("the message stands at the name that shows the format", () => {
  const { range } = onlyDiagnostic(parse(`# mine\n${SERVERLESS}`, "serverless.yml"));
  expect(range).toEqual({ start: { line: 2, column: 1 }, end: { line: 2, column: 8 } });
});

test.each([
  ["a document with a misspelt name", "IntegrationResponses: {}\nservice: a\nprovider: b\n"],
  ["a template with lower-case words", "Resources: {}\nresource: {}\nterraform: {}\n"],
  ["a service alone", "service: chat\n"],
  ["an apiVersion alone", "apiVersion: v1\n"],
  ["resources of no tool", "resources: { Ok: { type: AWS::ApiGatewayV2::Api }, Other: text, More: { type: [] } }\n"],
  ["resources that are none", "resources: text\n"],
  ["a resource that is none", "resource: { ok: {} }\n"],
  ["a list", "- service: chat\n"],
  ["an app of another kind", "app: chat\n"],
])("%s is not taken for a file of another tool", (_, text) => {
  expect(parse(text, "a.yaml").diagnostics.map(({ code }) => code)).not.toContain("SD2010");
});

test.each(["ApiId: a\n", "- 1\n", "", "# nothing\n"])("two documents stay two documents: %j", (first) => {
  expect(onlyDiagnostic(parse(`---\n${first}---\n${ACK}`, "a.yaml")).code).toBe("SD1010");
});
