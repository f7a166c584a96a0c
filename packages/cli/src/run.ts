import type { ControlPlane, Gateway } from "@specdrop/engine";
import type { ChangeResult, ResultEvent } from "@specdrop/events";
import type { Acceptance, AcceptPorts } from "@specdrop/service/intake";
import type { RunInterruptedError } from "@specdrop/service/reconcile";
import { type DocumentRun, type RunsOptions, runDocuments } from "./converge/run-documents.ts";

export interface RunOptions extends Pick<RunsOptions, "ledger" | "stopRequested" | "time"> {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  /** The document's text; nothing reads it in a withdrawal. */
  readonly body: Uint8Array;
  readonly onChange: (change: ChangeResult, ended: number, total: number) => void;
}

/** What a run over all of a document's APIs came to. */
export interface RunResult {
  /** One for each API that was converged. */
  readonly results: readonly ResultEvent[];
  /** APIs on which there is more to do, because the run was to stop. */
  readonly unfinished: readonly string[];
  /** Why it ended where nobody asked it to: AWS is out of reach. */
  readonly brokenOff?: RunInterruptedError;
}

/** What `acceptDocument` and `withdrawDocument` need and give. */
type Accept = (deps: AcceptPorts) => Promise<Acceptance>;

/** Takes one document in and converges its APIs side by side, in this process. */
export async function runDocument(
  documentId: string,
  accept: Accept,
  { body, controlPlane, gateway, onChange, ...options }: RunOptions,
): Promise<RunResult> {
  const run: DocumentRun = { documentId, body, declared: [], isWithdrawal: false, accept };
  const { documents, brokenOff, fatal } = await runDocuments([run], {
    ...options,
    portsOf: () => ({ controlPlane, gateway }),
    onChange: (_, change, ended, total) => onChange(change, ended, total),
  });
  const [{ results, unfinished, failures } = { results: [], unfinished: [], failures: [] }] = documents;
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  if (fatal !== undefined) throw fatal.error;
  return { results, unfinished, ...(brokenOff && { brokenOff }) };
}
