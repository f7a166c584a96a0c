import { BACKOFF, backoffMs } from "./backoff.ts";
import type { ConvergePorts } from "./change-set.ts";
import { sleepWithin } from "./deadline.ts";
import { clientToken } from "./digest.ts";
import { acceptedAllTheSame, ControlPlaneError } from "./errors.ts";
import type { ReadRun, Run } from "./run.ts";

const MAX_TRIES = 8;

/** So long, in milliseconds, a request is repeated while nobody answers. */
const SILENCE_MS = 45_000;

/** What AWS may ask a run to wait for. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Only a run deploys. */
type RatedRun = ReadRun & { readonly ports: Pick<ConvergePorts, "deploymentRate"> };

/** No less than AWS asks for. */
export function pause(run: ReadRun, tries: number, atLeastMs: number, because?: unknown): Promise<void> {
  return wait(run, Math.max(atLeastMs, backoffMs(BACKOFF.request, tries, run.ports.random)), because);
}

/** Waits, within the run's time. Throws `DeadlineReachedError` where that is not enough, or over. */
function wait({ ports, deadline }: ReadRun, milliseconds: number, because?: unknown): Promise<void> {
  return sleepWithin(ports.clock, milliseconds, deadline, because);
}

/** Requests to API Gateway that Cloud Control makes for one of ours, going by the permissions its handlers ask for. */
const REQUESTS = { read: 1, create: 1, update: 2, delete: 2, deploy: 1 };

/** Between two deployments of an account at least, in milliseconds: "CreateDeployment: 1 request every 5 seconds". */
const DEPLOYMENT_GAP_MS = 5_000;

async function awaitTurn(run: RatedRun, operation: keyof typeof REQUESTS, times = 1): Promise<void> {
  const { ports } = run;
  // Nothing is booked, or sent, after the end.
  await wait(run, 0);
  const rates = operation === "deploy" ? [ports.deploymentRate, ports.requestRate] : [ports.requestRate];
  for (const rate of rates) {
    const waitMs = (await rate?.book(REQUESTS[operation] * times)) ?? 0;
    if (waitMs > 0) await wait(run, waitMs);
  }
}

/** Repeats a read while AWS says that it may succeed later. */
export async function read<T>(run: ReadRun, request: () => Promise<T>): Promise<T> {
  await awaitTurn(run, "read");
  return await readInTurn(run, request);
}

/** The same for a read whose turn has come. */
export async function readInTurn<T>(run: ReadRun, request: () => Promise<T>): Promise<T> {
  const since = run.ports.clock.now();
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      // How a write that is asked about has ended stays so.
      if (error instanceof ControlPlaneError && error.completed) throw error;
      await waitOrThrow(run, "read", error, { tries, since });
    }
    await awaitTurn(run, "read");
  }
}

/** So many reads go out at once: well below the burst that AWS takes, which others use too. */
const READS_AT_ONCE = 10;

/**
 * Carries out reads side by side, each of which is to be a `readInTurn`. They come to their ends together, also where one
 * of them fails; then it throws the first failure.
 */
export async function readTogether<T>(run: ReadRun, reads: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const values: T[] = [];
  for (let begun = 0; begun < reads.length; begun += READS_AT_ONCE) {
    const batch = reads.slice(begun, begun + READS_AT_ONCE);
    await awaitTurn(run, "read", batch.length);
    for (const ended of await Promise.allSettled(batch.map((each) => each()))) {
      if (ended.status === "rejected") throw ended.reason;
      values.push(ended.value);
    }
  }
  return values;
}

/**
 * Sends a write, and again while that may help. `prepare` gives the ClientToken of an attempt: a request that may have
 * got through is repeated with the same token, one that ran and failed gets the next.
 */
export async function send<T>(
  run: Run,
  operation: "create" | "update" | "delete" | "deploy",
  prepare: (attempt: number) => Promise<string> | string,
  request: (token: string) => Promise<T>,
  /** `once`: a request that ran and failed is not tried again. */
  options: { readonly once?: boolean } = {},
): Promise<T> {
  let attempt = 0;
  // A refusal says nothing of an earlier request with the same token, whose answer was lost.
  let isOpen = false;
  const since = run.ports.clock.now();
  for (let tries = 1; ; tries++) {
    const token = await prepare(attempt);
    await awaitTurn(run, operation);
    await run.options.holdLease();
    try {
      return await request(token);
    } catch (thrown) {
      const error: unknown = isOpen && isUnsettled(thrown) ? acceptedAllTheSame(thrown) : thrown;
      if (options.once && error instanceof ControlPlaneError && error.completed) throw error;
      if (error instanceof ControlPlaneError && error.replayed && tries < MAX_TRIES) {
        attempt += 1;
        isOpen = false;
        continue;
      }
      await waitOrThrow(run, operation, error, { tries, since });
      if ((error as ControlPlaneError).completed) attempt += 1;
      isOpen = isUnsettled(error) && mayBeUnderWay(error);
    }
  }
}

function isUnsettled(error: unknown): error is ControlPlaneError {
  return error instanceof ControlPlaneError && !error.completed;
}

/** Refusals before a request is accepted. */
const REFUSED: ReadonlySet<string> = new Set(["ConcurrentOperation", "Throttling"]);

function mayBeUnderWay(error: ControlPlaneError): boolean {
  return error.accepted || !REFUSED.has(error.code);
}

async function waitOrThrow(
  run: RatedRun,
  operation: keyof typeof REQUESTS,
  error: unknown,
  { tries, since }: { readonly tries: number; readonly since: number },
): Promise<void> {
  const isThrottled = error instanceof ControlPlaneError && error.code === "Throttling";
  const { requestRate, deploymentRate } = run.ports;
  if (isThrottled) await (operation === "deploy" ? deploymentRate : requestRate)?.throttled();
  if (!(error instanceof ControlPlaneError) || !error.retryable || tries === MAX_TRIES) throw error;
  // An endpoint that takes connections and never answers costs a whole time-out each time.
  if (error.code === "NetworkFailure" && run.ports.clock.now() - since >= SILENCE_MS) throw error;
  const gapMs = isThrottled && operation === "deploy" ? DEPLOYMENT_GAP_MS : 0;
  await pause(run, tries, Math.max(Math.min(error.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS), gapMs), error);
}

/** The token of one attempt at one request of this run, and of the run that has to repeat it. */
export function tokenFor(run: Run, operation: string, subject: unknown, attempt: number): string {
  const { documentId, apiId, sequence, epoch, runId } = run.changeSet;
  return clientToken(documentId, apiId, sequence, epoch, runId, operation, subject, attempt);
}
