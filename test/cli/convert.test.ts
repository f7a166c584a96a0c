import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { callCli, emptyFolder, ROOT, runCli } from "./run-cli.ts";

const TEMPLATES = join(ROOT, "test/fixtures/templates");
const SET = ["ApiId=abcde12345", "SendIntegration=snd0001"];
const at = (file: string): string => join(TEMPLATES, file);

interface Flags {
  readonly set?: readonly string[];
  readonly stackOutputs?: readonly string[];
  readonly output?: string;
}

function converted(path: string, { set = [], stackOutputs = [], output }: Flags = {}) {
  const flags = [
    ...set.flatMap((each) => ["--set", each]),
    ...stackOutputs.flatMap((each) => ["--stack-outputs", each]),
  ];
  return callCli(["convert", path, ...flags, ...(output === undefined ? [] : ["--output", output])]);
}

test("a deployed template becomes a document, with its comments", async () => {
  const { code, stdout, stderr } = await converted(at("chat.yaml"), {
    set: ["AWS::Region=eu-central-1", "chat-join-integration=join001"],
    stackOutputs: [at("stack.json"), at("resources.json")],
  });
  expect(stdout).toBe(`# yaml-language-server: $schema=./packages/spec/specdrop.schema.json
# The chat API of the tests.
ApiId: a1b2c3d4e5
IntegrationResponses:
  # What the sender hears when all is well.
  SendOk:
    IntegrationId: snd0001 # the function
    IntegrationResponseKey: $default
    ResponseTemplates:
      # Velocity, not JSON.
      $default: |
        #set($stage = "prod")
        {"stage": "$stage", "region": "eu-central-1", "literal": "\${stage}"}
    TemplateSelectionExpression: \\$default
  SendFailed:
    IntegrationId: snd0001
    # Anything from the function that went wrong.
    IntegrationResponseKey: /[45]\\d\\d/
    ResponseParameters:
      method.response.header.x-function: "'arn:aws:lambda:eu-central-1:111122223333:function:send/send'"
    DeletionPolicy: Retain # the clients rely on it
  JoinOk:
    IntegrationId: join001
    IntegrationResponseKey: $default
    ResponseTemplates:
      '200': '{"joined": true}'
    adopt: true
`);
  expect(stderr).toBe("3 responses converted; 4 resources of other types left out. Next: npx specdrop plan FILE\n");
  expect(code).toBe(0);
  expect(parse(stdout, "chat.yaml").diagnostics).toEqual([]);
});

test("JSON, a parameter named ApiId, and standard input", async () => {
  const { code, stdout } = await runCli(
    ["convert", "-", "--set", "ApiId=abcde12345", "--set", "SendIntegration=snd0001", "--adopt"],
    { stdin: readFileSync(at("chat.json"), "utf8") },
  );
  expect(stdout).toBe(`# yaml-language-server: $schema=./packages/spec/specdrop.schema.json
ApiId: abcde12345
IntegrationId: snd0001
IntegrationResponses:
  SendOk:
    IntegrationResponseKey: $default
    ResponseTemplates:
      $default: '{"api": "abcde12345"}'
    adopt: true
`);
  expect(code).toBe(0);
});

test("what cannot be evaluated is told of at its line, and nothing is written", async () => {
  const folder = emptyFolder();
  const { code, stdout, stderr } = await converted(at("beyond.yaml"), { output: join(folder, "out.yaml") });
  const places = [...stderr.matchAll(/^error (SD\d{4}).*\n *--> .*beyond\.yaml:(\d+):/gm)].map(([, ...found]) => found);
  expect(places).toEqual([
    ["SD2103", "12"],
    ["SD2101", "14"],
    ["SD2101", "15"],
    ["SD2103", "21"],
    ["SD2101", "23"],
    ["SD2101", "24"],
  ]);
  expect(stderr).toContain("--set Api=VALUE; for the AWS::ApiGatewayV2::Api of a deployed stack");
  expect(stderr).toContain("beyond.yaml has 6 errors; it was not converted.");
  expect(stderr).toContain("--stack-outputs stack.json");
  expect(stdout).toBe("");
  expect(readdirSync(folder)).toEqual([]);
  expect(code).toBe(1);
});

test("what CDK writes for RemovalPolicy.RETAIN is converted, with a warning", async () => {
  const folder = emptyFolder();
  const file = join(folder, "t.yaml");
  const retained = (...policies: readonly string[]) =>
    writeFileSync(
      file,
      `Resources:
  R:
    Type: AWS::ApiGatewayV2::IntegrationResponse
${policies.map((each) => `    ${each}\n`).join("")}    Properties: { ApiId: a1b2c3d4e5, IntegrationId: abc1234, IntegrationResponseKey: $default }
`,
    );
  retained("DeletionPolicy: Retain", "UpdateReplacePolicy: Retain");
  const { code, stdout, stderr } = await converted(file);
  expect(code).toBe(0);
  expect(stderr).toContain("warning SD2106");
  expect(parse(stdout, "x").document?.resources).toMatchObject([{ logicalId: "R", deletionPolicy: "Retain" }]);

  retained("DeletionPolicy: Delete", "UpdateReplacePolicy: Delete");
  const deleted = await converted(file);
  expect(deleted.stderr).not.toContain("warning");
  expect(parse(deleted.stdout, "x").document?.resources).toMatchObject([{ deletionPolicy: "Delete" }]);
});

test("what CDK synthesizes is converted with what its stack says", async () => {
  const file = join(emptyFolder(), "Chat.template.json");
  const stack = join(emptyFolder(), "stack.json");
  const text = (...parts: readonly unknown[]) => ({ "Fn::Join": ["", parts] });
  const template = {
    Parameters: {
      BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/x/version" },
    },
    Rules: { CheckBootstrapVersion: { Assertions: [] } },
    Conditions: { CDKMetadataAvailable: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] } },
    Resources: {
      CDKMetadata: { Type: "AWS::CDK::Metadata", Condition: "CDKMetadataAvailable" },
      ChatOk1F: {
        Type: "AWS::ApiGatewayV2::IntegrationResponse",
        UpdateReplacePolicy: "Retain",
        DeletionPolicy: "Retain",
        Metadata: { "aws:cdk:path": "Chat/Ok" },
        Properties: {
          ApiId: { "Fn::ImportValue": "Api:ExportsOutputRefApi70" },
          IntegrationId: { "Fn::Select": [1, { "Fn::Split": ["/", { Ref: "Target" }] }] },
          IntegrationResponseKey: "$default",
          ResponseTemplates: {
            $default: text('{"arn":"arn:', { Ref: "AWS::Partition" }, ":sns:", { Ref: "AWS::Region" }, '"}'),
          },
        },
      },
    },
  };
  writeFileSync(file, JSON.stringify(template));
  const id = "arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/Chat/0a1b-2c";
  const exported = { OutputKey: "E", OutputValue: "a1b2c3d4e5", ExportName: "Api:ExportsOutputRefApi70" };
  writeFileSync(stack, JSON.stringify({ Stacks: [{ StackId: id, StackName: "Chat", Outputs: [exported] }] }));
  const { code, stdout, stderr } = await converted(file, {
    set: ["Target=integrations/abc1234"],
    stackOutputs: [stack],
  });
  expect(stderr).toContain("warning SD2106");
  expect(parse(stdout, "x").document?.resources).toMatchObject([
    {
      ApiId: "a1b2c3d4e5",
      IntegrationId: "abc1234",
      properties: { ResponseTemplates: { $default: '{"arn":"arn:aws-cn:sns:cn-north-1"}' } },
    },
  ]);
  expect(code).toBe(0);
});

test.each(["validate", "convert"])("%s answers a file of another tool with the command to run", async (command) => {
  const file = join(emptyFolder(), "serverless.yml");
  writeFileSync(
    file,
    "service: chat\nprovider: { name: aws }\nresources: { Resources: {} }\nfunctions: { a: { b: c } }\n",
  );
  const { code, stdout, stderr } = await callCli([command, file]);
  const told = stdout + stderr;
  expect(told.match(/^error /gm)).toHaveLength(1);
  expect(told).toContain("error SD2010: This is a Serverless Framework configuration");
  expect(told).toContain(
    "Run: serverless package, then specdrop convert .serverless/cloudformation-template-update-stack.json",
  );
  expect(code).toBe(1);
});

test("--output is a file, which plan could read", async () => {
  const folder = emptyFolder();
  const output = join(folder, "chat.yaml");
  const { code, stdout, stderr } = await converted(at("chat.json"), { set: SET, output });
  expect(stdout).toBe("");
  expect(stderr).toContain(`Next: npx specdrop plan ${output}`);
  const written = readFileSync(output, "utf8");
  expect(parse(written, "chat.yaml").document?.resources).toHaveLength(1);
  const schema = /^# yaml-language-server: \$schema=(\.\S+)\n/.exec(written)?.[1] ?? "";
  expect(existsSync(join(folder, schema))).toBe(true);
  expect(code).toBe(0);
});

test.each<[Flags, string]>([
  [{ set: ["ChatApo=a1"] }, "--set ChatApo: nothing refers to ChatApo; did you mean ChatApi?"],
  [{ set: ["Nonsense=a1"] }, "the integration responses refer to AWS::Region, ApiId, ChatApi"],
  [{ set: ["ChatApi"] }, "--set ChatApi is not NAME=VALUE"],
  [{ set: ["=a1"] }, "--set =a1 is not NAME=VALUE"],
  [{ set: ["ChatApi="] }, "--set ChatApi= has no value"],
  [{ set: ["ChatApi=a", "ChatApi=b"] }, "given twice, with different values"],
  [{ stackOutputs: ["nowhere.json"] }, "nowhere.json does not exist"],
  [{ stackOutputs: [at("chat.yaml")] }, "is not JSON"],
  [{ stackOutputs: [at("chat.json")] }, "holds neither outputs nor resources of a stack"],
  [{ stackOutputs: ["-", "-"] }, "standard input can be read only once"],
  [{ output: at("chat.yaml") }, "is an input file"],
])("wrong usage: %j", async (options, message) => {
  const before = readFileSync(at("chat.yaml"), "utf8");
  const { code, stdout, stderr } = await converted(at("chat.yaml"), options);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  expect(readFileSync(at("chat.yaml"), "utf8")).toBe(before);
});

test("a name that the template declares may be set, though no response needs it", async () => {
  expect((await converted(at("chat.json"), { set: [...SET, "SendIntegration.Foo=x", "AWS::Region=eu"] })).code).toBe(0);
});

test.each([
  ["IntegrationResponses: {}", "is already a spec document"],
  ["Resources: { A: { Type: AWS::S3::Bucket } }", "has no AWS::ApiGatewayV2::IntegrationResponse"],
  ["Resources: [", "has 1 error; it was not converted.\n"],
])("there has to be something to convert: %s", async (text, message) => {
  const file = join(emptyFolder(), "template.yaml");
  writeFileSync(file, text);
  const { code, stdout, stderr } = await converted(file);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
  expect(code).toBe(1);
});

test.each([
  { StackResourceSummaries: [{ LogicalResourceId: "SendIntegration", PhysicalResourceId: "i1" }] },
  { StackResources: [{ LogicalResourceId: "SendIntegration", PhysicalResourceId: "i1" }] },
  { StackResourceDetail: { LogicalResourceId: "SendIntegration", PhysicalResourceId: "i1" } },
  [{ LogicalResourceId: "SendIntegration", PhysicalResourceId: "i1" }, null, 1],
])("a reply of AWS that tells ids: %j", async (reply) => {
  const { stdout, stderr } = await converted(at("chat.json"), { set: ["ApiId=a"], stackOutputs: [saved(reply)] });
  expect(stdout, stderr).toContain("IntegrationId: i1\n");
});

test("a parameter that CloudFormation hides stays unknown", async () => {
  const stack = { Stacks: [{ Parameters: [{ ParameterKey: "ApiId", ParameterValue: "****" }] }] };
  const outputs = [{ OutputKey: "Other", OutputValue: "x" }];
  const { code, stderr } = await converted(at("chat.json"), { stackOutputs: [saved([stack, outputs])] });
  expect(stderr).toContain("--set ApiId=VALUE");
  expect(code).toBe(1);
});

function saved(reply: unknown): string {
  const file = join(emptyFolder(), "stack.json");
  writeFileSync(file, JSON.stringify(reply));
  return file;
}

const REAL = join(ROOT, "../shared/corpus/templates");

test("real templates become documents once their ids are known", async (context) => {
  if (!existsSync(REAL)) return context.skip("the real templates are not on this machine");
  const files = readdirSync(REAL).filter((file) => file.endsWith(".yaml"));
  expect(files).not.toEqual([]);
  const folder = emptyFolder();
  for (const file of files) {
    const template = readFileSync(join(REAL, file), "utf8");
    const unknown = await converted(join(REAL, file));
    expect(unknown.code).toBe(1);
    const asked = new Set([...unknown.stderr.matchAll(/--set (\w+)=VALUE/g)].map(([, name]) => String(name)));
    expect([...asked]).toContain("WebSocketApi");
    for (const [, line] of unknown.stderr.matchAll(/--> .*:(\d+):\d+\n.*\n.*(?:Ref|GetAtt|Sub)/g)) {
      expect(template.split("\n")[Number(line) - 1]).toMatch(/!(?:Ref|GetAtt|Sub)/);
    }
    const output = join(folder, file);
    const set = [...asked].map((name) => `${name}=${name.toLowerCase()}`);
    const known = await converted(join(REAL, file), { set, output });
    expect(known.code, known.stderr).toBe(0);
    const resources = parse(readFileSync(output), file).document?.resources;
    expect(resources).toHaveLength(template.match(/AWS::ApiGatewayV2::IntegrationResponse/g)?.length ?? 0);
    expect(new Set(resources?.map(({ ApiId }) => ApiId))).toEqual(new Set(["websocketapi"]));
  }
});
