import { rememberLive } from "@specdrop/inspect/drift/remember-live";
import type { Ledger } from "@specdrop/ledger/port";
import { type DocumentChange, planDocument } from "@specdrop/service/documents";
import { openControlPlane } from "../aws/cloud-control.ts";
import { type Checked, formatErrors, formatLiveFindings } from "../converge/check.ts";
import { clock } from "../converge/clock.ts";
import { formatExpectedFrames } from "../plan/expected-frames.ts";
import { viewPlan } from "../plan/plan-view.ts";
import { formatCounts, formatDeployments, formatPlan, hasChanges, hasFailed } from "../report/changes.ts";
import { detailsAbout, printed } from "../report/details.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** What applying an earlier content of a document would do. */
export interface PlannedVersion {
  /** As `plan --json` prints them. */
  readonly details: readonly object[];
  /** It would be refused, and change nothing. */
  readonly isRefused: boolean;
}

/** Plans the content, and shows the plan unless `json` is asked for. Touches nothing. */
export async function planVersion(
  ledger: Ledger,
  { change, checked }: { readonly change: DocumentChange; readonly checked: Checked },
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<PlannedVersion> {
  const { controlPlane, gateway, close } = await openControlPlane();
  try {
    const live = rememberLive(controlPlane);
    const deps = { ledger, controlPlane: live.controlPlane, gateway, clock, random: Math.random };
    const { results = [] } = await planDocument(deps, { ...change, body: checked.text });
    const details = detailsAbout(checked, results);
    const isReadable = results.every(({ detailType }) => detailType === "PlanProduced");
    if (!json) {
      const { paint, out, columns } = terminal;
      const sources = { ledger, declared: checked.declared, liveOf: live.liveOf, paint };
      const apiIds = details.flatMap(({ data }) => data.apiId ?? []);
      const view = await viewPlan(apiIds, sources);
      for (const detail of details) {
        if (hasChanges(detail) || hasFailed(detail)) {
          out(`${formatPlan(detail, paint, view)}\n`);
          const frames = formatExpectedFrames(detail, checked.expectations, live, paint);
          if (frames !== "") out(`${frames}\n`);
        }
        const problems = hasFailed(detail) ? formatErrors : formatLiveFindings;
        const frames = problems(detail, checked, paint, columns.out);
        if (frames !== "") out(frames);
      }
      const summaries = details.map(({ data }) => data.summary);
      const toDo = `${formatCounts(summaries, "to do")}${formatDeployments(details)}`;
      out(isReadable ? `Plan: ${toDo}.` : "No plan: AWS could not be read.");
    }
    return { details: details.map(printed), isRefused: !isReadable || details.some(hasFailed) };
  } finally {
    close();
  }
}
