import type { Diagnostic } from "@specdrop/spec";
import type { ChangeSet } from "./change-set.ts";
import { conflictDiagnostic } from "./conflict.ts";
import { ControlPlaneError } from "./errors.ts";
import { toChangeError } from "./failure.ts";
import type { Bidder, HandOver } from "./hand-over.ts";
import { formatNaturalKey, isRouteResponse } from "./model.ts";
import { observe } from "./observe.ts";
import { type Observed, type Plan, plan } from "./plan.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { unreadable } from "./report.ts";
import { read } from "./requests.ts";
import type { ReadRun } from "./run.ts";
import { routeResponsesFor, targetOf } from "./two-way.ts";

/** What is to be done, and what was seen around it, before anything is touched. */
export interface Prepared {
  readonly steps: Plan;
  readonly checked: Preflight;
  /** Of the conflicts and of the checks. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface PrepareOptions {
  /** What becomes of what an earlier run recorded and did not see the end of. */
  readonly finish: (observed: Observed) => Observed | Promise<Observed>;
  readonly handOver?: Pick<HandOver, "bidderFor"> | undefined;
  readonly afterAnother?: boolean | undefined;
}

/**
 * Observes, plans and checks. Writes nothing, unless `finish` does. A diagnostic says why, where AWS does not let the API be
 * read; throws a retryable ControlPlaneError where it may later.
 */
export async function prepare(
  run: ReadRun,
  { finish, handOver, afterAnother }: PrepareOptions,
): Promise<Prepared | { readonly unreadable: Diagnostic }> {
  const { changeSet, ports } = run;
  let steps: Plan;
  try {
    if (afterAnother) await read(run, () => ports.controlPlane.untilQuiet(changeSet.apiId));
    const finished = await finish(await observe(run));
    steps = plan(changeSet, { ...finished, bidders: await findBidders(changeSet, handOver, finished) });
  } catch (error) {
    if (!(error instanceof ControlPlaneError) || error.retryable) throw error;
    return { unreadable: unreadable(changeSet, toChangeError(error)) };
  }
  const checked = await preflight(run, steps.changes);
  const conflicts = steps.conflicts.map((conflict) => conflictDiagnostic(conflict, changeSet.file));
  return { steps, checked, diagnostics: [...conflicts, ...checked.diagnostics] };
}

export const isError = ({ severity }: Pick<Diagnostic, "severity">): boolean => severity === "error";

/** Who else wants what the document owns and no longer declares. */
async function findBidders(
  changeSet: ChangeSet,
  handOver: Pick<HandOver, "bidderFor"> | undefined,
  { owned, routes }: Observed,
): Promise<ReadonlyMap<string, Bidder>> {
  const bidders = new Map<string, Bidder>();
  const wanted = new Set([...changeSet.desired, ...routeResponsesFor(changeSet, routes)].map(formatNaturalKey));
  for (const resource of owned) {
    const key = formatNaturalKey(resource);
    if (resource.documentId !== changeSet.documentId || wanted.has(key)) continue;
    const integrationId = isRouteResponse(resource) ? targetOf(routes, resource.RouteId) : undefined;
    const bidder = await handOver?.bidderFor(resource, integrationId);
    if (bidder !== undefined) bidders.set(key, bidder);
  }
  return bidders;
}
