import { planDocument } from "@specdrop/service";
import { formatCounts, formatPlan, hasChanges, hasFailed } from "../changes.ts";
import { formatErrors, formatLiveFindings } from "../check.ts";
import { clock } from "../clock.ts";
import { openControlPlane } from "../cloud-control.ts";
import { lookAtLedger } from "../ledger.ts";
import { readDocument, refuse } from "../read-document.ts";
import type { Terminal } from "../terminal.ts";

export interface PlanOptions {
  readonly ledger: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

/** Shows what `apply` would do. Exit code 1 where the document has errors or could not be applied. */
export async function plan(path: string, options: PlanOptions, terminal: Terminal): Promise<number> {
  const document = await readDocument(path, terminal);
  if (!document.verdict.ok) return refuse(document, options, terminal);

  const ledger = await lookAtLedger(options.ledger);
  const { controlPlane, gateway, close } = await openControlPlane();
  try {
    terminal.progress("comparing with what AWS has");
    const deps = { ledger: ledger.ledger, controlPlane, gateway, clock, random: Math.random };
    const { results = [] } = await planDocument(deps, { ...document.change, body: document.text });
    const details = results.map(({ detail }) => detail);
    if (options.json) {
      terminal.out(JSON.stringify(details, null, 2));
    } else {
      for (const detail of details) {
        if (hasChanges(detail) || hasFailed(detail)) terminal.out(`${formatPlan(detail, terminal.paint)}\n`);
        const problems = hasFailed(detail) ? formatErrors : formatLiveFindings;
        const frames = problems(detail, document, terminal.paint);
        if (frames !== "") terminal.out(frames);
      }
      terminal.out(
        `Plan: ${formatCounts(
          details.map(({ data }) => data.summary),
          "to do",
        )}.`,
      );
    }
    if (details.some(hasFailed)) return 1;
    return options.detailedExitcode && details.some(hasChanges) ? 2 : 0;
  } finally {
    close();
    await ledger.close();
  }
}
