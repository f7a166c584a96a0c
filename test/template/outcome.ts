import { parse, render, TemplateSyntaxError, Unproven, type Variables } from "@specdrop/template";
import { expect, test } from "vitest";

/** A template, what it prints, and what it is given. `?` stands for unproven, `!problem` for what cannot be parsed. */
export type Row = readonly [template: string, printed: string, variables?: Variables];

/** What becomes of a template, with all that is said of it. */
export function outcome(template: string, variables?: Variables): string {
  try {
    return render(parse(template), variables);
  } catch (error) {
    if (error instanceof Unproven) return `? ${error.message}`;
    if (!(error instanceof TemplateSyntaxError)) throw error;
    const { problem, message, start, end, suggestion } = error;
    return `! ${problem} ${start}-${end} ${JSON.stringify(template.slice(start, end))}: ${message}${suggestion === undefined ? "" : ` -> ${JSON.stringify(suggestion)}`}`;
  }
}

function brief(text: string): string {
  if (text.startsWith("? ")) return "?";
  return text.startsWith("! ") ? text.replace(/^! (\S+).*$/s, "!$1") : text;
}

/** A test for each row, and one for the words of all that do not print. */
export function renders(title: string, rows: readonly Row[]): void {
  test.each(rows.map(([template, printed, variables = {}]) => [template, printed, variables] as const))(
    `${title}: %j prints %j`,
    (template, printed, variables) => {
      expect(brief(outcome(template, variables))).toBe(printed);
    },
  );
  const said = rows.flatMap(([template, printed, variables]) =>
    /^[?!]/.test(printed) ? [`${JSON.stringify(template)}\n  ${outcome(template, variables)}`] : [],
  );
  if (said.length === 0) return;
  test(`${title}: what is said of those that print nothing`, async () => {
    const file = new URL(`golden/${title.replaceAll(/[^a-z]+/g, "-")}.txt`, import.meta.url);
    await expect(`${said.join("\n")}\n`).toMatchFileSnapshot(file.pathname);
  });
}

/** Variables whose reply is this value, sent as JSON. */
export function reply(value: unknown): Variables {
  return { body: JSON.stringify(value) };
}
