// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of Velocity.
import { parse } from "@specdrop/template";
import { checkTemplate } from "@specdrop/template/check";
import { remarksOn } from "@specdrop/template/remarks";
import { expect, test } from "vitest";

/** Each finding as `CODE! what it covers -> suggestion`; without the mark it is a warning. */
const found = (template: string) =>
  checkTemplate(template).map(
    ({ code, severity, start, end, suggestion }) =>
      `${code}${severity === "error" ? "!" : ""} ${template.slice(start, end)}${suggestion === undefined ? "" : ` -> ${suggestion}`}`,
  );

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ["plain text: 5 % of {nothing}", []],
  ["#if($context.stage == 'x')a#else b#end $input.body", []],
  ["#if($input.body == 'x')oops", ["SD3501! #if"]],
  ["a#end", ["SD3501! #end"]],
  ["#if(true)#else#elseif(true)#end", ["SD3501! #elseif"]],
  ["#if(true)On#endOff", ["SD3501! #end -> #{end}"]],
  ["#if(true)yes#{endOff}", ["SD3501! #{endOff}"]],
  ["#if(true)yes#elseno#end", ["SD3501! #else -> #{else}"]],
  ["#if(true)yes#{elseno}#end", ["SD3501! #{elseno}"]],
  ["#if(true)a#else b#elsewhere#end", ["SD3501! #else -> #{else}"]],
  ["#elsewhere and #endless", []],
  ["#foreach($i in [1])#elsewhere#end", []],
  ["${input.", ["SD3502! ${input"]],
  ["#set($a = 'x)", ["SD3502! 'x)"]],
  ["#* open", ["SD3502! #*"]],
  ["#[[ open", ["SD3502! #["]],
  ["$input.path('$.a'", ["SD3502! ('$.a'"]],
  ["#set($a = [1, 2)", ["SD3502! [1, 2"]],
  ["Price in $", ["SD3503! $ -> $ "]],
  ["Nr. #", ["SD3503! # -> # "]],
  ['#set($a = "\\"a\\"")', ['SD3504! \\" -> ""']],
  ["$input.path('$.l').get($foreach.index + 1)", ["SD3505 +"]],
  ["#set($n = 5-4)", ["SD3505 -"]],
  ["#set($n = 5)#set($m = $n -1)", ["SD3505 -"]],
  ["#if true", ["SD3505 #if"]],
  ["#foreach(", ["SD3505 ("]],
  ["$util.toJson($input.body)", ["SD3506! toJson -> parseJson"]],
  ["$util.escapeJavascript('a')", ["SD3506! escapeJavascript -> escapeJavaScript"]],
  ["$util.base64('a')", ["SD3506! base64 -> base64Encode"]],
  ["$util.qr('a')", ["SD3506! qr"]],
  ["$util.error", ["SD3506! error"]],
  ["$util", []],
  ["$inptu.path('$.a')", ["SD3507! inptu -> input"]],
  ["$!{contxt.x}", ["SD3507! contxt -> context"]],
  [
    "$Input.body$inputt.body$inpu.body$imput.body",
    ["SD3507! Input -> input", "SD3507! inputt -> input", "SD3507! inpu -> input", "SD3507! imput -> input"],
  ],
  ["#set($inptu = 1)$inptu", []],
  ["$foo $!{bar.x}", ["SD3508 foo", "SD3508 bar"]],
  ["#foreach($foo in [1])$foo$foreach.index$velocityCount$velocityHasNext#end#define($bar)x#end$bar", []],
  ["#if($input.body == $null)a#end", []],
  ['"$foo" #foreach($i in $foo)#end', ["SD3508 foo", "SD3508 foo"]],
  ["#set($a = [$foo, {$foo: [1..$foo]}])#set($a[$foo] = 1)", ["SD3508 foo", "SD3508 foo", "SD3508 foo", "SD3508 foo"]],
  ['#set($a = "x $foo")#set($b = !($foo && 1 == $foo))', ["SD3508 foo", "SD3508 foo", "SD3508 foo"]],
  ["$context.httpMethod", ["SD3509 httpMethod"]],
  ["$context.conectionId", ["SD3509 conectionId -> connectionId"]],
  [
    "$context.identity.sourceIP $context.identity.nope",
    ["SD3509 identity.sourceIP -> identity.sourceIp", "SD3509 identity.nope"],
  ],
  [
    "$context.connectionId$context.identity.sourceIp$context.authorizer.mine$context.error.messageString$context.identity$context['x']",
    [],
  ],
  [
    "#set($context.responseOverride.status = 400)$context.requestOverride.x",
    ["SD3509 responseOverride", "SD3509 requestOverride"],
  ],
  ["$input.params('id')$input.headers", ["SD3510 params", "SD3510 headers"]],
  ["$input.json('$')$input.body$input", []],
  ["#if($input.path('$.error'))a#end", ["SD3511 $input.path('$.error')"]],
  ["#if(!$input.path('$.error'))a#end", ["SD3511 $input.path('$.error')"]],
  ["#if(($input.path('$.a')) || $stageVariables.x)a#end", ["SD3511 $input.path('$.a')", "SD3511 $stageVariables.x"]],
  ["#set($x = $input.path('$.a'))#if($x)a#elseif(!$x)b#end", ["SD3511 $x", "SD3511 $x"]],
  ["#set($x = $input.path('$.a'))#if($x && $x != '')a#end#if($!{x} and '' ne $x)b#end", []],
  ["#set($x = true)#set($x = $input.path('$.a'))#if($x)a#end", []],
  ["#set($x = $y)#set($y = $x)#if($x)a#end", []],
  ["#if($foo)a#end", ["SD3511 $foo", "SD3508 foo"]],
  ["#if($context.authorizer.admin)a#end", ["SD3511 $context.authorizer.admin"]],
  ["#if($context.stage)a#end", []],
  ["#if($input.path('$.l').isEmpty())a#end#if($input.path('$.l').empty)a#end", []],
  ["#foreach($i in [1])#if($foreach.hasNext)a#end#if($velocityHasNext)b#end#if($i)c#end#end", []],
  [
    "#if('text')a#end#if(1)b#end#if([])c#end#if({})d#end#if(1 + 1)e#end#if(null)f#end",
    ["SD3512 'text'", "SD3512 1", "SD3512 []", "SD3512 {}", "SD3512 1 + 1", "SD3512 null"],
  ],
  ["#if(true)a#end#if(1 == 1)b#end", []],
  ["#set($a = 1)$a-1", ["SD3513 a-1"]],
  [
    "#macro(m)x#end#evaluate('x')#parse('x')#include('x')",
    ["SD3514 #macro", "SD3514 #evaluate", "SD3514 #parse", "SD3514 #include"],
  ],
  ["$\\!x", []],
  ['[#foreach($i in $input.path("$"))$i,#end]', ["SD3515 , -> #if($foreach.hasNext),#end"]],
  ['{"l": [#foreach($i in $input.path("$.l"))"$i",\n#end]}', ["SD3515 , -> #if($foreach.hasNext),#end"]],
  ['[#foreach($i in $input.path("$"))$i#if($foreach.hasNext),#end#end]', []],
  ['[#foreach($i in $input.path("$"))1,#end 2]', []],
  ["#foreach($i in [1])$i,#end", []],
  [
    '{"a":[#if(true)#foreach($i in [1])1,#end#else#foreach($i in [1])2,#end#end]}',
    [
      'SD3517 {"a":[#if(true)#foreach($i in [1])1,#end#else#foreach($i in [1])2,#end#end]}',
      "SD3515 , -> #if($foreach.hasNext),#end",
      "SD3515 , -> #if($foreach.hasNext),#end",
    ],
  ],
  ["{\"a\": $input.path('$')}", ["SD3516 path -> json"]],
  [
    '{"a": $input.path(\'$.m\'), "b": "$input.path(\'$.m.x\')"}',
    ['SD3517 {"a": $input.path(\'$.m\'), "b": "$input.path(\'$.m.x\')"}', "SD3516 path -> json"],
  ],
  ['{"a": $input.path(\'$.m\'), "b": "$input.path(\'$.m\').x"}', ["SD3516 path -> json"]],
  ["#set($m = {'k': 1}){\"a\": $m}", ["SD3517 #set($m = {'k': 1}){\"a\": $m}", "SD3516 $m"]],
  ['{"a": $util.parseJson($input.body)}', ["SD3516 $util.parseJson($input.body)"]],
  ['[#foreach($m in $input.path("$.l"))[$m, "$m.name"]#if($foreach.hasNext),#end#end]', ["SD3516 $m"]],
  ['{"a": $input.path(\'$.n\'), "b": "$input.path(\'$.t\')", "c": $input.path(\'$.t\').length()}', []],
  ["$input.path('$')", []],
  ['{"a": $input.body, }', ['SD3517 {"a": $input.body, }']],
  ['{"x": $input.path("$.a").size(), "y": $input.path("$.b").length()}', []],
  ['{"a": "$stageVariables.x$stageVariables[\'y\']", "b": $context.connectedAt, "c": $context.authorizer.x}', []],
  ['{"a": $input.params("x"), }', ["SD3510 params"]],
  ['#set($a = 1)\n  {"a": $a', ['SD3517 #set($a = 1)\n  {"a": $a']],
];

test.each(ROWS)("%j: %j", (template, expected) => {
  expect(found(template)).toEqual(expected);
});

test("what is said of them", async () => {
  const said = ROWS.flatMap(([template]) =>
    checkTemplate(template).map(
      ({ code, message, help }) => `${JSON.stringify(template)}\n  ${code} ${message}\n  ${help ?? ""}`,
    ),
  );
  await expect(`${said.join("\n")}\n`).toMatchFileSnapshot(new URL("../golden/findings.txt", import.meta.url).pathname);
});

test.each([
  ["$input.path('$.a')", undefined, []],
  ['{"a": "$input.path(\'$.a\')"}', undefined, [/not escaped/]],
  ["{\"a\": $input.path('$.a')}", undefined, [/has no quotes/]],
  ['{"a": "$input.json(\'$.a\')"}', undefined, [/twice/]],
  ['{"a": $input.json(\'$.a\'), "b": "$util.escapeJavaScript($input.path(\'$.b\'))"}', '{"a":1}', []],
  ['{"a": "\\"$input.path(\'$.a\')"}', undefined, [/not escaped/]],
  ['{"a": [#foreach($i in [1])"$input.path(\'$.a\')"#end]}', undefined, [/not escaped/]],
  ["{\"a\": #if(true)\"$input.path('$.a')\"#else$input.path('$.b')#end}", undefined, [/not escaped/, /has no quotes/]],
  ['{"a": $input.body', '{"a": 1', [/starts like JSON but is not valid JSON: /]],
  ['{"a": $x[0]$input[0]$input}', undefined, []],
] as const)("%j with the frame %j is remarked on", (template, frame, expected) => {
  const remarks = remarksOn(parse(template), frame);
  expect(remarks).toHaveLength(expected.length);
  expected.forEach((pattern, index) => {
    expect(remarks[index]).toMatch(pattern);
  });
});
