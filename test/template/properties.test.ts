// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of Velocity.
import { parse, print, render, TemplateSyntaxError, Unproven } from "@specdrop/template";
import { checkTemplate } from "@specdrop/template/check";
import fc from "fast-check";
import { expect, test } from "vitest";

const PIECES =
  "$ $! ${ } # ## #* *# #[[ ]]# #set( #if( #elseif( #else #end #{end} #foreach( #define( #break #stop #macro( #foo ( ) [ ] .. , : = == != && || ! + - * / % < > ' \" '' \"\" \\ a b x 1 2 1.5 -1 true false null in $a $b $x $!a ${a} $a.b $a[0] $a.size() $a.get(0) $l.add(1) $m.put('k',1) $input.path('$.a') $input.json('$') $input.body $context.connectionId $stageVariables.env $util.urlEncode('a') $util.parseJson('{}') constructor __proto__ toString $a.constructor $a.__proto__ $a.toString() { {\"k\":1} [1,2] [1..3] 'text' \"$a\" \n \r\n \t"
    .split(" ")
    .concat(
      " ",
      "\n",
      "#set($a = [1, 'b'])",
      "#set($m = {'k': 1})",
      "#if($a)",
      "#foreach($b in [1, 2])$b#end",
      "\\#",
      "\\$a",
    );

const template = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const { block } = fc.letrec<{ block: string; node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "a ",
      "\n",
      "  ",
      "$x",
      "${x}b",
      "$!x.k",
      "$l[0]",
      '"',
      "\\$x",
      "\\\\#if(true)y#end",
      "## c\n",
      "#* c *#",
      "#[[ $x ]]#",
      "#foo(1)",
      "#[",
      "$5",
    ),
    fc.constantFrom(
      "#set($x = 1 + 2 * 3)\n",
      " #set( $x.k='a''b' )",
      '#set($x = "v$x")',
      "#set($l = [1, [2 .. 4], {'k' : -1.5e3}, null])",
      "#set($x = !($x == 1 && 2 lt 3) || $l)",
    ),
    tie("block").map((inner) => `#if($x && !$y)${inner}#end\n`),
    fc
      .tuple(tie("block"), tie("block"), tie("block"))
      .map(([a, b, c]) => `#if($x > 1)${a}#elseif($x)${b}#else${" "}${c}#end`),
    tie("block").map((inner) => `#foreach( $x in [1..2] )\n${inner}#end`),
    tie("block").map((inner) => `#define($d)${inner}#{end}`),
  ),
  block: fc.array(tie("node"), { maxLength: 5 }).map((nodes) => nodes.join("")),
}));

const VARIABLES = { body: '{"a":[1,{"b":"x"}]}', context: { connectionId: "c" }, stageVariables: { env: "e" } };
const LIMITS = { steps: 5_000, output: 20_000, depth: 64 };

function outcome(source: string): string {
  try {
    return render(parse(source), VARIABLES, LIMITS);
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof Unproven) return `${error.name}: ${error.message}`;
    throw error;
  }
}

test("no template makes it throw anything of its own kind, or print what is JavaScript's", () => {
  fc.assert(
    fc.property(template, (source) => {
      const text = outcome(source);
      expect(text).not.toMatch(/\[object |function |native code|undefined/);
      if (!source.includes("constructor")) expect(text).not.toContain("constructor");
      expect(outcome(source)).toBe(text);
    }),
    { numRuns: 3_000 },
  );
});

test("what is printed reads back as the same template", () => {
  fc.assert(
    fc.property(fc.oneof(template, block), (source) => {
      let printed: string;
      try {
        printed = print(parse(source));
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateSyntaxError);
        return;
      }
      expect(print(parse(printed))).toBe(printed);
      expect(outcome(printed)).toBe(outcome(source));
    }),
    { numRuns: 3_000 },
  );
});

test("what is found lies inside the template", () => {
  fc.assert(
    fc.property(fc.oneof(template, block), (source) => {
      for (const { start, end } of checkTemplate(source)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(source.length);
      }
    }),
    { numRuns: 1_500 },
  );
});

test.each([
  ["steps", "#foreach($a in [1..900])#foreach($b in [1..900])$b#end#end"],
  ["output", "#set($t = 'xxxxxxxxxx')#foreach($a in [1..40])#set($t = $t + $t)#end"],
  ["depth", "#set($l = [])#foreach($a in [1..100])#set($l = [$l])#end$l"],
  ["a range", "#foreach($a in [1..999999999])#end"],
  ["digits", "#set($n = 99999)#foreach($a in [1..40])#set($n = $n * $n)#end"],
  ["printing", "#set($t = 'x')#foreach($a in [1..19])#set($t = $t + $t)#end$t$t$t$t"],
  ["concat", "#set($t = 'xxxxxxxx')#foreach($a in [1..40])#set($t = $t.concat($t))#end"],
  ["replace", "#set($t = 'xxxxxxxx')#foreach($a in [1..40])#set($t = $t.replace('x', 'xx'))#end"],
  ["lists", "#set($l = [1, 2])#foreach($a in [1..60])#set($d = $l.addAll($l))#end$l.size()"],
  ["a list of lists", "#set($l = [1])#foreach($a in [1..60])#set($l = [$l, $l])#end$l"],
  [
    "comparing",
    "#set($l = [1])#set($k = [1])#foreach($a in [1..60])#set($l = [$l, $l])#set($k = [$k, $k])#end#if($l == $k)#end",
  ],
  [
    "json",
    "#set($l = $input.path('$.a'))#foreach($a in [1..60])#set($k = $input.path('$.a'))#set($d = $k.add($l))#set($d = $k.add($l))#set($l = $k)#end$l",
  ],
  [
    "long texts in a list",
    "#set($t = 'xxxxxxxxxx')#foreach($a in [1..15])#set($t = $t + $t)#end#set($l = [])#foreach($a in [1..900])#set($d = $l.add($t))#end$l",
  ],
  ["replaceAll", "#set($t = 'xxxxxxxx')#foreach($a in [1..40])#set($t = $t.replaceAll('x', 'xx'))#end"],
  [
    "matches",
    "#set($t = 'aaaaaaaaaa')#foreach($a in [1..13])#set($t = $t + $t)#end#foreach($a in [1..900])$t.replaceAll('a.*y|a', '')#end",
  ],
  [
    "split",
    "#set($t = 'a,a,a,a,a,')#foreach($a in [1..16])#set($t = $t + $t)#end#foreach($a in [1..900])#set($d = $t.split(','))#end",
  ],
  [
    "searching",
    "#set($t = 'aaaaaaaaaa')#foreach($a in [1..16])#set($t = $t + $t)#end#foreach($a in [1..900])$t.indexOf('b')#end",
  ],
  ["the reply", "#foreach($a in [1..900])#foreach($b in [1..900])#set($d = $input.path('$'))#end#end"],
  ["nesting", `${"#if(true)".repeat(200)}${"#end".repeat(200)}`],
  ["brackets", `#if(${"(".repeat(200)}true${")".repeat(200)})a#end`],
  ["negations", `#if(${"!".repeat(5_000)}true)a#end`],
  ["quotes", `#set($x = ${'"'.repeat(9_999)})`],
])("%s: a template that runs away is stopped", (_, source) => {
  const text = (() => {
    try {
      return render(parse(source), VARIABLES);
    } catch (error) {
      return String(error);
    }
  })();
  expect(text).toMatch(/^(?:Unproven|TemplateSyntaxError): /);
});
