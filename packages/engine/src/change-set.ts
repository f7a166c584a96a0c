import type { ChangeResult, DeploymentResult } from "@specdrop/events";
import type { Deploy, DesiredResource, SpecDocument } from "@specdrop/spec";
import type { Gateway } from "./gateway.ts";
import type { HandOver } from "./hand-over.ts";
import type { Progress, Removed } from "./outcome.ts";
import type { Clock, ControlPlane, OwnershipLedger, Random, RequestRate } from "./ports.ts";

/** What one document asks of one API: all that a plan needs. */
export interface ChangeSet {
  readonly documentId: string;
  readonly apiId: string;
  /** `withdraw` comes with nothing desired, and has no deletion budget. */
  readonly mode: "apply" | "withdraw";
  /** The document's resources on this API only. */
  readonly desired: readonly DesiredResource[];
  readonly allowDeletions?: number;
  /** What the document owns on its other APIs, and how much of that it no longer declares: one budget counts for all. */
  readonly elsewhere: {
    readonly owned: number;
    readonly deletions: number;
    /** Whether any of what it owns there has a logical id or an API that the document declares. */
    readonly sharesIds: boolean;
  };
  /** Logical ids that the document declares on another API now: what they leave here goes once they are there. */
  readonly movedAway?: ReadonlySet<string>;
  readonly deploy?: Deploy;
  /** Whether the document keeps a response on the routes to its integrations. */
  readonly twoWay?: boolean;
  /** What the document says answers behind its integrations. */
  readonly backend?: SpecDocument["backend"];
  /** What the last result said of deployments; no better than `pending` where anything may have been written since. */
  readonly lastDeployment?: DeploymentResult;
  /** What diagnostics call the document. */
  readonly file: string;
}

/** A run over a change set, and what it has to know of those before it. */
export interface RunIdentity {
  readonly sequence: number;
  /** How many runs of this change set have settled. */
  readonly epoch: number;
  /** The run's random id, which the ledger holds before anything is written: no other run has its ClientTokens. */
  readonly runId: string;
  /** A run of this revision began before and did not settle. */
  readonly resumed: boolean;
  /** A run on the API was killed before: what it sent may still be under way. */
  readonly afterAnother?: boolean;
  /** What it had removed by then, as far as it could still say so. */
  readonly removedBefore?: Removed;
}

/** What a run converges. */
export interface RunChangeSet extends ChangeSet, RunIdentity {}

/** What a plan may use: nothing here writes. */
export interface ReadPorts {
  readonly controlPlane: ControlPlane;
  readonly ledger: Pick<OwnershipLedger, "listOwned">;
  readonly clock: Clock;
  readonly random: Random;
  /** Without it requests go out as fast as AWS answers. */
  readonly requestRate?: RequestRate;
  /** Without it nothing around the responses is checked, and nothing is deployed. */
  readonly gateway?: Gateway;
}

export interface ConvergePorts extends ReadPorts {
  readonly ledger: OwnershipLedger;
  /** For deployments, which have a rate of their own besides. */
  readonly deploymentRate?: RequestRate;
}

export interface PlanChangesOptions extends Partial<Pick<RunIdentity, "resumed" | "afterAnother">> {
  /** Who gets what is let go of; nobody without it. */
  readonly handOver?: Pick<HandOver, "bidderFor">;
  /** Epoch milliseconds: nothing is asked of AWS after it, and nothing waited for. Absent, there is no end. */
  readonly deadline?: number;
  /** Whether the plan is still wanted when its time is up. */
  readonly stop?: () => boolean;
}

export interface ConvergeOptions {
  /** The lease's; goes with every ledger write. */
  readonly fence: number;
  /** Called before every write to AWS; throws `LeaseLostError` if the API is somebody else's now. */
  readonly holdLease: () => Promise<void>;
  /** Epoch milliseconds: nothing is asked of AWS after it, and nothing waited for. */
  readonly deadline: number;
  /** Asked before each change: no other is begun once it says yes. */
  readonly stop?: () => boolean;
  /** Whether what moved away is where it is going, is still awaited there, or will not come. */
  readonly whereabouts?: (logicalId: string) => Promise<"there" | "awaited" | "missing">;
  /** Without it nothing is handed over. */
  readonly handOver?: HandOver;
  /** What is let go of may be handed over, but neither deleted nor forgotten: it waits. */
  readonly holdsRemovals?: boolean;
  /** Called, and awaited, when a change has ended. */
  readonly onChange?: (change: ChangeResult, progress: Progress) => void | Promise<void>;
}
