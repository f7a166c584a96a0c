// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of API Gateway and CloudFormation.
import { type EvaluatedTemplate, evaluateTemplate } from "@specdrop/spec";
import { expect, test } from "vitest";

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";
const NONE = new Map<string, string>();

function evaluated(
  lines: readonly string[],
  values: Readonly<Record<string, string>> = {},
  outputs: Readonly<Record<string, string>> = {},
): EvaluatedTemplate {
  const known = { values: new Map(Object.entries(values)), outputs: new Map(Object.entries(outputs)) };
  return evaluateTemplate(`${lines.join("\n")}\n`, "template.yaml", known);
}

/** A response whose template is one expression, in the same template as `Api` and `Send`. */
function withTemplate(expression: string, ...more: readonly string[]): readonly string[] {
  return [
    "Resources:",
    "  Api: { Type: AWS::ApiGatewayV2::Api }",
    "  Send: { Type: AWS::ApiGatewayV2::Integration }",
    "  Ok:",
    `    Type: ${TYPE}`,
    "    Properties:",
    "      ApiId: a1b2c3d4e5",
    "      IntegrationId: abc1234",
    "      IntegrationResponseKey: $default",
    `      ResponseTemplates: { $default: ${expression} }`,
    ...more,
  ];
}

const templateOf = ({ document }: EvaluatedTemplate): string | undefined =>
  document?.resources[0]?.properties.ResponseTemplates?.["$default"];

test.each([
  ["!Ref Stage", { Stage: "dev" }, "dev"],
  ["{ Ref: Stage }", { Stage: "dev" }, "dev"],
  ["!Ref Api", { Api: "a1" }, "a1"],
  ["!Ref Api", { ApiId: "a1" }, "a1"],
  ["!Ref Api", { Api: "a1", ApiId: "a2" }, "a1"],
  ["!Ref Send", { IntegrationId: "i1" }, "i1"],
  ["!GetAtt Api.ApiId", { Api: "a1" }, "a1"],
  ["!GetAtt Api.ApiId", { "Api.ApiId": "a2", Api: "a1" }, "a2"],
  ["!GetAtt Api.ApiEndpoint", { "Api.ApiEndpoint": "wss://x" }, "wss://x"],
  ["!GetAtt [Api, ApiEndpoint]", { "Api.ApiEndpoint": "wss://x" }, "wss://x"],
  ["{ Fn::GetAtt: [Send, IntegrationId] }", { Send: "i1" }, "i1"],
  ["!GetAtt Nested.Outputs.Id", { "Nested.Outputs.Id": "n" }, "n"],
  ["!ImportValue chat-api", { "chat-api": "a1" }, "a1"],
  ["!Sub text", {}, "text"],
  ["!Sub 7", {}, "7"],
  ["!Sub '${Stage}/${AWS::Region}/${Api.ApiId}'", { Stage: "dev", "AWS::Region": "eu", Api: "a1" }, "dev/eu/a1"],
  ["!Sub '$input.path(\"$.x\") ${!Stage} ${!a.b}'", {}, '$input.path("$.x") ${Stage} ${a.b}'],
  ["!Sub ['${A}${B}${C}', { A: 1, B: !Ref Stage, C: !Sub '${Stage}!' }]", { Stage: "dev" }, "1devdev!"],
  ["!Sub ['${Stage}', { Stage: own }]", { Stage: "dev" }, "own"],
  ["!Sub ['${Stage}']", { Stage: "dev" }, "dev"],
  ["!Sub ['${Stage}', []]", { Stage: "dev" }, "dev"],
  ["!Join ['', [a, !Ref Stage, 7, true]]", { Stage: "dev" }, "adev7true"],
  ["!Join [', ', []]", {}, ""],
  ["!Join [':', [!Join ['', [a, b]], !Sub '${Stage}', !Select [0, [c]]]]", { Stage: "dev" }, "ab:dev:c"],
  [
    "{ Fn::Join: ['', ['arn:', { Ref: AWS::Partition }, ':apigateway:', { Ref: AWS::Region }]] }",
    { "AWS::Partition": "aws", "AWS::Region": "eu-west-1" },
    "arn:aws:apigateway:eu-west-1",
  ],
  ["!Join ['-', !Split [/, !Ref Stage]]", { Stage: "a/b/c" }, "a-b-c"],
  ["!Select [1, [!Ref Unknown, b]]", {}, "b"],
  ["!Select ['1', !Split [/, integrations/abc]]", {}, "abc"],
  ["!Select [!Ref Stage, [a, b]]", { Stage: "1" }, "b"],
  ["{ Fn::Select: [2, { Fn::Split: ['|', { Ref: Send }] }] }", { Send: "a|b|c" }, "c"],
  ["!Sub ['${A}!', { A: !Select [0, !Split [',', !ImportValue ids]] }]", { ids: "x,y" }, "x!"],
  ["{ Fn::ImportValue: !Sub '${AWS::StackName}-api' }", { "AWS::StackName": "chat", "chat-api": "a1" }, "a1"],
  ["!Sub '${Stage}'", { Stage: "#[[${AWS::Region} $& $1]]#" }, "#[[${AWS::Region} $& $1]]#"],
  ["!Sub '#[[${a ${Stage}]]#'", { Stage: "dev" }, "#[[${a dev]]#"],
])("%s, where %j, is %j", (expression, values, text) => {
  const result = evaluated(withTemplate(expression), values);
  // What the text is worth as a mapping template is checked elsewhere.
  expect(result.diagnostics.filter(({ code }) => !code.startsWith("SD35"))).toEqual([]);
  expect(templateOf(result)).toBe(text);
});

test.each([
  ["!Ref Api", "Give its value: --set Api=VALUE; for the AWS::ApiGatewayV2::Api of a deployed stack, this prints it"],
  ["!Ref AWS::Region", "Give its value: --set AWS::Region=VALUE"],
  ["!Sub '${Api}${Send.Foo}'", "Give its value: --set Api=VALUE --set Send.Foo=VALUE; for the"],
  ["!Ref secretive", "Write the ResponseTemplates "],
  ["!Sub '${secretive}'", "Write its result."],
  ["!Sub ['${A}', { A: [] }]", "Write its result."],
  ["!Sub ['${A}', { A: !Join [[], []] }]", "Write its result."],
  ["!Join text", "Write its result."],
  ["!Join [',', text]", "Write its result."],
  ["!Join [',', [a], b]", "Write its result."],
  ["!Join [',']", "Write its result."],
  ["!Join [',', [!Ref Api, [a]]]", "Write its result."],
  ["!Join [',', !Base64 x]", "Write its result."],
  ["!Join [',', !Ref Send]", "Write its result."],
  ["!Join [',', !Ref []]", "Write its result."],
  [
    "!Join [':', [!Ref Api, !Ref AWS::Region, !Ref Api]]",
    "Give its value: --set Api=VALUE --set AWS::Region=VALUE; for",
  ],
  ["!Join [':', !Split ['', a]]", "Write its result."],
  ["!Join [':', !Split [',']]", "Write its result."],
  ["!Join [':', !Split [!Ref Api, a]]", "Give its value: --set Api=VALUE; for"],
  ["!Select [0, !Split ['/', !Ref Send]]", "Give its value: --set Send=VALUE; for"],
  ["!Select [2, [a, b]]", "Write its result."],
  ["!Select [-1, [a, b]]", "Write its result."],
  ["!Select [0, [a], b]", "Write its result."],
  ["!Select [0]", "Write its result."],
  ["!Select [!Ref Api, [a, b]]", "Give its value: --set Api=VALUE; for"],
  ["!Split [',', a]", "Write its result."],
  ["!FindInMap [Ids, !Ref AWS::Region, Send]", "Give its value: --set AWS::Region=VALUE"],
  ["!FindInMap [Ids, prod, Send]", "Write the value from its mapping."],
  ["!Select [0, !FindInMap [Ids, a]]", "Write its result."],
  ["{ Fn::ImportValue: !Sub '${AWS::StackName}-api' }", "Give its value: --set AWS::StackName=VALUE"],
  ["!Sub ['${A}', { A: }]", "Write its result."],
  ["!Sub { A: b }", "Write its result."],
  ["!Sub []", "Write its result."],
  ["!Base64 x", "Write its result."],
])("%s, of which nothing is known, says what to write", (expression, help) => {
  const { diagnostics, document } = evaluated(withTemplate(expression));
  expect(document).toBeUndefined();
  expect(diagnostics).toMatchObject([
    { code: "SD2101", pointer: "/Resources/Ok/Properties/ResponseTemplates/$default" },
  ]);
  expect(diagnostics[0]?.range.start).toEqual({ line: 10, column: 38 });
  expect(diagnostics[0]?.help?.slice(0, help.length)).toBe(help);
  expect(diagnostics[0]?.message).toMatch(/cannot be evaluated here$/);
});

test("mappings and lists of parameters yield their values", () => {
  const more = [
    "Parameters: { Ids: { Type: CommaDelimitedList }, Stage: { Type: String } }",
    "Mappings: { Names: { dev: { One: x, Many: [y, z], Nested: !Ref Stage }, prod: text } }",
  ];
  const textOf = (expression: string, values: Readonly<Record<string, string>> = {}) =>
    templateOf(evaluated(withTemplate(expression, ...more), values));
  expect(textOf("!Join ['+', !Ref Ids]", { Ids: "a, b ,c" })).toBe("a+b+c");
  expect(textOf("!Select [1, !Ref Ids]", { Ids: "a, b" })).toBe("b");
  expect(textOf("!Select [1, !Ref Ids]")).toBeUndefined();
  expect(textOf("!FindInMap [Names, !Ref Stage, One]", { Stage: "dev" })).toBe("x");
  expect(textOf("!Select [1, !FindInMap [Names, dev, Many]]")).toBe("z");
  for (const keys of ["[Names, prod, One]", "[Names, dev, Many]", "[Names, dev, Nested]", "[Other, dev, One]", "[a]"]) {
    expect(textOf(`!FindInMap ${keys}`)).toBeUndefined();
  }
});

test("ApiId is the only API there is, and nothing else", () => {
  const two = [...withTemplate("!Ref Api"), "  Other: { Type: AWS::ApiGatewayV2::Api }"];
  expect(evaluated(two, { ApiId: "a1" }).document).toBeUndefined();
  for (const named of [["Parameters: { ApiId: { Type: String } }"], ["  ApiId: { Type: AWS::SSM::Parameter }"]]) {
    const lines = named[0]?.startsWith(" ")
      ? [...withTemplate("!Ref Api"), ...named]
      : [...named, ...withTemplate("!Ref Api")];
    expect(evaluated(lines, { ApiId: "a1" }).document).toBeUndefined();
  }
});

test.each([
  ["!Ref Api", "!Ref Api", "a1"],
  ["!Ref Api", "{ Fn::Sub: '${Api}' }", "a1"],
  ["!GetAtt Api.ApiId", "!Ref Api", "a1"],
  ["!GetAtt Api.Foo", "!GetAtt [Api, Foo]", "a1"],
  ["!Ref TheOutput", "!Ref Api", "a1"],
  ["!Ref Api", "!Sub 'wss://${Api}'", undefined],
  ["!Ref Api", "!Sub '${Api}${Send}'", undefined],
  ["!Ref Api", "!Join ['', [a]]", undefined],
  ["!Ref Api", "!Join ['', [!Ref Api]]", "a1"],
  ["!Ref Api", "!Join ['', [wss://, !Ref Api]]", undefined],
  ["!Ref Api", "!Sub fixed", undefined],
  ["!Ref Api", "fixed", undefined],
])("where %s is asked for, the output %s says %j", (expression, output, text) => {
  const lines = withTemplate(
    expression,
    `Outputs: { TheOutput: { Value: ${output} }, Other: { Value: !Ref Send }, Odd: 1 }`,
  );
  const result = evaluated(lines, {}, { TheOutput: "a1", Odd: "x" });
  expect(templateOf(result)).toBe(text);
});

test("what is set goes before what an output says", () => {
  const lines = withTemplate("!Ref Api", "Outputs: { TheOutput: { Value: !Ref Api } }");
  expect(templateOf(evaluated(lines, { Api: "set" }, { TheOutput: "told" }))).toBe("set");
});

test("what is evaluated is checked like anything written", () => {
  const lines = withTemplate("x").map((line) => line.replace("abc1234", "!Ref Send").replace("a1b2c3d4e5", "!Ref Api"));
  const { diagnostics } = evaluated(lines, { Api: "a b", Send: "" });
  expect(diagnostics.map(({ code, range }) => [code, range.start.line, range.start.column])).toEqual([
    ["SD2005", 7, 14],
    ["SD2004", 8, 22],
  ]);
});

test("the rest of a template is left out, but for what decides about a response", () => {
  const lines = withTemplate(
    "x",
    "    DependsOn: Send",
    "    CreationPolicy: {}",
    "    UpdatePolicy: {}",
    "    DeletionPolicy: !Ref Policy",
    "Transform: AWS::Serverless-2016-10-31",
    "Globals: {}",
    "Parameters: { Policy: { Type: String } }",
  );
  const { document, diagnostics, template } = evaluated(lines, { Policy: "Retain" });
  expect(diagnostics).toEqual([]);
  expect(document?.resources).toMatchObject([{ logicalId: "Ok", deletionPolicy: "Retain" }]);
  expect([...(template?.resources ?? [])]).toEqual([
    ["Api", "AWS::ApiGatewayV2::Api"],
    ["Send", "AWS::ApiGatewayV2::Integration"],
    ["Ok", TYPE],
  ]);
  expect([...(template?.parameters ?? [])]).toEqual(["Policy"]);
  expect([...(template?.referred ?? [])]).toEqual(["Policy"]);

  const codes = (...more: readonly string[]) =>
    evaluated(withTemplate("x", ...more)).diagnostics.map(({ code }) => code);
  expect(codes("    Condition: IsProd")).toEqual(["SD2103"]);
  expect(codes("    UpdateReplacePolicy: Retain")).toEqual(["SD2106"]);
  expect(codes("Transform: AWS::LanguageExtensions")).toEqual(["SD2104"]);
  expect(codes("  Fn::ForEach::Keys: []")).toEqual(["SD2104"]);
  expect(codes("  Slip: { Type: AWS::ApiGatewayV2::IntegrationRespons }")).toEqual(["SD2102"]);
  expect(codes("Deploy: {}")).toEqual(["SD2001"]);
});

test("a spec document is no template, and text that cannot be read is nothing", () => {
  const document = evaluateTemplate("IntegrationResponses: {}", "x", { values: NONE, outputs: NONE });
  expect(document.document?.resources).toEqual([]);
  expect(document.template).toBeUndefined();
  const broken = evaluateTemplate("Resources: [", "x.yaml", { values: NONE, outputs: NONE });
  expect(broken.document ?? broken.template).toBeUndefined();
  const flow = evaluateTemplate("{Resources: {}}", "x.yaml", { values: NONE, outputs: NONE });
  expect(flow.template).toBeDefined();
});

test("what would be longer than a document is not evaluated", () => {
  const long = "x".repeat(600_000);
  expect(templateOf(evaluated(withTemplate("!Join ['', [!Ref A, !Ref A]]"), { A: long }))).toBeUndefined();
  expect(templateOf(evaluated(withTemplate("!Sub '${A}${A}${A}'"), { A: long }))).toBeUndefined();
});

test("time is in proportion to the text, whatever is to be substituted", () => {
  const hostile = ["${".repeat(200_000), "${a}".repeat(100_000), "${!".repeat(100_000)];
  for (const text of hostile) {
    const started = process.cpuUsage().user;
    evaluated(withTemplate(`!Sub '${text}'`));
    evaluated(withTemplate(`!Sub ['${text}', { a: b }]`), { a: "c" });
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(4);
  }
});
