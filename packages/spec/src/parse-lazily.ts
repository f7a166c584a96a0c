import type { ParseResult } from "./document.ts";
import { needsJudging } from "./draft.ts";
import { beginReading, resultOf, understand, withoutTemplate } from "./understand.ts";

const yamlReader = async () => (await import("./read-yaml.ts")).readYaml;

/** As `parse`, for programs whose start is waited for: the YAML parser is loaded when the first YAML text
 * comes, the template language when the first template holds more than text. */
export async function parseLazily(input: string | Uint8Array, file: string): Promise<ParseResult> {
  const begun = beginReading(input, file);
  const { reading } = begun;
  const drafted = begun.format === "json" ? begun.drafted : understand(reading, (await yamlReader())(reading));
  if (drafted === undefined || !needsJudging(drafted)) return withoutTemplate(resultOf(reading, file, drafted));
  const { judgeTemplates } = await import("./judge-templates.ts");
  return withoutTemplate(resultOf(reading, file, drafted, judgeTemplates(reading, drafted)));
}
