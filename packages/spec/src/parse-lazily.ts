import type { ParseResult } from "./document.ts";
import { beginReading, understand, withoutTemplate } from "./understand.ts";

/** As `parse`, for programs whose start is waited for: the YAML parser is loaded when the first YAML text comes. */
export async function parseLazily(input: string | Uint8Array, file: string): Promise<ParseResult> {
  const begun = beginReading(input, file);
  if (begun.format === "json") return withoutTemplate(begun.result);
  const { readYaml } = await import("./read-yaml.ts");
  return withoutTemplate(understand(begun.reading, file, readYaml(begun.reading)));
}
