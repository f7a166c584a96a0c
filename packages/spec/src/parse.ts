import type { Backend, ResponseDefinition } from "@specdrop/template";
import type { ParseResult } from "./document.ts";
import type { Drafted } from "./draft.ts";
import { definitionsOf } from "./expectations/run.ts";
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
 * Reads a CloudFormation template as `parse` does, but evaluates its functions (`docs/convert.md` lists
 * them) with what is known, and leaves out what is no integration response. What cannot be evaluated is in the diagnostics.
 */
export function evaluateTemplate(input: string | Uint8Array, file: string, known: KnownValues): EvaluatedTemplate {
  return read(input, file, known);
}

/** A response as a preview takes it, and where it hangs. */
export interface PlacedResponse extends ResponseDefinition {
  readonly ApiId: string;
  readonly IntegrationId: string;
}

/** A document as a preview takes it: whatever can be read of it, other errors notwithstanding. */
export interface PreviewSource extends ParseResult {
  readonly responses: readonly PlacedResponse[];
  readonly backend?: Backend;
  /** The IntegrationId at the top of the document. */
  readonly defaultIntegration?: string;
}

/** Reads a document as `parse` does, with the responses that can be read even where it has errors. */
export function parseForPreview(input: string | Uint8Array, file: string): PreviewSource {
  const { drafted, result } = readDrafted(input, file);
  const responses = (drafted?.drafts ?? []).flatMap((draft) => {
    const [definition] = definitionsOf([draft]);
    if (definition === undefined) return [];
    return [{ ...definition, ApiId: draft.ApiId?.text ?? "", IntegrationId: draft.IntegrationId?.text ?? "" }];
  });
  const backend = drafted?.settings.backend;
  const integration = drafted?.defaults?.IntegrationId;
  return {
    ...withoutTemplate(result),
    responses,
    ...(backend === undefined ? {} : { backend }),
    ...(integration === undefined ? {} : { defaultIntegration: integration }),
  };
}

function read(input: string | Uint8Array, file: string, known?: KnownValues): EvaluatedTemplate {
  return readDrafted(input, file, known).result;
}

function readDrafted(
  input: string | Uint8Array,
  file: string,
  known?: KnownValues,
): { readonly drafted: Drafted | undefined; readonly result: EvaluatedTemplate } {
  const begun = beginReading(input, file, known);
  const { reading } = begun;
  const drafted = begun.format === "json" ? begun.drafted : understand(reading, readYaml(reading), known);
  return { drafted, result: resultOf(reading, file, drafted, drafted && judgeTemplates(reading, drafted)) };
}
