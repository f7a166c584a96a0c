import { parse, visible } from "@specdrop/spec";
import { openControlPlane } from "../aws/cloud-control.ts";
import { formatFrames } from "../converge/check.ts";
import { exportDocument } from "../export/export-document.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface ExportOptions {
  readonly api: string;
  readonly integration?: string;
}

/**
 * Prints live responses as a document. Exit code 1 where they do not make a valid one, or AWS may have left some out:
 * stderr says why.
 */
export async function exportResponses({ api, integration }: ExportOptions, terminal: Terminal): Promise<number> {
  const { controlPlane, gateway, close } = await openControlPlane();
  try {
    terminal.progress(`reading API ${visible(api)}`);
    const { text, gaps } = await exportDocument({ controlPlane, gateway }, api, integration);
    const { document, diagnostics, omitted } = parse(text, "export.yaml");
    terminal.document(text.trimEnd());
    for (const gap of gaps) terminal.note(`This export may be incomplete. ${gap}`);
    if (document !== undefined) {
      terminal.note(`${count(document.resources.length, "response")} exported. Next: run specdrop plan with the file.`);
      return gaps.length === 0 ? 0 : 1;
    }
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const verdict = { file: "export.yaml", ok: false, resources: 0, diagnostics: errors, omitted };
    terminal.note(formatFrames({ text: new TextEncoder().encode(text), verdict }, terminal.paintNote));
    terminal.note("The live responses do not make a valid document: correct it as the errors say.");
    return 1;
  } finally {
    close();
  }
}
