// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of Velocity.
import { renders, reply } from "../outcome.ts";

renders("nothing", [
  ["[$x|${x}|$!x|$x.a.b|$x.m()]", "[||||]"],
  ["#if($x)true#else false#end", "true"],
  ["#if(!$x)true#else false#end", " false"],
  ["#if($x == $null)a#end#if($x == '')b#end", "ab"],
  ["#if($x == null)a#else b#end", " b"],
  ["#if($x != null)a#end", "a"],
  ["#if(null == null)a#end", "a"],
  ["#set($y = $x)$y.length()", "0"],
  ["#foreach($e in $x)a#end", ""],
  ["#set($y = $x + 1)$y", "1"],
  ["#set($y = 1 + $x)$y", "1"],
  ["#set($y = $x > 1)$y", "false"],
  ["#foreach($e in [$x..3])a#end", ""],
  ["#foreach($e in [1..$x])a#end", ""],
  ["#set($y = [$x..3])$y", "?"],
  ["#set($y = 1 / 0)$y", "?"],
  ["#set($y = 5 - 'a')$y", "?"],
  ["#if($x && $x != '')a#else b#end", " b"],
  ["#set($l = [$x])$l.get(0).length()", "0"],
  ["#set($m = {'k': $x})$m$m.k.length()", "{k=}0"],
  ["$input.path('$.n')|$input.path('$.n.m')|", "||", reply({ n: null })],
  ["#if($input.path('$.n'))a#end", "a", reply({ n: null })],
  ["$input.path('$')", "{n=null}", reply({ n: null })],
  ["$input.path('$').n|", "|", reply({ n: null })],
]);
