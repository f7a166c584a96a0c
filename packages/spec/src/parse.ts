import type { ParseResult } from "./document.ts";
import { judgeTemplates } from "./judge-templates.ts";
import { readYaml } from "./read-yaml.ts";
import type { KnownValues } from "./template-scope.ts";
import { beginReading, type EvaluatedTemplate, resultOf, understand, withoutTemplate } from "./understand.ts";

/**
 * Reads a spec document or CloudFormation template, as YAML or JSON. Whatever the input, it returns: what is wrong
 * is in the diagnostics, and takes time in proportion to the input's size to find.
 */
export function parse(input: string | Uint8Array, file: string): ParseResult {
  return withoutTemplate(read(input, file));
}

/**
 * Reads a CloudFormation template as `parse` does, but evaluates `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::ImportValue`
 * with what is known, and leaves out what is no integration response. What cannot be evaluated is in the diagnostics.
 */
export function evaluateTemplate(input: string | Uint8Array, file: string, known: KnownValues): EvaluatedTemplate {
  return read(input, file, known);
}

function read(input: string | Uint8Array, file: string, known?: KnownValues): EvaluatedTemplate {
  const begun = beginReading(input, file, known);
  const { reading } = begun;
  const drafted = begun.format === "json" ? begun.drafted : understand(reading, readYaml(reading), known);
  return resultOf(reading, file, drafted, drafted && judgeTemplates(reading, drafted));
}
