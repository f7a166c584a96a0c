import { codePointName, invisibleIn, TYPOGRAPHIC_QUOTES } from "./invisible.ts";

/** What templating steps leave where they found no value: `${X}`, `{{ x }}`, `%X%`, `<x>`, `$(x)`, `$X`, `@X@`, `[X]`, `__X__`. */
const PLACEHOLDER = /\$\{|\{\{|%[A-Za-z_][\w.]*%|^<.*>$|\$\(|^\$[A-Za-z_]|#\{|^@.*@$|^\[.*\]$|^__/;
const QUOTES = new RegExp(`["'\`${TYPOGRAPHIC_QUOTES}]`);

const MARKS = /[${}<>%]/;
const NAMES = { id: "id", stage: "name" } as const;

/** What is wrong with a text that cannot be an id, or the name of a stage, and what to do about it. Repeats nothing of it. */
export function impossibleIn(
  text: string,
  whose: "id" | "stage" = "id",
): { readonly what: string; readonly help: string } {
  const none = `no ${whose} of AWS has`;
  const invisible = invisibleIn(text);
  if (invisible >= 0) {
    const what = `contains the invisible character ${codePointName(text, invisible)}, which ${none}`;
    return { what, help: `Type the ${NAMES[whose]} again, or copy it as plain text.` };
  }
  if (PLACEHOLDER.test(text)) {
    const what = "is a placeholder that was not replaced";
    const help = `Write the ${NAMES[whose]} itself, or run the step that replaces it before this one.`;
    return { what: MARKS.test(text) ? `${what}: ${none} $, {, }, <, > or %` : what, help };
  }
  if (QUOTES.test(text)) {
    const help = `Write the ${NAMES[whose]} with straight quotes around it, or with none.`;
    return { what: `contains quotation marks, which ${none}`, help };
  }
  if (whose === "stage") {
    const what = "is longer than 128 characters, or has others than letters, digits, - and _";
    return { what, help: "Write the name of the stage alone: it is no path and no address." };
  }
  return {
    what: 'contains white space, "/", "|" or another character that AWS ids never have',
    help: "Write the id alone, as AWS shows it.",
  };
}
