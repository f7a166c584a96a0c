import type { Reading } from "./node.ts";
import { SAFE_WITHOUT_QUOTES } from "./words.ts";

/** How to write a text where another stands: without quotes only if `plain`, and if that is safe. */
export function written(reading: Reading, plain: boolean, text: string): string {
  if (reading.format === "json") return JSON.stringify(text);
  if (plain && SAFE_WITHOUT_QUOTES.test(text)) return text;
  return /["\\]/.test(text) && !/['\n\r]/.test(text) ? `'${text}'` : JSON.stringify(text);
}
