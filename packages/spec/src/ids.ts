import { codePointName, invisibleIn, TYPOGRAPHIC_QUOTES } from "./invisible.ts";

/** What templating steps leave where they found no value: `${X}`, `{{ x }}`, `%X%`, `<x>`, `$(x)`, `$X`. */
const PLACEHOLDER = /\$\{|\{\{|%[A-Za-z_][\w.]*%|^<.*>$|\$\(|^\$[A-Za-z_]|#\{/;
const QUOTES = new RegExp(`["'\`${TYPOGRAPHIC_QUOTES}]`);

/** What is wrong with a text that cannot be an id, and what to do about it. Repeats nothing of it. */
export function impossibleIn(text: string): { readonly what: string; readonly help: string } {
  const invisible = invisibleIn(text);
  if (invisible >= 0) {
    const what = `contains the invisible character ${codePointName(text, invisible)}, which no id of AWS has`;
    return { what, help: "Type the id anew, or copy it as plain text." };
  }
  if (PLACEHOLDER.test(text)) {
    const what = "is a placeholder that was not filled in: no id of AWS has $, {, }, <, > or %";
    return { what, help: "Write the id itself, or run the step that fills it in before this one." };
  }
  if (QUOTES.test(text)) {
    const help = "Write the id with straight quotes around it, or with none.";
    return { what: "contains quotation marks, which no id of AWS has", help };
  }
  const what = 'contains white space, "/", "|" or another character that no id of AWS has';
  return { what, help: "Write the id alone, as AWS shows it." };
}
