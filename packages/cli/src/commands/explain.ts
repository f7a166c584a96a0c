import { readFile } from "node:fs/promises";
import { DIAGNOSTICS, type DiagnosticCode } from "@specdrop/spec";
import { findCode, nearCodes } from "../pages/find-code.ts";
import { pageFile } from "../pages/package-files.ts";
import { renderPage } from "../pages/render-page.ts";
import { wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Shows a diagnostic's page; without a code, every code with its severity and title. */
export async function explainCode(asked: string | undefined, terminal: Terminal): Promise<number> {
  if (asked === undefined) {
    terminal.out(
      Object.keys(DIAGNOSTICS)
        .map((code) => rowOf(code as DiagnosticCode, terminal))
        .join("\n"),
    );
    return 0;
  }
  const code = findCode(asked);
  if (code === undefined) throw wrongUsage(unknown(asked));
  const page = await readFile(pageFile(code), "utf8");
  terminal.out(renderPage(page, { paint: terminal.paint, columns: terminal.columns.out }));
  return 0;
}

function rowOf(code: DiagnosticCode, { paint }: Terminal): string {
  const { severity, title } = DIAGNOSTICS[code];
  return `${code}  ${paint(severity === "error" ? "red" : "yellow", severity.padEnd("warning".length))}  ${title}`;
}

function unknown(asked: string): string {
  const near = nearCodes(asked).map((code) => `\n  ${code}  ${DIAGNOSTICS[code].title}`);
  const next = near.length === 0 ? " specdrop explain lists them all." : ` Similar codes:${near.join("")}`;
  return `there is no diagnostic ${asked}.${next}`;
}
