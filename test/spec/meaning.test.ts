// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of API Gateway and CloudFormation.
import { parse, SPEC_LIMITS } from "@specdrop/spec";
import { expect, test } from "vitest";
import { codes, found, one, oneDefault, onlyDiagnostic } from "./reading.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Codes for a resource, leaving out the one about the missing `$default`. */
const apart = (text: string): string[] => codes(text).filter((code) => code !== "SD3107");

test.each([
  ["$default", []],
  ["/200/", []],
  ["/2\\d\\d/", []],
  ["/(?i)ok.*/", []],
  ["/a*+(/", []],
  ["/\\Q(\\E/", []],
  ["/[a-z&&[def]/", []],
  ["/(?<=a)b(?<name>c)(?:d)(?=e)(?!f)/", []],
  ["/(/", ["SD3102"]],
  ["/[/", ["SD3102"]],
  ["/*/", ["SD3102"]],
  ["/a\\/", ["SD3102"]],
  ["/\n(/", ["SD3102"]],
  [`/${"(".repeat(2_000)}/`, ["SD3102"]],
  [`/${"(".repeat(2_001)}/`, []],
  ["\\$default", ["SD3103"]],
])("the response key %j", (key, expected) => {
  expect(apart(one(`IntegrationResponseKey: ${JSON.stringify(key)}`))).toEqual(expected);
});

test.each([
  ["200", "/200/"],
  ["2xx", "/2\\d\\d/"],
  ["5XX", "/5\\d\\d/"],
  ["6xx", undefined],
  ["x2xx", undefined],
  ["2xxx", undefined],
  ["/200", "/200/"],
  ["200/", "/200/"],
  ["default", "$default"],
  ["$Default", "$default"],
  ["my$default", undefined],
  ["$defaults", undefined],
  ["$$default", "$default"],
  ["$default ", "$default"],
  ["\u201c$default\u201d", "$default"],
  ["200-299", "/2\\d\\d/"],
  ["400 \u2013 499", "/4\\d\\d/"],
  ["200-204", undefined],
  ["/200/i", "/200/"],
  ["/4xx/gi", "/4\\d\\d/"],
  [" /200/", "/200/"],
  ["200, 404", "/200|404/"],
  ["4**", "/4\\d\\d/"],
  ["ok", undefined],
  ["//", undefined],
  ["/", undefined],
])("the response key %j will match nothing; meant was %j", (key, meant) => {
  const suggestion = parse(one(`IntegrationResponseKey: "${key}"`), "x").diagnostics.find(
    ({ code }) => code === "SD3101",
  )?.suggestion;
  const suggested = suggestion?.startsWith("'") ? suggestion.slice(1, -1) : suggestion && JSON.parse(suggestion);
  expect(suggested).toBe(meant);
});

test("a suggestion is written as its neighbour was", () => {
  const suggestion = (written: string): string | undefined =>
    parse(one(`IntegrationResponseKey: ${written}`), "x").diagnostics.find(({ code }) => code === "SD3101")?.suggestion;
  expect(suggestion("/20.")).toBe("/20./");
  expect(suggestion('"2.."')).toBe('"/2../"');
  expect(suggestion("4xx")).toBe("/4\\d\\d/");
  expect(suggestion("'4xx'")).toBe("'/4\\d\\d/'");
  expect(suggestion("200 ,404")).toBe('"/200|404/"');
});

test.each([
  ["integration.response.statuscode", "$integration.response.statuscode"],
  ["{request.body.kind}", "$request.body.kind"],
  ["integration.response.header.X-Kind", "$integration.response.header.X-Kind"],
  ["\\", "\\$default"],
  ["\\\\$default", "\\$default"],
  ["$$default", "\\$default"],
  ["\\default", "\\$default"],
])("the selection expression %j is a slip, and %j was meant", (expression, meant) => {
  const [first, ...others] = parse(
    oneDefault(`TemplateSelectionExpression: ${quoted(expression)}`, "ResponseTemplates: { $default: a, 200: b }"),
    "x",
  ).diagnostics;
  expect(first).toMatchObject({ code: "SD3111" });
  expect(first?.suggestion?.replace(/^['"]|['"]$/g, "").replace("\\\\", "\\")).toBe(meant);
  expect(others).toEqual([]);
});

test("the engine's reason is given for a doubtful expression", () => {
  const [first] = parse(one("IntegrationResponseKey: /(/"), "x").diagnostics.filter(({ code }) => code === "SD3102");
  expect(first?.message).toBe("This does not look like a regular expression: unterminated group");
});

test.each([
  "",
  "\\$default",
  "200",
  "some words!",
  "$request.body.name",
  "$request.body",
  "${request.body.a.b[0]}",
  "${request.body.version}-beta",
  "$integration.response.statuscode",
  "${integration.response.statuscode}",
  "$integration.response.header.Content-Type",
  "${integration.response.header.X}-${request.body.y}",
  "${integration.response.multivalueheader.Accept}",
  "$integration.response.body.errorMessage",
  "$integration.response.body",
  "a\\b",
])("the selection expression %j is known", (expression) => {
  expect(codes(oneDefault(`TemplateSelectionExpression: ${quoted(expression)}`))).toEqual([]);
});

test.each([
  ["$.statusCode", "$.statusCode"],
  ["$context.routeKey", "$context.routeKey"],
  ["${stageVariables.x}", "$stageVariables.x"],
  ["$request.header.X", "$request.header.X"],
  ["$integration.response.header", "$integration.response.header"],
  ["$integration.response.statusCode", "$integration.response.statusCode"],
  ["x${request.body.y", "${request.body.y"],
  ["${request.body.y}${nope}", "$nope"],
  ["${}", "$"],
  ["$", "$"],
  ["$defaults", "$defaults"],
  ["x$integration.response.statuscodes", "$integration.response.statuscodes"],
])("the selection expression %j is not known to be taken", (expression, variable) => {
  const diagnostic = onlyDiagnostic(parse(oneDefault(`TemplateSelectionExpression: ${quoted(expression)}`), "x"));
  expect(diagnostic.code).toBe("SD3106");
  expect(diagnostic.message).toBe(
    `${JSON.stringify(variable)} is not a variable that AWS is known to accept in a selection expression`,
  );
  expect(diagnostic.pointer).toBe("/IntegrationResponses/ok/TemplateSelectionExpression");
});

test("an unescaped $default is corrected in the manner it was written", () => {
  expect(found(oneDefault("TemplateSelectionExpression: $default"))).toEqual(["6:34 SD3105 $default -> \\$default"]);
  expect(found(oneDefault('TemplateSelectionExpression: "$default"'))).toEqual([
    `6:34 SD3105 "$default" -> '\\$default'`,
  ]);
});

test.each([
  ["200", "{ 200: a }", []],
  ["200", "{ '200': a, b: c }", ["SD3525"]],
  ["200", "{ $default: a }", []],
  ["200", "{}", []],
  ["\\$default", "{ $default: a }", []],
  ["\\$default", "{ application/json: a }", ["SD3109"]],
  ["200", "{ 404: a }", ["SD3109"]],
  ["$request.body.x", "{ 404: a }", []],
  ["200", "{ \\$default: a }", ["SD3104"]],
  ["\\$default", "{ \\$default: a }", ["SD3104"]],
  ["", "{ 404: a }", []],
  ["200", "{ my$default: a }", ["SD3109"]],
  ["200", "{ $defaults: a }", ["SD3109"]],
])("the expression %j selects among %s", (expression, templates, expected) => {
  expect(
    codes(oneDefault(`TemplateSelectionExpression: ${quoted(expression)}`, `ResponseTemplates: ${templates}`)),
  ).toEqual(expected);
});

test("the templates there are listed, the first five of them", () => {
  const help = (templates: string): string | undefined =>
    onlyDiagnostic(parse(oneDefault("TemplateSelectionExpression: x", `ResponseTemplates: ${templates}`), "x")).help;
  expect(help("{ a: '', b: '' }")).toBe('Templates here: "a", "b".');
  expect(help("{ a: '', b: '', c: '', d: '', e: '' }")).toBe('Templates here: "a", "b", "c", "d", "e".');
  expect(help("{ a: '', b: '', c: '', d: '', e: '', f: '' }")).toBe('Templates here: "a", "b", "c", "d", "e", ….');
});

test("a template key's stray backslash is pointed at", () => {
  expect(found(oneDefault("ResponseTemplates:", "  \\$default: a"))).toEqual(["7:7 SD3104 \\$default -> $default"]);
  expect(onlyDiagnostic(parse(oneDefault("ResponseTemplates: { \\$default: a }"), "x")).pointer).toBe(
    "/IntegrationResponses/ok/ResponseTemplates/\\$default",
  );
});

test.each([
  ["integration.response.header.X-Name", []],
  ["integration.response.body", []],
  ["integration.response.body.a.b", []],
  ["''", []],
  ["'it's'", []],
  ["'a\nb'", []],
  ["context.requestId", ["SD3110"]],
  ["stageVariables.name", ["SD3110"]],
  ["integration.response.multivalueheader.X", ["SD3110"]],
  ["", ["SD3003"]],
  [`'${"x".repeat(510)}'`, []],
  [`'${"x".repeat(511)}'`, ["SD3003"]],
  [`'${"😀".repeat(510)}'`, []],
  [`'${"😀".repeat(511)}'`, ["SD3003"]],
  ["'", ["SD3006"]],
  ["x'", ["SD3006"]],
  ["'x", ["SD3006"]],
  ["integration.response.header.", ["SD3006"]],
  ["integration.response.header.a b", ["SD3006"]],
  ["integration.response.body.", ["SD3006"]],
  ["integration.response.bodies", ["SD3006"]],
  ["xintegration.response.body", ["SD3006"]],
  ["integration.response.statuscode", ["SD3006"]],
  ["context.", ["SD3006"]],
  ["xcontext.a", ["SD3006"]],
])("the parameter value %j", (value, expected) => {
  expect(codes(oneDefault(`ResponseParameters: { method.response.header.X: ${JSON.stringify(value)} }`))).toEqual(
    expected,
  );
});

test.each([
  ["application/json", undefined],
  ["*", undefined],
  ["$integration.response.header.X", '"integration.response.header.X"'],
  ["${integration.response.body.x}", '"integration.response.body.x"'],
  ["$context.requestId", '"context.requestId"'],
  ["${stageVariables.x}", '"stageVariables.x"'],
  ["it's", undefined],
  ["$request.body.x", undefined],
  ["integration.response.statuscode", undefined],
  ["method.request.header.X", undefined],
  ["my.integration.response", undefined],
])("instead of the parameter value %j is suggested %s", (value, suggestion) => {
  const diagnostic = onlyDiagnostic(
    parse(oneDefault(`ResponseParameters: { method.response.header.X: ${JSON.stringify(value)} }`), "x"),
  );
  expect(diagnostic.code).toBe("SD3006");
  expect(diagnostic.suggestion).toBe(suggestion);
});

test("a value that is too long says how long it is", () => {
  const long = (value: string) =>
    onlyDiagnostic(parse(oneDefault(`ResponseParameters: { method.response.header.X: "${value}" }`), "x"));
  expect(long(`'${"x".repeat(600)}'`).message).toBe("The value has 602 characters; a value must have 1 to 512");
  expect(long(`'${"x".repeat(600)}'`).help).toBeUndefined();
  expect(long("").help).toBe("For a header without content, write the static value ''.");
});

test.each([
  ["method.response.header.X-Name", [], undefined],
  ["method.response.header.!#$%&'*+.^_`|~09az", [], undefined],
  ["method.response.header.", ["SD3005"], undefined],
  ["method.response.header.a b", ["SD3005"], undefined],
  ["method.response.header.a/b", ["SD3005"], undefined],
  ["Method.Response.Header.X", ["SD3005"], "method.response.header.X"],
  ["X-Name", ["SD3005"], "method.response.header.X-Name"],
  ["integration.response.header.X", ["SD3005"], undefined],
  ["xmethod.response.header.X", ["SD3005"], undefined],
])("the parameter %j", (name, expected, meant) => {
  const { diagnostics } = parse(oneDefault(`ResponseParameters: { ${JSON.stringify(name)}: "'x'" }`), "x");
  expect(diagnostics.map(({ code }) => code)).toEqual(expected);
  expect(diagnostics[0]?.suggestion).toBe(meant === undefined ? undefined : JSON.stringify(meant));
});

test("template lengths are counted in characters", () => {
  const length = (text: string): string[] => codes(oneDefault(`ResponseTemplates: { x: "${text}" }`));
  expect(length("x".repeat(SPEC_LIMITS.template))).toEqual([]);
  expect(length("x".repeat(SPEC_LIMITS.template + 1))).toEqual(["SD3002"]);
  expect(length("😀".repeat(SPEC_LIMITS.template))).toEqual([]);
  expect(length("😀".repeat(SPEC_LIMITS.template + 1))).toEqual(["SD3002"]);
  expect(length("x".repeat(SPEC_LIMITS.template * 2 + 1))).toEqual(["SD3002"]);
});

test("the whole resource is measured as JSON", () => {
  const size = (lengths: readonly number[]): string[] =>
    codes(oneDefault("ResponseTemplates:", ...lengths.map((length, n) => `  k${n}: "${"x".repeat(length)}"`)));
  const overhead = JSON.stringify({
    ApiId: "a1b2c3d4e5",
    IntegrationId: "abc1234",
    IntegrationResponseKey: "$default",
    ResponseTemplates: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`k${n}`, ""])),
  }).length;
  const eight = Array<number>(8).fill(30_000);
  expect(size([...eight, SPEC_LIMITS.model - 240_000 - overhead])).toEqual(["SD3527"]);
  expect(size([...eight, SPEC_LIMITS.model - 240_000 - overhead + 1])).toEqual(["SD3004", "SD3527"]);
});

test("what a resource is too large with may stand beside what is no text", () => {
  const templates = Array.from({ length: 9 }, (_, n) => `t${n}: ${"x".repeat(30_000)}`);
  const text = oneDefault(`ResponseTemplates: { wrong: 1, ${templates.join(", ")} }`);
  expect(codes(text)).toEqual(["SD3004", "SD3527", "SD2003"]);
});

test("two resources with one natural key name one another", () => {
  const twin = "IntegrationResponses:\n  a: { ApiId: x, IntegrationId: y, IntegrationResponseKey: $default }\n";
  const text = `${twin}  b: { ApiId: x, IntegrationId: y, IntegrationResponseKey: $default }\n  c: { ApiId: x, IntegrationId: y, IntegrationResponseKey: $default }\n`;
  expect(found(text)).toEqual(["3:3 SD1013 b", "4:3 SD1013 c"]);
  expect(parse(text, "x").diagnostics[1]).toMatchObject({
    message: 'Resource "c" is the same response as "a" on line 2: "x|y|$default"',
    pointer: "/IntegrationResponses/c",
  });
});

test("natural keys differ by each of their parts", () => {
  const resource = (name: string, api: string, integration: string): string =>
    `  ${name}: { ApiId: ${api}, IntegrationId: ${integration}, IntegrationResponseKey: $default }\n`;
  const text = `IntegrationResponses:\n${resource("a", "x", "y")}${resource("b", "x", "z")}${resource("c", "w", "y")}`;
  expect(codes(text)).toEqual([]);
  expect(codes(`${text}  d: { IntegrationId: y, IntegrationResponseKey: $default }\n`)).toEqual(["SD2002"]);
  expect(codes(`${text}  d: { ApiId: x, IntegrationResponseKey: $default }\n`)).toEqual(["SD2002"]);
  expect(codes(`${text}  d: { ApiId: x, IntegrationId: y }\n`)).toEqual(["SD2002"]);
});

test("each integration without a $default is named once, at its first resource", () => {
  const resource = (name: string, integration: string, key: string): string =>
    `  ${name}: { ApiId: x, IntegrationId: ${integration}, IntegrationResponseKey: ${key} }\n`;
  const text = [
    "IntegrationResponses:\n",
    resource("a", "one", "/2../"),
    resource("b", "two", "/2../"),
    resource("c", "one", "/3../"),
    resource("d", "two", "$default"),
    resource("e", "three", "$default"),
    resource("f", "three", "/2../"),
    resource("g", "four", "\\$default"),
    resource("h", "five", "2"),
  ].join("");
  expect(found(text)).toEqual(["2:3 SD3107 a", "8:63 SD3103 \\$default -> $default", '9:63 SD2003 2 -> "/2/"']);
});

test.each([
  ["CONVERT_TO_BINARY", "{ application/json: x }", ["SD3108"]],
  ["CONVERT_TO_BINARY", "{ application/json: '' }", []],
  ["CONVERT_TO_BINARY", "{ application/json; charset=utf-8: x }", ["SD3108"]],
  ["CONVERT_TO_BINARY", "{ text/plain: x }", ["SD3108"]],
  ["CONVERT_TO_BINARY", "{ application/problem+json: x }", ["SD3108"]],
  ["CONVERT_TO_BINARY", "{ image/svg+xml: x }", ["SD3108"]],
  ["CONVERT_TO_BINARY", "{ application/xml: x, a: b }", ["SD3527", "SD3108"]],
  ["CONVERT_TO_BINARY", "{ image/png: x }", []],
  ["CONVERT_TO_BINARY", "{ $default: x, application/jsonx: y, xtext/plain: z }", ["SD3527"]],
  ["CONVERT_TO_TEXT", "{ application/json: x }", []],
  ["CONVERT_TO_TEXT", "{ image/png: x }", ["SD3108"]],
  ["CONVERT_TO_TEXT", "{ application/octet-stream: x }", ["SD3108"]],
  ["CONVERT_TO_TEXT", "{ application/pdfs: x, ximage/png: y }", ["SD3527"]],
])("%s with the templates %s", (strategy, templates, expected) => {
  expect(codes(oneDefault(`ContentHandlingStrategy: ${strategy}`, `ResponseTemplates: ${templates}`))).toEqual(
    expected,
  );
});

test.each([
  ["CONVERT_TO_BINARY", "method.response.header.Content-Type", "'text/html'", ["SD3108"]],
  ["CONVERT_TO_TEXT", "method.response.header.content-type", "'audio/ogg'", ["SD3108"]],
  ["CONVERT_TO_TEXT", "method.response.header.Content-Type", "'text/html'", []],
  ["CONVERT_TO_TEXT", "method.response.header.X-Content-Type", "'audio/ogg'", []],
  ["CONVERT_TO_TEXT", "method.response.header.Content-Types", "'audio/ogg'", []],
  ["CONVERT_TO_TEXT", "method.response.header.Content-Type", "integration.response.header.Content-Type", []],
])("%s with %s: %s", (strategy, name, value, expected) => {
  expect(
    codes(oneDefault(`ContentHandlingStrategy: ${strategy}`, `ResponseParameters: { ${name}: "${value}" }`)),
  ).toEqual(expected);
});

test("a conversion says what it does", () => {
  const message = (strategy: string, type: string): string =>
    onlyDiagnostic(parse(oneDefault(`ContentHandlingStrategy: ${strategy}`, `ResponseTemplates: { ${type}: x }`), "x"))
      .message;
  expect(message("CONVERT_TO_BINARY", "text/css")).toBe(
    "CONVERT_TO_BINARY decodes Base64 text to bytes, but this response is text/css, which is text",
  );
  expect(message("CONVERT_TO_TEXT", "font/woff")).toBe(
    "CONVERT_TO_TEXT encodes bytes as Base64 text, but this response is font/woff, which is bytes",
  );
});

test.each([
  ["convert_to_text", "CONVERT_TO_TEXT"],
  ["CONVERT_BINARY", "CONVERT_TO_BINARY"],
  ["PASSTHROUGH", undefined],
])("the strategy %s is none", (strategy, meant) => {
  const diagnostic = onlyDiagnostic(parse(oneDefault(`ContentHandlingStrategy: ${strategy}`), "x"));
  expect(diagnostic).toMatchObject({ code: "SD3001", pointer: "/IntegrationResponses/ok/ContentHandlingStrategy" });
  expect(diagnostic.suggestion).toBe(meant);
});

test("a text that has the wrong shape is not asked for its meaning", () => {
  const text = oneDefault(
    "TemplateSelectionExpression: x",
    "ResponseTemplates: { application/json: 1 }",
    "ContentHandlingStrategy: CONVERT_TO_BINARY",
    "ResponseParameters: { method.response.header.Content-Type: 2, '': \"'x'\" }",
  );
  expect(codes(text)).toEqual(["SD3109", "SD2003", "SD2003", "SD2004"]);
});
