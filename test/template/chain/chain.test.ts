// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of API Gateway.
import { type Backend, frameOf, type Given, type Reply, type ResponseDefinition } from "@specdrop/template";
import { expect, test } from "vitest";

type Definition = Omit<ResponseDefinition, "logicalId" | "IntegrationResponseKey">;
const DEFAULT: Definition = { ResponseTemplates: { $default: "T" } };

/** Responses whose logical ids are their keys. */
const keyed = (keys: readonly string[], definition: Definition = DEFAULT): readonly ResponseDefinition[] =>
  keys.map((key) => ({ logicalId: key, IntegrationResponseKey: key, ...definition }));

/** `response | template | frame` where every step is known; otherwise with a question mark before it. */
function way(responses: readonly ResponseDefinition[], given: Given): string {
  const { verdict, response, template, frame } = frameOf(responses, given);
  return `${verdict === "proven" ? "" : "? "}${response ?? "-"} | ${template ?? "-"} | ${frame?.text ?? "-"}`;
}

const http = (status?: number): Given => ({
  backend: "http",
  reply: { ...(status === undefined ? {} : { status }), body: "b" },
});
const lambda = (reply: Reply): Given => ({ backend: "lambda", reply });
const failed = (errorMessage: unknown) => lambda({ error: { errorMessage } });

const KEYS: readonly (readonly [readonly string[], Given, string])[] = [
  [["/200/"], http(), "/200/ | $default | T"],
  [["/200/"], http(200), "/200/ | $default | T"],
  [["/2\\d\\d/", "$default"], http(204), "/2\\d\\d/ | $default | T"],
  [["/2\\d\\d/", "$default"], http(404), "$default | $default | T"],
  [["$default", "/404/"], http(404), "/404/ | $default | T"],
  [["/20/", "$default"], http(200), "? - | - | -"],
  [["/2\\d++/", "$default"], http(200), "? - | - | -"],
  [["/2\\d++/", "/200/"], http(200), "? - | - | -"],
  [["/200/", "/2\\d\\d/", "$default"], http(200), "? - | - | -"],
  [["/200/"], http(500), "? - | - | -"],
  [["$default"], http(500), "$default | $default | T"],
  [["200", "$default"], http(200), "? - | - | -"],
  [["20", "$default"], http(200), "? - | - | -"],
  [["2..", "$default"], http(200), "? - | - | -"],
  [["(", "$default"], http(200), "? - | - | -"],
  [["/200", "$default"], http(404), "? - | - | -"],
  [["/", "$default"], http(404), "? - | - | -"],
  [["//", "$default"], http(404), "? - | - | -"],
  [["ok", "$default"], http(404), "$default | $default | T"],
  [["\\$default", "$default"], http(404), "$default | $default | T"],
  [["/a/b/", "$default"], failed("a/b"), "/a/b/ | $default | T"],
  [["/404/"], { backend: "aws", reply: { status: 404 } }, "/404/ | $default | T"],
  [["/404/"], { backend: "mock", reply: { status: 404 } }, "/404/ | $default | T"],
  [["/200/", "$default"], lambda({ body: {} }), "$default | $default | T"],
  [["/200/", "$default"], lambda({ status: 200 }), "$default | $default | T"],
  [["/.*/", "$default"], lambda({ body: {} }), "? - | - | -"],
  [["/a?/", "$default"], lambda({ body: {} }), "? - | - | -"],
  [["/.+/", "$default"], lambda({ body: {} }), "$default | $default | T"],
  [["error", "$default"], lambda({ body: {} }), "$default | $default | T"],
  [[".*", "$default"], lambda({ body: {} }), "? - | - | -"],
  [["/.*gone.*/", "$default"], failed("room gone"), "/.*gone.*/ | $default | T"],
  [["/gone/", "$default"], failed("room gone"), "? - | - | -"],
  [["/gone/", "$default"], failed("other"), "$default | $default | T"],
  [["/.+/", "$default"], failed("größer"), "? - | - | -"],
  [["/a$/", "$default"], failed("a\n"), "? - | - | -"],
  [["/x/", "$default"], failed(5), "? - | - | -"],
  [["/x/", "$default"], failed(null), "? - | - | -"],
  [["/x/", "$default"], failed({}), "? - | - | -"],
  [["/x/", "$default"], lambda({ error: { errorType: "x" } }), "$default | $default | T"],
  [["/x/", "$default"], lambda({ error: "x" }), "$default | $default | T"],
  [["/x/", "$default"], lambda({ error: '{"errorMessage":"x"}' }), "/x/ | $default | T"],
  [["/x/", "$default"], lambda({ body: { errorMessage: "x" } }), "/x/ | $default | T"],
  [["/x/", "$default"], lambda({ body: '{"errorMessage":"x"}' }), "/x/ | $default | T"],
  [["/x/", "$default"], lambda({ body: '"x"' }), "$default | $default | T"],
  [["/x/", "$default"], lambda({ body: "x" }), "$default | $default | T"],
  [["/x/", "$default"], lambda({ body: [{ errorMessage: "x" }] }), "$default | $default | T"],
  [["/x/", "$default"], lambda({ body: "[1e999]" }), "? - | - | -"],
  [["/x/"], { reply: { error: { errorMessage: "x" } } }, "/x/ | $default | T"],
  [["/404/"], { reply: { status: 404 } }, "/404/ | $default | T"],
  [["$default"], { reply: { body: "x" } }, "? - | - | -"],
  [["$default"], { backend: "http", reply: { error: "x" } }, "? - | - | -"],
  [[], http(200), "? - | - | -"],
];

test.each(KEYS)("keys %j and %j: %s", (keys, given, expected) => {
  expect(way(keyed(keys), given)).toBe(expected);
});

const one = (definition: Definition) => keyed(["$default"], definition);
const contentOf = (name: string) => `<${name.replaceAll("$", "S").replaceAll("\\", "B")}>`;
const choosing = (TemplateSelectionExpression: string | undefined, ...names: readonly string[]) =>
  one({
    ...(TemplateSelectionExpression === undefined ? {} : { TemplateSelectionExpression }),
    ResponseTemplates: Object.fromEntries(names.map((name) => [name, contentOf(name)])),
  });
const took = (name: string) => `$default | ${name} | ${contentOf(name)}`;
const UNKNOWN = "? $default | - | -";
const CONTENT = { "Content-Type": "text/plain; charset=utf-8", "X-Kind": "ok" };
const withHeaders: Given = { backend: "http", reply: { status: 201, headers: CONTENT, body: "b" } };
const message = (body: unknown, routeKey = "send"): Given => ({ ...http(200), request: { body, routeKey } });

const TEMPLATES: readonly (readonly [string, readonly ResponseDefinition[], Given, string])[] = [
  ["none, $default", choosing(undefined, "$default"), http(), took("$default")],
  ["empty", choosing("", "$default"), http(), took("$default")],
  ["the status", choosing(undefined, "200"), http(), took("200")],
  ["of a Lambda", choosing(undefined, "200"), lambda({ status: 404, body: 1 }), took("200")],
  ["another status", choosing(undefined, "201"), http(), UNKNOWN],
  ["application/json", choosing(undefined, "application/json"), http(), took("application/json")],
  ["another name", choosing(undefined, "ok"), http(), UNKNOWN],
  ["several", choosing(undefined, "200", "$default"), http(), UNKNOWN],
  ["static", choosing("ok", "ok", "$default"), http(), took("ok")],
  ["escaped", choosing("\\$default", "$default"), http(), took("$default")],
  ["backslashes", choosing("a\\b\\\\$default", "a\\b\\$default"), http(), took("a\\b\\$default")],
  ["unknown name", choosing("bad", "ok", "$default"), http(), took("$default")],
  ["unknown name alone", choosing("bad", "ok"), http(), UNKNOWN],
  ["status", choosing("$integration.response.statuscode", "201", "$default"), withHeaders, took("201")],
  ["status in braces", choosing("x${integration.response.statuscode}y", "x201y"), withHeaders, took("x201y")],
  [
    "no recursion",
    choosing("$integration.response.header.X", "$request.body.a"),
    { ...http(), reply: { headers: { X: "$request.body.a" } } },
    took("$request.body.a"),
  ],
  [
    "several variables",
    choosing("$integration.response.statuscode/$integration.response.header.X-Kind", "201/ok"),
    withHeaders,
    took("201/ok"),
  ],
  ["end of a name", choosing("$integration.response.statuscode:a", "201:a"), withHeaders, took("201:a")],
  ["Lambda's status", choosing("$integration.response.statuscode", "200", "$default"), failed("x"), took("200")],
  [
    "header",
    choosing("$integration.response.header.Content-Type", CONTENT["Content-Type"], "text/plain"),
    withHeaders,
    took(CONTENT["Content-Type"]),
  ],
  ["missing header", choosing("$integration.response.header.X-Other", "ok", "$default"), withHeaders, took("$default")],
  ["no headers", choosing("$integration.response.header.X", "$default"), http(), took("$default")],
  ["header of another case", choosing("$integration.response.header.x-kind", "ok", "$default"), withHeaders, UNKNOWN],
  ["prototype", choosing("$integration.response.header.constructor", "ok", "$default"), withHeaders, took("$default")],
  [
    "Lambda's type",
    choosing("$integration.response.header.Content-Type", "application/json"),
    failed("x"),
    took("application/json"),
  ],
  ["Lambda's type otherwise", choosing("$integration.response.header.content-type", "$default"), failed("x"), UNKNOWN],
  ["Lambda's other header", choosing("$integration.response.header.X", "$default"), failed("x"), took("$default")],
  ["several values", choosing("$integration.response.multivalueheader.X", "$default"), withHeaders, UNKNOWN],
  ["errorMessage", choosing("$integration.response.body.errorMessage", "x", "$default"), failed("x"), took("$default")],
  ["body", choosing("$integration.response.body.kind", "x", "$default"), http(), took("$default")],
  ["rest names one", choosing("ok$integration.response.body.kind", "ok", "$default"), http(), UNKNOWN],
  ["rest names none", choosing("ok$integration.response.body.kind", "200", "$default"), http(), took("$default")],
  ["rest names none alone", choosing("ok$integration.response.body.kind", "200"), http(), UNKNOWN],
  ["message", choosing("$request.body.a.b", "x"), message({ a: { b: "x" } }), took("x")],
  ["message as text", choosing("${request.body.a}", "x"), message('{"a":"x"}'), took("x")],
  ["number", choosing("$request.body.n", "5"), message({ n: 5 }), took("5")],
  ["decimal", choosing("$request.body.n", "1.5"), message({ n: 1.5 }), took("1.5")],
  ["boolean", choosing("$request.body.n", "true"), message({ n: true }), took("true")],
  ["missing field", choosing("$request.body.x", "a", "$default"), message({ n: 1 }), took("$default")],
  ["missing on the way", choosing("$request.body.n.x", "$default"), message({ n: 1 }), took("$default")],
  ["null", choosing("$request.body.n", "null", "$default"), message({ n: null }), took("$default")],
  ["no JSON", choosing("$request.body.n", "$default"), message("hello"), took("$default")],
  ["object", choosing("$request.body.n", "$default"), message({ n: {} }), UNKNOWN],
  ["list", choosing("$request.body.n", "$default"), message({ n: [] }), UNKNOWN],
  ["brackets", choosing("$request.body.n[0]", "$default"), message({ n: [1] }), UNKNOWN],
  ["dot at the end", choosing("$request.body.n.", "$default"), message({ n: "x" }), UNKNOWN],
  ["unreadable number", choosing("$request.body.n", "$default"), message('{"n":1e999}'), UNKNOWN],
  ["no message", choosing("$request.body.n", "$default"), http(), UNKNOWN],
  [
    "$connect has none",
    choosing("$request.body.n", "$default"),
    { ...http(), request: { routeKey: "$connect" } },
    "$default | $default | -",
  ],
  ["unescaped", choosing("$default", "$default"), http(), UNKNOWN],
  ["other variable", choosing("$context.routeKey", "$default"), http(), UNKNOWN],
  ["bare body", choosing("$request.body", "$default"), message({}), UNKNOWN],
  ["lone dollar", choosing("a $", "$default"), http(), UNKNOWN],
  ["open brace", choosing("${request.body.a", "$default"), message({ a: "x" }), UNKNOWN],
];

test.each(TEMPLATES)("template by %s", (_, responses, given, expected) => {
  expect(way(responses, given)).toBe(expected);
});

const printing = (template: string, definition: Definition = {}) =>
  one({ ResponseTemplates: { $default: template }, ...definition });
const aws = (reply: Reply): Given => ({ backend: "aws", reply });
const ALL: Given = {
  backend: "http",
  reply: { body: { a: 1, b: [1, "x"] } },
  request: { routeKey: "send", body: {} },
  context: { routeKey: "other", stage: "prod" },
  stageVariables: { env: "e" },
};

const FRAMES: readonly (readonly [string, readonly ResponseDefinition[], Given, string])[] = [
  ["no templates", one({}), http(), "$default | - | b"],
  ["empty templates", one({ ResponseTemplates: {} }), http(), "$default | - | b"],
  ["a value as compact JSON", one({}), ALL, '$default | - | {"a":1,"b":[1,"x"]}'],
  ["a text as it is", one({}), aws({ body: '{ "a": 1 }' }), '$default | - | { "a": 1 }'],
  ["null as JSON", one({}), aws({ body: null }), "$default | - | null"],
  ["a Lambda's error", one({}), failed("x"), '$default | - | {"errorMessage":"x"}'],
  ["no body", one({}), aws({}), "? $default | - | -"],
  ["an empty body", one({}), aws({ body: "" }), "? $default | - | -"],
  ["mock without a template", one({}), { backend: "mock", reply: {} }, "? $default | - | -"],
  ["mock on $connect", one({}), { backend: "mock", reply: {}, request: { routeKey: "$connect" } }, "$default | - | -"],
  ["$connect", printing("a"), { ...http(), request: { routeKey: "$connect" } }, "$default | $default | -"],
  ["$disconnect", printing("a"), { ...http(), request: { routeKey: "$disconnect" } }, "$default | $default | -"],
  [
    "rendering",
    printing("$input.path('$.a') $context.routeKey $context.stage $stageVariables.env"),
    ALL,
    "$default | $default | 1 send prod e",
  ],
  [
    "the route of the context",
    printing("$context.routeKey"),
    { ...http(), context: { routeKey: "x" } },
    "$default | $default | x",
  ],
  ["a parse error", printing("#if($x)"), http(), "? $default | $default | -"],
  ["an exception", printing("$context.apiId"), http(), "? $default | $default | -"],
  ["no stage variables", printing("$stageVariables.env"), http(), "? $default | $default | -"],
  [
    "$input behind mock",
    printing("$input.body"),
    { backend: "mock", reply: { body: "x" } },
    "? $default | $default | -",
  ],
  ["behind mock without it", printing("a"), { backend: "mock", reply: {} }, "$default | $default | a"],
  ["an empty template", printing(""), http(), "? $default | $default | -"],
  ["an empty text", printing("$x"), http(), "? $default | $default | -"],
  ["to text", printing("a", { ContentHandlingStrategy: "CONVERT_TO_TEXT" }), http(), "? $default | $default | -"],
  ["to binary", printing("a", { ContentHandlingStrategy: "CONVERT_TO_BINARY" }), http(), "? $default | $default | -"],
  ["no strategy", printing("a", { ContentHandlingStrategy: "" }), http(), "$default | $default | a"],
  ["no JSON", printing("{a"), http(), "$default | $default | {a"],
  ["too large", one({}), aws({ body: "x".repeat(32_769) }), "? $default | - | -"],
  ["too large in UTF-8", one({}), aws({ body: "é".repeat(16_385) }), "? $default | - | -"],
];

test.each(FRAMES)("frame: %s", (_, responses, given, expected) => {
  expect(way(responses, given)).toBe(expected);
});

test("a frame has as many bytes as it may have", () => {
  expect(frameOf(one({}), aws({ body: "é".repeat(16_384) })).frame?.bytes).toBe(32_768);
});

test("every step says its rule, its grade and its source", async () => {
  const lines = [
    ...KEYS.map(([keys, given]) => [keyed(keys), given] as const),
    ...[...TEMPLATES, ...FRAMES].map(([, responses, given]) => [responses, given] as const),
  ].flatMap(([responses, given]) => [
    `${responses.map(({ IntegrationResponseKey }) => IntegrationResponseKey).join(" ")} ${JSON.stringify(given).slice(0, 200)}`,
    ...frameOf(responses, given).steps.map(
      ({ step, rule, input, output, grade, source }) =>
        `  ${step} [${grade}, ${source}] ${rule} ${JSON.stringify(input.slice(0, 80))} -> ${JSON.stringify(output.slice(0, 80))}`,
    ),
  ]);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(new URL("../golden/steps.txt", import.meta.url).pathname);
});

test("the grade of a way is its worst", () => {
  const grades = (backend: Backend) =>
    frameOf(keyed(["/200/"], {}), { backend, reply: { body: "x" } }).steps.map(({ grade }) => grade);
  expect(grades("aws")).toEqual(["observed", "inferred", "documented", "documented", "documented"]);
  expect(grades("http")[0]).toBe("documented");
});
