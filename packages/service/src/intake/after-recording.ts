import type { DocumentRecord, RecordOutcome, Revision } from "@specdrop/ledger/port";
import { signalsOf } from "../documents/unsettled.ts";
import type { Signal } from "../ports/signals.ts";
import { endingsOf, isWithoutApi, overwrittenIn, type RevisionEnding } from "../results/endings.ts";

/** What is to be done once a revision is recorded, in this order: signal, end, and say what became of it. */
export type AfterRecording =
  /** A newer one is there, and this one was never numbered. */
  | { readonly outcome: "superseded" }
  | {
      readonly outcome: "accepted" | "rejected";
      readonly sequence: number;
      readonly kind: Revision["kind"];
      /** A repeat of what was recorded as another kind, and the rules have changed since: what was made of it at first stands. */
      readonly standsFromBefore: boolean;
      readonly signals: readonly Signal[];
      readonly endings: readonly RevisionEnding[];
      /** What is overtaken has its end, and can be forgotten. */
      readonly clears: boolean;
      /** Ends on those of its APIs where no run has read it. */
      readonly overwritten?: Revision | undefined;
    };

/** Sees to it that what is in force now is converged, and that what it displaced has its result. */
export function afterRecording(recorded: RecordOutcome, offered: Revision["kind"]): AfterRecording {
  if (recorded.outcome === "stale") return { outcome: "superseded" };
  const { record, sequence } = recorded;
  const revision = numbered(record, sequence);
  const kind = revision?.kind ?? offered;
  const about = { sequence, kind, standsFromBefore: kind !== offered };
  if (kind === "rejected") {
    const endings = revision === undefined ? [] : endingsOf(record, { own: sequence });
    const clears = revision !== undefined;
    return { ...about, outcome: "rejected", signals: [], endings, clears, overwritten: overwrittenIn(record) };
  }
  const isInForce = revision !== undefined && revision.sequence === record.current?.sequence;
  const own = isInForce && isWithoutApi(revision) ? sequence : undefined;
  const signals = signalsOf(record, { cause: "accepted", invocation: 0 });
  return { ...about, outcome: "accepted", signals, endings: endingsOf(record, { own }), clears: true };
}

/**
 * A revision as the ledger has it. A late repeat may find that it was overtaken and ended since, and then only makes up
 * for what was left undone of others.
 */
function numbered({ head, current, overtaken }: DocumentRecord, sequence: number): Revision | undefined {
  return [head, current, ...overtaken].find((revision) => revision?.sequence === sequence);
}
