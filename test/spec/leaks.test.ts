import { type Diagnostic, formatGithub, formatPretty, parse, toSarif } from "@specdrop/spec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Written like a token, like a sentence, and like a word. */
const MARKS = ["hunter2secret", "Bearer hunter2secret+/==", "hunter"];

const head = "ApiId: a1\nIntegrationId: b1\nIntegrationResponses:\n";
const one = (...lines: readonly string[]) =>
  `${head}  ok:\n    IntegrationResponseKey: $default\n${lines.map((line) => `    ${line}\n`).join("")}`;
const header = (value: string) => one(`ResponseParameters: { method.response.header.X-Api-Key: ${value} }`);
const template = (value: string) => one(`ResponseTemplates: { $default: ${value} }`);
const resource = (...lines: readonly string[]) =>
  `Resources:\n  Ok:\n    Type: AWS::ApiGatewayV2::IntegrationResponse\n    Properties:\n      ApiId: a1\n      IntegrationId: b1\n      IntegrationResponseKey: $default\n${lines.map((line) => `      ${line}\n`).join("")}`;
const quoted = (text: string) => JSON.stringify(text);

const expectation = (given: string, expected = "{ frame: { text: other } }") =>
  `Backend: http\n${template("x$input.body")}Expectations:\n  - name: a\n    given: ${given}\n    expect: ${expected}\n`;

/** Every place where a part of a template or header can come to stand, meant or by a slip. */
const PLACES: Readonly<Record<string, (mark: string) => string>> = {
  "a whole file, plain": (mark) => mark,
  "a whole file, quoted": (mark) => quoted(mark),
  "a whole file, single quotes": (mark) => `'${mark}'`,
  "a whole file, block": (mark) => `|\n  ${mark}\n`,
  "a whole file, list": (mark) => `- ${mark}\n`,
  "a whole file, tag": (mark) => `!${mark}`,
  "a whole file, tagged": (mark) => `!x ${mark}`,
  "a whole file, alias": (mark) => `*${mark}`,
  "a whole file, anchor": (mark) => `&${mark} x`,
  "a second document": (mark) => `${template("x")}---\n${mark}\n`,
  "a directive": (mark) => `%${mark}\n---\n${template("x")}`,
  "a YAML directive": (mark) => `%YAML ${mark}\n---\n${template("x")}`,
  "a tag directive": (mark) => `%TAG ! ${mark}\n---\n${template("x")}`,
  "a comment": (mark) => `# ${mark}\n${one("Nonsense: 1")}`,
  "a comment behind an error": (mark) => one(`Nonsense: 1 # ${mark}`),
  "a comment without its space": (mark) => template(`"x"#${mark}`),
  "a header's tag": (mark) => header(`!${mark}`),
  "a header's tag with a value": (mark) => header(`!${mark} x`),
  "a header's verbatim tag": (mark) => header(`!<${mark}> x`),
  "a header's named tag": (mark) => header(`!e!${mark} x`),
  "a header's core tag": (mark) => header(`!!${mark} x`),
  "a tagged header": (mark) => header(`!x ${mark}`),
  "a header's alias": (mark) => header(`*${mark}`),
  "a header's anchor": (mark) => header(`&${mark}`),
  "two anchors": (mark) => header(`&${mark} &a${mark} x`),
  "two tags": (mark) => header(`!${mark} !x${mark} x`),
  "a plain header": (mark) => header(mark),
  "a header with quotes of its own": (mark) => header(quoted(`'${mark}'`)),
  "a long header": (mark) => header(quoted(`'${mark.repeat(200)}'`)),
  "a header with a comma": (mark) => header(`abc,${mark}`),
  "a header with a comma, twice": (mark) => header(`abc,${mark},${mark}`),
  "a header with an expression": (mark) => header(quoted(`integration.${mark}`)),
  "a header with a doubtful expression": (mark) => header(quoted(`context.a ${mark}`)),
  "a header with a dollar": (mark) => header(quoted(`$context.a ${mark}`)),
  "a content type": (mark) =>
    one(
      `ResponseParameters: { method.response.header.Content-Type: ${quoted(`'text/${mark}'`)} }`,
      "ContentHandlingStrategy: CONVERT_TO_BINARY",
    ),
  "a content type's parameter": (mark) =>
    one(
      `ResponseParameters: { method.response.header.Content-Type: ${quoted(`'text/plain; a=${mark}'`)} }`,
      "ContentHandlingStrategy: CONVERT_TO_BINARY",
    ),
  "a list of headers": (mark) => one(`ResponseParameters: [${mark}]`),
  "a text for headers": (mark) => one(`ResponseParameters: ${mark}`),
  "a map in a header": (mark) => header(`{ a: ${mark} }`),
  "a template": (mark) => template(mark),
  "a template's list": (mark) => template(`[${mark}]`),
  "a template's map": (mark) => template(`{ a: { b: ${mark} } }`),
  "a template's map key": (mark) => template(`{ ? ${mark} }`),
  "a template's set": (mark) => template(`{ ${mark} }`),
  "a key without a value": (mark) => one("ResponseTemplates:", `  ${mark.replace(/:.*/, "")}:`),
  "a complex key": (mark) => one("ResponseTemplates:", `  ? [${mark}]`, "  : x"),
  "a complex key, as text": (mark) => one("ResponseTemplates:", `  ? |`, `    ${mark}`),
  "a tagged key": (mark) => one("ResponseTemplates:", `  !${mark} a: x`),
  "a merge key": (mark) => one("ResponseTemplates:", `  <<: ${mark}`),
  "an alias as a key": (mark) => one("ResponseTemplates:", `  *${mark} : x`),
  "too long a template": (mark) => template(quoted(mark.repeat(40_000))),
  "behind a quote": (mark) => template(`"{"a":"${mark}"}"`),
  "behind a value": (mark) => template(`"x" ${mark}`),
  "behind brackets": (mark) => one(`ResponseTemplates: {} ${mark}`),
  "an open quote": (mark) => one(`ResponseTemplates: { $default: "${mark} }`),
  "an open bracket": (mark) => one(`ResponseTemplates: { $default: [${mark} }`),
  "an escape": (mark) => template(`"\\${mark}"`),
  "a numeric escape": (mark) => template(`"\\x${mark}"`),
  "a long numeric escape": (mark) => template(`"\\U${mark}"`),
  "a block's header": (mark) => one("ResponseTemplates:", `  $default: |${mark}`, "    x"),
  "a block's comment": (mark) => one("ResponseTemplates:", `  $default: | ${mark}`, "    x"),
  "a block's dedented line": (mark) => one("ResponseTemplates:", "  $default: |", "    {", ` ${mark}`),
  "the column of properties": (mark) => one("ResponseTemplates:", "  $default: |", "    {", mark),
  "the column of the document": (mark) => `${one("ResponseTemplates:", "  $default: |", "    {")}${mark}\n`,
  "a tab before": (mark) => `${one("ResponseTemplates:", "  $default:")}\t\t\t${mark}\n`,
  "a reserved character": (mark) => template(`@${mark}`),
  "a grave accent": (mark) => template(`\`${mark}`),
  "a percent sign": (mark) => template(`%${mark}`),
  "half a character": (mark) => template(`"${mark}\\ud800"`),
  "a control character": (mark) => template(`"${mark}\u0007${mark}"`),
  "a text for responses": (mark) => `ApiId: a1\nIntegrationResponses: ${mark}\n`,
  "a text for a response": (mark) => `${head}  ok: ${mark}\n`,
  "a text for a flag": (mark) => one(`adopt: ${mark}`),
  "a text for a count": (mark) => `AllowDeletions: ${mark}\n${one()}`,
  "a text for Deploy that is no name of a stage": (mark) => `Deploy: "${mark} ${mark}"\n${one()}`,
  "a choice": (mark) => one(`DeletionPolicy: ${quoted(`${mark} 1`)}`),
  "a policy": (mark) => `OnDrift: ${quoted(`${mark} 1`)}\n${one()}`,
  "an id's second line": (mark) => `ApiId: a\n  ${mark.replace(/:.*/, "")}\n${one()}`,
  "an id's map": (mark) => one(`IntegrationId: { a: ${mark} }`),
  "a property without a value": (mark) => `${head}  ok: { IntegrationResponseKey: $default, ${mark} }\n`,
  "an unknown property": (mark) => one(`Nonsense: ${mark}`),
  "an unknown property's map": (mark) => one(`Nonsense: { a: [${mark}, !x ${mark}] }`),
  "JSON for JSON": (mark) => `{"IntegrationResponses": {"ok": ${quoted(mark)}}}`,
  "JSON, a bare word": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": ${mark}}}}}`,
  "JSON, behind a quote": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": "{"${mark}"}"}}}}`,
  "JSON, an open quote": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": "${mark}`,
  "JSON, single quotes": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": '${mark}'}}}}`,
  "JSON, a line break": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": "${mark}\n"}}}}`,
  "JSON, an escape": (mark) => `{"IntegrationResponses": {"ok": {"ResponseTemplates": {"a": "\\${mark}"}}}}`,
  "JSON, a whole file": (mark) => `{ ${mark}`,
  "JSON, behind the end": (mark) => `{"IntegrationResponses": {}} ${mark}`,
  "a template's function": (mark) => resource(`ResponseTemplates: { a: !Sub ${quoted(mark)} }`),
  "a template's function with a variable": (mark) =>
    resource(`ResponseTemplates: { a: !Sub '\${x} ${mark} \${${mark}}' }`),
  "a template's long function": (mark) => resource(`ResponseTemplates: { a: { Fn::Sub: ${quoted(mark)} } }`),
  "a template's unknown function": (mark) => resource(`ResponseTemplates: { a: { "Fn::${mark}": x } }`),
  "a template's unknown tag": (mark) => resource(`ResponseTemplates: { a: !${mark} x }`),
  "a template's join": (mark) => resource(`ResponseTemplates: { a: !Join ['', [${mark}]] }`),
  "a template's reference": (mark) => resource(`ResponseTemplates: { a: !Ref ${quoted(mark)} }`),
  "a template's import": (mark) =>
    resource(`ResponseParameters: { method.response.header.X: !ImportValue ${quoted(mark)} }`),
  "a template's condition": (mark) => resource(`ResponseParameters: !If [x, ${mark}, y]`),
  "a template's Properties": (mark) =>
    `Resources:\n  Ok:\n    Type: AWS::ApiGatewayV2::IntegrationResponse\n    Properties: ${mark}\n`,
  "a template's function for Properties": (mark) =>
    `Resources:\n  Ok:\n    Type: AWS::ApiGatewayV2::IntegrationResponse\n    Properties: !Sub ${quoted(mark)}\n`,
  "a template's resource": (mark) => `Resources:\n  Ok: ${mark}\n`,
  "a template's resources": (mark) => `Resources: ${mark}\n`,
  "a template's type": (mark) => `Resources:\n  Ok: { Type: ${quoted(`${mark} 1`)} }\n`,
  "a template's description": (mark) => `Description: ${quoted(mark)}\nNonsense: 1\n${resource()}`,
  "a template's description as a map": (mark) => `Description: { a: ${mark} }\n${resource()}`,
  "a template's metadata": (mark) => `Metadata: { a: ${mark}, b: !x ${mark} }\n${resource()}`,
  "a resource's metadata": (mark) => `${resource()}    Metadata: { specdrop: ${mark} }\n`,
  "a resource's adopt": (mark) => `${resource()}    Metadata: { specdrop: { adopt: ${mark} } }\n`,
  "a parameter's default": (mark) => `Parameters: { a: { Default: ${mark} } }\n${resource()}`,
  "an output": (mark) => `Outputs: { a: { Value: ${mark} } }\n${resource()}`,
  "a directive behind which letters stand": (mark) => template(quoted(`#if($context.stage)a#end${mark}`)),
  "an else behind which letters stand": (mark) => template(quoted(`#if($context.stage)a#else${mark}#end`)),
  "a path of a map": (mark) => template(quoted(`{"a": $input.path("$.${mark}"), "b": $input.path("$.${mark}.x")}`)),
  "an expectation's body": (mark) => expectation(`{ reply: { body: ${quoted(mark)} } }`),
  "an expectation's body, as a map": (mark) => expectation(`{ reply: { body: { a: [${mark}] } } }`),
  "an expectation's error": (mark) => expectation(`{ reply: { error: ${quoted(mark)} } }`),
  "an expectation's header": (mark) => expectation(`{ reply: { headers: { X: [${quoted(mark)}] } } }`),
  "an expectation's headers": (mark) => expectation(`{ reply: { headers: ${quoted(mark)} } }`),
  "an expectation's status": (mark) => expectation(`{ reply: { status: ${quoted(mark)} } }`),
  "an expectation's reply": (mark) => expectation(`{ reply: ${quoted(mark)} }`),
  "an expectation's context": (mark) => expectation(`{ reply: { status: 200 }, context: ${quoted(mark)} }`),
  "an expectation's given": (mark) => expectation(quoted(mark)),
  "an expectation's frame": (mark) => expectation("{ reply: { status: 200 } }", `{ frame: ${quoted(mark)} }`),
  "an expectation's text": (mark) => expectation("{ reply: { status: 200 } }", `{ frame: { text: ${quoted(mark)} } }`),
  "an expectation's JSON": (mark) => expectation("{ reply: { status: 200 } }", `{ frame: { json: ${quoted(mark)} } }`),
  "an expectation's comma": (mark) =>
    expectation("{ reply: { status: 200 } }", `{ frame: { text: a,${quoted(mark)} } }`),
  "an expectation's response": (mark) => expectation("{ reply: { status: 200 } }", `{ response: ${quoted(mark)} }`),
  "a transform": (mark) => `Transform: ${quoted(mark)}\n${resource()}`,
};

function outputsOf(text: string | Uint8Array, file: string): readonly string[] {
  const { diagnostics } = parse(text, file);
  const unframed: readonly Diagnostic[] = diagnostics;
  return [
    JSON.stringify(diagnostics),
    formatGithub(unframed),
    JSON.stringify(toSarif([{ file, diagnostics }])),
    // Without the text there are no frames.
    formatPretty(unframed, new Map(), { color: (_, shown) => shown }),
  ];
}

const leaked = (text: string | Uint8Array, file: string): readonly string[] =>
  outputsOf(text, file).filter((output) => /hunt/i.test(output));

describe.each(MARKS)("nothing repeats %j", (mark) => {
  test.each(Object.entries(PLACES))("in %s", (place, write) => {
    const file = place.startsWith("JSON") ? "x.json" : "x.yaml";
    expect(leaked(write(mark), file)).toEqual([]);
    expect(leaked(write(mark).replaceAll("\n", "\r\n"), file)).toEqual([]);
  });
});

test("nor beside bytes that are no UTF-8, nor in a text that is too long", () => {
  for (const write of Object.values(PLACES)) {
    const bytes = Buffer.from(write("hunter2secret"));
    expect(leaked(Buffer.concat([bytes, Buffer.from([0xc3, 0x28])]), "x.yaml")).toEqual([]);
    expect(leaked(Buffer.from(write("hunter2secret"), "utf16le"), "x.yaml")).toEqual([]);
    expect(leaked(Buffer.concat([bytes, Buffer.alloc(1_100_000, " ")]), "x.yaml")).toEqual([]);
  }
});

const SECRET = "hunter2+secret==";
const WHOLE = [
  `${one(
    "ResponseTemplates:",
    `  $default: '{"token":"${SECRET}"}'`,
    "  application/json: |",
    `    {"token": "${SECRET}",`,
    `     "other": "${SECRET}"}`,
    "ResponseParameters:",
    `  method.response.header.X-Token: "'${SECRET}'"`,
    `  method.response.header.X-Other: '${SECRET}'`,
  )}`,
  JSON.stringify(
    {
      ApiId: "a1",
      IntegrationId: "b1",
      IntegrationResponses: {
        ok: {
          IntegrationResponseKey: "$default",
          ResponseTemplates: { $default: `{"token":"${SECRET}"}` },
          ResponseParameters: { "method.response.header.X-Token": `'${SECRET}'` },
        },
      },
    },
    null,
    1,
  ),
  resource(
    "ResponseTemplates:",
    `  $default: !Sub '{"token":"${SECRET}"}'`,
    "ResponseParameters:",
    `  method.response.header.X-Token: "'${SECRET}'"`,
  ),
];

test("one slip anywhere, and nothing that was a value is repeated", () => {
  const slip = fc.constantFrom(
    "",
    " ",
    "  ",
    "\n",
    "\t",
    ":",
    ": ",
    ",",
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    "!",
    "*",
    "&",
    "#",
    "|",
    "-",
    "? ",
    "\\",
    "%",
  );
  fc.assert(
    fc.property(fc.constantFrom(...WHOLE), fc.nat(), fc.nat({ max: 2 }), slip, (whole, place, removed, added) => {
      const at = place % whole.length;
      const text = whole.slice(0, at) + added + whole.slice(at + removed);
      const file = whole.startsWith("{") ? "x.json" : "x.yaml";
      expect(outputsOf(text, file).filter((output) => output.includes("secret"))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
