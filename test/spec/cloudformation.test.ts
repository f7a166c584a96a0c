// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of API Gateway and CloudFormation.
import { parse } from "@specdrop/spec";
import { expect, test } from "vitest";
import { codes, found, onlyDiagnostic } from "./reading.ts";

const TYPE = "AWS::ApiGatewayV2::IntegrationResponse";

/** A template of one response, `Ok`: attributes begin on line 4 in column 5, properties on line 5 in column 7. */
function template(
  properties: readonly string[],
  attributes: readonly string[] = [],
  sections: readonly string[] = [],
): string {
  return [
    "Resources:",
    "  Ok:",
    `    Type: ${TYPE}`,
    "    Properties:",
    ...properties.map((each) => `      ${each}`),
    ...attributes.map((each) => `    ${each}`),
    ...sections,
    "",
  ].join("\n");
}

const FINE = ["ApiId: a1b2c3d4e5", "IntegrationId: abc1234", "IntegrationResponseKey: $default"];
const without = (name: string): string[] => FINE.filter((line) => !line.startsWith(name));

test("a template's integration responses are resources", () => {
  const text = template(
    [...FINE, "ResponseTemplates: { $default: '{}' }"],
    ["DeletionPolicy: Retain", "Metadata: { specdrop: { adopt: true }, other: 1 }"],
    [
      "AWSTemplateFormatVersion: '2010-09-09'",
      "Description: x",
      "Metadata: { x: !Ref y }",
      "Transform: AWS::Serverless-2016-10-31",
    ],
  );
  const { document, diagnostics } = parse(text, "template.yaml");
  expect(diagnostics.map(({ code }) => code)).toEqual(["SD2105"]);
  expect(document).toStrictEqual({
    dryRun: false,
    onDrift: "report",
    resources: [
      {
        logicalId: "Ok",
        ApiId: "a1b2c3d4e5",
        IntegrationId: "abc1234",
        IntegrationResponseKey: "$default",
        properties: { ResponseTemplates: { $default: "{}" } },
        adopt: true,
        deletionPolicy: "Retain",
        pointer: "/Resources/Ok",
        apiIdPointer: "/Resources/Ok/Properties/ApiId",
        range: { start: { line: 2, column: 3 }, end: { line: 2, column: 5 } },
      },
    ],
  });
});

test("JSON templates are read the same way", () => {
  const text = JSON.stringify({
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Ok: {
        Type: TYPE,
        Properties: { ApiId: "a", IntegrationId: "b", IntegrationResponseKey: "$default" },
        DeletionPolicy: "Delete",
      },
    },
  });
  expect(parse(text, "t.json").document?.resources).toMatchObject([
    { logicalId: "Ok", ApiId: "a", adopt: false, deletionPolicy: "Delete" },
  ]);
});

test("a template without resources is empty, one without Resources is not a template", () => {
  expect(parse("Resources: {}", "x").document?.resources).toEqual([]);
  expect(onlyDiagnostic(parse("AWSTemplateFormatVersion: '2010-09-09'", "x"))).toMatchObject({
    code: "SD2002",
    message: "The template has no Resources",
    pointer: "",
    range: { start: { line: 1, column: 1 } },
  });
  expect(codes("Resources: []")).toEqual(["SD2003"]);
  expect(codes("Resources: { A: text }")).toEqual(["SD2003"]);
});

test.each([
  ["!Ref Api", '"!Ref Api"'],
  ["!GetAtt Api.ApiId", '"!GetAtt Api.ApiId"'],
  ["!GetAtt [Api, ApiId]", "!GetAtt"],
  ["!Sub '${Api}'", '"!Sub ${Api}"'],
  ["!Join ['', [a, b]]", "!Join"],
  ["!If [A, b, c]", "!If"],
  ["!ImportValue x", '"!ImportValue x"'],
  ["!FindInMap [A, B, C]", "!FindInMap"],
  ["!Select [0, [a]]", "!Select"],
  ["!Split [',', a]", "!Split"],
  ["!Base64 x", '"!Base64 x"'],
  ["!Cidr x", '"!Cidr x"'],
  ["!GetAZs ''", '"!GetAZs "'],
  ["!Transform { Name: x }", "!Transform"],
  ["!!binary aGk=", "a value with a tag of its own"],
  ["{ Ref: Api }", '"Ref"'],
  ["{ Fn::Sub: '${Api}' }", '"Fn::Sub"'],
  ["{ Fn::Join: ['', [a]] }", '"Fn::Join"'],
])("%s is an intrinsic function", (value, label) => {
  const diagnostic = onlyDiagnostic(parse(template([`ApiId: ${value}`, ...without("ApiId")]), "x"));
  expect(diagnostic).toMatchObject({
    code: "SD2101",
    message: `ApiId is ${label}, which only CloudFormation can evaluate`,
    pointer: "/Resources/Ok/Properties/ApiId",
    range: { start: { line: 5, column: 14 } },
  });
});

test("other maps are no functions", () => {
  for (const value of ["{ Ref: a, Ref2: b }", "{ ref: a }", "{}", "[Ref]"]) {
    expect(codes(template([`ApiId: ${value}`, ...without("ApiId")]))).toEqual(["SD2003"]);
  }
});

test("what to write instead depends on what is referred to", () => {
  const help = (value: string): string | undefined =>
    parse(
      template(
        [`ApiId: ${value}`, ...without("ApiId")],
        [],
        [
          "  Api: { Type: AWS::ApiGatewayV2::Api }",
          "  Odd: { Type: !x y }",
          "  Odder: text",
          "Parameters: { Stage: { Type: String } }",
        ],
      ),
      "x",
    ).diagnostics.find(({ code }) => code === "SD2101")?.help;
  const stage = "Write the ApiId itself, or let specdrop fill it in: specdrop convert TEMPLATE --set Stage=VALUE";
  expect(help("!Ref Stage")).toBe(stage);
  expect(help("{ Ref: Stage }")).toBe(stage);
  const api =
    "Write the ApiId itself, or let specdrop fill it in: specdrop convert TEMPLATE --set Api=VALUE; for the AWS::ApiGatewayV2::Api of a deployed stack, this prints it: aws cloudformation describe-stack-resource --stack-name STACK --logical-resource-id Api";
  expect(help("!Ref Api")).toBe(api);
  expect(help("!GetAtt Api.ApiId")).toBe(api);
  expect(help("{ Fn::GetAtt: Api.ApiId }")).toBe(api);
  expect(help("{ Fn::GetAtt: [Api, ApiId] }")).toBe(api);
  expect(help("!GetAtt Api.ApiEndpoint")).toBe(
    "Write the ApiId itself, or let specdrop fill it in: specdrop convert TEMPLATE --set Api.ApiEndpoint=VALUE",
  );
  expect(help("!Ref Odd")).toMatch(/for the resource of a deployed stack/);
  expect(help("!Ref Odder")).toMatch(/for the resource of a deployed stack/);
  expect(help("!Ref AWS::Region")).toMatch(/--set AWS::Region=VALUE$/);
  expect(help("!Ref []")).toBe("Write the ApiId itself.");
  expect(help("!GetAtt [a]")).toBe("Write the ApiId itself.");
  expect(help("!GetAtt { a: b }")).toBe("Write the ApiId itself.");
  expect(help("!GetAtt [a, []]")).toBe("Write the ApiId itself.");
  expect(help("!Join [a, [b]]")).toBe("specdrop substitutes nothing: write the text itself.");
  expect(help("!Join [[], [b]]")).toBe("Write its result.");
  expect(help("!Join [a, [!Ref Stage]]")).toBe(
    "Write its result, or let specdrop fill it in: specdrop convert TEMPLATE --set Stage=VALUE",
  );
  expect(help("!If [a, b, c]")).toBe("Write the value that applies.");
  expect(help("!FindInMap [a, b, c]")).toBe("Write the value from its mapping.");
  expect(help("!Select [1, [a]]")).toBe("Write its result.");
  expect(help("!Sub '${Stage}-${Api}'")).toMatch(
    /^Write its result, or let specdrop fill it in: .* --set Stage=VALUE --set Api=VALUE; for the .* Api$/,
  );
  expect(help("!Sub '${a}${b}${c}${d}${e}${f}${g}'")?.match(/--set/g)).toHaveLength(5);
  expect(help("!ImportValue chat-api")).toMatch(/--set chat-api=VALUE$/);
});

test("a Sub without variables is just its text", () => {
  const diagnostic = onlyDiagnostic(
    parse(template([...without("IntegrationResponseKey"), "IntegrationResponseKey: !Sub $default"]), "x"),
  );
  expect(diagnostic).toMatchObject({
    suggestion: '"$default"',
    help: "specdrop substitutes nothing: write the text itself.",
  });
  const escaped = template([...FINE, "TemplateSelectionExpression: !Sub 'a ${!b}'"]);
  expect(onlyDiagnostic(parse(escaped, "x"))).toMatchObject({ suggestion: '"a ${b}"' });
  const long = onlyDiagnostic(parse(template([...FINE, "TemplateSelectionExpression: { Fn::Sub: x }"]), "x"));
  expect(long).toMatchObject({ suggestion: '"x"' });
});

test("functions are found at every level of a response", () => {
  const text = template(
    [
      ...without("IntegrationResponseKey"),
      "IntegrationResponseKey: !Ref A",
      "ResponseTemplates: { $default: !Sub b, x: { Ref: c } }",
      "ResponseParameters: !If [a, b, c]",
    ],
    ["DeletionPolicy: !Ref D", "Metadata: { specdrop: { adopt: !Ref E } }"],
    [
      "  Whole: !Ref F",
      "  Type: { Type: !Ref G }",
      "  Properties: { Type: AWS::ApiGatewayV2::IntegrationResponse, Properties: { Fn::If: [h, i, j] } }",
    ],
  );
  expect(codes(text)).toEqual(["SD3527", ...Array(9).fill("SD2101")]);
  expect(codes("Resources: !Ref a")).toEqual(["SD2101"]);
  expect(codes(template([...FINE, "ResponseTemplates: { Ref: a }"]))).toEqual(["SD2101"]);
});

test("functions elsewhere are nobody's business", () => {
  expect(codes(template(FINE, ["Metadata: !Ref a"], ["Metadata: !Ref b", "Description: !Sub c"]))).toEqual([]);
});

test("other types are sent away, near ones corrected", () => {
  const of = (type: string): string[] => found(`Resources:\n  A: { Type: ${type} }\n`);
  expect(of("AWS::ApiGatewayV2::RouteResponse")).toEqual(["2:14 SD2102 AWS::ApiGatewayV2::RouteResponse"]);
  expect(of("AWS::ApiGatewayv2::Integrationresponse")).toEqual([
    `2:14 SD2102 AWS::ApiGatewayv2::Integrationresponse -> "AWS::ApiGatewayV2::IntegrationResponse"`,
  ]);
  expect(of("12")).toEqual(["2:14 SD2003 12"]);
  expect(of("[]")).toEqual(["2:14 SD2003 []"]);
  const diagnostic = onlyDiagnostic(parse("Resources:\n  A: { Type: AWS::S3::Bucket }\n", "x"));
  expect(diagnostic).toMatchObject({
    message: 'Resource "A" is of type "AWS::S3::Bucket"; specdrop manages AWS::ApiGatewayV2::IntegrationResponse only',
    help: "Keep it in its own stack, and remove it from this document; specdrop convert does that.",
    pointer: "/Resources/A/Type",
  });
});

test("a resource needs a type and properties", () => {
  expect(
    found(`Resources:\n  A: { Properties: { ApiId: a, IntegrationId: b, IntegrationResponseKey: $default } }\n`),
  ).toEqual(["2:3 SD2002 A"]);
  const { diagnostics } = parse(`Resources:\n  A: { Type: ${TYPE} }\n`, "x");
  expect(diagnostics.map(({ message, pointer }) => [message, pointer])).toEqual([
    ['Resource "A" has no Properties', "/Resources/A"],
  ]);
  expect(codes(`Resources:\n  A: { Type: ${TYPE}, Properties: [] }\n`)).toEqual(["SD2003"]);
});

test("missing properties are not looked for at the top", () => {
  const diagnostic = onlyDiagnostic(parse(template(without("ApiId")), "x"));
  expect(diagnostic).toMatchObject({
    code: "SD2002",
    help: "Add ApiId.",
    pointer: "/Resources/Ok/Properties",
    range: { start: { line: 2, column: 3 } },
  });
});

test.each(["Condition", "DependsOn", "CreationPolicy", "UpdatePolicy"])("%s needs a stack", (attribute) => {
  const diagnostic = onlyDiagnostic(parse(template(FINE, [`${attribute}: x`]), "x"));
  expect(diagnostic).toMatchObject({
    code: "SD2103",
    message: `${attribute} needs a stack, so it has no meaning here`,
    pointer: `/Resources/Ok/${attribute}`,
    range: { start: { line: 8, column: 5 } },
  });
  expect(diagnostic.help).toMatch(/^(?:Remove it|No condition)/);
});

const REPLACED = (policy: string, ...more: readonly string[]) =>
  parse(template(FINE, [`UpdateReplacePolicy: ${policy}`, ...more]), "x");

test("UpdateReplacePolicy: Retain is a warning that says what stays, Delete says nothing", () => {
  expect(REPLACED("Delete").diagnostics).toEqual([]);
  const kept = REPLACED("Retain", "DeletionPolicy: Retain");
  expect(onlyDiagnostic(kept)).toMatchObject({
    code: "SD2106",
    severity: "warning",
    pointer: "/Resources/Ok/UpdateReplacePolicy",
    range: { start: { line: 8, column: 5 } },
    help: "DeletionPolicy: Retain keeps the response at its old place; remove UpdateReplacePolicy, or leave it.",
  });
  expect(kept.document?.resources[0]?.deletionPolicy).toBe("Retain");
  for (const more of [[], ["DeletionPolicy: Delete"]]) {
    const { document, diagnostics } = REPLACED("Retain", ...more);
    expect(diagnostics.map(({ code, help }) => [code, help])).toEqual([
      [
        "SD2106",
        "A response that moves to another API or integration is deleted at its old place. To keep it, write DeletionPolicy: Retain.",
      ],
    ]);
    expect(document).toBeDefined();
  }
  expect(onlyDiagnostic(REPLACED("Snapshot"))).toMatchObject({ code: "SD2008", severity: "error" });
  expect(onlyDiagnostic(REPLACED("RetainExceptOnCreate"))).toMatchObject({ code: "SD2008", severity: "error" });
  expect(onlyDiagnostic(REPLACED("!Ref Policy")).code).toBe("SD2101");
});

test("unknown attributes and settings are corrected", () => {
  expect(found(template(FINE, ["deletionPolicy: Retain"]))).toEqual(["8:5 SD2001 deletionPolicy -> DeletionPolicy"]);
  expect(codes(template(FINE, ["Metadata: { specdrop: { Adopt: true } }"]))).toEqual(["SD2001"]);
  expect(codes(template(FINE, ["Metadata: { specdrop: true }"]))).toEqual(["SD2003"]);
  expect(codes(template(FINE, ["Metadata: { specdrop: { adopt: 1 } }"]))).toEqual(["SD2003"]);
  expect(parse(template(FINE, ["Metadata: { specdrop: {} }"]), "x").document?.resources[0]?.adopt).toBe(false);
  expect(codes(template(FINE, ["DeletionPolicy: RetainExceptOnCreate"]))).toEqual(["SD2008"]);
  expect(onlyDiagnostic(parse(template([...FINE, "adopt: true"]), "x")).help).toMatch(
    /Metadata: { specdrop: { adopt: true } }/,
  );
  expect(onlyDiagnostic(parse(template([...FINE, "DeletionPolicy: Retain"]), "x")).help).toMatch(/beside Properties/);
  expect(onlyDiagnostic(parse(template([...FINE, "IntegrationResponseId: x"]), "x")).code).toBe("SD2007");
});

test.each(["Parameters", "Mappings", "Conditions", "Outputs", "Rules", "Hooks", "Globals"])(
  "the section %s does nothing",
  (section) => {
    const { diagnostics, document } = parse(template(FINE, [], [`${section}: { A: { Type: String } }`]), "x");
    expect(diagnostics).toMatchObject([
      { code: "SD2105", severity: "warning", pointer: `/${section}`, range: { start: { line: 8, column: 1 } } },
    ]);
    expect(diagnostics[0]?.message).toMatch(new RegExp(`^${section} has no effect here: .*\\.$`));
    expect(document).toBeDefined();
  },
);

test("settings of a spec document are refused in a template", () => {
  for (const name of ["Deploy", "DryRun", "AllowDeletions", "OnDrift", "TwoWay"]) {
    const diagnostic = onlyDiagnostic(parse(template(FINE, [], [`${name}: 1`]), "x"));
    expect(diagnostic).toMatchObject({
      code: "SD2001",
      help: "Only a spec document has settings: write the resources under IntegrationResponses instead.",
    });
  }
  expect(found(template(FINE, [], ["Output: {}"]))).toEqual(["8:1 SD2001 Output -> Outputs"]);
});

test.each([
  ["AWS::Serverless-2016-10-31", "SD2105"],
  ["[AWS::Serverless-2016-10-31]", "SD2105"],
  ["AWS::LanguageExtensions", "SD2104"],
  ["[AWS::Serverless-2016-10-31, MyMacro]", "SD2104"],
  ["{ Name: AWS::Include }", "SD2104"],
])("the transform %s", (transform, code) => {
  expect(codes(template(FINE, [], [`Transform: ${transform}`]))).toEqual([code]);
});

test("a transform that does nothing here says why", () => {
  expect(onlyDiagnostic(parse(template(FINE, [], ["Transform: AWS::Serverless-2016-10-31"]), "x")).message).toBe(
    "Transform has no effect here: it applies to serverless resources only.",
  );
});

test("a loop among the resources is a macro", () => {
  const diagnostic = onlyDiagnostic(parse("Resources:\n  Fn::ForEach::Keys: [Key, [a, b], {}]\n", "x"));
  expect(diagnostic).toMatchObject({
    code: "SD2104",
    pointer: "/Resources/Fn::ForEach::Keys",
    range: { start: { line: 2, column: 3 } },
  });
});

test("only integration responses count towards the limit", () => {
  const response = (n: number): string =>
    `  R${n}: { Type: ${TYPE}, Properties: { ApiId: a, IntegrationId: b, IntegrationResponseKey: /${n}/ } }\n`;
  const many = Array.from({ length: 2_001 }, (_, n) => response(n)).join("");
  const { diagnostics } = parse(
    `Resources:\n  D: { Type: ${TYPE}, Properties: { ApiId: a, IntegrationId: b, IntegrationResponseKey: $default } }\n${many}`,
    "x",
  );
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["SD1007", "This is resource 2001; a document can have at most 2000"],
  ]);
});
