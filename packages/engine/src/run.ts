import type { ChangeSet, ConvergeOptions, ConvergePorts, ReadPorts, RunChangeSet } from "./change-set.ts";
import { ownedElsewhere } from "./failure.ts";
import { type Desired, type LastChange, nameOf, type OwnedResource } from "./model.ts";

/** What is read before anything is touched: what it is about, and what it may use. */
export interface ReadRun {
  readonly changeSet: ChangeSet;
  readonly ports: ReadPorts;
  /** Epoch milliseconds: nothing is asked of AWS after it, and nothing waited for. */
  readonly deadline: number;
}

/** One run over a change set: it may write, too. */
export interface Run extends ReadRun {
  readonly changeSet: RunChangeSet;
  readonly ports: ConvergePorts;
  readonly options: ConvergeOptions;
  /** The change that is being made, as the ledger is to remember it. */
  readonly currentChange?: LastChange;
}

/** What is kept for hours or days is dated by AWS's clock, if that is known: those of two machines of ours may be a day apart. */
export function timeAtAws({ ports }: Run): number {
  return ports.controlPlane.time() ?? ports.clock.now();
}

/** What the ledger is to say of a resource, as its document has it now. */
export function recordOf(run: Run, desired: Desired, rest: Pick<OwnedResource, "origin" | "applied">): OwnedResource {
  const { logicalId, deletionPolicy } = desired;
  return {
    documentId: run.changeSet.documentId,
    logicalId,
    ...nameOf(desired),
    ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    ...(run.currentChange === undefined ? {} : { lastChange: run.currentChange }),
    ...rest,
  };
}

/** Writes an ownership record, or fails the change if another document got there first. */
export async function claim(run: Run, resource: OwnedResource): Promise<void> {
  const outcome = await run.ports.ledger.claim(resource, run.options.fence);
  if (!outcome.claimed) throw ownedElsewhere(resource, outcome.owner);
}

export function release(run: Run, resource: OwnedResource): Promise<void> {
  return run.ports.ledger.release(resource, run.options.fence);
}
