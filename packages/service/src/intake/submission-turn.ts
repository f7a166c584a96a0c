import type { Clock, Random } from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import { randomId } from "@specdrop/ledger/run-id";
import type { SubmissionMark, SubmissionRecord, SubmissionWrite } from "@specdrop/ledger/submissions";
import { submissionStep, withEnded } from "@specdrop/ledger/submissions";

export interface TurnPorts {
  readonly ledger: Pick<Ledger, "readSubmissions" | "writeSubmissions">;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly random: Random;
}

export interface Deeds<Outcome> {
  /**
   * Writes to the bucket, as the record that was just written allows. `undefined` where the bucket or the ledger shows
   * that others have been there meanwhile: everything is looked at again.
   */
  act(record: SubmissionRecord): Promise<Deed<Outcome> | undefined>;
  /** Says that a newer one is there, and takes back what an invocation that had lost its turn wrote all the same. */
  supersede(record: SubmissionRecord): Promise<Outcome>;
}

export interface Deed<Outcome> {
  readonly outcome: Outcome;
  /** As it is now. */
  readonly record: SubmissionRecord;
  readonly write?: SubmissionWrite;
}

/** A turn that another invocation has kept for this long passes on, in milliseconds. S3 refuses what its holder still writes, unless nothing is there. */
const TURN_MS = 5_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;
/** Nobody waits for longer, in milliseconds; the platform delivers the event again. */
const PATIENCE_MS = 40_000;

/**
 * Takes submissions of one document one after the other, the newest last, and each once. Throws where others do not
 * finish: then the event has to be delivered again, as after any crash, and what was begun is finished.
 */
export async function inTurn<Outcome>(
  deps: TurnPorts,
  documentId: string,
  mark: SubmissionMark,
  deeds: Deeds<Outcome>,
): Promise<Outcome | "repeated"> {
  const { clock, ledger } = deps;
  const turn = randomId(deps.random);
  const until = clock.now() + PATIENCE_MS;
  let said: Promise<Outcome> | undefined;
  const once = {
    ...deeds,
    supersede(record: SubmissionRecord) {
      said ??= deeds.supersede(record);
      return said;
    },
  };
  let seen: { readonly turn: string; readonly since: number } | undefined;
  for (let pause = FIRST_PAUSE_MS; clock.now() < until; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const held = await ledger.readSubmissions(documentId);
    const expired = seen !== undefined && clock.now() - seen.since >= TURN_MS ? seen.turn : undefined;
    const next = submissionStep(held, documentId, mark, turn, expired);
    if (next.step === "none") return "repeated";
    if (next.step === "wait") {
      if (seen?.turn !== next.turn) seen = { turn: next.turn, since: clock.now() };
    } else {
      const done =
        next.step === "act" ? await act(deps, mark, next.record, once) : await supersede(deps, mark, next.record, once);
      if (done !== undefined) return done.outcome;
    }
    await clock.sleep(pause);
  }
  throw new Error(`Another invocation is still busy with ${documentId}`);
}

async function act<Outcome>(
  { ledger }: TurnPorts,
  { id }: SubmissionMark,
  taken: SubmissionRecord,
  deeds: Deeds<Outcome>,
): Promise<Deed<Outcome> | undefined> {
  if (!(await ledger.writeSubmissions(taken))) return undefined;
  const done = await deeds.act(taken);
  if (done === undefined) return undefined;
  // Those that come too late write their end into the record meanwhile.
  for (let { record } = done; ; ) {
    if (await ledger.writeSubmissions(withEnded(record, id, done.write))) return done;
    const held = await ledger.readSubmissions(record.documentId);
    if (held?.turn !== taken.turn) return undefined;
    record = held as SubmissionRecord;
  }
}

/** Says it first: after a crash it is said again, under the same id. */
async function supersede<Outcome>(
  { ledger }: TurnPorts,
  { id }: SubmissionMark,
  record: SubmissionRecord,
  deeds: Deeds<Outcome>,
): Promise<Deed<Outcome> | undefined> {
  const outcome = await deeds.supersede(record);
  return (await ledger.writeSubmissions(withEnded(record, id))) ? { outcome, record } : undefined;
}
