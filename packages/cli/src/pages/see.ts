import { pathToFileURL } from "node:url";
import type { DiagnosticCode } from "@specdrop/spec";
import { linked } from "../terminal/printable.ts";
import { pageFile } from "./package-files.ts";

/** The command that shows a diagnostic's page; where terminals have links, it leads to the page. */
export function seePage(code: DiagnosticCode): string {
  return linked(`specdrop explain ${code}`, pathToFileURL(pageFile(code)).href);
}
