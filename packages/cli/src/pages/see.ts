import { pathToFileURL } from "node:url";
import { type DiagnosticCode, isDiagnosticCode } from "@specdrop/spec";
import { linked } from "../terminal/printable.ts";
import { pageFile } from "./package-files.ts";

/** The command that shows a diagnostic's page; where terminals have links, it leads to the page. */
export function seePage(code: DiagnosticCode): string {
  return linked(`specdrop explain ${code}`, pathToFileURL(pageFile(code)).href);
}

/** The last line of what is said of an error, for a list of lines: none where its code is not ours, but AWS's. */
export function seeLines(code: string): readonly string[] {
  return isDiagnosticCode(code) ? [`see: ${seePage(code)}`] : [];
}
